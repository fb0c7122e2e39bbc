"""The buttons for one A4 on Mijn gebied, and the address that stands on paper."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from apps.dashboard.components import site_address
from apps.dashboard.data.release import current_release
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.report.one_pager import notes_of
from apps.dashboard.wording.context import Context
from datawerkplaats.base.settings import get_settings
from datawerkplaats.workplace.figures import Selection
from datawerkplaats.workplace.people import LOCAL, NOBODY, Subject
from tests.apps.conftest import OpenPage
from tests.apps.test_aan_tafel import TEXT, shared_note
from tests.apps.test_report import request


def test_page__offers_both_with_one_press(published: Path, open_page: OpenPage) -> None:
    app = open_page("gebied", gebied="GM9901")
    offered = {button.proto.id: button for button in app.get("download_button")}
    assert sum("gebied_a4" in key for key in offered) == 2


def test_site__is_the_setting_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DWP_PUBLIC_URL", "https://cijfers.example.org/")
    get_settings.cache_clear()
    assert site_address.site() == "https://cijfers.example.org"
    get_settings.cache_clear()


def test_notes__of_exactly_the_figures_on_it_and_for_who_may_read_them(published: Path) -> None:
    """The small release has no figure that stands on an A4: its profile's lines stand in for them."""
    lines = request("gemeente", "GM9901", "nl").lines
    line = next(one for one in lines if one.indicator == "loneliness_pct")

    def told(code: str, subject: Subject) -> list[str]:
        page = SimpleNamespace(
            context=Context(current_release(), "nl", {}, "Veenland", subject), area={"code": code},
            tiles=lambda: [SimpleNamespace(line=line)],
        )  # fmt: skip
        found = notes_of(cast(AreaPage, page))
        return found["items"] if found else []

    assert told("GM9901", LOCAL) == []
    shared_note(selection=Selection(line.indicator, "GM9901", line.year, line.age))
    (one,) = told("GM9901", LOCAL)
    assert TEXT in one and "Turfhaven" in one
    assert told("GM9902", LOCAL) == [] and told("GM9901", NOBODY) == []
