"""`make spark`: the models that grow with rows, made by Spark from the same files as by DuckDB (docs/beyond_one_machine.md).

The deliveries, the compiled catalogue and all that is small are those that the last `make materialise` left; nothing is published
from here. What Spark makes is written as Parquet beside the warehouse, in a folder per schema.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from datawerkplaats.base import dbt
from datawerkplaats.base.dbt import NodeResult
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.warehouse_inputs.staging import write_staging
from ml.production.paths import ensure_tables
from orchestration import dbt_run
from orchestration.progress import say

TAG = "grows"
TARGET = "spark"
# What the models are, and whatever they read: small, and made on the spot rather than carried over.
_CHOSEN = ("--select", f"+tag:{TAG}", "--exclude-resource-type", "test")


def targets(project: Path = dbt_run.PROJECT) -> list[str]:
    """The names of the targets of the project's profile that are a Spark."""
    told = yaml.safe_load((project / "profiles.yml").read_text(encoding="utf-8"))
    outputs = told["datawerkplaats"]["outputs"]
    return sorted(name for name, output in outputs.items() if output["type"] == "spark")


def folder(settings: Settings) -> Path:
    """Where a Spark of this machine writes."""
    return settings.data_dir / "spark" / settings.source


def build(settings: Settings, target: str = TARGET) -> list[NodeResult]:
    """The result of every model and seed that Spark made anew; what it made before is gone.

    Raises:
        DataProblem: `unknown_target` if the profile has no such Spark, `spark_missing` if its packages are not installed,
            `missing_delivery` if nothing was built here yet, or `build_failed`.
    """
    _check(settings, target)
    made = folder(settings)
    shutil.rmtree(made, ignore_errors=True)
    dbt_run.set_environment(settings)
    os.environ["DWP_SPARK_DIR"] = str(made)
    ensure_tables(settings)
    write_staging(load_catalogue(settings.catalogue_dir))
    place = settings.data_dir / "dbt" / "spark"
    dbt.operate(dbt_run.PROJECT, place, "register_sources", "--target", target)
    return dbt.build(dbt_run.PROJECT, place, "--target", target, *_CHOSEN)


def require() -> None:
    """Raises `spark_missing` unless the packages of Spark are there."""
    for name in ("pyspark", "dbt.adapters.spark"):
        if not _is_installed(name):
            raise DataProblem(
                "spark_missing",
                subject=name,
                expected="the packages of the extra `spark`, and Java 17 or newer",
                remedy="run make spark, which installs them",
            )


def _check(settings: Settings, target: str) -> None:
    """Raises the sentence of what stands in the way before anything is begun."""
    known = targets()
    if target not in known:
        raise DataProblem(
            "unknown_target",
            subject="TARGET",
            found=target,
            expected=f"one of {', '.join(known)}",
            remedy="choose one of them, or add it to dbt_project/profiles.yml; DuckDB is built by make materialise",
        )
    require()
    if not settings.inputs_dir.is_dir() or not settings.compiled_catalogue_dir.is_dir():
        raise DataProblem(
            "missing_delivery",
            subject=settings.inputs_dir.name,
            where="deliveries and compiled catalogue",
            remedy="run make materialise first: Spark reads what it loaded",
        )


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or that of the problem that was told."""
    parser = argparse.ArgumentParser(prog="make spark", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--target", default=TARGET, help="a Spark in dbt_project/profiles.yml")
    told = parser.parse_args(arguments)
    settings, start = get_settings(), time.perf_counter()
    try:
        results = build(settings, told.target)
        wrong = [row for row in results if row.is_wrong]
        for row in wrong:
            say("spark", f"{row.unique_id.split('.')[-1]}: {' '.join(row.message.split())[:400]}")
        if wrong:
            raise DataProblem(
                "build_failed",
                subject="Spark",
                found=f"{len(wrong)} models went wrong, {len(results)} in all",
                remedy="correct the first model that is named above",
            )
    except DataProblem as problem:
        print(problem.sentence("en"), file=sys.stderr)
        return problem.exit_code
    say(
        "spark",
        f"{len(results)} models and seeds in {time.perf_counter() - start:.0f} s, in {folder(settings)}",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
