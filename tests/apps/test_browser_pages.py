"""Every page in a real browser: drawn without an error, without a request elsewhere, and no wider than a phone."""

from __future__ import annotations

from typing import Any

import pytest

from apps.dashboard.registry import pages
from tests.apps.test_browser import Page

pytestmark = [pytest.mark.browser, pytest.mark.busy]
PHONE = {"width": 400, "height": 850, "deviceScaleFactor": 1, "mobile": True}
CHOICES = {
    "verklaren": "?level=wijk&outcome=care_use_pct",
    "ongelijkheid": "?level=wijk&indicator=care_use_pct",
    "buren": "?level=wijk&area=WK980002",
    "verbanden": "?level=wijk",
}
NEW = [entry.id for entry in pages() if entry.id not in ("start", "verkennen")]


@pytest.mark.parametrize("page_id", NEW)
def test_page__is_drawn_fits_a_phone_and_stays_on_this_machine(
    listening: Any, rich_dashboard: str, page_id: str
) -> None:
    page = Page(listening, rich_dashboard)
    listening.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    page.open(f"/{page_id}{CHOICES.get(page_id, '')}")
    assert "Er ging iets mis" not in page.text()
    wide = "const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth]"
    content, screen = listening.execute_script(wide)
    assert content <= screen <= 400
    assert page.foreign_requests() == []
    severe = [entry["message"] for entry in listening.get_log("browser") if entry["level"] == "SEVERE"]
    # Below the root Streamlit's own script first tries two addresses below the page.
    assert [message for message in severe if "_stcore" not in message] == []
