"""Both pages in a real browser: the map is drawn, a click opens a card, a phone fits, and nothing leaves this machine."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.apps.visits import SETTLED
from tests.browser import errors_told, requests_elsewhere, until

pytestmark = [pytest.mark.browser, pytest.mark.busy]
CHARTS = "[data-testid=stVegaLiteChart]"


class Page:
    """What a person does on a page, in words."""

    def __init__(self, driver: Any, base: str) -> None:
        """Keep the browser and the address of the app."""
        self.driver, self.base = driver, base

    def open(self, path: str, charts: int = 0) -> Page:
        """Open a page and wait until it is drawn."""
        self.driver.get(self.base + path)
        self.settle(path)
        if charts:
            until(lambda: self.drawn_charts() == charts, f"{path} does not show {charts} charts")
        return self

    def settle(self, path: str = "the page") -> None:
        """Wait until the script has ended and nothing is left to be drawn."""
        until(lambda: self.driver.execute_script(SETTLED), f"{path} was not drawn")

    def all(self, selector: str) -> list[Any]:
        """All elements that match."""
        return list(self.driver.find_elements("css selector", selector))

    def text(self) -> str:
        """All text on the page."""
        return str(self.driver.find_element("css selector", "[data-testid=stMain]").text)

    def drawn_charts(self) -> int:
        """How many charts have marks in them: shapes in SVG, or painted points on a canvas."""
        script = """return [...document.querySelectorAll(arguments[0])].filter(chart => {
            if (chart.querySelectorAll('svg .mark-shape path, svg .mark-rect path').length) return true;
            const canvas = chart.querySelector('canvas');
            return canvas && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(v => v);
        }).length"""
        return int(self.driver.execute_script(script, CHARTS))

    def click_chart(self, number: int, right: float, down: float) -> None:
        """Click inside a chart, at shares of its width and height."""
        from selenium.webdriver.common.action_chains import ActionChains

        chart = self.all(CHARTS)[number]
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", chart)
        size = chart.size
        x, y = (right - 0.5) * size["width"], (down - 0.5) * size["height"]
        ActionChains(self.driver).move_to_element_with_offset(chart, round(x), round(y)).click().perform()

    def options(self) -> list[str]:
        """What an open list offers."""
        return [option.text for option in self.all("[role=option]")]

    def card(self) -> str:
        """The name on the card, once there is one."""
        return str(until(lambda: [found.text for found in self.all(".dw-card h3")], "no card was shown")[0])


@pytest.fixture
def page(browser: Any, small_dashboard: str) -> Page:
    """A browser at the dashboard."""
    return Page(browser, small_dashboard)


def test_start__answers_without_leaving_the_machine(listening: Any, small_dashboard: str) -> None:
    page = Page(listening, small_dashboard)
    page.open("/")
    assert "Veenland bestaat niet" in page.text()
    assert requests_elsewhere(page.driver, page.base) == []
    assert errors_told(page.driver) == []


def test_verkennen__draws_map_and_bars_without_leaving_the_machine(
    listening: Any, small_dashboard: str
) -> None:
    page = Page(listening, small_dashboard)
    page.open("/verkennen?level=wijk", charts=2)
    assert requests_elsewhere(page.driver, page.base) == []
    assert errors_told(page.driver) == []


def test_verkennen__a_click_on_the_map_and_on_a_bar_opens_a_card(page: Page) -> None:
    page.open("/verkennen?level=gemeente", charts=2)
    page.click_chart(0, 0.15, 0.5)
    assert page.card() == "Turfhaven"
    until(lambda: "area=GM9901" in page.driver.current_url, "the link does not name the area")
    page.click_chart(1, 0.5, 0.2)
    until(lambda: page.card() == "Zandwold", "the click on a bar did not change the card")
    until(lambda: "area=GM9903" in page.driver.current_url, "the link does not name the other area")
    page.open(page.driver.current_url.removeprefix(page.base), charts=2)
    assert page.card() == "Zandwold"


def test_verkennen__the_gemeente_outlines_do_not_catch_the_clicks_on_wijken(page: Page) -> None:
    page.open("/verkennen?level=wijk", charts=2)
    page.click_chart(0, 0.25, 0.6)
    assert page.card() == "Wijk 1 Turfhaven"


def test_verkennen__a_click_on_an_area_with_another_border_opens_no_card(page: Page) -> None:
    page.open("/verkennen?level=wijk", charts=2)
    page.click_chart(0, 0.92, 0.35)
    time.sleep(2)  # what must not come cannot be waited for
    page.settle()
    assert page.all(".dw-card") == []
    page.click_chart(0, 0.25, 0.6)
    assert page.card() == "Wijk 1 Turfhaven"


def test_language_switch__changes_the_page_and_the_address(page: Page) -> None:
    page.open("/verkennen", charts=2)
    next(button for button in page.all("button") if button.text == "en").click()
    until(lambda: "On the map" in page.text(), "the page did not become English")
    until(lambda: "lang=en" in page.driver.current_url, "the link does not name the language")
    next(link for link in page.all("a, button") if link.text.strip().endswith("My area")).click()
    until(lambda: "Why does this stand here?" in page.text(), "My area is not in English")


def test_start__leads_to_the_map(page: Page) -> None:
    page.open("/start")
    until(lambda: page.all("[data-testid=stPageLink] a"), "there is no link to the map")[0].click()
    until(lambda: page.drawn_charts() == 2, "the map was not opened")


@pytest.mark.parametrize("path", ["/", "/verkennen?level=wijk&area=WK990103"])
def test_pages__fit_a_phone(page: Page, path: str) -> None:
    size = {"width": 400, "height": 850, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page.open(path, charts=2 if "verkennen" in path else 0)
    wide = "const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth]"
    content, screen = page.driver.execute_script(wide)
    assert content <= screen <= 400
    assert errors_told(page.driver) == []


def test_verkennen__everything_can_be_chosen_with_the_keyboard(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open("/verkennen", charts=2)
    field = page.driver.find_element("css selector", ".st-key-verkennen_area input")
    field.send_keys("Heide")
    until(lambda: page.options() == ["Heideloo"], "the list is not cut to what was typed")
    field.send_keys(Keys.ENTER)
    assert page.card() == "Heideloo"
