"""The fifteen questions of the guide for analysts, asked of the whole country: short, without UNION, with their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.integration.dbt_warehouse import national_warehouse

pytestmark = [pytest.mark.slow, pytest.mark.reference]

QUESTIONS = re.findall(
    r"### (.*?)\n\n```sql national\n(.*?)```\n\nFirst of (\d+): `(.*?)`\n",
    (PROJECT_ROOT / "docs" / "analysts.md").read_text(encoding="utf-8"),
    flags=re.DOTALL,
)


@pytest.fixture(scope="module")
def country(reference_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(national_warehouse(reference_data).path), read_only=True) as connection:
        yield connection


def test_there_are_fifteen() -> None:
    assert len(QUESTIONS) == 15


@pytest.mark.parametrize(("title", "sql", "rows", "first"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_question__is_short_and_has_its_answer(
    country: duckdb.DuckDBPyConnection, title: str, sql: str, rows: str, first: str
) -> None:
    assert len(sql.strip().splitlines()) <= 5 and "union" not in sql.lower()
    found = country.execute(sql).fetchall()
    shown = " · ".join("–" if cell is None else str(cell) for cell in found[0])
    assert (len(found), shown) == (int(rows), first)


def test_joins__every_pair_of_the_same_area_and_year_is_found(country: duckdb.DuckDBPyConnection) -> None:
    assert joined_share(country, "gemeente") == 1.0
    assert joined_share(country, "wijk") == 1.0


def joined_share(con: duckdb.DuckDBPyConnection, level: str) -> float:
    """Of the pairs of two figures that lie in one area of now and one year, the share that `mart.obs` joins.

    Which area of now a delivered figure lies in is followed here by the bridge alone, apart from how the table is made.
    """
    row = con.execute(
        """
        with target as (
            select max(to_vintage) as vintage from core.bridge_region_vintage where region_level = $level
        ),
        reached as (
            select distinct f.indicator_id, f.year, coalesce(b.to_code, f.region_code) as region_code
            from core.fct_observation as f
            inner join core.dim_indicator as i on f.indicator_id = i.indicator_id and i.is_public
            cross join target
            left join core.bridge_region_vintage as b
                on f.region_id = b.from_region_id and b.to_vintage = target.vintage
            where f.region_level = $level and left(f.region_code, 2) in ('GM', 'WK')
                and (b.to_code is not null or f.region_vintage = target.vintage)
        ),
        wanted as (
            select a.indicator_id as one, b.indicator_id as other, region_code, year
            from reached as a inner join reached as b using (region_code, year) where a.indicator_id < b.indicator_id
        ),
        had as (select distinct indicator_id, region_code, year from mart.obs where region_level = $level)
        select count(*) filter (x.indicator_id is not null and y.indicator_id is not null) / count(*)
        from wanted
        left join had as x on x.indicator_id = one and x.region_code = wanted.region_code and x.year = wanted.year
        left join had as y on y.indicator_id = other and y.region_code = wanted.region_code and y.year = wanted.year
        """,
        {"level": level},
    ).fetchone()
    assert row is not None
    return float(row[0])
