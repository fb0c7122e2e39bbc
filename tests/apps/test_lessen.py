"""Lessons on a page: figures of the release, a prediction before each answer, the group from five, and pasted text."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.data import workplace
from apps.dashboard.views.lessen import numbers, page, village
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.lessons import Lesson
from datawerkplaats.workplace import learning, sessions
from datawerkplaats.workplace.people import LOCAL, Role, Subject
from tests.apps.conftest import OpenPage
from tests.apps.test_aan_tafel import press
from tests.apps.test_pages import words

YES_NO = {"yes": {"nl": "Ja", "en": "Yes"}, "no": {"nl": "Nee", "en": "No"}}


def lesson(indicator: str = "loneliness_pct") -> Lesson:
    def both(words: str) -> dict[str, str]:
        return {"nl": words, "en": words}

    steps = [
        {
            "step_id": "guess", "minutes": 10, "text": both("Het gaat over {here.area}."), "reveal": both("Het is {here.value}."),
            "predict": {"question": both("Hoeveel?"), "low": 0, "high": 100, "answer": {"number": "here.value"}},
        },
        {
            "step_id": "modelled", "minutes": 10, "text": both("In {wijk.area}."), "reveal": both("Zo is het."),
            "predict": {"question": both("Berekend?"), "options": YES_NO, "answer": {"rule": "modelled", "of": ["wijk"]}},
        },
        {"step_id": "check", "minutes": 5, "text": both("Plak."), "tool": "check_text"},
    ]  # fmt: skip
    return Lesson.model_validate(
        {
            "lesson_id": "proef", "order": 1, "title": both("Proefles"), "aim": both("U kunt het."), "steps": steps,
            "figures": {"here": {"indicator": indicator}, "wijk": {"indicator": indicator, "level": "wijk"}},
        }
    )  # fmt: skip


@pytest.fixture
def taught(published: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(page, "load_lessons", lambda _folder: {"proef": lesson()})
    return published


def typed(app: AppTest, told: str) -> AppTest:
    field = next(one for one in app.text_input if one.label == "Hoeveel?")
    field.set_value(told)
    return press(app, "Dit voorspel ik")


def test_lessons__are_listed_and_an_unknown_one_is_said(published: Path, open_page: OpenPage) -> None:
    app = open_page("lessen", les="rekenen")
    assert not app.exception
    assert "Deze les is er niet: rekenen" in words(app) and "Een cijfer en zijn marge" in words(app)
    assert "niet in deze uitgave" in words(
        open_page("lessen", les="margin")
    )  # the small release has no such figure


def test_lesson__asks_before_it_shows_and_keeps_nothing_alone(taught: Path, open_page: OpenPage) -> None:
    app = open_page("lessen", les="proef", gebied="GM9901")
    assert "Het gaat over Turfhaven." in words(app) and "Het is" not in words(app)
    app = typed(app, "140")
    assert "0 to 100" in app.error[0].value and "Het is" not in words(app)
    app = typed(app, "40,5")
    assert "U voorspelde 40,5" in words(app) and "Het is" in words(app) and "In Wijk" in words(app)
    app.radio[-1].set_value("yes")
    app = press(app, "Dit voorspel ik")
    assert "U koos: Ja. Dat klopt." in words(app)
    assert not workplace.is_begun()


def test_lesson__shows_the_group_from_five(taught: Path, open_page: OpenPage) -> None:
    store = workplace.store()
    made = sessions.prepare(
        store, LOCAL, title="Les", held_on=date.today() + timedelta(days=1), organisations=["GGD"]
    )
    code = sessions.session(store, LOCAL, made).code
    for number in range(4):
        learner = Subject(f"l{number}", frozenset({Role.PARTNER}))
        learning.predict(store, learner, "proef", "guess", str(10 * number), group=code)
        if number == 2:
            app = typed(open_page("lessen", les="proef", groep=code), "50")
            assert "vanaf 5 mensen" in words(app)
    app = typed(open_page("lessen", les="proef", groep=code.lower()), "50")
    assert "De groep (5 mensen) voorspelde 20,0" in words(app)
    assert "samen met gesprek" not in words(open_page("lessen", les="proef", groep="AAAAAA"))


def test_pasted_text__is_checked_in_the_lesson_and_bad_text_is_a_sentence(
    taught: Path, open_page: OpenPage
) -> None:
    app = typed(open_page("lessen", les="proef", gebied="GM9901"), "40")
    app.radio[-1].set_value("no")
    app = press(app, "Dit voorspel ik")
    for told, expected in (
        ("", "nothing"),
        ("x 1 " * 25_000, "100000 characters"),
        ("<b>40%</b>", "markup"),
    ):
        app.text_area[0].set_value(told)
        app = press(app, "Controleer elk getal")
        assert expected in app.error[0].value and not app.exception
    app.text_area[0].set_value("Wij weten niets.")
    assert "geen getallen" in words(press(app, "Controleer elk getal"))
    app.text_area[0].set_value("In 2031 is 99% <3 van iets.")
    assert "niet te koppelen" in words(press(app, "Controleer elk getal"))


LONELY = numbers.Candidate("Eenzaam", "Turfhaven", 2024, 53.6, 52.0, 56.0, "54%")
OLD = numbers.Candidate("Eenzaam", "Turfhaven", 2020, 49.0, None, None, "49%")
ELSEWHERE = numbers.Candidate("Eenzaam", "Heideloo", 2024, 44.0, 42.0, 46.0, "44%")
CROWD = numbers.Candidate("Inwoners met overgewicht", "Turfhaven", 2024, 1234.0, None, None, "1.234")
KNOWN = [LONELY, OLD, ELSEWHERE, CROWD]


@pytest.mark.parametrize(
    ("told", "verdicts"),
    [
        ("In Turfhaven voelt 54% zich eenzaam.", ["right"]),
        ("In Turfhaven voelt 53,6 procent zich eenzaam.", ["right"]),
        ("In Turfhaven is 53% eenzaam.", ["in_margin"]),
        ("In Turfhaven is 44% eenzaam.", ["wrong"]),
        ("In Heideloo is 44% eenzaam.", ["right"]),
        ("In 2020 was 49% eenzaam.", ["year", "right"]),
        ("In 2020 was 54% eenzaam.", ["year", "wrong"]),
        ("Er zijn 1.234 inwoners met overgewicht.", ["right"]),
        ("In Turfhaven staan 54 bomen.", ["unknown"]),
        ("Dat is 3e rangs en v2.0 telt niet.", []),
    ],
)
def test_numbers__are_held_against_the_figure_that_their_sentence_names(
    told: str, verdicts: list[str]
) -> None:
    assert [one.verdict for one in numbers.judged(told, KNOWN, "Turfhaven", "nl")] == verdicts


def test_numbers__english_marks_and_bad_text() -> None:
    (one,) = numbers.judged("1,234 inwoners met overgewicht", KNOWN, "Turfhaven", "en")
    assert one.verdict == "right"
    for told in ("", "9 " * 50_000, "see <script>alert(1)</script>"):
        with pytest.raises(DataProblem):
            numbers.plain_text(told)
    assert numbers.plain_text("5 < 6 en 7 > 3") == "5 < 6 en 7 > 3"


def test_village__a_close_copy_gives_people_away_and_one_field_by_field_does_not() -> None:
    def gained(likeness: int) -> float:
        found = []
        for seed in range(1, 21):
            people = village.drawn(seed)
            played = village.audited(people, village.copied(people, likeness, seed), seed)
            found.append(played.right - played.strangers_right)
        return sum(found) / len(found)

    assert abs(gained(0)) < 2 < 8 < gained(100)
    people = village.drawn(3)
    assert all(village.is_real(row, people) for row in village.copied(people, 100, 3))
