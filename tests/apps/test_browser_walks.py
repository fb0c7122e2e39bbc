"""Walks by clicking, counted: what a person does to find the loneliest wijk, similar areas, earlier years, one A4 and a link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.apps.walks import Walk
from tests.browser import until

pytestmark = [pytest.mark.browser, pytest.mark.busy]
GEMEENTE = "Turfhaven"
# What a browser does whose owner lets no page keep anything.
NOTHING_KEPT = """for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
  Object.defineProperty(window, name, {get() { throw new DOMException('denied', 'SecurityError'); }});"""


@pytest.fixture
def at_home(browser: Any, small_dashboard: str) -> Walk:
    """A person who has just opened the pages and chosen a gemeente: one action."""
    return Walk(browser, small_dashboard).choose(GEMEENTE)


def test_loneliest_wijk__of_my_gemeente_is_named_within_four_actions(
    at_home: Walk, publication_template: Path
) -> None:
    path = next((publication_template / "publish").glob("warehouse_*.duckdb"))
    sql = """select region_name from core.fct_observation join core.dim_region using (region_id)
             where indicator_id = 'loneliness_pct' and gemeente_name = ? and dim_region.region_level = 'wijk' and sex = 'total'
             and value is not null and population >= 1000
             qualify rank() over (order by year desc, value desc) = 1 order by age_band limit 1"""
    with duckdb.connect(str(path), read_only=True) as connection:
        (name,) = connection.execute(sql, [GEMEENTE]).fetchall()[0]
    at_home.click(f"Alle wijken van {GEMEENTE}")
    assert at_home.shows(f"heeft {name} het hoogste")
    assert "Heideloo" not in at_home.text(), "a wijk of another gemeente is on the map of this one"
    assert at_home.actions <= 4


def test_similar_gemeenten__within_three_actions(at_home: Walk) -> None:
    at_home.click("Vergelijk met gebieden die erop lijken")
    assert at_home.shows("Welke gebieden lijken op elkaar?")
    assert "area=GM9901" in at_home.address()
    assert at_home.actions <= 3


def test_similar_gemeenten__by_the_menu_within_three_actions(at_home: Walk) -> None:
    at_home.click("Waarom en vergelijken").click("Verbanden leggen tussen wijken")
    assert "gebied=GM9901" in at_home.address()
    assert at_home.actions <= 3


def test_earlier_years__within_two_actions_and_the_area_goes_along(at_home: Walk) -> None:
    at_home.choose("Eenzaamheid")
    assert "gebied=GM9901" in at_home.address()
    assert at_home.shows("Alle jaren")
    assert at_home.actions <= 2


def test_one_a4__within_two_actions(at_home: Walk, tmp_path: Path) -> None:
    allow = {"behavior": "allow", "downloadPath": str(tmp_path)}
    at_home.driver.execute_cdp_cmd("Browser.setDownloadBehavior", allow)
    at_home.click("Eén A4 (PDF)", "button")
    made = until(lambda: next(tmp_path.glob("*.pdf"), None), "no A4 was made", 60)
    assert made.read_bytes().startswith(b"%PDF")
    assert at_home.actions <= 2


def test_share__within_two_actions_gives_the_whole_link(at_home: Walk) -> None:
    at_home.click("Delen", "button")
    told = at_home.driver.find_element("css selector", "[data-testid=stPopoverBody]").text
    assert at_home.driver.current_url in told
    assert at_home.actions <= 2


def test_postcode__in_more_wijken_leads_to_the_gemeente_and_offers_them_within_two_actions(
    browser: Any, small_dashboard: str
) -> None:
    walk = Walk(browser, small_dashboard).choose("0101")
    assert "gebied=GM9901" in walk.address()
    assert walk.shows("ligt in 2 wijken van Turfhaven")
    walk.click("Wijk 1 Turfhaven · 130 adressen", "button")
    assert "gebied=WK990101" in walk.address()
    assert walk.shows("Wijk 1 Turfhaven")
    assert "ligt in 2 wijken" not in walk.text()
    assert walk.actions <= 2


def test_postcode__with_letters_leads_to_its_wijk_with_one_action(browser: Any, small_dashboard: str) -> None:
    walk = Walk(browser, small_dashboard).choose("0101 AB")
    assert "gebied=WK990100" in walk.address()
    assert walk.actions == 1


def test_postcode__that_is_nowhere_says_so_and_a_way_on(browser: Any, small_dashboard: str) -> None:
    walk = Walk(browser, small_dashboard).choose("9999")
    assert walk.shows("staat niet in de lijst van adressen")
    assert walk.choose(GEMEENTE).shows(GEMEENTE), "the way on does not work"
    assert "staat niet in de lijst" not in walk.text()


def test_browser__that_keeps_nothing_has_the_whole_page_and_the_area_goes_along(
    browser: Any, small_dashboard: str
) -> None:
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": NOTHING_KEPT})
    try:
        walk = Walk(browser, small_dashboard).choose(GEMEENTE)
        refused = "try { localStorage.getItem('x'); return false } catch (error) { return error.name === 'SecurityError' }"
        assert browser.execute_script(refused), "this browser keeps things after all"
        assert walk.shows("Waarom staat dit hier?")
        walk.click("Waarom en vergelijken").click("Verbanden leggen tussen wijken")
        assert "gebied=GM9901" in walk.address(), "the address alone carries the area"
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
