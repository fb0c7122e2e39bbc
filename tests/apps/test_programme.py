"""The programme on the page and in the report: lines and plain words for every kind of figure, and no claim of an effect."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from apps.dashboard.components.chart_files import bare_svg
from apps.dashboard.data import cube, workplace
from apps.dashboard.data.release import current_release
from apps.dashboard.profile import goals_here
from apps.dashboard.report import model, programme_part
from apps.dashboard.report.request import Request
from apps.dashboard.wording.context import Context
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.workplace import programmes
from datawerkplaats.workplace.figures import Selection
from datawerkplaats.workplace.goals import Goal, Standing
from datawerkplaats.workplace.people import LOCAL, NOBODY
from demo import programme as example
from tests.apps.conftest import OpenPage
from tests.apps.test_doen import NEWEST, OUTCOME, START, with_counts
from tests.apps.test_pages import words
from tests.sealing import changed

TEXTS = PROJECT_ROOT / "apps" / "dashboard" / "wording" / "texts" / "programma.yml"
COUNTED = Selection(OUTCOME, "WK970001", START, "all")
SEEN_TWICE = Selection("loneliness_pct", "GM9901", 2016, "18+")


def begun(*wanted: tuple[Selection, float], told: bool = True) -> list[str]:
    """A programme with a goal for each figure; the ids of the goals."""
    store = workplace.store()
    made = programmes.begin_programme(store, LOCAL, "Samen sterker", 2021, 2027)
    found: list[str] = []
    for at, target in wanted:
        goal = Goal(f"Doel {len(found) + 1}", "De gemeente", target, 2027, 300)
        begin = workplace.figure(current_release(), at)
        found.append(programmes.add_goal(store, LOCAL, made, goal, begin, is_followed=True))
    if told:
        programmes.tell_progress(store, LOCAL, found[0], "reach", 120)
        programmes.tell_progress(store, LOCAL, found[0], "delivery", 4, what="trainingen", planned=9)
    return found


def context() -> Context:
    return Context(current_release(), "nl", {}, "Veenland", LOCAL)


def told_of(at: int = 0) -> goals_here.Told:
    here = context()
    return goals_here.told(here, goals_here.programmes_of(here)[0].goals[at])


def test_texts__say_no_word_of_an_effect() -> None:
    texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    shown = " ".join(sentence for one in texts.values() for sentence in one.values()).lower()
    assert not re.search(r"bewezen|bewijs|\bproven?\b|proof|door het programma (daalt|stijgt)|werkt\b", shown)
    for stand in (*Standing, "retired"):
        assert {"nl", "en"} == set(texts[f"word_{stand}"]) == set(texts[f"told_{stand}"])
    assert "niet te zien" in texts["intro"]["nl"] and "cannot be seen" in texts["intro"]["en"]


def test_page__tells_the_programme_in_lines_and_words(published: Path, open_page: OpenPage) -> None:
    with_counts(published)
    begun((COUNTED, 1.0), (SEEN_TWICE, 20.0))
    app = open_page("doen")
    shown = words(app)
    assert not app.exception and "Samen sterker" in shown and "2 doelen." in shown
    assert "wordt elk jaar geteld" in shown and "Met een cijfer dat elk jaar wordt geteld: 1." in shown
    assert "te weinig jaren" in shown or "komt om de" in shown
    assert "120 van 300 mensen" in shown and "Geleverd: trainingen, 4 van 9" in shown
    assert "nog niet gemeld; gepland: 300 mensen" in shown and "dw-goal-line" in shown
    english = Context(current_release(), "en", {}, "Veenland", LOCAL)
    (one,) = goals_here.programmes_of(english)
    told = [goals_here.told(english, goal) for goal in one.goals]
    assert told[0].followed_by.startswith("This figure is counted every year.")
    assert goals_here.summary(one, told, "en").startswith("2 goals.")


def test_page__without_a_programme_says_so_and_a_reader_gets_no_form(
    published: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("doen")
    assert "Er is nog geen programma." in words(app)
    assert "Begin een programma" in str([one.label for one in app.expander])
    assert goals_here.programmes_of(Context(current_release(), "nl", {}, "Veenland", NOBODY)) == []


def test_forms__begin_a_programme_add_a_goal_and_tell_what_was_done(
    published: Path, open_page: OpenPage
) -> None:
    with_counts(published)
    app = open_page("doen")

    def field(kind: str, label: str) -> object:
        return next(one for one in getattr(app, kind) if one.label == label)

    def press(label: str) -> None:
        next(one for one in app.button if one.label == label).click().run()
        assert not app.exception

    field("text_input", "Naam van het programma").input("Samen sterker")  # type: ignore[attr-defined]
    press("Begin het programma")
    assert "Dit programma heeft nog geen doelen." in words(app)
    field("text_input", "Wat wilt u bereiken?").input("Minder eenzaam")  # type: ignore[attr-defined]
    field("text_input", "Trekker van dit doel").input("De GGD")  # type: ignore[attr-defined]
    field("number_input", "Welk cijfer wilt u halen?").set_value(3.0)  # type: ignore[attr-defined]
    press("Voeg het doel toe")
    (one,) = goals_here.programmes_of(context())
    (goal,) = one.goals
    assert (goal.goal.title, goal.goal.owner, goal.goal.target) == ("Minder eenzaam", "De GGD", 3.0)
    at = goal.begin.selection
    shown = workplace.figure(current_release(), at)
    assert goal.begin.value == shown.value and goal.begin.release_id == current_release().id
    field("number_input", "Hoeveel zijn er nu?").set_value(9)  # type: ignore[attr-defined]
    press("Meld het")
    assert "te herkennen" in str([problem.value for problem in app.error])
    assert goals_here.programmes_of(context())[0].goals[0].progress == ()
    field("number_input", "Hoeveel zijn er nu?").set_value(25)  # type: ignore[attr-defined]
    press("Meld het")
    assert "25 van 100 mensen" in words(app)


def test_goal__follows_the_newest_figure_of_the_release_that_is_shown(published: Path) -> None:
    with_counts(published, newest=START)
    begun((COUNTED, 1.0))
    assert told_of().standing == "waiting" and "nog geen nieuw cijfer" in told_of().sentence


def test_goal__whose_figure_is_modelled_is_said_to_be_so(published: Path) -> None:
    with_counts(published, modelled=True)
    begun((COUNTED, 1.0))
    item = told_of()
    assert item.way == "modelled" and "schatting van een model" in item.followed_by
    assert "bereik, levering en getelde stappen" in item.followed_by and item.points[-1].year == NEWEST


def test_goal__whose_figure_is_retired_half_way_is_said_to_be_so(published: Path) -> None:
    with_counts(published)
    with changed(next((published / "publish").glob("warehouse_*.duckdb"))) as con:
        con.execute(f"update core.dim_indicator set status = 'retired' where indicator_id = '{OUTCOME}'")
    begun((COUNTED, 1.0))
    assert told_of().standing == "retired" and "niet meer gevolgd" in told_of().sentence


def test_report__holds_the_goals_of_the_area_and_of_larger_ones(published: Path) -> None:
    with_counts(published)
    begun((COUNTED, 1.0), (SEEN_TWICE, 20.0))
    release = current_release()
    wijken = {row["name"]: row for row in cube.regions(release, "wijk")}

    def chapter(name: str) -> list[model.Block]:
        return programme_part.blocks(Request(context(), "wijk", wijken[name], "country"))

    own, other = chapter("Proefwijk 1"), chapter("Proefwijk 2")
    heads = [[one.words for one in blocks if isinstance(one, model.Heading)] for blocks in (own, other)]
    assert set(heads[0]) == {"Het programma van de regio", "Doel 1", "Doel 2"}
    assert set(heads[1]) == {"Het programma van de regio", "Doel 2"}
    facts = dict(item for one in own if isinstance(one, model.Facts) for item in one.items)
    assert facts["Trekker"] == "De gemeente"
    figure = next(one for one in own if isinstance(one, model.Figure))
    assert "2027" in bare_svg(figure.drawing.spec) and "geen verwachting" in figure.caption
    far = next(row for row in cube.regions(release, "gemeente") if row["code"] == "GM9902")
    assert programme_part.blocks(Request(context(), "gemeente", far, "country")) == []


def test_example__is_labelled_and_begins_at_published_figures(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = next((published / "publish").glob("warehouse_*.duckdb"))
    release = current_release().id
    demo = SimpleNamespace(id=release, path=served, mode="demo")
    monkeypatch.setattr(example, "publication", SimpleNamespace(current=lambda _: demo))
    goal, _, told = example.GOALS[0]
    monkeypatch.setattr(
        example, "GOALS", ((goal, SEEN_TWICE, told), (goal, Selection("no", "GM9901", 1), told))
    )
    assert example.fill(get_settings()) and not example.fill(get_settings())
    (one,) = goals_here.programmes_of(context())
    assert "(verzonnen)" in one.title and all("(verzonnen)" in goal.owner for goal, _, _ in example.GOALS)
    (only,) = one.goals
    assert only.begin == workplace.figure(current_release(), SEEN_TWICE) and only.begin.value is not None
    assert [step.kind for step in only.newest] == ["reach", "delivery", "step"]
