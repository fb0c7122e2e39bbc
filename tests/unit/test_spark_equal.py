"""What holds two warehouses against each other sees a row, a key, a value and a column that differ, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from datawerkplaats.base.duckdb import connect_memory
from tests.proofs.spark_equal import compare

HERE = "select 'a' as area, 2020 as year, 0.1 as share union all select 'a', 2020, null union all select 'b', 2021, 3.5"


def _found(folder: Path, there: str) -> tuple[int, int, int, int]:
    (folder / "core.db" / "fct").mkdir(parents=True)
    connection = connect_memory()
    connection.execute(f"copy ({there}) to '{folder}/core.db/fct/part.parquet' (format parquet)")
    connection.execute("attach ':memory:' as warehouse; create schema warehouse.core")
    connection.execute(f"create table warehouse.core.fct as {HERE}")
    (one,) = compare(folder, connection)
    assert one.is_equal == (not any((one.keys_apart, one.values_apart, one.columns_apart)))
    return one.rows, one.keys_apart, one.values_apart, one.columns_apart


def test_the_same_rows_in_another_order_are_equal(tmp_path: Path) -> None:
    assert _found(tmp_path, f"select year, share + 1e-12 as share, area from ({HERE}) order by year desc") == (
        3, 0, 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("there", "apart"),
    [
        (f"select * replace (share + 1e-6 as share) from ({HERE})", (0, 2, 0)),
        (f"select * replace (coalesce(share, 0.5) as share) from ({HERE})", (0, 1, 0)),
        (f"select * replace (year + 1 as year) from ({HERE})", (6, 0, 0)),
        (f"{HERE} union all select 'b', 2021, 3.5", (1, 0, 0)),
        (f"select * exclude (year) from ({HERE})", (0, 0, 1)),
    ],
)
def test_what_differs_is_counted(tmp_path: Path, there: str, apart: tuple[int, int, int]) -> None:
    assert _found(tmp_path, there)[1:] == apart
