"""The boosted trees of `boosting`, fitted and applied by Spark: rows stay with the workers, and the model is the same file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml.estimators.boosting import BoostedTrees
from ml.estimators.fitted_trees import FittedTrees
from ml.estimators.tree_search import DEFAULT
from ml.model.scoring import score_batches

if TYPE_CHECKING:
    import pyarrow as pa
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
    if trees.filled:
        raise ValueError("a fit on Spark is of trees alone, on answers with their gaps: filled=False")
    parameters = trees.parameters(signs, {**DEFAULT, **trees.fixed}, trees.rate)
    told: dict[str, Any] = {
        k: v for k, v in parameters.items() if k not in ("nthread", "seed", "eta", "objective")
    }
    fitted = SparkXGBClassifier(
        features_col=list(_places(names).values()),
        label_col=OUTCOME,
        weight_col=WEIGHT,
        num_workers=workers,
        n_estimators=trees.rounds,
        learning_rate=parameters["eta"],
        random_state=parameters["seed"],
        missing=float("nan"),
        **told,
    ).fit(_placed(rows, names))
    booster = fitted.get_booster()
    # The house's own file has no names in it: the manifest beside it has them, in this order.
    booster.feature_names, booster.feature_types = None, None
    return FittedTrees(booster, trees.about(parameters, trees.rounds), threads=trees.threads)


def score_spread(
    state: dict[str, Any], manifest: dict[str, Any], rows: DataFrame, keep: tuple[str, ...]
) -> DataFrame:
    """A Spark table of the kept columns and `risk`: every worker reads the file of the model and scores as the house does.

    Args:
        state: The file of the model.
        manifest: Its manifest, which names the features.
        rows: A column per feature, nan or null where it is not known, and the kept columns.
        keep: Columns handed through, such as a key or an area code.
    """
    from pyspark.sql.types import FloatType, StructField, StructType

    def scored(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return score_batches(FittedTrees.from_state(state), placed, batches, keep)

    names = tuple(column["name"] for column in manifest["columns"])
    placed = {"columns": [{"name": place} for place in _places(names).values()]}
    kept = [rows.schema[name] for name in keep]
    return _placed(rows, names).mapInArrow(scored, StructType([*kept, StructField("risk", FloatType())]))


def _places(names: tuple[str, ...]) -> dict[str, str]:
    """What Spark calls each feature: a name of the house may hold what it reads as a path (`answer=1.0`)."""
    return {name: f"feature_{place}" for place, name in enumerate(names)}


def _placed(rows: DataFrame, names: tuple[str, ...]) -> DataFrame:
    return rows.toDF(*(_places(names).get(name, name) for name in rows.columns))
