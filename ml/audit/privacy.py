"""Can somebody tell from the model who was in its training data, and how few people stand behind its smallest part?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.base.dataset import Dataset
from ml.base.splits import grouped_folds
from ml.estimators.additive import FittedAdditive
from ml.estimators.base import Estimator, Fitted
from ml.estimators.fitted_trees import FittedTrees
from ml.metrics import auroc


@dataclass(frozen=True)
class Attack:
    """The membership attack's AUC (0.5 is a guess) and the number of people attacked."""

    auc: float
    members: int
    others: int


def membership_attack(data: Dataset, estimator: Estimator, seed: int) -> Attack:
    """Train on half the families; guess membership from how well each outcome is predicted (a loss threshold)."""
    half = grouped_folds(data, 2, seed + 5)
    members, others = data.take(half == 0), data.take(half == 1)
    model = estimator.fit(members, grouped_folds(members, 5, seed + 6))

    def fit_quality(part: Dataset) -> np.ndarray:
        p = np.clip(model.predict(part.values), 1e-9, 1 - 1e-9)
        return np.where(part.outcome == 1, np.log(p), np.log(1 - p))

    score = np.concatenate([fit_quality(members), fit_quality(others)])
    inside = np.concatenate([np.ones(len(members)), np.zeros(len(others))])
    outcome = np.concatenate([members.outcome, others.outcome])
    # The attacker knows the outcome: judge within events and within others, so that their shares do not count.
    parts = [auroc(score[outcome == y], inside[outcome == y]) for y in (0, 1)]
    return Attack(
        float(np.average(parts, weights=[(outcome == 0).mean(), (outcome == 1).mean()])),
        len(members),
        len(others),
    )


def smallest_cell(model: Fitted, data: Dataset) -> int:
    """The fewest training rows behind any part of the model: a leaf of a tree, or a stretch of a curve."""
    if isinstance(model, FittedTrees):
        import xgboost as xgb

        leaves = model.booster.predict(xgb.DMatrix(model.seen(data.values)), pred_leaf=True).astype(np.int64)
        leaves = leaves.reshape(len(data), -1)  # of one tree the library gives a single column
        fewest = min(
            np.unique(leaves[:, tree], return_counts=True)[1].min() for tree in range(leaves.shape[1])
        )
        before = fewest if model.start is None else smallest_cell(model.start, data)
        return int(min(fewest, before))
    if isinstance(model, FittedAdditive):
        z = model.imputer.transform(data.values)
        curves = model.curves
        inside = [
            int(((z[:, f] > low) & (z[:, f] <= high)).sum())
            for f, low, high in zip(curves.owner, curves.low, curves.high, strict=True)
        ]
        return min(inside)
    return len(data)
