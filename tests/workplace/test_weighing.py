"""What stands beside a decision: the yearly exercise, costs and benefits, and advice of advisory bodies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.governance import declarations, exercises, register, weighing
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

ASKED = declarations.load(PROJECT_ROOT / "catalogue")
READER, STEWARD = somebody(Role.READER), somebody(Role.STEWARD)
BOARD, COUNCIL = somebody(Role.BOARD), somebody(Role.ADVISORY_BODY)
HELD: dict[str, Any] = {
    "scenario": "public_unrest", "learned": "We hadden ouders eerder moeten spreken.", "signalled_by": ["B-INC-3"],
}  # fmt: skip
COST: dict[str, Any] = {
    "kind": "cost", "text": "Beheer van het model", "once": 12_000, "per_year": 8_000, "source": "Begroting",
    "confidence": "reckoned",
}  # fmt: skip
ADVICE: dict[str, Any] = {
    "phase": "decide", "body": "Cliëntenraad", "outcome": "conditional", "text": "Alleen over wijken, nooit over een kind.",
}  # fmt: skip


@pytest.fixture
def system(store: Store) -> str:
    return register.register_system(store, STEWARD, "onset", "area_model", learned_from_synthetic=False)


def test_exercise__is_due_a_year_after_the_last_one(store: Store, clock: Clock) -> None:
    assert exercises.due_on(store, READER, ASKED) is None
    today = clock().date()
    exercises.record(store, BOARD, ASKED, held_on=today - timedelta(days=400), **HELD)
    exercises.record(store, BOARD, ASKED, held_on=today - timedelta(days=300), **HELD)
    assert exercises.due_on(store, READER, ASKED) == today + timedelta(days=65)
    newest, _ = exercises.exercises(store, READER)
    assert newest.held_on == (today - timedelta(days=300)).isoformat() and newest.signalled_by == ("B-INC-3",)


def test_exercise__without_one_is_due_a_year_after_the_first_decision(store: Store, system: str) -> None:
    with store.engine.begin() as connection:
        values = {
            "id": "d" * 32,
            "system_id": system,
            "phase": "decide",
            "outcome": "go",
            "conditions": "",
            "bounds": {},
        }
        more = {"artefact": "", "decided_by": "x", "role": "chair", "decided_on": "2025-01-15"}
        connection.execute(sa.insert(schema.decision).values(**values, **more))
    assert exercises.due_on(store, READER, ASKED) == date(2026, 1, 15)


def test_exercise__bad_input_is_a_sentence(store: Store) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"scenario": "joker"}, "one of public_unrest"),
        ({"signalled_by": []}, "at least one"),
        ({"signalled_by": ["X-1"]}, "question"),
        ({"learned": "<b>Niets</b>"}, "markup"),
        ({"learned": " "}, "a few words"),
        ({"held_on": date(2026, 3, 3)}, "today or an earlier day"),
    ]
    for change, told in changes:
        with pytest.raises(DataProblem, match=told):
            exercises.record(store, BOARD, ASKED, **{"held_on": date(2026, 3, 2), **HELD, **change})
    assert exercises.exercises(store, READER) == []


def test_lines__costs_before_benefits_and_one_taken_back_is_gone(store: Store, system: str) -> None:
    weighing.add_line(store, BOARD, system, **{**COST, "kind": "benefit", "text": "Eerder hulp", "once": 0})
    cost = weighing.add_line(store, BOARD, system, **COST)
    assert [one.kind for one in weighing.lines(store, READER, system)] == ["cost", "benefit"]
    assert weighing.lines(store, READER, system)[0].per_year == 8_000
    weighing.drop_line(store, BOARD, cost, 1)
    assert [one.text for one in weighing.lines(store, READER, system)] == ["Eerder hulp"]
    with pytest.raises(DataProblem, match="newest version"):
        weighing.drop_line(store, BOARD, cost, 1)
    store.verify_log()


def test_lines__bad_input_is_a_sentence(store: Store, system: str) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"once": -1}, "0 to 1000000000 euros"),
        ({"per_year": 10**12}, "0 to 1000000000 euros"),
        ({"source": ""}, "source"),
        ({"text": "=1+1"}, "a formula"),
        ({"confidence": "certain"}, "one of measured"),
        ({"kind": "loss"}, "one of cost"),
    ]
    for change, told in changes:
        with pytest.raises(DataProblem, match=told):
            weighing.add_line(store, BOARD, system, **{**COST, **change})
    with pytest.raises(DataProblem, match="register it first"):
        weighing.add_line(store, BOARD, "none", **COST)
    assert weighing.lines(store, READER, system) == []


def test_advice__stands_with_its_phase_and_outcome(store: Store, system: str) -> None:
    weighing.advise(store, COUNCIL, system, **ADVICE)
    (one,) = weighing.advices(store, READER, system)
    assert (one.phase, one.body, one.outcome) == ("decide", "Cliëntenraad", "conditional")
    for change, told in (
        ({"outcome": "maybe"}, "one of positive"),
        ({"phase": "later"}, "one of decide"),
        ({"text": "a " * 50_000}, "4000"),
    ):
        with pytest.raises(DataProblem, match=told):
            weighing.advise(store, COUNCIL, system, **{**ADVICE, **change})
    assert len(weighing.advices(store, READER, system)) == 1
