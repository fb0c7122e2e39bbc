"""A world café from the first round to the sheet, and what can go wrong at a table: a sentence, nothing stored, nothing lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.governance import cafe, cafe_room, cafe_seats, declarations
from datawerkplaats.governance.cafe_room import Cafe
from datawerkplaats.governance.cafe_seats import Seat
from datawerkplaats.workplace import schema, sessions
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

pytestmark = pytest.mark.busy
ASKED = declarations.load(PROJECT_ROOT / "catalogue")
CHAIR, READER = somebody(Role.CHAIR), somebody(Role.READER)
PRIVACY = "B-PRI-1"


def prepared(store: Store, template: str = "world_cafe") -> sessions.Session:
    made = sessions.prepare(
        store, CHAIR, title="Mag dit?", held_on=store.clock().date(), organisations=["GGD"], template=template
    )
    return sessions.session(store, READER, made)


def seat(store: Store, session: sessions.Session, table: str = "privacy") -> Seat:
    return cafe_seats.sit(store, ASKED, session.code, table, 5)


def begun(store: Store) -> tuple[sessions.Session, Seat]:
    session = prepared(store)
    cafe_room.next_round(store, CHAIR, ASKED, session.id, 1)
    return session, seat(store, session)


def room(store: Store, session: sessions.Session) -> Cafe:
    return cafe_room.cafe(store, READER, ASKED, session.id)


def rows(store: Store, table: sa.Table) -> int:
    with store.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_cafe__four_tables_three_rounds_and_a_sheet(store: Store, clock: Clock) -> None:
    session = prepared(store)
    seats = [seat(store, session, table) for table in ASKED.world_cafe.tables]
    for position, phase in enumerate(ASKED.world_cafe.rounds, start=1):
        cafe_room.next_round(store, CHAIR, ASKED, session.id, position)
        for one in seats:
            first = ASKED.cell(phase, one.table)[0].question_id
            cafe.say(store, one, ASKED, first, 0, f"Over {phase} zegt deze tafel iets.")
            cafe.hand_over(store, one, ASKED, position)
        if position == 2:
            cafe.draw(store, seats[0], ASKED, "public_unrest")
            cafe_room.draw_for_all(store, CHAIR, ASKED, session.id, "public_unrest")
            cafe.say(store, seats[0], ASKED, cafe.about_card("public_unrest"), 0, "Eerder praten met ouders.")
    cafe_room.next_round(store, CHAIR, ASKED, session.id, 4)
    for one in seats:
        picks = [question.question_id for question in cafe.asked_at(ASKED, one.table)][:3]
        version = room(store, session).tables[one.table].version
        cafe.pick(store, one, ASKED, version, picks)
        cafe.pick(store, one, ASKED, version, picks)  # a double tap
        counts = {"saw_new": {"yes": 4, "partly": 1, "no": 0}}
        cafe.judge(store, one, ASKED, version + 1, counts, "Te kort.")
    sessions.close(store, CHAIR, session.id)
    found = room(store, session)
    assert found.people == 20 and found.judged("saw_new") == {"yes": 16, "partly": 4, "no": 0}
    assert sum(len(one.texts or {}) for one in found.tables.values()) == 12 + 1
    assert all(len(one.picks) == 3 and one.handed_over == 3 for one in found.tables.values())
    assert [one.cards for one in found.tables.values()] == [("public_unrest",)] * 4
    assert found.tables["inclusion"].text_on("card:public_unrest").text == "Eerder praten met ouders."
    assert store.verify_log() > 40


def test_clock__tells_the_round_and_then_the_table_that_tells(store: Store, clock: Clock) -> None:
    session, _ = begun(store)
    assert room(store, session).phase(ASKED) == "decide"
    clock.turn(minutes=10)
    assert room(store, session).left(ASKED, clock()) == timedelta(minutes=5)
    clock.turn(minutes=6)
    assert room(store, session).left(ASKED, clock()) < timedelta(0)
    for position in (2, 3, 4):
        cafe_room.next_round(store, CHAIR, ASKED, session.id, position)
    cafe_room.next_round(store, CHAIR, ASKED, session.id, 4)  # a double tap
    found = room(store, session)
    told = []
    for _ in range(5):
        told.append((found.telling(ASKED, clock()), found.left(ASKED, clock()) / timedelta(minutes=1)))
        clock.turn(minutes=5)
    assert told == [*((table, 5) for table in ASKED.world_cafe.tables), (None, 0)]


def test_text__a_double_tap_counts_once_and_a_stale_edit_keeps_both(store: Store) -> None:
    session, one = begun(store)
    cafe.say(store, one, ASKED, PRIVACY, 0, "De eerste tekst.")
    cafe.say(store, one, ASKED, PRIVACY, 0, "De eerste tekst.")
    with pytest.raises(DataProblem, match="yours is kept"):
        cafe.say(store, seat(store, session), ASKED, PRIVACY, 0, "Een tekst van het andere scherm.")
    cafe.say(store, one, ASKED, PRIVACY, 1, "De eerste tekst, beter.")
    with store.reading() as connection:
        kept = connection.execute(
            sa.select(schema.cafe_text.c.text).order_by(schema.cafe_text.c.version)
        ).scalars()
        assert list(kept) == ["De eerste tekst.", "De eerste tekst, beter."]
        refused = connection.execute(sa.select(schema.refused_edit.c.fields)).scalar_one()
    assert refused["text"] == "Een tekst van het andere scherm."
    assert room(store, session).tables["privacy"].text_on(PRIVACY).version == 2
    store.verify_log()


def test_tables__write_at_once_and_nothing_is_lost(store: Store) -> None:
    session, _ = begun(store)
    seats = [seat(store, session, table) for table in ASKED.world_cafe.tables]

    def write(one: Seat) -> None:
        for question in ASKED.cell("decide", one.table):
            cafe.say(store, one, ASKED, question.question_id, 0, "Hier is iets gezegd.")

    threads = [threading.Thread(target=write, args=(one,)) for one in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(store, schema.cafe_text) == 13
    store.verify_log()


def test_text__that_may_not_stand_there_is_a_sentence(store: Store) -> None:
    session, one = begun(store)
    for text, told in {
        "": "at least a few words",
        "a " * 50_000: "at most 2000",
        "<img src=x onerror=alert(1)>": "markup",
        "=1+1": "a formula",
        "Eerst dit.\n@SUM(A1)": "a formula",
        "Bel Jan op 06-12345678.": "a telephone number",
    }.items():
        with pytest.raises(DataProblem, match=told):
            cafe.say(store, one, ASKED, PRIVACY, 0, text)
    assert rows(store, schema.cafe_text) == 0
    lists = ("- eerst dit\n- dan dat", "Leeftijd < 18 en > 12", "+ goed, - slecht", "1 + 1 = 2")
    for version, text in enumerate(lists):
        cafe.say(store, one, ASKED, PRIVACY, version, text)
        assert room(store, session).tables["privacy"].text_on(PRIVACY).text == text


def test_table__bad_input_is_a_sentence_and_stores_nothing(store: Store) -> None:
    session = prepared(store)
    for table in ("kitchen", "", "x" * 10_000):
        with pytest.raises(DataProblem, match="one of inclusion"):
            cafe_seats.sit(store, ASKED, session.code, table, 5)
    with pytest.raises(DataProblem, match="1 to 50"):
        cafe_seats.sit(store, ASKED, session.code, "privacy", 0)
    with pytest.raises(DataProblem, match="code of a session"):
        cafe_seats.sit(store, ASKED, "AAAAAA", "privacy", 5)
    with pytest.raises(DataProblem, match="code of a world caf"):
        seat(store, prepared(store, "interpretation"))
    assert rows(store, schema.cafe_table) == 0
    one = seat(store, session)
    with pytest.raises(DataProblem, match="a round that has begun"):
        cafe.say(store, one, ASKED, PRIVACY, 0, "Te vroeg.")
    with pytest.raises(DataProblem, match="a round that is going on"):
        cafe.draw(store, one, ASKED, "public_unrest")
    with pytest.raises(DataProblem, match="round 1 of 4"):
        cafe_room.next_round(store, CHAIR, ASKED, session.id, 2)
    cafe_room.next_round(store, CHAIR, ASKED, session.id, 1)
    with pytest.raises(DataProblem, match="an answer to at least one question"):
        cafe.hand_over(store, one, ASKED, 1)
    with pytest.raises(DataProblem, match="once it began"):
        cafe.hand_over(store, one, ASKED, 2)
    with pytest.raises(DataProblem, match="question"):
        cafe.say(store, one, ASKED, "B-INC-1", 0, "Van een andere tafel.")
    with pytest.raises(DataProblem, match="a card that lies on this table"):
        cafe.say(store, one, ASKED, "card:public_unrest", 0, "Niet getrokken.")
    with pytest.raises(DataProblem, match="one of public_unrest"):
        cafe.draw(store, one, ASKED, "joker")
    for picks in ([], ["B-PRI-1", "B-PRI-2", "B-PRI-3", "O-PRI-1"]):
        with pytest.raises(DataProblem, match="1 to 3"):
            cafe.pick(store, one, ASKED, 1, picks)
    with pytest.raises(DataProblem, match="question"):
        cafe.pick(store, one, ASKED, 1, ["B-INC-1"])
    with pytest.raises(DataProblem, match="0 to 5 people"):
        cafe.judge(store, one, ASKED, 1, {"saw_new": {"yes": 6}})
    with pytest.raises(DataProblem, match="one of saw_new"):
        cafe.judge(store, one, ASKED, 1, {"liked_it": {"yes": 1}})
    assert rows(store, schema.cafe_text) == rows(store, schema.cafe_card) == 0
    assert room(store, session).tables["privacy"].version == 1


def test_round__that_is_handed_over_takes_no_text_any_more(store: Store) -> None:
    session, one = begun(store)
    cafe.say(store, one, ASKED, PRIVACY, 0, "Met open gegevens.")
    cafe.hand_over(store, one, ASKED, 1)
    cafe.hand_over(store, one, ASKED, 1)  # a double tap
    with pytest.raises(DataProblem, match="not handed over"):
        cafe.say(store, one, ASKED, PRIVACY, 1, "Toch nog iets.")
    with pytest.raises(DataProblem, match="once it began"):
        cafe.hand_over(store, one, ASKED, 2)
    late = seat(store, session, "quality")
    cafe_room.next_round(store, CHAIR, ASKED, session.id, 2)
    cafe.say(
        store, late, ASKED, "B-KWA-1", 0, "Deze tafel schrijft nog af."
    )  # the clock takes no sentence from anybody
    sessions.close(store, CHAIR, session.id)
    with pytest.raises(DataProblem, match="one that is going on"):
        cafe.say(store, late, ASKED, "B-KWA-2", 0, "Te laat.")
    with pytest.raises(DataProblem, match="one that is going on"):
        cafe.draw(store, late, ASKED, "public_unrest")
    with pytest.raises(DataProblem, match="not closed"):
        cafe_room.next_round(store, CHAIR, ASKED, session.id, 3)
    assert rows(store, schema.cafe_text) == 2
