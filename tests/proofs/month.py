"""An ordinary month at the workplace, step by step: what can be done on pages is done and counted, the rest is declared as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from apps.dashboard.data import workplace
from apps.dashboard.data.release import current_release
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.catalogue.session_templates import load_templates
from datawerkplaats.workplace import agreements, notes, questions, sessions, table
from datawerkplaats.workplace.figures import Selection
from datawerkplaats.workplace.people import LOCAL
from tests.apps.fixture_publication import build_publication
from tests.proofs.registry import Measured, Room

APP = PROJECT_ROOT / "apps" / "dashboard" / "app.py"
DECLARED = Path(__file__).with_suffix(".yml")
FIGURE = Selection("loneliness_pct", "GM9901", 2020, "18+")
VIEW = "/verkennen?indicator=loneliness_pct&level=gemeente&year=2020&age=18%2B&sex=total&area=GM9901"
HOUR = 60.0


@dataclass
class Counted:
    """One step done on the pages, with what it took."""

    page: int = 0
    press: int = 0
    text: int = 0
    choice: int = 0

    def open(self, name: str, **choices: str) -> AppTest:
        """A page."""
        self.page += 1
        app = AppTest.from_file(str(APP), default_timeout=600)
        app._page_hash = calc_hash(name)
        app.query_params.update(choices)
        return app.run()

    def type(self, app: AppTest, label: str, words: str) -> None:
        """A text in a field."""
        self.text += 1
        next(one for one in (*app.text_area, *app.text_input) if one.label == label).set_value(words)

    def pressed(self, app: AppTest, label: str) -> AppTest:
        """A button."""
        self.press += 1
        found = next(one for one in app.button if one.label == label).click().run()
        if found.exception or found.error:
            raise AssertionError(f"{label} was refused")
        return found

    def minutes(self, rates: dict[str, float]) -> float:
        """How long it takes a person, by the declared rates."""
        return sum(rate * float(getattr(self, name)) for name, rate in rates.items())


def month(room: Room) -> Iterator[Measured]:
    """Hours of a partner and of a steward, and how much of them was counted on pages."""
    declared = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    build_publication(room.work / "month" / "publish")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_DATA_DIR", str(room.work / "month"))
        get_settings.cache_clear()
        try:
            for role in ("partner", "steward"):
                steps = [(step, *_minutes(step, declared["rates"])) for step in declared[role]]
                for step, minutes, _ in steps:
                    yield f"workplace_month_{role}_{step['step']}", minutes, None
                yield f"workplace_month_{role}", sum(minutes for _, minutes, _ in steps) / HOUR, None
                yield f"workplace_month_scripted_{role}", float(sum(counted for *_, counted in steps)), None
        finally:
            get_settings.cache_clear()


def _minutes(step: dict[str, Any], rates: dict[str, float]) -> tuple[float, bool]:
    """Minutes of a step, and whether it was done on the pages; what happens inside the session is not counted twice."""
    if "template" in step:
        template = load_templates(get_settings().catalogue_dir)[step["template"]]
        return float(sum(block.minutes for block in template.blocks)), False
    counted = Counted()
    if "scripted" in step:
        STEPS[step["scripted"]](counted)
    each = counted.minutes(rates) + float(step.get("minutes", 0))
    return 0.0 if "inside" in step else int(step.get("times", 1)) * each, "scripted" in step


def write_note(counted: Counted) -> None:
    """A partner writes a note beside a figure."""
    counted.open("verkennen", indicator="loneliness_pct", level="gemeente", area="GM9901")
    app = counted.open("notities", figure=FIGURE.key)
    counted.choice += 2  # kind and evidence
    counted.type(app, "Uw tekst (ten hoogste 600 tekens)", "De bus rijdt hier niet meer.")
    counted.pressed(app, "Bewaar als concept")


def share_note(counted: Counted) -> None:
    """The steward shares one."""
    store = workplace.store()
    if not notes.waiting_notes(store, LOCAL):
        notes.write_note(
            store, LOCAL, workplace.figure(current_release(), FIGURE), kind="signal", text="Iets."
        )
    counted.pressed(counted.open("notities"), "Deel")


def look_at_start(counted: Counted) -> None:
    """What is new."""
    counted.open("start")


def prepare_session(counted: Counted) -> None:
    """A session from a page, and three more views."""
    for _ in range(4):
        counted.open("verkennen", indicator="loneliness_pct", level="gemeente", area="GM9901")
    app = counted.open("gesprekken", zet=VIEW, naam="Verkennen")
    counted.press += 1  # the link on the page
    counted.type(app, "Welke organisaties zitten aan tafel? (één per regel)", "GGD\nGGZ")
    counted.pressed(app, "Maak dit gesprek")
    (one,) = (one for one in sessions.sessions(workplace.store(), LOCAL) if one.status == "prepared")
    for _ in range(3):
        view = counted.open("verkennen", indicator="loneliness_pct", level="gemeente", area="GM9902")
        counted.press += 1  # opens the choices
        counted.pressed(view, "Zet erop")
    sessions.show_item(workplace.store(), LOCAL, one.id, one.items[0].id)


def _session() -> sessions.Session:
    store = workplace.store()
    found = [one for one in sessions.sessions(store, LOCAL) if one.status == "open"]
    if found:
        return found[0]
    made = sessions.prepare(
        store, LOCAL, title="Tafel", held_on=date.today() + timedelta(days=1), organisations=["GGD"]
    )
    item = sessions.add_item(store, LOCAL, made, title="Punt", address=VIEW, release_id=current_release().id)
    sessions.show_item(store, LOCAL, made, item)
    return sessions.session(store, LOCAL, made)


def answer_by_phone(counted: Counted) -> None:
    """A phone takes a seat and answers."""
    one = _session()
    app = counted.open("meedoen", code=one.code)
    app.radio[0].set_value(one.organisations[0])
    app = counted.pressed(counted.pressed(app, "Doe mee"), "Ja")
    sessions.close(workplace.store(), LOCAL, one.id)


def judge_said(counted: Counted) -> None:
    """The chair lets a contribution onto the screen."""
    one = _session()
    place = table.join(workplace.store(), one.code, "a phone with a long word", one.organisations[0])
    table.contribute(workplace.store(), place, str(one.current_item), kind="question", text="Hoe komt dat?")
    counted.pressed(counted.open("gesprekken", gesprek=one.id), "Laat zien")


def record_agreement(counted: Counted) -> None:
    """An agreement is recorded at the table."""
    app = counted.open("gesprekken", gesprek=_session().id)
    counted.type(app, "Wat spreken we af?", "De GGD belt de vervoerder.")
    counted.type(app, "In welke functie?", "adviseur")
    counted.pressed(app, "Leg een afspraak vast")


def answer_question(counted: Counted) -> None:
    """A question is answered by a figure."""
    questions.ask(workplace.store(), LOCAL, "Waar is het hoog?")
    counted.choice += 3
    counted.pressed(counted.open("afspraken"), "Beantwoord een vraag")


def move_agreement(counted: Counted) -> None:
    """Somebody says how an agreement stands."""
    due = date.today() + timedelta(days=3)
    agreements.agree(
        workplace.store(), LOCAL, text="Bellen.", organisation="GGD", role="adviseur", due_on=due
    )
    counted.choice += 2
    counted.pressed(counted.open("afspraken"), "Bewaar")


STEPS: dict[str, Callable[[Counted], None]] = {
    one.__name__: one
    for one in (
        write_note, share_note, look_at_start, prepare_session, answer_by_phone, judge_said, record_agreement,
        answer_question, move_agreement,
    )
}  # fmt: skip
