"""Risico in a real browser: a click on the map, the list of names and the link all make the one choice."""

from __future__ import annotations

import pytest

from tests.apps.test_browser import Page, page
from tests.browser import until

__all__ = ["page"]  # a fixture of the other browser tests
pytestmark = [pytest.mark.browser, pytest.mark.busy]


def chosen(page: Page) -> str:
    """The name in the list of areas."""
    return str(page.driver.find_element("css selector", ".st-key-risico_area input").get_attribute("value"))


def test_risico__a_click_on_the_map_chooses_for_card_list_and_link(page: Page) -> None:
    page.open("/risico?level=wijk", charts=2)
    assert page.all(".dw-card") == []
    page.click_chart(0, 0.25, 0.6)
    assert page.card() == "Wijk 1 Turfhaven"
    until(lambda: "area=WK990101" in page.driver.current_url, "the link does not name the area")
    until(lambda: "Wijk 1 Turfhaven" in chosen(page), "the list of names did not follow the click")
    page.open(page.driver.current_url.removeprefix(page.base), charts=2)
    assert page.card() == "Wijk 1 Turfhaven"
    next(button for button in page.all("button") if "Sluit deze kaart" in button.text).click()
    until(lambda: not page.all(".dw-card"), "the card was not closed")
    until(lambda: "area=" not in page.driver.current_url, "the link keeps the area")


def test_risico__without_a_mouse_the_list_of_names_opens_the_card(page: Page) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    page.open("/risico?level=wijk", charts=2)
    page.driver.find_element("css selector", ".st-key-risico_area input").click()
    ActionChains(page.driver).send_keys("Wijk 1").perform()
    until(lambda: page.options()[0].startswith("Wijk 1"), "the list is not cut to what was typed")
    ActionChains(page.driver).send_keys(Keys.ENTER).perform()
    assert page.card() == "Wijk 1 Turfhaven"
    until(lambda: "area=WK990101" in page.driver.current_url, "the link does not name the area")
