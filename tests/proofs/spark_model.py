"""A model of risk as Spark fits and scores it, beside what one process makes of the same design."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from ml.base.dataset import Dataset
from ml.base.design import TableDesign, load_design
from ml.base.splits import grouped_folds
from ml.estimators.boosting import BoostedTrees
from ml.estimators.fitted_trees import FittedTrees
from ml.estimators.tree_search import DEFAULT_MANY
from ml.metrics import auroc
from ml.model.scoring import score_batches
from ml.model.spread_trees import OUTCOME, WEIGHT, fit_spread, score_spread
from ml.panel_data.tables import build_table_dataset
from orchestration import on_spark
from tests.proofs.registry import Measured, Room

DESIGN, ROUNDS, WORKERS, PARTS = "nhanes_phq9", 150, 2, 5
PLACE = "place"


def _table(data: Dataset) -> pa.Table:
    """People as a Spark gets them: a column per feature, the outcome and the weight."""
    columns = {name: data.values[:, i].astype(np.float64) for i, name in enumerate(data.names)}
    return pa.table({**columns, OUTCOME: data.outcome.astype(float), WEIGHT: data.weight.astype(float)})


def figures(room: Room) -> Iterator[Measured]:
    """One design, five folds: fitted by Spark and in one process, and each judged by the house from the file that it wrote."""
    on_spark.require()
    from pyspark.sql import SparkSession

    # Otherwise the workers are the first Python on the path, which has none of the packages.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    design = load_design(DESIGN)
    assert isinstance(design, TableDesign)
    data = build_table_dataset(design, room.reference_data / "micro")
    trees = BoostedTrees(seed=design.seed, rounds=ROUNDS, fixed=DEFAULT_MANY, filled=False)
    folds = grouped_folds(data, PARTS, design.seed)
    manifest = {"columns": [{"name": name} for name in data.names]}
    session = (
        SparkSession.builder.master(f"local[{WORKERS}]").config("spark.ui.enabled", "false").getOrCreate()
    )
    risks = {"here": np.empty(len(data)), "spark": np.empty(len(data))}
    read_apart, scored_apart = 0.0, 0.0
    for number in range(PARTS):
        train, held = data.take(folds != number), _table(data.take(folds == number))
        rows = session.createDataFrame(_table(train)).repartition(WORKERS)
        spread = fit_spread(trees, rows, data.names, data.signs, WORKERS)
        written = json.loads(json.dumps(spread.state()))
        (batch,) = held.to_batches()
        (scored,) = score_batches(FittedTrees.from_state(written), manifest, [batch])
        risk = scored.column("risk").to_numpy()
        straight = spread.predict(data.values[folds == number]).astype(np.float32)
        read_apart = max(read_apart, float(np.abs(risk - straight).max()))
        keyed = session.createDataFrame(held.append_column(PLACE, pa.array(range(len(held)))))
        there = score_spread(written, manifest, keyed.repartition(WORKERS), (PLACE,)).toArrow().sort_by(PLACE)
        scored_apart = max(scored_apart, float(np.abs(risk - there.column("risk").to_numpy()).max()))
        risks["spark"][folds == number] = risk
        risks["here"][folds == number] = trees.fit(train, folds).predict(data.values[folds == number])
    session.stop()
    areas = {name: auroc(risk, data.outcome, data.weight) for name, risk in risks.items()}
    yield "spark_auroc_apart", abs(areas["spark"] - areas["here"]), None
    yield "spark_auroc", areas["spark"], areas["here"]
    yield "spark_model_read_apart", read_apart, None
    yield "spark_model_scored_apart", scored_apart, None
