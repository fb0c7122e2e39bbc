"""A session from agenda to agreements, and what can go wrong at a table."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import agreements, questions, sessions, table
from datawerkplaats.workplace.figures import Figure, Selection, pinned_figures
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

pytestmark = pytest.mark.busy

CHAIR, READER, STEWARD = somebody(Role.CHAIR), somebody(Role.READER), somebody(Role.STEWARD)
ROOM = ["GGD", "GGZ", "Gemeente Emmen"]


def opened(store: Store, clock: Clock) -> tuple[sessions.Session, str]:
    session_id = sessions.prepare(
        store,
        CHAIR,
        title="Jongeren in Emmen",
        held_on=clock().date() + timedelta(days=1),
        organisations=ROOM,
    )
    item = sessions.add_item(
        store, CHAIR, session_id, title="Eenzaamheid", address="/kaart?indicator=x", release_id="r1"
    )
    sessions.show_item(store, CHAIR, session_id, item)
    return sessions.session(store, READER, session_id), item


def phones(store: Store, code: str, count: int, organisation: str) -> list[table.Place]:
    return [
        table.join(store, code, f"{organisation} phone number {n:09}", organisation) for n in range(count)
    ]


def test_session__from_agenda_to_agreement(store: Store, clock: Clock) -> None:
    session, item = opened(store, clock)
    assert session.status == "open" and session.current_item == item
    (place,) = phones(store, session.code.lower(), 1, "GGD")
    table.recognise(store, place, item, "partly")
    table.recognise(store, place, item, "yes")  # a second thought, or a double tap
    table.put_dots(store, place, item, 3)
    said = table.contribute(store, place, item, kind="explanation", text="De bus rijdt niet meer.")
    table.accept(store, CHAIR, said, is_shown=True)
    found = table.totals(store, READER, item)
    assert found.recognised == {"yes": 1, "partly": 0, "no": 0} and found.dots == 3
    assert [one.status for one in table.contributions(store, CHAIR, item)] == ["shown"]
    live = sessions.add_item(
        store, CHAIR, session.id, title="Per wijk", address="/kaart?indicator=x&level=wijk", release_id="r1",
        changed_from=item,
    )  # fmt: skip
    figure = Figure("r1", Selection("x", "GM0114", 2024), 12.0)
    agreed = agreements.agree(
        store, CHAIR, text="GGD en gemeente bellen de vervoerder.", organisation="GGD", role="beleidsadviseur",
        due_on=date(2026, 4, 1), figures=[figure], session_id=session.id,
    )  # fmt: skip
    sessions.close(store, CHAIR, session.id)
    done = sessions.session(store, READER, session.id)
    assert [one.id for one in done.items] == [item, live] and done.items[1].changed_from == item
    (one,) = agreements.agreements(store, READER, session.id)
    assert one.id == agreed and not one.is_overdue(date(2026, 4, 1)) and one.is_overdue(date(2026, 4, 2))
    assert pinned_figures(store, READER, list(one.figure_refs))[one.figure_refs[0]] == figure
    assert store.verify_log() > 8


def test_totals__by_organisation_only_from_five_of_each(store: Store, clock: Clock) -> None:
    session, item = opened(store, clock)
    for place in phones(store, session.code, 5, "GGD"):
        table.recognise(store, place, item, "yes")
    few = phones(store, session.code, 4, "GGZ")
    for place in few:
        table.recognise(store, place, item, "no")
    found = table.totals(store, READER, item)
    assert found.recognised == {"yes": 5, "partly": 0, "no": 4} and found.by_organisation == {}
    table.recognise(store, phones(store, session.code, 5, "GGZ")[4], item, "no")
    assert table.totals(store, READER, item).by_organisation["GGZ"] == {"yes": 0, "partly": 0, "no": 5}


def test_votes__of_many_phones_at_once_none_lost_none_double(store: Store, clock: Clock) -> None:
    session, item = opened(store, clock)
    places = phones(store, session.code, 6, "GGD")

    def vote(place: table.Place) -> None:
        for answer in ("yes", "no", "yes"):
            table.recognise(store, place, item, answer)

    threads = [threading.Thread(target=vote, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert table.totals(store, READER, item).recognised == {"yes": 6, "partly": 0, "no": 0}
    store.verify_log()


def test_session__bad_input_is_a_sentence(store: Store, clock: Clock) -> None:
    yesterday = clock().date() - timedelta(days=1)
    with pytest.raises(DataProblem, match="today or a later day"):
        sessions.prepare(store, CHAIR, title="X", held_on=yesterday, organisations=ROOM)
    with pytest.raises(DataProblem, match="at least one"):
        sessions.prepare(store, CHAIR, title="X", held_on=clock().date(), organisations=[])
    session, item = opened(store, clock)
    with pytest.raises(DataProblem, match="one of our own pages"):
        sessions.add_item(store, CHAIR, session.id, title="X", address="https://elders", release_id="r1")
    for elsewhere in ("//elders", "/\\elders/x", "/x?a=\\", "/\t/elders", "/\n/elders", "elders"):
        with pytest.raises(DataProblem, match="one of our own pages"):
            sessions.add_item(store, CHAIR, session.id, title="X", address=elsewhere, release_id="r1")
    with pytest.raises(DataProblem, match="an item of this session"):
        sessions.show_item(store, CHAIR, session.id, "none")
    with pytest.raises(DataProblem, match="code of a session"):
        table.join(store, "AAAAAA", "a phone with a long word", "GGD")
    with pytest.raises(DataProblem, match="one of GGD"):
        table.join(store, session.code, "a phone with a long word", "Elders")
    place = table.join(store, session.code, "a phone with a long word", "GGD")
    table.put_dots(store, place, item, 2)
    other = sessions.add_item(store, CHAIR, session.id, title="Y", address="/y", release_id="r1")
    with pytest.raises(DataProblem, match="at most 3"):
        table.put_dots(store, place, other, 2)
    sessions.close(store, CHAIR, session.id)
    with pytest.raises(DataProblem, match="going on"):
        table.recognise(store, place, item, "yes")
    with pytest.raises(DataProblem, match="a session that is going on"):
        table.join(store, session.code, "a phone with a long word", "GGD")
    with pytest.raises(DataProblem, match="a day to come"):
        agreements.agree(store, CHAIR, text="Iets.", organisation="GGD", role="arts", due_on=yesterday)


def test_questions__by_priority_and_answered(store: Store) -> None:
    partner = somebody(Role.PARTNER)
    late = questions.ask(store, partner, "Hoeveel jongeren wachten op hulp?", priority=3)
    first = questions.ask(
        store, partner, "Wie weet iets van de wachttijd?", priority=1, source="gap:waiting_weeks"
    )
    assert [one.id for one in questions.questions(store, READER)] == [first, late]
    questions.answer(
        store, STEWARD, first, 1, answered_by="data_holder", text="De verzekeraar heeft dit per regio."
    )
    assert [one.status for one in questions.questions(store, READER)] == ["open", "answered"]
    with pytest.raises(DataProblem, match="1 \\(first\\)"):
        questions.ask(store, partner, "Iets?", priority=9)
