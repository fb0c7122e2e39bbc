"""A plan by clicking: it is frozen, waits for two releases, gets its word, and the report of an area tells it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pypdf
import pytest
from selenium.webdriver.common.keys import Keys

from tests.apps.fixture_publication import build_publication
from tests.apps.test_browser import Page
from tests.apps.test_browser_report import downloaded
from tests.apps.test_doen import START, with_counts
from tests.browser import dashboard, until

pytestmark = [pytest.mark.browser, pytest.mark.busy]
RELEASES = {START: "20230601T080000Z-second", START + 1: "20231201T080000Z-third"}


def publish(folder: Path, newest: int) -> None:
    """The next release: one year more of the same counts; in three wijken half as many since the start."""
    release = RELEASES.get(newest)
    if release:
        build_publication(folder / "publish", publication_id=release)
    with_counts(folder, effect=-0.5, newest=newest, release=release or "")


def register(page: Page) -> None:
    """Choose three areas, see the chance, and freeze the plan."""
    page.open("/doen")
    for name in ("Proefwijk 0", "Proefwijk 1", "Proefwijk 2"):
        box = page.driver.find_element("css selector", ".st-key-new_areas input")
        page.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()
        box.send_keys(name)
        pick(page, name)
    until(lambda: "van de 100" in page.text(), "the effort is not told")
    title = page.driver.find_element("css selector", "input[aria-label='Naam van het plan']")
    title.send_keys("Gezinscoach")
    title.send_keys(Keys.TAB)
    press(page, "Leg het plan vast")
    until(lambda: "Nu is het wachten" in page.text(), "the plan was not frozen")
    until(lambda: "Nog niet te zeggen" in page.text(), "no word for what cannot be said yet")


def pick(page: Page, name: str) -> None:
    """Click an option of an open list."""
    xpath = f"//*[@role='option'][normalize-space(.)={name!r}]"
    until(lambda: page.driver.find_element("xpath", xpath), f"{name} is not offered").click()
    page.settle()


def press(page: Page, words: str) -> None:
    """Click what bears these words, and wait for the page."""
    xpath = (
        f"//*[self::button or self::a][normalize-space(.)={words!r} or .//p[normalize-space(.)={words!r}]]"
    )
    found: Any = until(lambda: page.driver.find_element("xpath", xpath), f"nothing says {words}")
    page.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
    found.click()
    page.settle()


def reported(page: Page, folder: Path) -> str:
    """From the card of the plan to the page of one of its areas, and from there to the report: what the PDF says."""
    press(page, "Proefwijk 1")
    until(lambda: "Wat wij hier doen" in page.text(), "the page of the area does not tell of the plan")
    press(page, "Maak een rapport of één A4")
    found = downloaded(page.driver, folder, "rapport-WK970001-nl_*.pdf", ".st-key-rapport_pdf button")
    return " ".join(" ".join(one.extract_text() for one in pypdf.PdfReader(found).pages).split())


def test_plan__goes_from_register_to_verdict_and_report(
    browser: Any, publication_template: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(publication_template, tmp_path / "data"))
    publish(folder, START - 1)
    with dashboard(folder) as base:
        page = Page(browser, base)
        register(page)
        publish(folder, START)
        page.open("/doen")
        until(lambda: "Wacht op nieuwe cijfers" in page.text(), "the page does not say that it waits")
        publish(folder, START + 1)
        page.open("/doen")
        until(
            lambda: "Past bij werken" in page.text() and "Proefwijk 1" in page.text(), "there is no verdict"
        )
        told = reported(page, tmp_path)
        assert "Gezinscoach" in told and "Past bij werken. Er kwamen er" in told
        assert "Vooraf gezegd" in told and "bewezen" not in told.lower()
