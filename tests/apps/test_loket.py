"""The contact desk and what stands beside a decision, through the pages: a deadline and a code at once, nothing of a name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.data import workplace
from apps.dashboard.serving import identity
from datawerkplaats.governance import desk, exercises, register, weighing
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import LOCAL, NOBODY
from tests.apps.conftest import OpenPage
from tests.apps.test_aan_tafel import press
from tests.apps.test_pages import words
from tests.apps.test_risico import with_models

CODE = re.compile(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}")


def reported(app: AppTest, kind: str, text: str) -> str:
    """Report something on the page; the code that it gives."""
    next(one for one in app.selectbox if one.label == "Waar gaat het om?").set_value(kind)
    next(one for one in app.text_area if one.label.startswith("Vertel wat er is")).set_value(text)
    press(app, "Verstuur")
    told = " ".join(one.value for one in app.success)
    return CODE.findall(told)[0] if CODE.search(told) else told


def test_desk__tells_deadline_and_code_and_the_code_tells_the_status(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("loket")
    code = reported(app, "access", "Welke gegevens zijn er over mij?")
    due = desk.status_of(workplace.store(), code).due_on
    assert str(int(due[8:])) in app.success[0].value
    later = open_page("loket")
    later.text_input[0].set_value(code.lower())
    press(later, "Zoek op")
    assert "in behandeling" in words(later) and "Inzage" in words(later)
    assert "over mij" in words(later)  # the local user has all roles, and sees the list
    later.text_area[-1].set_value("Er staan geen gegevens over personen in.")
    press(later, "Geef dit antwoord")
    assert desk.status_of(workplace.store(), code).status == "answered"
    wrong = open_page("loket")
    wrong.text_input[0].set_value("3F2A-90BC-17DE")
    press(wrong, "Zoek op")
    assert "Deze code kennen we niet" in wrong.warning[0].value


def test_desk__for_who_is_not_signed_in_tells_a_status_and_nothing_else(
    published: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.send_report(workplace.store(), LOCAL, "question", "Waar komt dit cijfer vandaan?")
    monkeypatch.setattr(identity, "subject", lambda: NOBODY)
    app = open_page("loket")
    assert not [button for button in app.button if button.label == "Verstuur"]
    app.text_input[0].set_value(desk.code_of(made))
    press(app, "Zoek op")
    assert "in behandeling" in words(app) and "Waar komt" not in words(app)


def test_desk__a_serious_incident_closes_the_risk_page_at_once(published: Path, open_page: OpenPage) -> None:
    with_models(published)
    assert "ernstig incident" not in words(open_page("risico"))
    app = open_page("loket")
    code = reported(app, "serious", "De kaart toonde een verkeerde wijk.")
    assert "dicht" in app.success[0].value and CODE.fullmatch(code)
    assert "ernstig incident" in words(open_page("risico"))
    press_close(open_page("loket"))
    assert "ernstig incident" not in words(open_page("risico"))


def press_close(app: AppTest) -> None:
    next(one for one in app.text_area if one.label.startswith("Oorzaak")).set_value(
        "Een oude koppeling; hersteld."
    )
    press(app, "Geef dit antwoord")


def test_desk__bad_text_is_a_sentence_and_keeps_nothing(published: Path, open_page: OpenPage) -> None:
    for text in ("<b>Dit</b>", "=1+1", " "):
        app = open_page("loket")
        reported(app, "question", text)
        assert len(app.error) == 1 and not app.success
    assert not workplace.is_begun() or desk.reports(workplace.store(), LOCAL) == []


def test_pages__lead_to_the_desk(published: Path, open_page: OpenPage) -> None:
    with_models(published)
    for page in ("vragen", "verantwoording", "risico"):
        links = [one.proto.label for one in open_page(page).get("page_link")]
        assert any("Naar het meldloket" in label for label in links), page
    assert 'href="loket' in words(open_page("woordenlijst"))  # at the foot of every page


def test_questions__show_advice_costs_and_an_exercise_that_is_overdue(
    published: Path, open_page: OpenPage
) -> None:
    with_models(published)
    told = words(open_page("vragen"))
    for expected in (
        "Cliëntenraad van Veenland",
        "Samen: Kosten",
        "18.000",
        "Te veel vertrouwen",
        "De volgende oefening",
    ):
        assert expected in told, expected
    assert told.count("Voorbeeld (verzonnen)") > 5
    store = workplace.store()
    with store.engine.begin() as connection:  # as if a year had gone by
        day = (datetime.now(UTC) - timedelta(days=400)).date().isoformat()
        connection.execute(schema.exercise.update().values(held_on=day))
    assert "De oefening is te laat" in words(open_page("vragen"))


def test_questions__take_advice_costs_and_an_exercise_from_who_may(
    published: Path, open_page: OpenPage
) -> None:
    store = workplace.store()
    system = register.register_system(store, LOCAL, "risk_areas", "area_model", learned_from_synthetic=False)
    app = open_page("vragen")
    assert "Er is nog geen oefening gehouden" in words(app) and "nog geen advies" in words(app)
    fields = {one.label: one for one in [*app.text_input, *app.text_area]}
    fields["Welke raad? (bijvoorbeeld: ondernemingsraad, cliëntenraad)"].set_value("Ondernemingsraad")
    fields["Waarom, en wat moet er anders?"].set_value("Eerst de werkdruk meten.")
    press(app, "Bewaar het advies")
    assert [one.body for one in weighing.advices(store, LOCAL, system)] == ["Ondernemingsraad"]
    fields = {one.label: one for one in [*app.text_input, *app.number_input]}
    fields["Wat"].set_value("Beheer")
    fields["Eenmalig"].set_value(1000)
    fields["Bron"].set_value("Begroting")
    press(app, "Zet deze regel erbij")
    assert [one.once for one in weighing.lines(store, LOCAL, system)] == [1000]
    press(app, "Haal deze regel weg")
    assert weighing.lines(store, LOCAL, system) == []
    next(one for one in app.text_area if one.label == "Wat hebben we geleerd?").set_value(
        "Eerder met ouders praten."
    )
    next(one for one in app.multiselect if one.label.startswith("Welke vragen hadden")).set_value(["B-INC-3"])
    press(app, "Bewaar de oefening")
    assert [one.signalled_by for one in exercises.exercises(store, LOCAL)] == [("B-INC-3",)]
