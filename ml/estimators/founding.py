"""The founding use case's model, with its parameters exactly as published: the reference that should be beaten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.estimators.fitted_trees import FittedTrees

# XGBClassifier(objective='binary:logistic', eval_metric='logloss', learning_rate=0.05, max_depth=3, n_estimators=1000,
# subsample=0.7, colsample_bytree=0.8, reg_alpha=0.1, reg_lambda=1.0); early stopping was not shown, so there is none.
PARAMETERS: dict[str, object] = {
    "objective": "binary:logistic", "eval_metric": "logloss", "learning_rate": 0.05, "max_depth": 3,
    "subsample": 0.7, "colsample_bytree": 0.8, "reg_alpha": 0.1, "reg_lambda": 1.0,
}  # fmt: skip
ROUNDS = 1000


@dataclass(frozen=True)
class FoundingBoosting:
    """A thousand trees, no stopping, no constraints, no weights."""

    seed: int = 0
    threads: int = 1

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> FittedTrees:
        """The founding model on this data."""
        import xgboost as xgb

        matrix = xgb.DMatrix(data.values, data.outcome, nthread=self.threads)
        booster = xgb.train({**PARAMETERS, "seed": self.seed, "nthread": self.threads}, matrix, ROUNDS)
        return FittedTrees(
            booster,
            {"kind": "founding", "rounds": ROUNDS, "parameters": dict(PARAMETERS)},
            threads=self.threads,
        )
