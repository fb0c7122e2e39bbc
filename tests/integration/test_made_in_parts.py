"""Models that are made in parts where there are many rows hold the same as when one part is enough."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from datawerkplaats.base import dbt
from datawerkplaats.base.settings import Settings
from orchestration import dbt_run

pytestmark = pytest.mark.slow

IN_PARTS = {
    "fct_observation_restated": "core",
    "int_observations__current": "intermediate",
    "int_series__trends": "intermediate",
    "int_obs__figures": "intermediate",
}


def _apart(con: duckdb.DuckDBPyConnection, table: str) -> tuple[int, ...]:
    """Rows of the whole, and those that either of the two has more often than the other."""
    found = con.execute(
        f"select (select count(*) from whole.{table}), (select count(*) from (from whole.{table} except all from parts.{table})),"
        f" (select count(*) from (from parts.{table} except all from whole.{table}))"
    ).fetchone()
    assert found
    return tuple(map(int, found))


def test_parts__hold_what_the_whole_does(copied: Path, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=copied)
    whole = shutil.copy(settings.warehouse_path, tmp_path / "whole.duckdb")
    with patch.dict(os.environ):
        dbt_run.set_environment(settings)
        results = dbt.build(
            dbt_run.PROJECT, tmp_path / "target", "--select", *IN_PARTS, "--exclude-resource-type", "test",
            "--vars", "{rows_in_part: 40000}",
        )  # fmt: skip
    assert {row.unique_id.split(".")[-1]: row.status for row in results} == dict.fromkeys(IN_PARTS, "success")
    made = next((tmp_path / "target").rglob("run/**/int_obs__figures.sql")).read_text(encoding="utf-8")
    assert made.count("insert into") > 1 and "/* in part" not in made
    with duckdb.connect() as con:
        con.execute(
            f"attach '{whole}' as whole (read_only); attach '{settings.warehouse_path}' as parts (read_only)"
        )
        for name, schema in IN_PARTS.items():
            rows, *apart = _apart(con, f"{schema}.{name}")
            assert rows > 0 and apart == [0, 0], name
