"""Models of dbt as Spark makes them, beside those of one machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats.base.duckdb import connect_memory, literal
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from orchestration import on_spark
from tests.proofs.registry import Measured, Room
from tests.proofs.spark_equal import compare
from tests.warm_builds import clean_environment

# DWP_PROOF_SPARK_DEMO and _NATIONAL: a data folder where `make materialise` and `make spark` have run; without, both run here.
MADE = "DWP_PROOF_SPARK_"


def equal(room: Room) -> Iterator[Measured]:
    """The demo, built by DuckDB and then made by Spark from the same deliveries."""
    yield from _compared("demo", room, {"DWP_SOURCE": "demo"})


def equal_national(room: Room) -> Iterator[Measured]:
    """The same of the whole country."""
    told = {"DWP_SOURCE": "files", "DWP_FILES": str(room.reference_data), "DWP_REGION": "Drenthe"}
    yield from _compared("national", room, told)


def _compared(name: str, room: Room, told: dict[str, str]) -> Iterator[Measured]:
    on_spark.require()
    made = os.environ.get(f"{MADE}{name.upper()}")
    data = Path(made or room.work / f"spark_{name}")
    settings = Settings(_env_file=None, data_dir=data, source=told["DWP_SOURCE"])
    environment = {**clean_environment(), **told, "DWP_DATA_DIR": str(data)}
    for module in () if made else ("orchestration.materialise", "orchestration.on_spark"):
        _run(module, environment)
    con = connect_memory()
    con.execute("set memory_limit = '4GB'")  # as much as Spark had
    con.execute(f"attach {literal(str(settings.warehouse_path))} as warehouse (read_only)")
    found = compare(on_spark.folder(settings), con)
    for one in found:
        if not one.is_equal:
            print(one, file=sys.stderr)
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
