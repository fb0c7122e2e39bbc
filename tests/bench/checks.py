"""Resolving all rules of data_quality on the national data, against one bare scan of the tables that they look at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats.base.duckdb import connect_read_only, relation
from tests.bench.national import publish_national
from tests.proofs.registry import Measured, Room

_TABLES = ("fct_observation", "dim_region", "dim_indicator", "dim_source", "dim_period")


def figures(room: Room) -> Iterator[Measured]:
    """Yields `checks_1000_s` (seconds for all checks), how many of them apply and how many did not run."""
    from data_quality.resolve import resolve
    from data_quality.rulebook import rules

    publish_national(room)
    warehouse = room.work / "national" / "warehouse.duckdb"
    bare = _scan(warehouse)
    started = time.perf_counter()
    found = resolve(warehouse, rules().values())
    seconds = time.perf_counter() - started
    yield "checks_1000_s", seconds, bare
    yield "checks_applied", sum(row.status in ("passed", "failed") for row in found), None
    yield "checks_not_run", sum(row.status == "error" for row in found), None


def _scan(warehouse: Path) -> float:
    with connect_read_only(warehouse) as con:
        con.execute("SET threads = 2")
        started = time.perf_counter()
        for table in _TABLES:
            con.execute(f"select bit_xor(hash(columns(*))) from {relation('core', table)}").fetchall()
        return time.perf_counter() - started
