"""At the table, through the pages: a session from agenda to minutes, and notes beside exactly their figure."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import docx
import pypdf
import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.components import notes as beside
from apps.dashboard.data import workplace
from apps.dashboard.data.release import current_release
from apps.dashboard.views.aan_tafel import screen
from apps.dashboard.wording.context import Context
from datawerkplaats.base.settings import get_settings
from datawerkplaats.workplace import agreements, notes, sessions, table
from datawerkplaats.workplace.figures import Selection
from datawerkplaats.workplace.people import LOCAL, NOBODY, Role, Subject
from tests.apps.conftest import OpenPage, Pressed
from tests.apps.test_pages import words
from tests.sealing import changed

FIGURE = Selection("loneliness_pct", "GM9901", 2020, "18+", "total")
VIEW = "/verkennen?indicator=loneliness_pct&level=gemeente&year=2020&age=18%2B&sex=total&area=GM9901"
TEXT = "De bus rijdt hier sinds vorig jaar niet meer."


def press(app: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    found = [button for button in app.button if button.label == label]
    assert found, (label, [button.label for button in app.button], words(app)[-900:])
    return found[0].click().run()


def context(subject: Subject = LOCAL) -> Context:
    return Context(current_release(), "nl", {}, "Veenland", subject)


def shared_note(text: str = TEXT, selection: Selection = FIGURE) -> str:
    figure = workplace.figure(current_release(), selection)
    note = notes.write_note(workplace.store(), LOCAL, figure, kind="explanation", text=text)
    notes.move_note(workplace.store(), LOCAL, note, 1, "shared")
    return note


def test_pages__before_anybody_has_written_open_no_store(published: Path, open_page: OpenPage) -> None:
    for page in ("verkennen", "profiel", "gesprekken", "notities", "afspraken", "meedoen"):
        app = open_page(
            page, **({"area": "GM9901", "indicator": "loneliness_pct"} if page == "verkennen" else {})
        )
        assert not app.exception, page
    assert not get_settings().workplace_dir.exists()


def test_note__is_written_on_the_page_shared_by_the_steward_and_shown_beside_its_figure_alone(
    published: Path, open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    app = open_page("notities", figure=FIGURE.key)
    assert not app.exception and "Uw notitie gaat over" in words(app)
    app.text_area[0].set_value("Bel Jan op 06-12345678.")
    press(app, "Bewaar als concept")
    assert "telefoonnummer" in app.error[0].value or "telephone number" in app.error[0].value
    app.text_area[0].set_value(TEXT)
    press(app, "Bewaar als concept")
    assert "concept" in words(app) and TEXT in words(app)
    here = {"indicator": "loneliness_pct", "level": "gemeente", "area": "GM9901", "year": "2020"}
    assert TEXT not in words(open_page("verkennen", **here))
    press(app, "Deel")
    files.clear()
    assert TEXT in words(open_page("verkennen", **here))
    table_file = next(data for name, data in files.items() if name.endswith(".csv"))().decode("utf-8-sig")
    assert [line.split(";")[0] for line in table_file.splitlines() if TEXT in line] == ["Turfhaven"]
    for other in ({"area": "GM9902"}, {"year": "2016"}, {"indicator": "hidden_pct"}):
        assert TEXT not in words(open_page("verkennen", **{**here, **other})), other
    assert "local" not in words(open_page("verkennen", **here)).split(TEXT)[0][-200:]


def test_note__on_the_profile_and_in_the_report(published: Path, open_page: OpenPage) -> None:
    from apps.dashboard.views.rapport.page import make
    from tests.apps.test_report import request, text_of

    lines = {line.indicator: line for line in request("gemeente", "GM9901", "nl").lines}
    line = lines["loneliness_pct"]
    shared_note(selection=Selection(line.indicator, "GM9901", line.year, line.age))
    assert TEXT in words(open_page("profiel", gemeente="GM9901"))
    assert TEXT not in words(open_page("profiel", gemeente="GM9902"))
    from dataclasses import replace

    asked = request("gemeente", "GM9901", "nl")
    for subject, is_there in ((LOCAL, True), (NOBODY, False)):
        as_seen = replace(asked, context=replace(asked.context, subject=subject))
        assert (TEXT in text_of(make(as_seen, "pdf")).replace("\n", " ")) is is_there


def test_session__is_prepared_on_the_page_and_filled_from_another(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("gesprekken")
    app.text_input[0].set_value("Jongeren in Turfhaven")
    app.text_area[0].set_value("GGD\nGGZ\n")
    press(app, "Maak dit gesprek")
    assert "Jongeren in Turfhaven" in words(app) or app.success
    view = open_page("verkennen", indicator="loneliness_pct", level="gemeente", area="GM9901")
    press(view, "Zet erop")  # open the choices, press: the session and the name are filled in
    assert not view.exception
    (one,) = sessions.sessions(workplace.store(), LOCAL)
    (item,) = one.items
    assert (
        item.address.startswith("/verkennen?")
        and "release=" in item.address
        and "area=GM9901" in item.address
    )
    assert screen.figure_of(context(), item) is not None
    app = open_page("gesprekken", gesprek=one.id)
    press(app, "Toon op het scherm")
    assert sessions.session(workplace.store(), LOCAL, one.id).current_item == item.id
    assert not open_page("gesprekken", gesprek=one.id, scherm="1").exception
    live = open_page("verkennen", indicator="loneliness_pct", level="gemeente", area="GM9902")
    press(live, "Toon deze aangepaste weergave")
    changed = sessions.session(workplace.store(), LOCAL, one.id)
    assert changed.items[1].changed_from == item.id and changed.current_item == changed.items[1].id


def prepared() -> sessions.Session:
    store = workplace.store()
    made = sessions.prepare(
        store, LOCAL, title="Jongeren", held_on=date.today() + timedelta(days=1), organisations=["GGD", "GGZ"]
    )
    item = sessions.add_item(
        store, LOCAL, made, title="Eenzaamheid", address=VIEW, release_id=current_release().id
    )
    sessions.show_item(store, LOCAL, made, item)
    return sessions.session(store, LOCAL, made)


def test_phone__takes_a_seat_and_answers(published: Path, open_page: OpenPage) -> None:
    one = prepared()
    item = one.items[0].id
    app = open_page("meedoen", code=one.code.lower())
    app.radio[0].set_value("GGZ")
    press(app, "Doe mee")
    assert "Nu op het scherm: Eenzaamheid" in words(app)
    press(app, "Deels")
    press(app, "Ja")
    found = table.totals(workplace.store(), LOCAL, item)
    assert found.recognised == {"yes": 1, "partly": 0, "no": 0}
    again = open_page(
        "meedoen", **{n: v if isinstance(v, str) else v[0] for n, v in app.query_params.items()}
    )
    press(again, "Nee")  # the same phone after it lost its connection
    assert table.totals(workplace.store(), LOCAL, item).recognised == {"yes": 0, "partly": 0, "no": 1}
    assert "code of a session" in words(open_page("meedoen", code="AAAAAA")) + " ".join(
        warning.value for warning in open_page("meedoen", code="AAAAAA", lang="en").warning
    )
    sessions.close(workplace.store(), LOCAL, one.id)
    assert not open_page("meedoen", code=one.code).exception


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_minutes__hold_figure_recognition_quotes_with_consent_and_agreements(
    published: Path, kind: str
) -> None:
    one = prepared()
    store, item = workplace.store(), one.items[0].id
    for number in range(6):
        place = table.join(store, one.code, f"phone with a long word {number}", "GGD")
        table.recognise(store, place, item, "yes")
    for text, may_be_quoted in (("Dit mag erin staan.", True), ("Dit blijft aan tafel.", False)):
        said = table.contribute(
            store, place, item, kind="explanation", text=text, may_be_quoted=may_be_quoted
        )
        table.accept(store, LOCAL, said, is_shown=True)
    agreements.agree(
        store, LOCAL, text="De GGD belt de vervoerder.", organisation="GGD", role="adviseur",
        due_on=date.today() + timedelta(days=9), figures=screen.figures_of(context(), one), session_id=one.id,
    )  # fmt: skip
    made = screen.minutes(context(), one, kind)
    if kind == "pdf":
        reader = pypdf.PdfReader(io.BytesIO(made))
        assert "/StructTreeRoot" in reader.root_object
        told = " ".join(page.extract_text() for page in reader.pages).replace("\n", " ")
    else:
        word = docx.Document(io.BytesIO(made))
        tables = [cell.text for one in word.tables for row in one.rows for cell in row.cells]
        told = " ".join([*(paragraph.text for paragraph in word.paragraphs), *tables])
    for expected in (
        "Eenzaam",
        "Turfhaven",
        "Dit mag erin staan.",
        "De GGD belt de vervoerder.",
        current_release().id,
    ):
        assert expected in told, expected
    assert "Dit blijft aan tafel" not in told


def test_agreements__overdue_first_with_the_figure_then_and_now(published: Path, open_page: OpenPage) -> None:
    store = workplace.store()
    figure = workplace.figure(current_release(), FIGURE)
    for text, days in (("Later.", 40), ("Eerst.", 4)):
        agreements.agree(
            store, LOCAL, text=text, organisation="GGD", role="adviseur", due_on=date.today() + timedelta(days=days),
            figures=[figure],
        )  # fmt: skip
    told = words(open_page("afspraken"))
    assert told.index("Eerst.") < told.index("Later.") and "Turfhaven" in told


def test_notes__of_nobody_and_of_a_store_that_is_away(
    published: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_note()
    key = (FIGURE.indicator_id, FIGURE.region_code, FIGURE.year, FIGURE.age, FIGURE.sex)
    assert beside.of(NOBODY, [key], current_release()) == {}
    assert beside.of(Subject("x", frozenset({Role.ENGINEER})), [key], current_release()) == {}
    monkeypatch.setenv("DWP_WORKPLACE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    get_settings.cache_clear()
    app = open_page("verkennen", indicator="loneliness_pct", level="gemeente", area="GM9901", year="2020")
    assert not app.exception and "niet bereikbaar" in words(app) and "Turfhaven" in words(app)


def test_note__of_an_area_that_merged_follows_it(published: Path, open_page: OpenPage) -> None:
    (path,) = (published / "publish").glob("warehouse_*.duckdb")
    path.chmod(0o644)
    with changed(path) as con:
        con.execute("""create table core.dim_region_successor as select * from (values
            ('GM9901', 'GM9902', 1.0), ('GM9903', 'GM9902', 0.5), ('GM9903', 'GM9904', 0.5)
            ) as t(region_code, successor_code, weight)""")
    shared_note()  # on GM9901, which went into GM9902; GM9903 was divided over two
    shared_note(selection=Selection("loneliness_pct", "GM9903", 2020, "18+"))
    merged = (FIGURE.indicator_id, "GM9902", FIGURE.year, FIGURE.age, FIGURE.sex)
    divided = (FIGURE.indicator_id, "GM9904", FIGURE.year, FIGURE.age, FIGURE.sex)
    found = beside.of(LOCAL, [merged, divided], current_release())
    ((key, (note,)),) = found.items()
    assert key == merged and note.text == TEXT and note.then.selection == FIGURE
    told = beside.words(context(), note, with_figure=True)
    assert "Turfhaven" in told and TEXT in told
