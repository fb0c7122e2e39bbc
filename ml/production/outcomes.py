"""Is a released model still right, now that outcomes have come in? How it tells people apart, its level, and a chart over time.

The chart is the risk-adjusted CUSUM (Steiner, Cook, Farewell and Treasure 2000, Biostatistics 1:441): per person the log of how
much likelier the outcome is were the odds changed by a given factor, summed and held at zero. It signals above the height that
a model which is right passes in one of twenty series as long as this one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.metrics import auroc, calibration

Floats = NDArray[np.float64]
ODDS = 1.5  # a change of the odds by this factor, or by its inverse, is what the chart is tuned to
FALSE_ALARMS, SERIES = 0.05, 300
LEAST_EVENTS = 50  # fewer say nothing of a model


@dataclass(frozen=True)
class Seen:
    """What came of people that a model had told a risk of."""

    auroc: float
    slope: float
    observed_expected: float
    highest: float  # of the chart for more, or for fewer, than was told
    limit: float

    @property
    def signals(self) -> bool:
        """Whether more or fewer fell ill than a model that is right would be found with."""
        return self.highest > self.limit


def highest(probability: Floats, outcome: NDArray[np.floating], odds: float = ODDS) -> Floats:
    """The highest point of the chart for a change of the odds by this factor: one figure per series of outcomes.

    Args:
        probability: What the model told, in the order in which outcomes came in.
        outcome: Zero or one: people x series.
        odds: The factor; below one it looks for fewer outcomes than were told.
    """
    step = outcome * np.log(odds) - np.log(1 - probability + odds * probability)[:, None]
    height, most = np.zeros(step.shape[1]), np.zeros(step.shape[1])
    for change in step:
        height += change
        np.maximum(height, 0.0, out=height)
        np.maximum(most, height, out=most)
    return most


def seen(probability: Floats, outcome: NDArray[np.floating], seed: int = 0) -> Seen | None:
    """What outcomes say of a model; None where there are too few of either kind.

    Args:
        probability: What the model told, in the order in which outcomes came in.
        outcome: What came of it, zero or one.
        seed: Of the series that the limit is drawn from.
    """
    events = float(outcome.sum())
    if min(events, len(outcome) - events) < LEAST_EVENTS:
        return None
    rng = np.random.default_rng([seed, 61])
    right = (rng.random((len(probability), SERIES)) < probability[:, None]).astype(float)
    limit, here = (
        np.maximum(*(highest(probability, series, odds) for odds in (ODDS, 1 / ODDS)))
        for series in (right, outcome[:, None])
    )
    quality = calibration(probability, outcome)
    return Seen(
        auroc(probability, outcome),
        quality.slope,
        quality.observed_expected,
        float(here[0]),
        float(np.quantile(limit, 1 - FALSE_ALARMS)),
    )
