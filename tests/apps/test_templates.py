"""Templates at the table: a session in few clicks, assumptions before results, wijken around a school, a series."""

from __future__ import annotations

import io
import shutil
from datetime import date, timedelta
from pathlib import Path

import docx
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from apps.dashboard.data import workplace
from apps.dashboard.data.release import current_release
from apps.dashboard.views.aan_tafel import screen
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.lessons import load_lessons
from datawerkplaats.catalogue.session_templates import check_templates, load_templates
from datawerkplaats.cli.cited import check_cited
from datawerkplaats.workplace import assumptions, notes, questions, series, sessions
from datawerkplaats.workplace.figures import Selection
from datawerkplaats.workplace.people import LOCAL
from ml.base.design import design_hash, load_design
from tests.apps.conftest import OpenPage
from tests.apps.test_aan_tafel import context, press
from tests.apps.test_pages import words

VIEW = "/verkennen?indicator=loneliness_pct&level=gemeente&year=2020&age=18%2B&sex=total&area=GM9901"


def prepared(template: str) -> str:
    return sessions.prepare(
        workplace.store(), LOCAL, title="Samen", held_on=date.today() + timedelta(days=1), organisations=["GGD"],
        template=template,
    )  # fmt: skip


def field(app: AppTest, label: str) -> object:
    return next(one for one in (*app.text_input, *app.text_area) if one.label == label)


def test_session__from_any_page_with_the_view_on_its_agenda(published: Path, open_page: OpenPage) -> None:
    page = open_page("verkennen", indicator="loneliness_pct", level="gemeente", area="GM9901")
    assert "Nieuw gesprek met deze weergave" in [link.proto.label for link in page.get("page_link")]
    assert not workplace.is_begun()
    app = open_page("gesprekken", zet=VIEW, naam="Verkennen")  # the first click: that link
    app.text_area[0].set_value("GGD\nGGZ")
    app = press(app, "Maak dit gesprek")  # the second, with name, day and kind filled in
    assert not app.exception and "met de weergave op de agenda" in app.success[0].value
    (one,) = sessions.sessions(workplace.store(), LOCAL)
    assert one.items[0].address == VIEW and one.template == "interpretation"
    assert "Draaiboek" in [expander.label for expander in app.expander]
    press(app, "Toon op het scherm")  # the third
    assert sessions.session(workplace.store(), LOCAL, one.id).current_item == one.items[0].id
    # The next one knows who sits at the table.
    assert open_page("gesprekken", zet=VIEW).text_area[0].value == "GGD\nGGZ"


def test_assumptions__on_the_page_until_results_were_shown(published: Path, open_page: OpenPage) -> None:
    one = prepared("model_assumptions")
    app = open_page("gesprekken", gesprek=one)
    assert "Zodra er uitkomsten op het scherm zijn geweest" in words(app)
    app.text_input[0].set_value("Angstklachten")
    field(app, "Waarom").set_value("Daar is hulp voor.")  # type: ignore[attr-defined]
    app = press(app, "Leg vast")
    assert "Angstklachten" in words(app) and "Doel" in words(app)
    store = workplace.store()
    item = sessions.add_item(store, LOCAL, one, title="Uitkomst", address="/risico?x=1", release_id="r")
    sessions.show_item(store, LOCAL, one, item)
    app = open_page("gesprekken", gesprek=one)
    app.text_input[0].set_value("Nog iets")
    field(app, "Waarom").set_value("Nu wij het zien.")  # type: ignore[attr-defined]
    app = press(app, "Leg vast")
    assert "no results were shown yet" in app.error[0].value
    sessions.close(store, LOCAL, one)
    cited = assumptions.citation(store, LOCAL, one)
    assert cited is not None and cited.sha256 in words(open_page("gesprekken", gesprek=one))
    minutes = docx.Document(
        io.BytesIO(screen.minutes(context(), sessions.session(store, LOCAL, one), "docx"))
    )
    cells = [cell.text for part in minutes.tables for row in part.rows for cell in row.cells]
    told = " ".join([*cells, *(paragraph.text for paragraph in minutes.paragraphs)])
    assert "Daar is hulp voor." in told and cited.sha256 in told


def test_design__cites_a_session_that_holds(published: Path, tmp_path: Path) -> None:
    one = prepared("model_assumptions")
    store = workplace.store()
    assumptions.assume(store, LOCAL, one, kind="target", about="Angst", reason="Daar is hulp voor.")
    sessions.close(store, LOCAL, one)
    cited = assumptions.citation(store, LOCAL, one)
    assert cited is not None
    catalogue = Path(shutil.copytree(get_settings().catalogue_dir, tmp_path / "catalogue"))
    path = next(iter(sorted((catalogue / "models").glob("*.yml"))))
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    before = design_hash(load_design(path))
    settings = get_settings().model_copy(update={"catalogue_dir": catalogue})
    for digest, is_right in ((cited.sha256, True), ("0" * 64, False)):
        content["agreed"] = {"session": cited.session, "held_on": cited.agreed_on, "sha256": digest}
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        assert design_hash(load_design(path)) != before
        if is_right:
            check_cited(settings)
        else:
            with pytest.raises(DataProblem, match="another agreement"):
                check_cited(settings)


def test_around_a_school__only_wijken_and_at_least_two(published: Path, open_page: OpenPage) -> None:
    one = prepared("school_care_meeting")
    app = open_page("gesprekken", gesprek=one)
    assert "nooit over een leerling" in words(app)
    box = app.multiselect[0]
    app.text_input[0].set_value("De Brug")
    box.set_value(box.options[:1])
    app = press(app, "Zet deze wijken op de agenda")
    assert "ten minste 2 wijken" in app.error[0].value
    app.multiselect[0].set_value(app.multiselect[0].options[:3])
    app = press(app, "Zet deze wijken op de agenda")
    (item,) = sessions.session(workplace.store(), LOCAL, one).items
    assert (
        item.title.startswith("Rond De Brug")
        and "level=wijk" in item.address
        and item.address.count("WK") == 3
    )
    app = open_page("gesprekken", gesprek=one)
    app.text_input[0].set_value("Mevrouw De Vries")
    app.multiselect[0].set_value(app.multiselect[0].options[:2])
    assert press(app, "Zet deze wijken op de agenda").error


def test_series__is_planned_with_its_phases_needs_and_lessons(published: Path, open_page: OpenPage) -> None:
    app = open_page("gesprekken")
    field(app, "Hoe heet de reeks?").set_value("Samen leren")  # type: ignore[attr-defined]
    app.text_area[-1].set_value("GGD\nGGZ")
    app = press(app, "Plan een reeks")
    assert not app.exception and "Samen leren" in words(app)
    (one,) = series.all_series(workplace.store(), LOCAL)
    assert [m.phase for m in one.meetings] == [
        "intake",
        "orientation",
        "working_one",
        "working_two",
        "evaluation",
    ]
    assert one.meetings[1].held_on == (date.today() + timedelta(weeks=4)).isoformat()
    app = open_page("gesprekken", gesprek=one.meetings[0].session_id)
    field(app, "Wat wilt u kunnen of weten?").set_value("Hoe lees ik een marge?")  # type: ignore[attr-defined]
    press(app, "Zet een vraag op de lijst")
    (asked,) = questions.questions(workplace.store(), LOCAL)
    assert asked.source == f"series:{one.id}"
    told = words(open_page("gesprekken", gesprek=one.meetings[4].session_id))
    assert "Hoe lees ik een marge?" in told and "Beantwoord: 0 van 1" in told
    orientation = open_page("gesprekken", gesprek=one.meetings[1].session_id)
    assert "Een cijfer en zijn marge" in [link.proto.label for link in orientation.get("page_link")]


def test_templates__a_mistake_is_told_with_its_file(tmp_path: Path) -> None:
    catalogue = get_settings().catalogue_dir
    lessons = load_lessons(catalogue)
    check_templates(catalogue, sessions.TEMPLATES, lessons)
    assert set(load_templates(catalogue)) <= set(sessions.TEMPLATES)
    with pytest.raises(DataProblem, match=r"learning_community\.yml.*blocks\.lesson"):
        check_templates(catalogue, sessions.TEMPLATES, [])
    with pytest.raises(DataProblem, match="template_id"):
        check_templates(catalogue, ["interpretation"], lessons)
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / "bare.yml").write_text("aim: {nl: a, en: b}\n", encoding="utf-8")
    with pytest.raises(DataProblem, match=r"bare\.yml.*blocks, or phases"):
        load_templates(tmp_path)


def test_questions__of_a_note_and_a_gap_enter_the_list_and_a_figure_answers(
    published: Path, open_page: OpenPage
) -> None:
    store = workplace.store()
    figure = workplace.figure(current_release(), Selection("loneliness_pct", "GM9901", 2020, "18+"))
    note = notes.write_note(store, LOCAL, figure, kind="question", text="Wie zijn dit?")
    notes.move_note(store, LOCAL, note, 1, "shared")
    told = words(open_page("afspraken"))
    assert "Wie zijn dit?" in told and "een notitie" in told
    app = open_page("afspraken")
    label = next(box for box in app.selectbox if box.label == "Welk cijfer?")
    label.set_value("care_use_pct")
    app = press(app, "Beantwoord een vraag")
    (one,) = questions.questions(store, LOCAL)
    assert one.status == "answered" and one.answered_by == "figure" and one.answer
    assert f"een cijfer: {one.answer}" in words(app)
