"""The contact desk: a deadline at once, a code instead of a name, overdue first, and how many answers came in time."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import desk, register
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

READER, OFFICER = somebody(Role.READER, name="reader"), somebody(Role.PRIVACY_OFFICER, name="officer")
STEWARD = somebody(Role.STEWARD, name="steward")


def system(store: Store) -> str:
    return register.register_system(store, STEWARD, "onset", "area_model", learned_from_synthetic=False)


def test_code__tells_status_and_reply_but_not_what_was_written(store: Store) -> None:
    asked = desk.send_report(store, READER, "access", "Welke gegevens zijn er over mij?")
    code = desk.code_of(asked)
    assert len(code) == 14 and code.count("-") == 2
    found = desk.status_of(store, f" {code.lower()} ")
    assert (found.kind, found.status, found.due_on, found.reply) == ("access", "open", "2026-04-01", "")
    desk.reply_to(store, OFFICER, asked, 1, "Er staan geen gegevens over personen in.")
    assert desk.status_of(store, code).reply.startswith("Er staan geen")
    incident = desk.report_incident(store, READER, system(store), "serious", "De kaart klopt niet.")
    assert desk.status_of(store, desk.code_of(incident)).due_on == "2026-03-05"


def test_code__that_never_was_is_a_sentence(store: Store) -> None:
    desk.send_report(store, READER, "question", "Waar komt dit cijfer vandaan?")
    for code in ("", "3F2A", "3F2A-90BC-17DE", "%", "____-____-____", "a" * 100_000):
        with pytest.raises(DataProblem, match=r"report.*3F2A-90BC-17DE"):
            desk.status_of(store, code)


def test_report__bad_text_is_a_sentence_and_stores_nothing(store: Store) -> None:
    known = system(store)
    for text in ("", "a " * 50_000, "<b>Dit</b> klopt niet.", "=HYPERLINK(A1)", "Bel 06-12345678."):
        with pytest.raises(DataProblem, match="report"):
            desk.send_report(store, READER, "question", text)
        with pytest.raises(DataProblem, match="incident"):
            desk.report_incident(store, READER, known, "serious", text)
    with pytest.raises(DataProblem, match="one of question"):
        desk.send_report(store, READER, "complaint", "Dit klopt niet.")
    with pytest.raises(DataProblem, match="register it first"):
        desk.report_incident(store, READER, "none", "serious", "Dit klopt niet.")
    with store.reading() as connection:
        assert connection.execute(sa.select(schema.report)).all() == []
        assert connection.execute(sa.select(schema.incident)).all() == []


def test_list__has_what_is_overdue_first(store: Store, clock: Clock) -> None:
    late = desk.send_report(store, READER, "question", "Waar komt dit cijfer vandaan?")
    minor = desk.report_incident(store, READER, system(store), "minor", "Een woord klopt niet.")
    clock.turn(days=15)
    new = desk.send_report(store, READER, "erasure", "Haal mijn gegevens weg.")
    assert [one.id for one in desk.reports(store, OFFICER)] == [late, new]
    assert [one.is_overdue(clock().date()) for one in desk.reports(store, OFFICER)] == [True, False]
    assert [one.id for one in desk.incidents(store, OFFICER)] == [minor]
    assert desk.waiting(store, READER) == (3, 2)
    desk.reply_to(store, OFFICER, late, 1, "Uit de monitor van de GGD.")
    desk.close_incident(store, OFFICER, minor, "Een tikfout.")
    assert desk.waiting(store, READER) == (1, 0)


def test_answered_in_time__counts_working_days_and_what_is_too_late_unanswered(
    store: Store, clock: Clock
) -> None:
    assert desk.answered_in_time(store, READER) == desk.Timely(0, 0)
    first = desk.send_report(store, READER, "question", "Waar komt dit cijfer vandaan?")  # a Monday
    second = desk.send_report(store, READER, "objection", "Dit cijfer schaadt onze wijk.")
    desk.send_report(store, READER, "question", "Wie leest dit?")
    clock.turn(days=7)  # the Monday after: the fifth working day
    desk.reply_to(store, OFFICER, first, 1, "Uit de monitor van de GGD.")
    assert desk.answered_in_time(store, READER) == desk.Timely(1, 1)
    clock.turn(days=1)
    desk.reply_to(store, OFFICER, second, 1, "We leggen het aan de voorzitter voor.")
    assert desk.answered_in_time(store, READER) == desk.Timely(1, 3)


def test_working_day_after__leaves_weekends_out() -> None:
    monday = date(2026, 3, 9)
    for day, count in ((date(2026, 3, 2), 5), (date(2026, 3, 6), 1), (date(2026, 3, 7), 1)):
        assert desk.working_day_after(day, count) == monday
