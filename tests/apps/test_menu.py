"""The menu in a real browser: by mouse, by keyboard and on a phone, and the same list for who has neither."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.dashboard.components.menu import menu
from apps.dashboard.registry import pages
from apps.dashboard.wording.texts import LANGUAGES
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.themes import load_theme
from tests.apps.visits import Visitor
from tests.browser import until

pytestmark = pytest.mark.busy
IN_MENU = [page for page in pages() if not page.hidden]
SHOWN = "return [...document.querySelectorAll('.dw-menu a')].filter(a => a.offsetParent).map(a => a.getAttribute('href'))"
CURRENT = "return document.querySelector('.dw-menu [aria-current]').textContent"
FOCUSED = "return document.activeElement.textContent"

THEME = load_theme(PROJECT_ROOT / "catalogue")


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu__links_to_every_page_in_its_language_and_marks_one(language: Language) -> None:
    shown = menu("buren", language)
    links = re.findall(r'<a href="([^"]*)"([^>]*)>', shown)
    asked = "?lang=en" if language == "en" else ""
    assert [link for link, _ in links] == ["./" + asked, *(f"{page.id}{asked}" for page in IN_MENU[1:])]
    assert [link for link, marks in links if 'aria-current="page"' in marks] == [f"buren{asked}"]
    for page in IN_MENU:
        assert page.name(language, THEME) in shown
    assert "stijl" not in shown, "the page for who makes the pages is in no menu"


@pytest.fixture
def visitor(browser: Any, small_dashboard: str) -> Visitor:
    """A browser at a dashboard on the small publication."""
    return Visitor(browser, small_dashboard)


def press(visitor: Visitor, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(visitor.driver).send_keys(*keys).perform()


def element(visitor: Visitor, selector: str) -> Any:
    return visitor.driver.find_element("css selector", selector)


def run(visitor: Visitor, script: str) -> Any:
    return visitor.driver.execute_script(script)


@pytest.mark.browser
def test_menu__opens_a_page_by_mouse_without_a_reload_and_goes_back(visitor: Visitor) -> None:
    visitor.open("/woordenlijst")
    run(visitor, "window.stays = true")
    assert len(run(visitor, SHOWN)) == 1, "the pages of a place are shown when it is opened"
    element(visitor, ".dw-menu-section button").click()
    assert "profiel" in run(visitor, SHOWN)
    element(visitor, ".dw-menu a[href=profiel]").click()
    until(lambda: "Gebiedsprofiel" in run(visitor, CURRENT), "the page did not open")
    visitor.settle("/profiel")
    assert "/profiel" in visitor.driver.current_url
    assert len(run(visitor, SHOWN)) == 1, "the place is closed again"
    visitor.driver.back()
    until(lambda: "Woordenlijst" in run(visitor, CURRENT), "the browser's back button does not lead back")
    element(visitor, ".dw-menu a").click()
    until(lambda: "Mijn gebied" in run(visitor, CURRENT), "the page at the root did not open")
    assert run(visitor, "return window.stays")


@pytest.mark.browser
def test_menu__works_by_keyboard(visitor: Visitor) -> None:
    from selenium.webdriver.common.keys import Keys

    visitor.open("/woordenlijst")
    run(visitor, "document.querySelector('.dw-menu-section button').focus()")
    press(visitor, Keys.ENTER)
    assert "verkennen" in run(visitor, SHOWN)
    press(visitor, Keys.TAB, Keys.ESCAPE)
    assert "verkennen" not in run(visitor, SHOWN), "Escape closes the place"
    assert "Kaart en wijken" in run(visitor, FOCUSED), "and leads back to its button"
    press(visitor, Keys.ENTER, Keys.TAB, Keys.TAB, Keys.ENTER)
    until(lambda: "Gebiedsprofiel" in run(visitor, CURRENT), "Enter did not open the page")
    until(lambda: "Kaart en wijken" in run(visitor, FOCUSED), "the keyboard does not go on from the menu")


@pytest.mark.browser
def test_menu__is_one_button_on_a_phone(visitor: Visitor) -> None:
    visitor.open("/woordenlijst?lang=en", "phone")
    assert run(visitor, SHOWN) == []
    element(visitor, ".dw-menu-all").click()
    assert len(run(visitor, SHOWN)) == len(IN_MENU)
    assert run(visitor, "return document.documentElement.scrollWidth <= innerWidth")
    element(visitor, ".dw-menu a[href^=kwaliteit]").click()
    until(lambda: "Quality" in run(visitor, CURRENT), "the page did not open")
    assert run(visitor, SHOWN) == [], "the list is closed again"
    visitor.settle("/kwaliteit")
    assert "lang=en" in visitor.driver.current_url


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "button"), [("wide", ".dw-menu-section button"), ("phone", ".dw-menu-all")]
)
def test_menu__has_no_violation_when_it_is_open(visitor: Visitor, width: str, button: str) -> None:
    visitor.open("/woordenlijst", width)
    element(visitor, button).click()
    found = visitor.violations()
    assert not found, "\n".join(found)
