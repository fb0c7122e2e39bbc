"""Does the model travel: to areas it has not seen, to later waves, and back with few local events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.odds import logit, sigmoid
from ml.base.splits import grouped_folds, leave_one_out
from ml.estimators.additive import recalibration
from ml.estimators.base import Estimator
from ml.metrics import auroc, calibration

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AreaResult:
    """One area that was left out, against cross-validation with the area inside."""

    area: str
    rows: int
    events: float
    auroc_left_out: float
    auroc_inside: float
    observed_expected: float
    slope: float


@dataclass(frozen=True)
class Pooled:
    """Random-effects mean with its interval, and the interval for the next area."""

    mean: float
    lower: float
    upper: float
    prediction_lower: float
    prediction_upper: float
    tau: float
    i_squared: float
    areas: int


def leave_areas_out(
    data: Dataset,
    estimator: Estimator,
    stratum: str,
    inside: Floats,
    *,
    outcome: NDArray[np.floating] | None = None,
    minimum_events: int = 20,
    seed: int = 0,
) -> list[AreaResult]:
    """For each area with enough events: a model from all other areas, judged there.

    Args:
        data: The labelled data.
        estimator: A model without a search of its own, for speed.
        stratum: `gemeente` or `province`.
        inside: Cross-validated probabilities with the areas mixed.
        outcome: What to judge against; the data's own outcome by default, true risks in trials.
        minimum_events: Areas with fewer events say nothing by themselves.
        seed: Of the inner folds.
    """
    judge = data.outcome if outcome is None else outcome
    results = []
    for area, outside, rows in leave_one_out(data, stratum, minimum_events):
        train = data.take(outside)
        there = estimator.fit(train, grouped_folds(train, 5, seed)).predict(data.values[rows])
        quality = calibration(there, judge[rows])
        results.append(
            AreaResult(area, len(rows), float(judge[rows].sum()), auroc(there, judge[rows]), auroc(inside[rows], judge[rows]),
                       quality.observed_expected, quality.slope)
        )  # fmt: skip
    return results


def auroc_variance(value: float, events: float, others: float) -> float:
    """The variance of an AUROC (Hanley and McNeil)."""
    q1, q2 = value / (2 - value), 2 * value**2 / (1 + value)
    numerator = value * (1 - value) + (events - 1) * (q1 - value**2) + (others - 1) * (q2 - value**2)
    return float(numerator / (events * others))


def pool(estimates: Floats, variances: Floats) -> Pooled:
    """Random-effects pooling (DerSimonian-Laird, Hartung-Knapp interval) with a prediction interval."""
    from scipy.stats import t as student

    k = len(estimates)
    weight = 1 / variances
    fixed = weight @ estimates / weight.sum()
    q = float(weight @ (estimates - fixed) ** 2)
    tau2 = max(0.0, (q - (k - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())) if k > 1 else 0.0
    random = 1 / (variances + tau2)
    mean = float(random @ estimates / random.sum())
    spread = float(np.sqrt(max((random @ (estimates - mean) ** 2) / max(k - 1, 1), 1e-12) / random.sum()))
    half = float(student.ppf(0.975, max(k - 1, 1))) * spread
    next_half = float(student.ppf(0.975, max(k - 2, 1))) * float(np.sqrt(tau2 + spread**2))
    heterogeneity = max(0.0, (q - (k - 1)) / q) if q > 0 else 0.0
    return Pooled(
        mean,
        mean - half,
        mean + half,
        mean - next_half,
        mean + next_half,
        float(np.sqrt(tau2)),
        heterogeneity,
        k,
    )


def pooled_auroc(results: list[AreaResult]) -> Pooled:
    """The areas' AUROCs pooled on the logit scale, given back as AUROCs."""
    value = np.clip(np.array([r.auroc_left_out for r in results]), 0.02, 0.98)
    variance = np.array(
        [auroc_variance(v, r.events, r.rows - r.events) for v, r in zip(value, results, strict=True)]
    )
    pooled = pool(np.log(value / (1 - value)), variance / (value * (1 - value)) ** 2)

    def back(x: float) -> float:
        return float(1 / (1 + np.exp(-x)))

    return Pooled(
        back(pooled.mean), back(pooled.lower), back(pooled.upper), back(pooled.prediction_lower), back(pooled.prediction_upper),
        pooled.tau, pooled.i_squared, pooled.areas,
    )  # fmt: skip


def recalibrate_locally(probability: Floats, outcome: NDArray[np.floating]) -> Callable[[Floats], Floats]:
    """The model with intercept and slope of its own for a place, from the outcomes of few people there.

    Args:
        probability: What the model says of the local people.
        outcome: What happened to them.
    """
    mass = np.ones(len(outcome), dtype=np.float32)
    intercept, slope = recalibration(logit(probability), outcome.astype(np.float32), mass)
    return lambda p: sigmoid(intercept + slope * logit(p))
