"""The boosted trees of `boosting`, fitted by Spark: rows stay with the workers, and what comes back is the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml.estimators.boosting import DEFAULT_MANY, BoostedTrees, FittedTrees

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

OUTCOME, WEIGHT = "outcome", "weight"


def fit_spread(
    trees: BoostedTrees, rows: DataFrame, names: tuple[str, ...], signs: NDArray[np.int64], workers: int
) -> FittedTrees:
    """The trees fitted on a Spark table, with a number of rounds that was chosen before on a sample that one machine carries.

    Args:
        trees: The estimator with its seed, fixed parameters and rounds.
        rows: A column per feature, nan or null where it is not known, `outcome` and `weight`.
        names: The features, in the order in which the house keeps them.
        signs: Their known directions.
        workers: How many tasks fit together; each holds its share of the rows.
    """
    from xgboost.spark import SparkXGBClassifier

    if trees.rounds is None:
        raise ValueError("a fit on Spark needs a number of rounds: choose it on a sample first")
    parameters = trees.parameters(signs, {**DEFAULT_MANY, **trees.fixed})
    told: dict[str, Any] = {
        k: v for k, v in parameters.items() if k not in ("nthread", "seed", "eta", "objective")
    }
    fitted = SparkXGBClassifier(
        features_col=list(names),
        label_col=OUTCOME,
        weight_col=WEIGHT,
        num_workers=workers,
        n_estimators=trees.rounds,
        learning_rate=parameters["eta"],
        random_state=parameters["seed"],
        missing=float("nan"),
        **told,
    ).fit(rows)
    booster = fitted.get_booster()
    # The house's own file has no names in it: the manifest beside it has them, in this order.
    booster.feature_names, booster.feature_types = None, None
    return FittedTrees(booster, trees.about(parameters, trees.rounds), threads=trees.threads)
