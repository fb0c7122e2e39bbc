"""Notes: bound to exactly their figure, moderated, without a person, and never overwritten."""

from __future__ import annotations

import random
from functools import partial

import pytest
import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import notes, schema
from datawerkplaats.workplace.figures import Figure, Selection, kept_releases
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.prose import checked, tells
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

PARTNER, STEWARD, READER = somebody(Role.PARTNER), somebody(Role.STEWARD), somebody(Role.READER)
HERE = Selection("loneliness_pct", "GM0114", 2024, "16-25", "total")
FIGURE = Figure("r1", HERE, 35.1, 33.0, 37.2)


def shared(store: Store, figure: Figure = FIGURE, text: str = "Veel jongeren reizen ver naar school.") -> str:
    note_id = notes.write_note(store, PARTNER, figure, kind="explanation", text=text)
    notes.move_note(store, STEWARD, note_id, 1, "shared")
    return note_id


def test_note__is_read_once_a_steward_shared_it(store: Store) -> None:
    note_id = notes.write_note(
        store, PARTNER, FIGURE, kind="explanation", text=" Er is  een nieuw  jongerencentrum. "
    )
    assert notes.notes_for(store, READER, [HERE]) == []
    assert [one.id for one in notes.waiting_notes(store, STEWARD)] == [note_id]
    notes.move_note(store, STEWARD, note_id, 1, "shared")
    (one,) = notes.notes_for(store, READER, [HERE])
    assert (one.text, one.role, one.organisation) == ("Er is een nieuw jongerencentrum.", "partner", "GGD")
    assert one.then == FIGURE
    assert "partner-id" not in repr(one) and not hasattr(one, "author")
    assert kept_releases(store) == {"r1"}


def test_note__shows_for_exactly_its_selection(store: Store) -> None:
    draw = random.Random(1)
    drawn = {
        Selection(f"i{draw.randint(1, 3)}", f"GM000{draw.randint(1, 3)}", 2020 + draw.randint(0, 2), age, "total")
        for age in ("all", "18+") for _ in range(6)
    }  # fmt: skip
    ids = {one: shared(store, Figure("r1", one, 5.0)) for one in drawn}
    for _ in range(40):
        asked = Selection(
            f"i{draw.randint(1, 3)}", f"GM000{draw.randint(1, 3)}", 2020 + draw.randint(0, 2), "all", "total"
        )
        found = [one.id for one in notes.notes_for(store, READER, [asked])]
        assert found == ([ids[asked]] if asked in ids else [])


def test_note__follows_an_area_that_merged(store: Store) -> None:
    note_id = shared(store)
    merged = Selection(HERE.indicator_id, "GM9999", HERE.year, HERE.age, HERE.sex)
    assert notes.notes_for(store, READER, [merged]) == []
    (one,) = notes.notes_for(store, READER, [merged], {"GM9999": ["GM0114"]})
    assert one.id == note_id


def test_note__withdrawn_leaves_a_tombstone_and_an_old_one_goes(store: Store, clock: Clock) -> None:
    note_id = shared(store)
    notes.move_note(store, STEWARD, note_id, 2, "withdrawn")
    (one,) = notes.notes_for(store, READER, [HERE])
    assert (one.status, one.text) == ("withdrawn", "")
    shared(store)
    clock.turn(days=800)
    assert notes.notes_for(store, READER, [HERE]) == []


def _now(value: float, at: Selection) -> Figure:
    return Figure("r2", at, value, value - 2, value + 2)


def test_note__says_when_the_figure_changed_by_more_than_its_margin(store: Store) -> None:
    note_id = shared(store)
    (one,) = notes.notes_for(store, READER, [HERE])
    for now, is_changed in ((36.0, False), (38.0, True)):
        found = notes.changed([one], partial(_now, now))
        assert set(found) == ({note_id} if is_changed else set())


def test_note__two_editors_both_texts_are_kept(store: Store) -> None:
    note_id = notes.write_note(store, PARTNER, FIGURE, kind="signal", text="Eerste tekst.")
    notes.edit_note(store, PARTNER, note_id, 1, "Tweede tekst.")
    with pytest.raises(DataProblem, match="both texts are kept"):
        notes.edit_note(store, PARTNER, note_id, 1, "Andere tekst.")
    (one,) = notes.own_notes(store, PARTNER)
    assert one.text == "Tweede tekst."
    with store.reading() as connection:
        aside = connection.execute(sa.select(schema.refused_edit.c.fields)).scalar_one()
        told = connection.execute(sa.select(schema.event.c.body)).scalars().all()
    assert aside["text"] == "Andere tekst."
    # The log holds a digest of what people typed, so that a text can be erased without breaking it.
    assert not any("tekst" in body for body in told)
    assert store.verify_log() == len(told)


@pytest.mark.parametrize(
    "text",
    [
        "Het gaat om 111222333.",
        "BSN 0111 222 333 hoort hier niet",
        "Mail naar iemand@voorbeeld.nl",
        "Bel 06-12345678",
        "Woont op 9401 AB 12",
        "Mevrouw De Vries zei dit",
        "J. van den Berg zei dit",
        "geboren 12-03-2011",
        "geboren 2011-03-12",
        "Woont op 9401 AB 12a",
        "Bel (06) 12345678",
        "Bel 06.12.34.56.78",
        "Het gaat om Sanne de Vries (14)",
        "Piet Jansen uit groep 8 zei dit",
        "",
        "x" * 601,
        "onzichtbaar\u202etekst",
    ],
)
def test_prose__that_leads_to_a_person_or_hides_something_is_refused(text: str) -> None:
    with pytest.raises(DataProblem) as caught:
        checked(text, "note")
    assert not text or text not in caught.value.sentence("nl")


@pytest.mark.parametrize(
    "text",
    [
        "In 2022-2024 steeg het van 29,1 % naar 35,1 %, in 12 van de 25 wijken.",
        "Ongeveer 12.345.678 euro per jaar; zie de GGD-monitor 2024.",
        "Jongeren in Emmen: 1 op de 3. Dat is 5.6 procentpunt meer dan in Nederland!",
        "Vergelijk <18 jaar & 65+ (p. 12-13)",
        "In de Emma van Dijkstraat en op het Jan van Brabantplein wonen veel ouderen.",
        "De GGD Drenthe, Jeugd Noord en Steunpunt Emmen zitten aan tafel.",
    ],
)
def test_prose__ordinary_sentences_pass(text: str) -> None:
    assert checked(text, "note") == text


def test_prose__names_of_a_delivery_are_known() -> None:
    assert tells("Volgens Jansma gaat het beter", ["Jansma"]) and not tells("De jansmaat is er", ["Jansma"])


def test_note__bad_input_is_a_sentence_and_stores_nothing(store: Store, clock: Clock) -> None:
    hidden = Figure("r1", HERE, None)
    with pytest.raises(DataProblem, match="not shown"):
        notes.write_note(store, PARTNER, hidden, kind="signal", text="Iets.")
    with pytest.raises(DataProblem, match="one of recognised"):
        notes.write_note(store, PARTNER, FIGURE, kind="rumour", text="Iets.")
    with pytest.raises(DataProblem, match="later day"):
        notes.write_note(store, PARTNER, FIGURE, kind="signal", text="Iets.", expires_on=clock().date())
    with pytest.raises(DataProblem, match="https"):
        notes.write_note(store, PARTNER, FIGURE, kind="signal", text="Iets.", link="javascript:alert(1)")
    with pytest.raises(DataProblem, match="not there"):
        notes.move_note(store, STEWARD, "none", 1, "shared")
    note_id = notes.write_note(store, PARTNER, FIGURE, kind="signal", text="Iets.")
    with pytest.raises(DataProblem, match="from draft to confirmed"):
        notes.move_note(store, STEWARD, note_id, 1, "confirmed")
    with pytest.raises(DataProblem, match="your own draft"):
        notes.edit_note(store, somebody(Role.PARTNER, name="other"), note_id, 1, "Iets anders.")
    assert len(notes.own_notes(store, PARTNER)) == 1
