"""Every promise of the governance gate, kept on a store of its own; what is tried is written in the suite's own tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import gate
from datawerkplaats.workplace.store import Store, open_store
from tests.proofs.registry import Measured, Room
from tests.workplace import test_governance as tried
from tests.workplace import test_log
from tests.workplace.conftest import Clock

_OF_STORE = (
    tried.test_gate__an_empty_register_blocks_every_question_by_name,
    tried.test_gate__opens_when_all_is_answered_and_decided,
    tried.test_gate__another_artefact_inside_the_bounds_needs_fresh_automatic_answers_only,
    tried.test_gate__a_document_that_changed_by_one_byte_takes_its_answer_along,
    tried.test_gate__a_serious_incident_closes_it_until_it_is_closed,
    test_log.test_log__a_seeded_dozen_of_changes_to_any_field,
)
_OF_CLOCK = (
    tried.test_gate__the_last_phase_has_its_dates,
    tried.test_register__bad_input_is_a_sentence_and_stores_nothing,
)


def figures(room: Room) -> Iterator[Measured]:
    """The questions that block an empty register by name, and the promises that do not hold."""
    store, _ = _fresh(room, "empty")
    system = tried.registered(store)
    steps: tuple[tuple[gate.Step, str], ...] = (("decide", "first_decision"), ("pilot", "pilot"))
    for step, name in steps:
        found = {
            one for one in tried.names(store, system, step, kind="question") if one in tried.ASKED.questions
        }
        yield f"governance_questions_blocking_{name}", len(found), None
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


def _without_clock(promise: Callable[[Store], None]) -> Callable[[Store, Clock], None]:
    return lambda store, clock: promise(store)


def _fresh(room: Room, name: str) -> tuple[Store, Clock]:
    clock = Clock()
    folder = room.work / f"governance_{name}"
    return open_store(Settings(data_dir=folder / "data", keys_dir=folder / "keys"), clock), clock
