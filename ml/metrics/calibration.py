"""Whether ten in a hundred means ten in a hundred."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.odds import logit, sigmoid

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Calibration:
    """Intercept in the large, slope, mean distance of the smooth curve from the diagonal, observed over expected."""

    in_the_large: float
    slope: float
    ici: float
    observed_expected: float


def _newton(
    design: NDArray[np.float64],
    outcome: Floats,
    weight: Floats,
    offset: NDArray[np.float64],
    ridge: float = 1e-6,
) -> NDArray[np.float64]:
    def loss(beta: NDArray[np.float64]) -> float:
        eta = offset + design @ beta
        return float((weight * (np.logaddexp(0.0, eta) - outcome * eta)).sum() + 0.5 * ridge * (beta @ beta))

    beta = np.zeros(design.shape[1])
    before = loss(beta)
    for _ in range(100):
        p = sigmoid(offset + design @ beta)
        gradient = design.T @ (weight * (outcome - p)) - ridge * beta
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + ridge * np.eye(design.shape[1])
        step = np.linalg.solve(hessian, gradient)
        # A full step can overshoot when the spline's columns are nearly alike: halve it until it helps.
        size = 1.0
        while (after := loss(beta + size * step)) > before and size > 1e-6:
            size /= 2
        beta = beta + size * step
        if before - after < 1e-9 * (1 + abs(before)):
            break
        before = after
    return beta


def _smooth(log_odds: NDArray[np.float64], outcome: Floats, weight: Floats) -> NDArray[np.float64]:
    """A restricted cubic spline (five knots) of the outcome on the log odds, at the rows themselves."""
    knots = np.unique(np.quantile(log_odds, [0.05, 0.275, 0.5, 0.725, 0.95]))
    columns = [np.ones(len(log_odds)), log_odds]
    if len(knots) >= 3:
        last, before = knots[-1], knots[-2]
        scale = (last - knots[0]) ** 2

        def cube(x: NDArray[np.float64], k: float) -> NDArray[np.float64]:
            return np.maximum(x - k, 0.0) ** 3

        for knot in knots[:-2]:
            tail = cube(log_odds, before) * (last - knot) - cube(log_odds, last) * (before - knot)
            columns.append((cube(log_odds, knot) - tail / (last - before)) / scale)
    design = np.column_stack(columns)
    return sigmoid(design @ _newton(design, outcome, weight, np.zeros(len(log_odds)), 1e-3))


def calibration(probability: Floats, outcome: Floats, weight: Floats | None = None) -> Calibration:
    """The four calibration figures of a set of predictions."""
    mass = np.ones(len(outcome)) if weight is None else np.asarray(weight, dtype=np.float64)
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    lp = logit(p)
    ratio = float(mass @ y) / max(float(mass @ p), 1e-12)
    large = float(_newton(np.ones((len(y), 1)), y, mass, lp)[0])
    if np.ptp(lp) < 1e-9:
        return Calibration(large, float("nan"), abs(float(np.average(y, weights=mass)) - float(p[0])), ratio)
    slope = float(_newton(np.column_stack([np.ones(len(y)), lp]), y, mass, np.zeros(len(y)))[1])
    ici = float(np.average(np.abs(_smooth(lp, y, mass) - p), weights=mass))
    return Calibration(large, slope, ici, ratio)


def calibration_curve(
    probability: Floats, outcome: Floats, weight: Floats | None = None, bins: int = 10
) -> list[dict[str, float]]:
    """Observed and predicted share per tenth of the predictions, with a 95 % interval (Wilson)."""
    mass = np.ones(len(outcome)) if weight is None else np.asarray(weight, dtype=np.float64)
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    position = np.searchsorted(np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1])), p, side="right")
    rows = []
    for number in np.unique(position):
        here = position == number
        n = float(mass[here].sum() ** 2 / (mass[here] ** 2).sum())
        share = float(np.average(y[here], weights=mass[here]))
        middle, half = (
            (share + 1.92 / n) / (1 + 3.84 / n),
            1.96 * np.sqrt(share * (1 - share) / n + 0.96 / n**2) / (1 + 3.84 / n),
        )
        rows.append(
            {"bin": float(number), "n": float(here.sum()), "predicted": float(np.average(p[here], weights=mass[here])),
             "observed": share, "lower": float(middle - half), "upper": float(middle + half)}
        )  # fmt: skip
    return rows
