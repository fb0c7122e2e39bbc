"""What DuckDB's own plans tell of the columns that decide a column: through views, filters, joins and windows, and never less."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orchestration.reads import EVERY, Read, Reader, Shape

INDICATORS = "source.p.catalogue.indicators"
FACTS = "model.p.facts"
SHAPES = [
    Shape(INDICATORS, "read_json('/x/indicators.json')", (("id", "varchar"), ("title", "varchar"), ("source_id", "varchar"))),
    Shape(FACTS, '"w"."core"."facts"', (("id", "varchar"), ("year", "integer"), ("value", "double"))),
    Shape(
        "model.p.stg",
        '"w"."staging"."stg"',
        (("id", "varchar"), ("title", "varchar"), ("source_id", "varchar")),
        "select cast(id as varchar) as id, title, source_id from read_json('/x/indicators.json')",
    ),
]  # fmt: skip


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader("w", SHAPES)
    yield made
    made.close()


def names(reads: frozenset[Read] | None) -> set[str]:
    assert reads is not None
    return {
        f"{read.unique_id.split('.')[-1]}.{read.column}{read.slice and '@' + read.slice}" for read in reads
    }


def test_columns__are_told_apart_through_a_join_and_a_view(reader: Reader) -> None:
    found = reader.of_columns(
        'with i as (select * from "w"."staging"."stg") select f.*, i.title from "w"."core"."facts" as f join i on f.id = i.id',
        ["id", "value", "title"],
    )
    assert found is not None
    joined = {"facts.id", "indicators.id"}
    assert names(found["id"]) == joined
    assert names(found["value"]) == joined | {"facts.value"}
    assert names(found["title"]) == joined | {"indicators.title"}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select id from w.core.facts where year > 2000", {"facts.id", "facts.year"}),
        ("select id from w.core.facts where id = 'a' and abs(value) > 1", {"facts.id", "facts.value"}),
        ("select count(*) from w.core.facts", {"facts.id", "facts.year", "facts.value"}),
        ("select 1 from w.core.facts", {"facts.id", "facts.year", "facts.value"}),
        ("select id, row_number() over (order by year) from w.core.facts", {"facts.id", "facts.year"}),
        ("select id from w.core.facts order by value limit 3", {"facts.id", "facts.value"}),
        ("select distinct year from w.core.facts", {"facts.year"}),
        ("select max(year) from w.core.facts", {"facts.year"}),
        ("select title from w.staging.stg where source_id = 'a'", {"indicators.title@a", "indicators.source_id@a"}),
        ("select title from w.staging.stg where source_id in ('a', 'b')", {"indicators.title", "indicators.source_id"}),
        ("select id from w.core.facts where id in (select title from w.staging.stg)", {"facts.id", "indicators.title"}),
    ],
)  # fmt: skip
def test_statement__reads_what_decides_it(reader: Reader, sql: str, expected: set[str]) -> None:
    assert names(reader.of_statement(sql)) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "select * from range(3)",
        "select * from w.core.no_such_table",
        "select * from duckdb_columns()",
        "no sql",
    ],
)
def test_statement__of_which_the_plan_tells_too_little_is_not_known(reader: Reader, sql: str) -> None:
    assert reader.of_statement(sql) is None
    assert reader.of_columns(sql, [EVERY]) is None


def test_look_through__makes_temporary_tables_as_good_as_what_they_are_made_of(reader: Reader) -> None:
    reader.look_through("create or replace temp table slim as select id, value from core.facts;")
    assert names(reader.of_statement("select value from slim")) == {"facts.value"}
