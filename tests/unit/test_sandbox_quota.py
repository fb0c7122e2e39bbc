"""What one visitor may take of the SQL box, and how long a typed series can be."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.sandbox import quota
from datawerkplaats.sandbox.quota import AT_ONCE, Quota
from datawerkplaats.sandbox.series import steps
from tests.for_each import for_each


def test_quota__a_visitor_has_some_at_once_and_others_are_not_bothered() -> None:
    kept = Quota()
    turns = [kept.turn("a") for _ in range(AT_ONCE)]
    for turn in turns:
        turn.__enter__()
    with pytest.raises(DataProblem) as caught, kept.turn("a"):
        pass
    assert caught.value.code == "query_quota"
    with kept.turn("b"), kept.turn(""), kept.turn(""), kept.turn(""):
        pass
    turns[0].__exit__(None, None, None)
    with kept.turn("a"):
        pass


def test_quota__seconds_of_a_minute_run_out_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    kept = Quota()
    with kept.turn("a"):
        now += quota.SECONDS_A_MINUTE
    with pytest.raises(DataProblem), kept.turn("a"):
        pass
    now += 61
    with kept.turn("a"):
        pass


@for_each(
    "call, expected",
    [
        ("range(10)", 10),
        ("range(2, 12, 5)", 2),
        ("range(-5, 5 * 2 + 1)", 16),
        ("range(10, 0, -2)", -5),
        ("range(date '2024-01-01', date '2024-01-31', interval 1 day)", 30),
        ("range(timestamp '2024-01-01', '2024-01-02'::timestamp, interval '6 hours')", 4),
        ("range(min(year), max(year) + 1)", 10_000),
        ("range(len([1, 2]))", 9_999),
        ("range(value)", None),
        ("range((select 5))", None),
        ("range(1, 10, 0)", None),
        ("range(1, date '2024-01-31')", None),
        ("range(date '2024-01-01', date '2024-01-31', 1)", None),
        ("range(date 'long ago', date '2024-01-31', interval 1 day)", None),
        ("range(date '2024-01-01', date '2024-01-31', interval 0 day)", None),
    ],
)
def test_steps__are_counted_or_unknown(call: str, expected: float | None) -> None:
    quoted = f"select {call}".replace("'", "''")
    tree = json.loads(duckdb.sql(f"select json_serialize_sql('{quoted}')").fetchall()[0][0])
    found = steps(tree["statements"][0]["node"]["select_list"][0])
    assert (
        (found is None)
        if expected is None
        else (found is not None and abs(found) == pytest.approx(abs(expected)))
    )


def _of_engine_2(*arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "class": "FUNCTION",
        "function_name": "range",
        "arguments": [{"name": "", "expression": one} for one in arguments],
    }


def _text_of_engine_2(text: str) -> dict[str, Any]:
    return {"class": "CONSTANT", "type": "VALUE_CONSTANT", "literal": {"kind": "STRING", "text": text}}


def _cast_of_engine_2(text: str, name: str) -> dict[str, Any]:
    return {
        "class": "CAST",
        "child": _text_of_engine_2(text),
        "type_expr": {"class": "TYPE", "type_name": name, "children": []},
    }


def test_steps__are_counted_in_the_tree_of_engine_2_as_well() -> None:
    assert steps(_of_engine_2(_text_of_engine_2("-5"), _text_of_engine_2("11"))) == 16
    first, last = (_cast_of_engine_2(f"2024-01-{day}", "date") for day in ("01", "31"))
    assert steps(_of_engine_2(first, last, _cast_of_engine_2("1 day", "INTERVAL"))) == 30
    assert steps(_of_engine_2(first, last, _cast_of_engine_2("1 day", "unknown"))) is None
    assert steps(_of_engine_2(_cast_of_engine_2("7", "BIGINT"))) == 7
