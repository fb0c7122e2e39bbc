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
from tests.bench.national import BUILT
from tests.proofs.registry import Measured, Room
from tests.proofs.spark_equal import compare
from tests.warm_builds import clean_environment


def equal(room: Room) -> Iterator[Measured]:
    """The demo, built by DuckDB and then made by Spark from the same deliveries."""
    yield from _compared("demo", room.work / "spark_demo", {"DWP_SOURCE": "demo"})


def equal_national(room: Room) -> Iterator[Measured]:
    """The same of the whole country; a data folder with it that was built before may be named in the environment."""
    told = {"DWP_SOURCE": "files", "DWP_FILES": str(room.reference_data), "DWP_REGION": "Drenthe"}
    yield from _compared(
        "national", Path(os.environ.get(BUILT, room.work / "spark_national")), told, built=BUILT in os.environ
    )


def _compared(name: str, data: Path, told: dict[str, str], *, built: bool = False) -> Iterator[Measured]:
    on_spark.require()
    settings = Settings(_env_file=None, data_dir=data, source=told["DWP_SOURCE"])
    environment = {**clean_environment(), **told, "DWP_DATA_DIR": str(data)}
    for module in (*(() if built else ("orchestration.materialise",)), "orchestration.on_spark"):
        _run(module, environment)
    con = connect_memory()
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
