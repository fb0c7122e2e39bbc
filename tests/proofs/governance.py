"""Every promise of the governance gate, measured on stores of its own; what is tried is written in the suite's own tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import decisions, gate, register
from datawerkplaats.workplace.store import Store, open_store
from tests.proofs import governance_places
from tests.proofs.registry import Measured, Room
from tests.workplace import test_governance as tried
from tests.workplace import test_log, test_register_record, test_reliance
from tests.workplace.conftest import Clock

_OF_STORE = (
    tried.test_gate__an_empty_register_blocks_every_question_by_name,
    tried.test_gate__opens_when_all_is_answered_and_decided,
    tried.test_gate__another_artefact_inside_the_bounds_needs_fresh_automatic_answers_only,
    tried.test_gate__a_document_that_changed_by_one_byte_takes_its_answer_along,
    tried.test_gate__a_serious_incident_closes_it_until_it_is_closed,
    tried.test_register__whether_a_tool_about_one_person_is_a_medical_device_blocks_until_it_is_answered,
    tried.test_register__a_tool_about_one_person_that_learned_from_made_up_people_is_for_practice,
    tried.test_register__a_joint_computation_is_not_asked_what_it_learned_from,
    tried.test_register__who_is_no_chair_any_more_decides_nothing,
    test_register_record.test_record__of_an_empty_register_names_what_is_obligatory_and_makes_nothing_up,
    test_register_record.test_record__takes_only_answers_that_count,
    test_reliance.test_reliance__adds_up_whole_groups_and_keeps_nothing_of_one_person,
    test_log.test_log__a_seeded_dozen_of_changes_to_any_field,
)
_OF_CLOCK = (
    tried.test_gate__the_last_phase_has_its_dates,
    tried.test_register__bad_input_is_a_sentence_and_stores_nothing,
)
# Beside one artefact inside the bounds, one outside each of them.
_OUTSIDE: dict[str, dict[str, Any]] = {
    "auroc_lower": {"auroc_lower": 0.59}, "slope": {"slope": 0.7}, "gap": {"gap": 0.2}, "population": {"population": "12-17"},
}  # fmt: skip


def figures(room: Room) -> Iterator[Measured]:
    """What blocks by name, bound, byte and day; who is refused; every place that an incident shuts; the record; the releases."""
    yield from _by_name(_fresh(room, "empty")[0])
    yield from _by_bound(_fresh(room, "bounds")[0])
    yield from _by_byte(_fresh(room, "byte")[0])
    yield from _by_day(*_fresh(room, "days"))
    yield from _by_author(_fresh(room, "author")[0])
    yield from _by_log(_fresh(room, "log")[0])
    yield from governance_places.figures(room)
    broken = 0
    of_store = [(promise.__name__, _without_clock(promise)) for promise in _OF_STORE]
    of_clock = [(promise.__name__, promise) for promise in _OF_CLOCK]
    for number, (name, promise) in enumerate([*of_store, *of_clock]):
        store, clock = _fresh(room, str(number))
        try:
            promise(store, clock)
        except AssertionError as error:
            print(f"{name}: {error}", file=sys.stderr)
            broken += 1
        finally:
            store.engine.dispose()
    yield "governance_promises_broken", broken, None
    yield "governance_promises", len(_OF_STORE) + len(_OF_CLOCK), None


def _by_name(store: Store) -> Iterator[Measured]:
    system = tried.registered(store)
    steps: tuple[tuple[gate.Step, str], ...] = (("decide", "first_decision"), ("pilot", "pilot"))
    for step, name in steps:
        found = {
            one for one in tried.names(store, system, step, kind="question") if one in tried.ASKED.questions
        }
        yield f"governance_questions_blocking_{name}", len(found), None
    tried.decided(store, system, "decide", "develop")
    yield "governance_blocking_a_complete_pilot", len(tried.names(store, system, "pilot")), None


def _by_bound(store: Store) -> Iterator[Measured]:
    system = tried.registered(store)
    tried.decided(store, system, "decide", "develop")
    named = 0
    for number, (bound, worse) in enumerate(_OUTSIDE.items()):
        artefact = f"{number}" * 64
        _entered(store, system, artefact, {**tried.GOOD, **worse})
        named += set(tried.names(store, system, "pilot", artefact)) == {bound}
    yield "governance_bounds_named", named, None
    _entered(store, system, tried.NEXT, {**tried.GOOD, "slope": 0.9})
    yield "governance_blocking_inside_the_bounds", len(tried.names(store, system, "pilot", tried.NEXT)), None


def _entered(store: Store, system: str, artefact: str, measures: dict[str, Any]) -> None:
    register.register_artefact(store, tried.STEWARD, system, artefact, measures)
    register.refresh_automatic(store, tried.STEWARD, tried.ASKED, system, artefact, tried.FINDINGS)


def _by_byte(store: Store) -> Iterator[Measured]:
    system = tried.registered(store)
    tried.decided(store, system, "decide", "develop")
    documents, lost = sorted(register.documents_of(store).iterdir()), 0
    for path in documents:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        lost += len(tried.names(store, system, "pilot", kind="question")) == 1
        path.write_bytes(content)
    yield "governance_documents_changed_by_one_byte", len(documents), None
    yield "governance_documents_whose_change_was_missed", len(documents) - lost, None


def _by_day(store: Store, clock: Clock) -> Iterator[Measured]:
    system = tried.registered(store)
    tried.decided(store, system, "decide", "develop", "use")
    register.first_use(store, tried.STEWARD, system)
    # The automatic answers of the last phase end with the others: what is looked at is what blocks, by name.
    for days, name in ((90, "day_90"), (1, "day_91")):
        clock.turn(days=days)
        yield f"governance_blocking_on_{name}", len(tried.names(store, system, "use", kind="question")), None
    tried.answered(store, system, "use")
    for days, name in ((180, "day_180_of_answers"), (1, "day_181_of_answers")):
        clock.turn(days=days)
        yield f"governance_blocking_on_{name}", len(tried.names(store, system, "use", kind="question")), None


def _by_author(store: Store) -> Iterator[Measured]:
    system, refused = tried.registered(store), 0
    mine = [one for one in tried.ASKED.of_kind("area_model") if "person" in one.evidence]
    for one in mine:
        given = register.answer(
            store, tried.EVERYBODY, tried.ASKED, system, one.question_id, status="answered", text="Goed.", evidence="person"
        )  # fmt: skip
        try:
            register.review(store, tried.EVERYBODY, given)
        except DataProblem:
            refused += 1
    yield "governance_own_reviews_let_through", len(mine) - refused, None
    try:
        decisions.decide(
            store, tried.CHAIR, tried.ASKED, system, "decide", "go", artefact=tried.FIRST, bounds=replace(tried.BOUNDS)
        )  # fmt: skip
        yield "governance_decisions_with_open_questions", 1, None
    except DataProblem:
        yield "governance_decisions_with_open_questions", 0, None


def _by_log(store: Store) -> Iterator[Measured]:
    """One byte of the body of each event, one after the other."""
    system = tried.registered(store)
    tried.answered(store, system, "decide")
    missed = changed = 0
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("select number, body from event").all()
        connection.rollback()
    for number, body in rows[:: max(1, len(rows) // 20)]:
        spoilt = body[:-2] + ("0" if body[-2] != "0" else "1") + body[-1]
        _write(store, number, spoilt)
        changed += 1
        try:
            store.verify_log()
            missed += 1
        except DataProblem:
            pass
        _write(store, number, body)
    store.verify_log()
    yield "governance_log_bytes_changed", changed, None
    yield "governance_log_bytes_missed", missed, None


def _write(store: Store, number: int, body: str) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("update event set body = ? where number = ?", (body, number))


def _without_clock(promise: Callable[[Store], None]) -> Callable[[Store, Clock], None]:
    return lambda store, clock: promise(store)


def _fresh(room: Room, name: str) -> tuple[Store, Clock]:
    clock = Clock()
    folder = room.work / f"governance_{name}"
    return open_store(Settings(data_dir=folder / "data", keys_dir=folder / "keys"), clock), clock
