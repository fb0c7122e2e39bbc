"""What is made on Spark beside what is made on one machine: models of dbt, and a model of risk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
import pyarrow as pa

from datawerkplaats.base.duckdb import connect_memory, literal
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from ml.base.design import TableDesign, load_design
from ml.base.splits import grouped_folds
from ml.estimators.boosting import DEFAULT_MANY, BoostedTrees, FittedTrees
from ml.estimators.spread_trees import OUTCOME, WEIGHT, fit_spread
from ml.metrics import auroc
from ml.model.scoring import score_batches
from ml.panel_data.tables import build_table_dataset
from orchestration import on_spark
from tests.proofs.registry import Measured, Room
from tests.proofs.spark_equal import compare
from tests.warm_builds import clean_environment

DESIGN, ROUNDS, WORKERS, PARTS = "nhanes_phq9", 150, 2, 5


def _spark() -> None:
    if find_spec("pyspark") is None:
        raise DataProblem(
            "spark_missing", subject="pyspark", expected="the extra `spark`", remedy="run make spark first"
        )


def equal(room: Room) -> Iterator[Measured]:
    """Demo and country, each built by DuckDB and then made by Spark from the same deliveries."""
    _spark()
    places = {
        "demo": {"DWP_SOURCE": "demo"},
        "national": {"DWP_SOURCE": "files", "DWP_FILES": str(room.reference_data), "DWP_REGION": "Drenthe"},
    }
    for name, told in places.items():
        data = room.work / f"spark_{name}"
        settings = Settings(_env_file=None, data_dir=data, source=told["DWP_SOURCE"])  # type: ignore[arg-type]
        environment = {**clean_environment(), **told, "DWP_DATA_DIR": str(data)}
        for module in ("orchestration.materialise", "orchestration.on_spark"):
            _run(module, environment)
        con = connect_memory()
        con.execute(f"attach {literal(str(settings.warehouse_path))} as warehouse (read_only)")
        found = compare(on_spark.folder(settings), con)
        for one in found:
            if not one.is_equal:
                print(one)
        yield f"spark_models_{name}", len(found), None
        yield f"spark_rows_{name}", sum(one.rows for one in found), None
        yield f"spark_keys_apart_{name}", sum(one.keys_apart for one in found), None
        yield f"spark_values_apart_{name}", sum(one.values_apart for one in found), None
        yield f"spark_columns_apart_{name}", sum(one.columns_apart for one in found), None


def _run(module: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DataProblem(
            "build_failed",
            subject=module,
            found=(done.stderr or done.stdout).strip()[-400:],
            remedy="mend it first",
        )


def model(room: Room) -> Iterator[Measured]:
    """One design, five folds: what Spark fits and what one process fits, each scored by the house from the file it wrote."""
    _spark()
    from pyspark.sql import SparkSession

    design = load_design(DESIGN)
    assert isinstance(design, TableDesign)
    data = build_table_dataset(design, room.reference_data / "micro")
    trees = BoostedTrees(seed=design.seed, rounds=ROUNDS, fixed=DEFAULT_MANY)
    folds = grouped_folds(data, PARTS, design.seed)
    session = (
        SparkSession.builder.master(f"local[{WORKERS}]").config("spark.ui.enabled", "false").getOrCreate()
    )
    risks = {"here": np.empty(len(data)), "spark": np.empty(len(data))}
    read_apart = 0.0
    for number in range(PARTS):
        held, train = folds == number, data.take(folds != number)
        table = pa.table({
            **{name: train.values[:, i].astype(np.float64) for i, name in enumerate(data.names)},
            OUTCOME: train.outcome.astype(np.float64), WEIGHT: train.weight.astype(np.float64),
        })  # fmt: skip
        rows = session.createDataFrame(table).repartition(WORKERS)
        spread = fit_spread(trees, rows, data.names, data.signs, WORKERS)
        written = json.loads(json.dumps(spread.state()))
        batch = pa.record_batch(
            [pa.array(data.values[held][:, i]) for i in range(len(data.names))], names=list(data.names)
        )
        manifest = {"columns": [{"name": name} for name in data.names]}
        read = (
            next(score_batches(FittedTrees.from_state(written), manifest, [batch])).column("risk").to_numpy()
        )
        risks["spark"][held] = read
        read_apart = max(
            read_apart, float(np.abs(read - spread.predict(data.values[held]).astype(np.float32)).max())
        )
        risks["here"][held] = trees.fit(train, folds).predict(data.values[held])
    session.stop()
    areas = {name: auroc(risk, data.outcome, data.weight) for name, risk in risks.items()}
    yield "spark_auroc_apart", abs(areas["spark"] - areas["here"]), None
    yield "spark_auroc", areas["spark"], areas["here"]
    yield "spark_model_read_apart", read_apart, None
