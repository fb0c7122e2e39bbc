"""The windows of a world café in a page test: what was typed stays, both texts are shown, and what cannot be is a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.data import workplace
from apps.dashboard.report import cafe_sheet
from apps.dashboard.views.aan_tafel import cafe_words
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import cafe, cafe_room, cafe_seats
from datawerkplaats.workplace import schema, sessions
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.sessions import Session
from tests.apps.conftest import OpenPage
from tests.apps.test_aan_tafel import context, press
from tests.apps.test_pages import words


def begun() -> Session:
    store = workplace.store()
    made = sessions.prepare(
        store, LOCAL, title="Mag dit?", held_on=date.today(), organisations=["GGD"], template="world_cafe"
    )
    cafe_room.next_round(store, LOCAL, cafe_words.asked(), made, 1)
    return sessions.session(store, LOCAL, made)


def window(open_page: OpenPage, one: Session, table: str = "privacy") -> AppTest:
    app = open_page("meedoen", code=one.code, tafel=table)
    if any(button.label == "Open deze tafel" for button in app.button):
        press(app, "Open deze tafel")
    return app


def test_window__of_a_table_that_does_not_exist_offers_those_that_do(
    published: Path, open_page: OpenPage
) -> None:
    one = begun()
    app = open_page("meedoen", code=one.code, tafel="keuken")
    assert "Die tafel is er niet" in app.warning[0].value and len(app.radio[0].options) == 4
    app = open_page("meedoen", code=one.code)
    app.radio[0].set_value("quality")
    press(app, "Open deze tafel")
    assert "Tafel Kwaliteit" in words(app) and app.query_params["tafel"] in ("quality", ["quality"])


def test_window__shows_both_texts_when_another_screen_was_first(published: Path, open_page: OpenPage) -> None:
    one = begun()
    first, second = window(open_page, one), window(open_page, one)
    first.text_area[0].set_value("De eerste tekst.")
    press(first, "Bewaar")
    assert first.success[0].value == "Bewaard."
    second.text_area[0].set_value("Een andere tekst.")
    press(second, "Bewaar")
    assert "De eerste tekst." in words(second) and second.text_area[0].value == "Een andere tekst."
    assert len(second.error) == 1
    press(second, "Bewaar")  # now that both were seen
    found = cafe_room.cafe(workplace.store(), LOCAL, cafe_words.asked(), one.id).tables["privacy"]
    assert found.text_on("B-PRI-1").text == "Een andere tekst." and found.text_on("B-PRI-1").version == 2
    assert "Op een ander scherm" not in words(second)


def test_window__hands_nothing_over_that_is_empty_and_keeps_no_markup(
    published: Path, open_page: OpenPage
) -> None:
    app = window(open_page, begun())
    press(app, "Bewaar en geef de ronde door")
    assert len(app.error) == 1 and app.text_area
    app.text_area[0].set_value("<script>alert(1)</script>")
    press(app, "Bewaar en geef de ronde door")
    assert len(app.error) == 1 and app.text_area[0].value == "<script>alert(1)</script>"
    app.text_area[0].set_value("Met open gegevens.")
    press(app, "Bewaar en geef de ronde door")
    assert (
        not app.error and "De volgende ronde begint zo" in words(app) and "Met open gegevens." in words(app)
    )


def test_window__tells_that_time_is_up_and_takes_the_sentence_all_the_same(
    published: Path, open_page: OpenPage
) -> None:
    one = begun()
    with workplace.store().engine.begin() as connection:
        started = (datetime.now(UTC) - timedelta(minutes=20)).isoformat(timespec="seconds")
        connection.execute(schema.cafe_round.update().values(started_at=started))
    app = window(open_page, one)
    assert "De tijd is om: 5:" in words(app) and "Maak uw zin af" in words(app)
    app.text_area[0].set_value("Nog één zin.")
    press(app, "Bewaar")
    assert app.success[0].value == "Bewaard."


def test_sheet__of_a_cafe_in_which_nothing_was_written_is_a_sentence(
    published: Path, open_page: OpenPage
) -> None:
    one = begun()
    with pytest.raises(DataProblem, match="an empty sheet"):
        cafe_sheet.build(context(), one)
    app = open_page("gesprekken", gesprek=one.id)
    assert "Er is nog niets geschreven" in words(app) and not app.exception


def test_sheet__holds_what_was_typed_as_plain_words(published: Path) -> None:
    one = begun()
    store, asked = workplace.store(), cafe_words.asked()
    seat = cafe_seats.sit(store, asked, one.code, "privacy", 5)
    cafe.say(store, seat, asked, "B-PRI-1", 0, "Minder dan 5 < 10 & #let x = 1 *vet*")
    from apps.dashboard.views.aan_tafel import screen

    for kind in ("docx", "pdf"):
        from tests.apps.test_browser_cafe import read

        assert "5 < 10 & #let x = 1 *vet*" in read(screen.minutes(context(), one, kind), kind)


def test_window__takes_three_questions_and_says_so_of_more(published: Path, open_page: OpenPage) -> None:
    one = begun()
    store, asked = workplace.store(), cafe_words.asked()
    seat = cafe_seats.sit(store, asked, one.code, "privacy", 5)
    for position, phase in enumerate(asked.world_cafe.rounds, start=1):
        cafe_room.next_round(store, LOCAL, asked, one.id, position)
        cafe.say(store, seat, asked, asked.cell(phase, "privacy")[0].question_id, 0, "Iets.")
        cafe.hand_over(store, seat, asked, position)
    app = window(open_page, one)
    for box in app.checkbox[:4]:
        box.check()
    press(app, "Kies deze vragen")
    assert len(app.error) == 1 and len(app.checkbox) == 9
    app.checkbox[0].uncheck()
    press(app, "Kies deze vragen")
    found = cafe_room.cafe(store, LOCAL, asked, one.id).tables["privacy"]
    assert found.picks == ("B-PRI-2", "B-PRI-3", "O-PRI-1") and not app.error
