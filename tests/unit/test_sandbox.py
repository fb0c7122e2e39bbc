# ruff: noqa: E501 – SQL as data
"""The process: answers, limits and sentences; a runaway ends while others go on."""

from __future__ import annotations

import datetime
import subprocess
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.sandbox import Limits, pool, run_query, schema
from tests.browser import until
from tests.security.attack import (
    INSIDE_THE_FILE,
    ORDINARY,
    RUNAWAY,
    attempt,
    attempt_all,
    harmful,
    hogs,
    on_read_only,
    succeeded,
)
from tests.security.attacks import ATTACKS, GROUPS, Attack
from tests.security.hogs import HOGS
from tests.security.target import CANARY, Target, build

pytestmark = pytest.mark.busy
# One way each to take the processor (rows, recursion, one long call, code of its own) and the memory (a text, a list, a table).
ENDLESS = (
    "cross_join",
    "endless_recursion",
    "edit_distance",
    "nested_lambdas",
    "repeat_text",
    "list_resize",
    "pivot_of_everything",
)
# Where the clock is not what is looked at: a busy machine makes an honest query slow.
PATIENT = Limits(seconds=600.0, cpu_seconds=60)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    return build(tmp_path_factory.mktemp("sandbox"))


def problem(target: Target, sql: str, limits: Limits | None = None, *, gated: bool = True) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        pool.run(target.published, sql, limits or PATIENT, gated=gated)
    return caught.value


def test_values_come_back_as_they_are(target: Target) -> None:
    sql = (
        "select 1 as i, 1.5::double as d, 1.25::decimal(9,2) as c, 'é' as s, null as n, true as b,"
        " date '2020-02-29' as dt, timestamp '2020-01-02 03:04:05.5' as ts, [1, 2] as l, {'a': date '2020-01-01'} as st,"
        " timestamptz '2020-07-01 10:00:00+00' as tz, 'nan'::double = 'nan'::double as nan, 170141183460469231731687303715::hugeint as h"
    )
    result = run_query(target.published, sql, PATIENT)
    assert [column.name for column in result.columns] == [
        *"idcsnb",
        "dt",
        "ts",
        "l",
        "st",
        "tz",
        "nan",
        "h",
    ]
    row = result.rows[0]
    assert row[:6] == (1, 1.5, Decimal("1.25"), "é", None, True)
    assert row[6:8] == (datetime.date(2020, 2, 29), datetime.datetime(2020, 1, 2, 3, 4, 5, 500000))
    assert row[8:10] == ([1, 2], {"a": "2020-01-01"})
    # Dutch local time, summer included.
    assert row[10].isoformat() == "2020-07-01T12:00:00+02:00"
    assert row[11:] == (True, 170141183460469231731687303715)


def test_values_beyond_python_come_back_as_text(target: Target) -> None:
    sql = "select 'infinity'::date, interval 1 month, '\\x01'::blob, map {1: 'a'}, md5('x') is not null, time '12:00'"
    row = run_query(target.published, sql, PATIENT).rows[0]
    assert "inf" in str(row[0]) or row[0] == datetime.date.max
    assert row[2:] == ("01", {"1": "a"}, True, datetime.time(12, 0))


def test_the_arrow_table_is_what_was_shown(target: Target) -> None:
    sql = "select region_id, year, value, year as value, period_start, 1.5::decimal(4,1) as d, [1] as l from core.fct_observation order by all limit 50"
    result = run_query(target.published, sql, PATIENT)
    table = result.arrow()
    assert table.column_names == ["region_id", "year", "value", "value_2", "period_start", "d", "l"]
    assert [tuple(row.values()) for row in table.to_pylist()] == result.rows
    assert [str(field.type) for field in table.schema][:6] == [
        "string",
        "int32",
        "double",
        "int32",
        "date32[day]",
        "decimal128(4, 1)",
    ]


def test_an_empty_answer_keeps_its_columns(target: Target) -> None:
    result = run_query(
        target.published, "select region_id, population from core.dim_region where false", PATIENT
    )
    assert (result.rows, result.truncated) == ([], False)
    assert result.arrow().column_names == ["region_id", "population"]


@pytest.mark.parametrize(
    ("asked", "shown", "truncated"), [(99, 99, False), (100, 100, False), (101, 100, True)]
)
def test_rows_are_cut_at_the_limit(target: Target, asked: int, shown: int, truncated: bool) -> None:
    result = run_query(target.published, f"select * from range({asked})", Limits(rows=100))
    assert (len(result.rows), result.truncated) == (shown, truncated)


def test_bytes_are_cut_at_the_limit(target: Target) -> None:
    result = run_query(target.published, "select repeat('x', 1000) from range(1000)", Limits(bytes=100_000))
    assert result.truncated
    assert 90 <= len(result.rows) <= 100
    assert problem(target, "select repeat('x', 1000000)", Limits(bytes=100_000)).code == "query_too_large"


def test_the_schema_browser_shows_published_tables_only(target: Target) -> None:
    tables = {f"{table.schema}.{table.name}": table for table in schema(target.published)}
    region = tables["core.dim_region"]
    assert (region.comment, region.rows) == ("Areas in a vintage", 575)
    assert (region.columns[0].name, region.columns[0].type, region.columns[0].comment) == (
        "region_id",
        "VARCHAR",
        "code@vintage",
    )
    assert not [name for name in tables if "hidden" in name]


def test_a_mistake_is_a_sentence_without_the_path(target: Target) -> None:
    unknown = problem(target, "select regoin_name from core.dim_region")
    assert unknown.code == "query_failed"
    assert "regoin_name" in unknown.sentence("nl")
    assert "region_name" in unknown.sentence("nl")
    for sql in (
        "select regoin_name from core.dim_region",
        "select 'x'::int",
        "select 1 +",
        "select * from x.y.z",
    ):
        sentence = problem(target, sql).sentence("nl")
        assert str(target.folder) not in sentence
        assert "Traceback" not in sentence
        assert "\n" not in sentence


def test_a_file_that_is_not_there_or_broken_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataProblem) as caught:
        run_query(tmp_path / "gone.duckdb", "select 1", PATIENT)
    assert caught.value.code == "no_publication"
    (tmp_path / "broken.duckdb").write_bytes(b"x" * 20_000)
    with pytest.raises(DataProblem) as caught:
        run_query(tmp_path / "broken.duckdb", "select 1", PATIENT)
    assert caught.value.code == "publication_damaged"


def test_a_slow_query_is_stopped_in_time(target: Target) -> None:
    # Its processor time would last for ten minutes, so that it is the clock that stopped it.
    stopped = problem(target, RUNAWAY, Limits(seconds=1.0, cpu_seconds=600))
    assert stopped.code == "query_too_slow"
    assert "duurde te lang" in stopped.sentence("nl")


def test_processor_time_is_bounded_too(target: Target) -> None:
    assert problem(target, RUNAWAY, Limits(seconds=600.0, cpu_seconds=1)).code == "query_too_slow"


def test_memory_is_bounded(target: Target) -> None:
    assert problem(target, "select len(repeat('x', 2000000000))").code == "query_too_large"
    # The same fits where the limit is wider, so that it is this limit that stopped it.
    wide = replace(PATIENT, memory=6_000_000_000)
    assert run_query(target.published, "select len(repeat('x', 300000000))", wide).rows == [(300_000_000,)]


def test_others_answer_while_a_query_runs_away(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[subprocess.Popen[bytes]] = []
    original = pool._take

    def take() -> subprocess.Popen[bytes]:
        taken.append(original())
        return taken[-1]

    monkeypatch.setattr(pool, "_take", take)
    patient = Limits(seconds=600.0, cpu_seconds=600)
    runaway = threading.Thread(target=lambda: problem(target, RUNAWAY, patient))
    runaway.start()
    until(lambda: taken, "the runaway did not start")
    for _ in range(3):
        assert run_query(target.published, ORDINARY, PATIENT).rows
    assert runaway.is_alive()
    taken[0].kill()
    runaway.join()


def test_too_many_at_once_is_a_sentence(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pool, "PATIENCE_SECONDS", 0.1)
    original, beside = pool._exchange, []

    def exchange(*query: Any) -> bytes | None:
        beside.append(problem(target, "select 2").code)
        return original(*query)

    monkeypatch.setattr(pool, "_exchange", exchange)
    assert run_query(target.published, "select 1", PATIENT).rows == [(1,)]
    assert beside == ["query_busy"]


def test_each_query_has_a_process_of_its_own(target: Target) -> None:
    pool.run(target.published, "create temp view v as select 'forged' as x", Limits(), gated=False)
    assert problem(target, "select * from v", gated=False).code == "query_failed"


def test_a_process_that_died_waiting_is_not_used(target: Target) -> None:
    pool.prepare()
    for process in list(pool._ready):
        process.kill()
        process.wait()
    assert run_query(target.published, "select 1", PATIENT).rows == [(1,)]


@pytest.mark.parametrize(
    "attack",
    [attack for attack in ATTACKS if attack.kind not in INSIDE_THE_FILE and attack.name in {
        "read_text", "own_raw_bytes", "own_processes_environment", "parents_environment", "copy_to_file", "attach", "getenv",
        "enable_logging_to_file", "export_database", "unlock", "load_path", "delete",
    }],
    ids=lambda attack: attack.name,
)  # fmt: skip
def test_the_process_holds_without_the_gate(target: Target, attack: Attack) -> None:
    before = target.fingerprint()
    outcome = attempt(target, attack, gated=False)
    assert outcome.code != ""
    assert not outcome.showed_canary
    assert target.fingerprint() == before


@pytest.mark.slow
def test_the_same_works_on_a_connection_that_is_only_read_only(target: Target) -> None:
    outcomes = on_read_only(target)
    assert outcomes["read_text"] == outcomes["own_processes_environment"] == "ran"
    assert sum(outcome != "failed" for outcome in outcomes.values()) > len(ATTACKS) / 2
    # What they left behind must not help the tests after this one.
    for path in target.folder.glob("out.*"):
        path.unlink()


def two_of_each_kind() -> list[Attack]:
    kinds = sorted({attack.kind for attack in ATTACKS})
    return [attack for kind in kinds for attack in [one for one in ATTACKS if one.kind == kind][:2]]


@pytest.mark.slow
def test_nothing_gets_through(target: Target) -> None:
    # Two of each kind and a second of processor time: `make attack` types all of them. The gate itself has met all in its own test.
    some, limits = two_of_each_kind(), Limits(seconds=600.0, cpu_seconds=1)
    before = target.fingerprint()
    assert [
        outcome.attack.name for outcome in attempt_all(target, some, limits=limits) if succeeded(outcome)
    ] == []
    naked = attempt_all(target, some, gated=False, limits=limits)
    assert [outcome.attack.name for outcome in naked if harmful(outcome)] == []
    # Without the gate some do run, so that the first line could have failed.
    assert sum(succeeded(outcome) for outcome in naked) > 3
    assert target.fingerprint() == before
    # The canary is there to be found: the one table in the file that is not published shows it without the gate.
    internal = Attack("other_tables", "internal_schema", GROUPS["other_tables"]["internal_schema"])
    assert attempt(target, internal, gated=False).showed_canary
    assert CANARY not in str(run_query(target.published, "summarize core.dim_source", PATIENT).rows)


@pytest.mark.slow
def test_no_query_hogs_the_machine(target: Target) -> None:
    # A second of processor time each; `make attack` gives them what analysts have, and measures how soon they end.
    ended = hogs(target, Limits(seconds=600.0, cpu_seconds=1), [hog for hog in HOGS if hog.name in ENDLESS])
    # None ends by itself: each has been stopped with a sentence that says so.
    codes = [outcome.code for outcome in ended]
    assert len(codes) == len(ENDLESS) and set(codes) == {"query_too_slow", "query_too_large"}, codes
