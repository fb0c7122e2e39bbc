"""Following on a page: an area and a figure, what a release changed, an end, and what Start tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from apps.dashboard.data import workplace
from apps.dashboard.data.release import current_release
from datawerkplaats.workplace import agreements, follows
from datawerkplaats.workplace.figures import Selection
from datawerkplaats.workplace.people import LOCAL
from tests.apps.conftest import OpenPage
from tests.apps.test_aan_tafel import press
from tests.apps.test_pages import words


def follow_as_if_lower(indicator: str = "loneliness_pct") -> str:
    """Follow a figure that was seen far below what the release shows."""
    release = current_release()
    shown = follows.newest(workplace.asking(release), release.id, "GM9901", indicator)
    seen = {name: replace(one, value=(one.value or 0) - 20) for name, one in shown.items()}
    return follows.follow(workplace.store(), LOCAL, "GM9901", indicator, seen)


def test_follow__an_area_from_its_page_and_stop(published: Path, open_page: OpenPage) -> None:
    assert "U volgt nog niets" in words(open_page("volgen")) and not workplace.is_begun()
    app = press(open_page("volgen", volg="GM9901"), "Volg dit")
    assert "alle cijfers van Turfhaven" in words(app) and "Niets is zeker veranderd" in words(app)
    app = press(app, "Stop met volgen")
    assert "U volgt nog niets" in words(app)


def test_follow__a_figure_that_changed_is_told_until_it_is_seen(published: Path, open_page: OpenPage) -> None:
    follow_as_if_lower()
    assert "Voor u" in words(open_page("start")) and "het was" in words(open_page("start"))
    app = open_page("volgen")
    assert "Turfhaven" in words(app) and "en het is nu" in words(app)
    app = press(app, "Gezien")
    assert "Niets is zeker veranderd" in words(app) and "Voor u" not in words(open_page("start"))


def test_follow__a_figure_that_ended_or_never_was_is_a_sentence(published: Path, open_page: OpenPage) -> None:
    app = press(open_page("volgen", volg="gone_pct|GM9901"), "Volg dit")
    assert "gone_pct" in app.error[0].value and "has ended" in app.error[0].value
    release = current_release()
    shown = follows.newest(workplace.asking(release), release.id, "GM9901", "loneliness_pct")
    was = replace(shown["loneliness_pct"], selection=Selection("gone_pct", "GM9901", 2020))
    follows.follow(workplace.store(), LOCAL, "GM9901", "gone_pct", {"gone_pct": was})
    assert "gone_pct: dit cijfer staat niet meer in deze uitgave" in words(open_page("volgen"))


def test_start__tells_late_agreements(published: Path, open_page: OpenPage) -> None:
    store = workplace.store()
    later = date.today() + timedelta(days=3)
    agreements.agree(store, LOCAL, text="De GGD belt.", organisation="GGD", role="adviseur", due_on=later)
    assert "De GGD belt." not in words(open_page("start"))
    store.clock = lambda: datetime.now(UTC) + timedelta(days=9)
    try:
        told = words(open_page("start"))
    finally:
        store.clock = lambda: datetime.now(UTC)
    assert "te laat" in told and "De GGD belt." in told
