"""Resolving all rules of data_quality on the national data, against one bare scan of the tables that they look at."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats.base.duckdb import connect_read_only, relation
from tests.bench.figures import Figure
from tests.bench.processes import measured

GOAL_S = 20.0
GOAL_CHECKS = 1000
_TABLES = ("fct_observation", "dim_region", "dim_indicator", "dim_source", "dim_period")


def figures(reference_data: Path, work: Path) -> Iterator[Figure]:
    """Yields `checks_1000_s`: seconds for all checks, of which there are at least 1,000 that apply."""
    data_dir = work / "national"
    environment = {"DWP_SOURCE": "files", "DWP_FILES": str(reference_data), "DWP_DATA_DIR": str(data_dir)}
    if not (data_dir / "publish" / "current.json").exists():
        measured([sys.executable, "-m", "orchestration.materialise"], environment)
    yield figure(data_dir / "warehouse.duckdb")


def figure(warehouse: Path) -> Figure:
    """The figure for one built warehouse."""
    from data_quality.resolve import resolve
    from data_quality.rulebook import rules

    bare = _scan(warehouse)
    started = time.perf_counter()
    found = resolve(warehouse, rules().values())
    seconds = time.perf_counter() - started
    applied = sum(row.status in ("passed", "failed") for row in found)
    failed_to_run = sum(row.status == "error" for row in found)
    return Figure(
        "checks_1000_s",
        seconds,
        f"s for {applied:,} checks that apply ({len(found) - applied - failed_to_run:,} do not, {failed_to_run} did not run)",
        f"one scan of every column of the same tables: {bare:.2f} s",
        seconds / bare,
        f"value < {GOAL_S:.0f} with at least {GOAL_CHECKS:,} checks that apply",
        seconds < GOAL_S and applied >= GOAL_CHECKS and not failed_to_run,
    )


def _scan(warehouse: Path) -> float:
    with connect_read_only(warehouse) as con:
        con.execute("SET threads = 2")
        started = time.perf_counter()
        for table in _TABLES:
            con.execute(f"select bit_xor(hash(columns(*))) from {relation('core', table)}").fetchall()
        return time.perf_counter() - started
