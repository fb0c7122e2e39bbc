"""A press on a button gives the file, in a real browser: the report and a chart are made only then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.apps.test_browser import Page, page
from tests.browser import until

__all__ = ["page"]  # a fixture of the other browser tests
pytestmark = [pytest.mark.browser, pytest.mark.busy]


def downloaded(driver: Any, folder: Path, pattern: str, selector: str) -> Path:
    driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior",
        {"behavior": "allow", "downloadPath": str(folder), "eventsEnabled": False},
    )
    button = until(lambda: driver.find_element("css selector", selector), f"no button at {selector}")
    button.click()
    return until(lambda: next(folder.glob(pattern), None), f"no file came from {selector}")


def test_report__is_made_and_sent_when_its_button_is_pressed(page: Page, tmp_path: Path) -> None:
    page.open("/rapport?level=gemeente&area=GM9901")
    selector = ".st-key-rapport_pdf button"
    found = downloaded(page.driver, tmp_path, "rapport-GM9901-nl_*.pdf", selector)
    assert found.read_bytes().startswith(b"%PDF")


def test_chart__comes_as_an_image_when_its_button_is_pressed(page: Page, tmp_path: Path) -> None:
    page.open("/profiel?gemeente=GM9901")
    found = downloaded(page.driver, tmp_path, "turfhaven-*.png", ".st-key-profiel_png button")
    assert found.read_bytes().startswith(b"\x89PNG")
