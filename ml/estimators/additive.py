"""A sum of one curve per feature on the log odds: the glass box (curves in the known direction) and its free twin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.odds import logit, sigmoid
from ml.estimators.base import Floats, Singles, log_loss
from ml.estimators.curves import Curves, find_pairs, fit_adaptively, make_curves
from ml.estimators.imputation import Imputer, fit_imputer

# How strongly slopes and bends are held back (larger is stronger); chosen on the folds.
SLOPE_PENALTIES = (50.0, 170.0, 500.0, 1200.0)
BEND_PENALTIES = (80.0, 300.0)
SEARCH_ROWS = 30_000


@dataclass(frozen=True)
class FittedAdditive:
    """The curves with their weights: every score can be taken apart feature by feature."""

    imputer: Imputer
    curves: Curves
    theta: Floats
    shift: float
    slope: float
    chosen: tuple[float, float]

    def log_odds(self, values: Singles) -> Floats:
        """Log odds before recalibration."""
        out = np.empty(len(values))
        for start in range(0, len(values), 50_000):
            out[start : start + 50_000] = self._sum(self.imputer.transform(values[start : start + 50_000]))
        return out

    def margin(self, filled: Floats) -> Floats:
        """Calibrated log odds of standardised features without gaps, as this model's own imputer gives them."""
        return self.shift + self.slope * self._sum(filled)

    def _sum(self, filled: Floats) -> Floats:
        return np.asarray(self.theta[0] + self.curves.basis(filled) @ self.theta[1:])

    def predict(self, values: Singles) -> Floats:
        """Calibrated probabilities."""
        return sigmoid(self.shift + self.slope * self.log_odds(values))

    def contributions(self, values: Singles) -> Floats:
        """What each feature adds to the log odds of each row, against its mean in these rows."""
        weighted = self.curves.basis(self.imputer.transform(values)) * self.theta[1:]
        ramps = len(self.curves.owner)
        # The ramps of a feature stand side by side.
        starts = np.flatnonzero(np.diff(self.curves.owner, prepend=-1))
        parts = np.add.reduceat(weighted[:, :ramps], starts, axis=1)
        # What two features do together is half of each.
        for position, (first, second) in enumerate(self.curves.pairs, start=ramps):
            parts[:, first] += weighted[:, position] / 2
            parts[:, second] += weighted[:, position] / 2
        return np.asarray(self.slope * (parts - parts.mean(axis=0)))

    def state(self) -> dict[str, Any]:
        """Everything, as plain numbers."""
        return {
            "kind": "additive",
            "imputer": self.imputer.state(),
            "owner": self.curves.owner.tolist(),
            "low": self.curves.low.tolist(),
            "high": self.curves.high.tolist(),
            "pairs": [list(p) for p in self.curves.pairs],
            "theta": self.theta.tolist(),
            "shift": self.shift,
            "slope": self.slope,
            "chosen": list(self.chosen),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> FittedAdditive:
        """The model that was written down."""
        pairs = tuple((int(a), int(b)) for a, b in state["pairs"])
        curves = Curves(
            np.asarray(state["owner"]), np.asarray(state["low"]), np.asarray(state["high"]), pairs
        )
        slope, bend = state["chosen"]
        return cls(
            Imputer.from_state(state["imputer"]),
            curves,
            np.asarray(state["theta"]),
            state["shift"],
            state["slope"],
            (slope, bend),
        )


def recalibration(log_odds: Floats, outcome: Singles, weight: Singles) -> tuple[float, float]:
    """Intercept and slope that make out-of-fold log odds well calibrated (logistic regression, Newton)."""
    design = np.column_stack([np.ones(len(log_odds)), log_odds])
    beta = np.array([0.0, 1.0])
    for _ in range(25):
        p = sigmoid(design @ beta)
        gradient = design.T @ (weight * (outcome - p))
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])


@dataclass(frozen=True)
class AdditiveLogistic:
    """Penalised logistic regression on ramps. `monotone` holds every curve in the direction the field knows."""

    monotone: bool
    penalties: tuple[float, float] | None = None  # chosen before: no search, as in resamples of one run
    slope: float = 1.0

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> FittedAdditive:
        """The model with penalties chosen and probabilities recalibrated on the folds."""
        signs = data.signs if self.monotone else np.zeros(len(data.columns), dtype=np.int64)
        if self.penalties is not None:
            return self._final(data, signs, self.penalties, self.slope)
        searched = (
            data
            if len(data) <= SEARCH_ROWS
            else data.take(np.arange(0, len(data), -(-len(data) // SEARCH_ROWS)))
        )
        searched_folds = folds if searched is data else folds[:: -(-len(data) // SEARCH_ROWS)]
        grid = list(product(SLOPE_PENALTIES, BEND_PENALTIES))
        held_out = np.full((len(grid), len(searched)), np.nan)
        for fold in np.unique(searched_folds):
            train, test = searched.take(searched_folds != fold), searched.take(searched_folds == fold)
            imputer = fit_imputer(train.values, train.weight)
            z = imputer.transform(train.values)
            curves = make_curves(z)
            basis, other = curves.basis(z), curves.basis(imputer.transform(test.values))
            for number, penalties in enumerate(grid):
                theta = fit_adaptively(
                    basis, curves.owner, signs, train.outcome, train.weight, penalties=penalties
                )
                held_out[number, searched_folds == fold] = theta[0] + other @ theta[1:]
        losses = [log_loss(searched.outcome, sigmoid(row), searched.weight) for row in held_out]
        best = int(np.argmin(losses))
        _, slope = recalibration(held_out[best], searched.outcome, searched.weight)
        # With few events the slope itself is uncertain: half way between the estimate and one.
        events = float((searched.outcome * searched.weight).sum())
        trust = events / (events + 200.0)
        # Where there is next to nothing to learn the estimate can turn round: no curve may be turned upside down by it.
        slope = max(1.0 + trust * (slope - 1.0), 0.0)
        return self._final(data, signs, grid[best], slope)

    def _final(
        self, data: Dataset, signs: NDArray[np.int64], penalties: tuple[float, float], slope: float
    ) -> FittedAdditive:
        imputer = fit_imputer(data.values, data.weight)
        z = imputer.transform(data.values)
        curves = make_curves(z)
        basis = curves.basis(z)
        theta = fit_adaptively(basis, curves.owner, signs, data.outcome, data.weight, penalties=penalties)
        pairs = find_pairs(z, data.outcome, sigmoid(theta[0] + basis @ theta[1:]), data.weight)
        if pairs:
            curves = replace(curves, pairs=pairs)
            basis = curves.basis(z)
            signs = np.concatenate([signs, np.zeros(len(pairs), dtype=np.int64)])
            theta = fit_adaptively(
                basis, curves.owners, signs, data.outcome, data.weight, penalties=penalties
            )
        # The mean prediction equals the share of events: solve for the shift on the training rows.
        raw = slope * (theta[0] + basis @ theta[1:])
        shift = centred(raw, float(np.average(data.outcome, weights=data.weight)), data.weight)
        return FittedAdditive(imputer, curves, theta, shift, slope, penalties)


def centred(raw: Floats, share: float, weight: Singles) -> float:
    """The constant that makes the mean probability of these log odds equal to the share of events."""
    shift = float(logit(np.array([share]))[0] - np.average(raw, weights=weight))
    for _ in range(50):
        p = sigmoid(raw + shift)
        step = (share - float(np.average(p, weights=weight))) / max(
            float(np.average(p * (1 - p), weights=weight)), 1e-9
        )
        shift += step
        if abs(step) < 1e-12:
            break
    return shift
