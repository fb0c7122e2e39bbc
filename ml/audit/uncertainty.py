"""When the model should say nothing: conformal sets per class, and people unlike those it was made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset

Floats = NDArray[np.float64]
MISSING_SHARE = 0.5


@dataclass(frozen=True)
class Conformal:
    """Held-out probabilities of each class, against which new people are compared (class-conditional, so rare events count)."""

    of_others: Floats
    of_events: Floats

    def sets(self, probability: Floats, coverage: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each person whether 'no event' and whether 'event' cannot be ruled out at this coverage."""
        # Strange for an event is a low probability; strange for no event is a high one.
        event_rank = (1 + np.searchsorted(self.of_events, probability, side="right")) / (
            len(self.of_events) + 1
        )
        other_rank = (1 + len(self.of_others) - np.searchsorted(self.of_others, probability, side="left")) / (
            len(self.of_others) + 1
        )
        return other_rank > 1 - coverage, event_rank > 1 - coverage


def make_conformal(probability: Floats, outcome: NDArray[np.floating]) -> Conformal:
    """The reference of a model, from held-out probabilities of people whose outcome is known."""
    return Conformal(np.sort(probability[outcome == 0]), np.sort(probability[outcome == 1]))


def unlike(data: Dataset, reference: Dataset) -> NDArray[np.bool_]:
    """People who left more than half open, or who lie far outside what the model was made from on several answers."""
    low, high = (
        np.nanquantile(reference.values, 0.001, axis=0),
        np.nanquantile(reference.values, 0.999, axis=0),
    )
    spread = np.maximum(high - low, 1e-9)
    far = ((data.values < low - 0.5 * spread) | (data.values > high + 0.5 * spread)).sum(axis=1)
    return np.asarray((np.isnan(data.values).mean(axis=1) > MISSING_SHARE) | (far >= 3))


def abstention_table(
    probability: Floats,
    outcome: NDArray[np.floating],
    folds: NDArray[np.int64],
    levels: tuple[float, ...] = (0.8, 0.9, 0.95),
) -> list[dict[str, float]]:
    """Per level: coverage among events and among others, and the share for whom both remain possible: no advice."""
    rows = []
    for level in levels:
        other, event = np.zeros(len(outcome), dtype=bool), np.zeros(len(outcome), dtype=bool)
        for fold in np.unique(folds):
            held = folds == fold
            reference = make_conformal(probability[~held], outcome[~held])
            other[held], event[held] = reference.sets(probability[held], level)
        rows.append(
            {
                "level": level,
                "coverage_events": float(event[outcome == 1].mean()),
                "coverage_others": float(other[outcome == 0].mean()),
                "no_advice": float((other & event).mean()),
                "neither": float((~other & ~event).mean()),
            }
        )
    return rows
