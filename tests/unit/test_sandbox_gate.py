# ruff: noqa: E501 – SQL as data
"""The gate: what analysts type passes, every attack is refused before anything runs, and each refusal is a sentence."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from datawerkplaats.base.errors import PROBLEMS, DataProblem
from datawerkplaats.sandbox.functions import FUNCTIONS, TABLE_FUNCTIONS
from datawerkplaats.sandbox.gate import MAX_CHARACTERS, check, published_tables
from datawerkplaats.sandbox.pivot import open_pivot
from datawerkplaats.sandbox.worker import prepare
from tests.for_each import for_each
from tests.security.attack import REFUSED, analyst_queries
from tests.security.attacks import ATTACKS, GROUPS, Attack
from tests.security.hogs import HOGS
from tests.security.target import Target, build

# On the list for engine 2, or spelled as a function while the parser makes something else of them.
NOT_FUNCTIONS_YET = frozenset(
    {
        "->",
        "=",
        "==",
        "<>",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "if",
        "ifnull",
        "coalesce",
        "grouping",
        "grouping_id",
        "extract",
        "current_timestamp",
        "current_time",
        "localtime",
        "localtimestamp",
        "percentile_cont",
        "percentile_disc",
    }
)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    return build(tmp_path_factory.mktemp("sandbox"))


@pytest.fixture(scope="module")
def con(target: Target) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(target.published), read_only=True, config={"max_expression_depth": "200"})
    con.execute(f"attach '{target.raw}' as raw (read_only)")
    return con


def refusal(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The code with which a text is refused, '' where it passes."""
    try:
        prepare(con, sql)
    except DataProblem as problem:
        assert problem.sentence("nl") != problem.sentence("en")
        return problem.code
    return ""


def test_attacks_are_many_and_all_different() -> None:
    assert len(ATTACKS) >= 90
    assert len(HOGS) >= 21
    assert len({attack.sql for attack in [*ATTACKS, *HOGS]}) == len(ATTACKS) + len(HOGS)
    assert len(GROUPS) == 8


@for_each("attack", ATTACKS, ids=lambda attack: f"{attack.kind}-{attack.name}")
def test_every_attack_is_refused(con: duckdb.DuckDBPyConnection, target: Target, attack: Attack) -> None:
    assert refusal(con, target.fill(attack.sql)) in REFUSED


@for_each("sql", analyst_queries())
def test_the_queries_of_the_guide_pass(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert con.execute(prepare(con, sql)).fetchall()


@for_each(
    "sql",
    [
        "from core.dim_region select region_name where population > 1000 limit 3",
        "with a as (from core.dim_region), b as (select * from a) select count(*) from b, a",
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select sum(n) from t",
        "with a as materialized (select 1 as x) select * from a union all by name select 2 as x",
        "select * from (with inner_one as (select 1 as x) from inner_one) join (values (1)) v(x) using (x)",
        "describe core.dim_region",
        "describe select 1 as x",
        "summarize core.dim_region",
        "show all tables",
        "show tables",
        "table core.dim_source",
        "values (1, 'a'), (2, 'b')",
        "unpivot core.dim_source on publisher, mode into name n value v",
        "select column_name, comment from duckdb_columns() where schema_name = 'core'",
        "select table_name from information_schema.tables",
        "select * from generate_series(2010, 2024) t(year)",
        "select * from range(10, 0, -2)",
        "select unnest([1, 2, 3]), [x * 2 for x in [1, 2] if x > 1], list_transform([1], lambda x: x + 1)",
        "select region_name.upper(), CORE.dim_region.region_code from Core.Dim_Region",
        "select value, avg(value) over w, rank() over w from core.fct_observation window w as (order by value) limit 3",
        "select region_level, quantile_cont(value, 0.5) filter (where year = 2020) from core.fct_observation group by all",
        "select case when value > 10 then 'high' else 'low' end, value::int, try_cast('x' as date) from core.fct_observation limit 1",
        "select * exclude (lower), columns('up.*') from core.fct_observation limit 1",
        "select count(*) from core.fct_observation group by grouping sets ((year), ()) having count(*) > 1 order by all",
        "select date_trunc('year', period_start), year - 1, -value, value between 1 and 2, region_code like 'GM%' from core.fct_observation limit 1",
        "select region_name from core.dim_region where region_id in (select region_id from core.fct_observation) order by 1 collate nocase limit 1",
        "select r.* from core.dim_region r semi join core.fct_observation o using (region_id) limit 1",
        "select * from core.dim_region using sample 3 rows",
        "pivot core.fct_observation on year in (2016, 2020) using avg(value) group by region_level",
        "-- what is there?\nselect /* all of it */ count(*) from core.dim_region; ",
        "select json_extract_string('{\"a\": \"b\"}', '$.a'), '{\"a\": 1}'->>'a'",
        "select strftime(published_at, '%d-%m-%Y') from meta.publication",
    ],
)
def test_what_analysts_write_passes(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    con.execute(prepare(con, sql)).fetchall()


@for_each(
    "sql, code, named",
    [
        ("select 1; select 2", "query_not_one_select", ""),
        ("", "query_not_one_select", ""),
        ("drop table core.dim_region", "query_not_one_select", ""),
        ("select * from staging.hidden", "query_table_not_published", "staging.hidden"),
        ("select * from hidden", "query_table_not_published", "hidden"),
        ("select * from fct_twice", "query_table_not_published", "fct_twice"),
        ("select range(value::int) from core.fct_observation", "query_range_not_bounded", "range"),
        (
            "select * from range(date '0001-01-01', date '2021-01-01', interval 1 second)",
            "query_range_not_bounded",
            "range",
        ),
        ("explain copy core.dim_region to 'x'", "query_not_one_select", ""),
        ("select getenv('HOME')", "query_function_not_allowed", "getenv"),
        ("select * from read_text('x')", "query_function_not_allowed", "read_text"),
        ("select ?", "query_construct_not_allowed", ""),
        ("select * from range(1000000000)", "query_range_not_bounded", "range"),
        ("select range((select 9))", "query_range_not_bounded", "range"),
        ("select * from generate_series(1, 10, 0)", "query_range_not_bounded", "generate_series"),
        ("select frm x y", "query_syntax", ""),
        ("select '" + "x" * MAX_CHARACTERS + "'", "query_too_complex", ""),
        ("select " + "abs(" * 300 + "1" + ")" * 300, "query_too_complex", ""),
        (
            "with a as (select 1) select * from (with b as (select 1) select * from b), b",
            "query_table_not_published",
            "b",
        ),
    ],
)
def test_a_refusal_names_what_is_refused(
    con: duckdb.DuckDBPyConnection, sql: str, code: str, named: str
) -> None:
    with pytest.raises(DataProblem) as caught:
        prepare(con, sql)
    assert caught.value.code == code
    assert named in caught.value.sentence("nl")
    assert PROBLEMS[code]["nl"] in caught.value.sentence("nl")


def test_the_gate_runs_nothing(tmp_path: Path) -> None:
    with duckdb.connect() as con, pytest.raises(DataProblem):
        con.execute(f"set home_directory = '{tmp_path}'")
        check(con, f"copy (select 1) to '{tmp_path / 'out.csv'}'", published_tables(con))
    assert not list(tmp_path.iterdir())


def test_only_published_schemas_are_open(con: duckdb.DuckDBPyConnection) -> None:
    schemas = {schema for schema, _ in published_tables(con)}
    assert schemas == {"core", "indicator", "determinant", "outcome", "quality", "meta", "raw"}


def test_every_function_on_the_list_exists_and_none_reaches_outside(con: duckdb.DuckDBPyConnection) -> None:
    known = {
        name for (name,) in con.execute("select lower(function_name) from duckdb_functions()").fetchall()
    }
    assert FUNCTIONS - known - NOT_FUNCTIONS_YET == set()
    assert known >= TABLE_FUNCTIONS
    dangerous = (
        "read",
        "scan",
        "getenv",
        "setting",
        "secret",
        "query",
        "log_",
        "sleep",
        "glob",
        "execute",
        "serialize",
        "variable",
    )
    assert not [name for name in FUNCTIONS | TABLE_FUNCTIONS if any(word in name for word in dangerous)]


@for_each(
    "sql, rows",
    [
        ("pivot (select 'a' as k, 1 as v) on k using sum(v)", [(1,)]),
        ("pivot (select 'it''s)' as k, 1 as v) on k using sum(v)", [(1,)]),
        ("pivot (select unnest([10, 9]) as k, 1 as v) on k using sum(v)", [(1, 1)]),
        ("pivot (select null as k, 1 as v union all select 'b', 2) on k using sum(v)", [(2,)]),
        (
            "with t as (select 'a' as k, 'é, on (' as é, 1 as v) pivot t on k using sum(v) group by é -- on x in",
            [("é, on (", 1)],
        ),
        ("pivot (select 'a' as k, 'x' as l, 1 as v) on k || l using sum(v) order by all limit 1;", [(1,)]),
        ("pivot (select 'a' as k, 'x' as l, 1 as v) on k, l in ('x', 'y') using sum(v)", [(1, None)]),
    ],
)
def test_a_pivot_without_values_gets_them(
    con: duckdb.DuckDBPyConnection, sql: str, rows: list[tuple[object, ...]]
) -> None:
    assert con.execute(prepare(con, sql)).fetchall() == rows == con.execute(sql).fetchall()


def test_only_a_pivot_without_values_is_cut() -> None:
    assert open_pivot("select 1") is None
    assert open_pivot("from (pivot core.x on y using sum(z))") is None
    pieces = open_pivot("pivot core.x on y in (1) using sum(z)")
    assert pieces is not None
    assert pieces.open_at == ()
