"""The buttons for one A4 on Mijn gebied, and the address that stands on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.dashboard.components import site_address
from datawerkplaats.base.settings import get_settings
from tests.apps.conftest import OpenPage


def test_page__offers_both_with_one_press(published: Path, open_page: OpenPage) -> None:
    app = open_page("gebied", gebied="GM9901")
    offered = {button.proto.id: button for button in app.get("download_button")}
    assert sum("gebied_a4" in key for key in offered) == 2


def test_site__is_the_setting_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DWP_PUBLIC_URL", "https://cijfers.example.org/")
    get_settings.cache_clear()
    assert site_address.site() == "https://cijfers.example.org"
    get_settings.cache_clear()
