"""Without a mouse, in a real browser: every control is reached by Tab, shows that it has the focus, and works by a key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.apps.test_browser import Page
from tests.browser import until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.busy]
# What has the focus: a name that says which control it is, and whether anything around it shows the focus.
FOCUSED = """
const at = document.activeElement;
if (!at || at === document.body) return null;
const shows = element => {
  const style = getComputedStyle(element);
  return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
};
let around = at, visible = false;
for (let up = 0; around && up < 5 && !visible; up++, around = around.parentElement) visible = shows(around);
const own = at.matches('a, button, summary, [role=radio]') ? at.innerText : '';
const keyed = at.closest('[class*=st-key-]');
const named = keyed ? [...keyed.classList].find(name => name.startsWith('st-key-')) : '';
return {
  name: `${named} ${at.tagName.toLowerCase()} ${at.getAttribute('aria-label') || own}`.trim().slice(0, 90),
  visible: visible || at.matches('[data-testid=stMain], canvas'),
};
"""
MOST_TABS = 70


@pytest.fixture
def page(browser: Any, rich_dashboard: str) -> Page:
    """A browser at a dashboard on the larger publication."""
    return Page(browser, rich_dashboard)


def press(page: Page, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page.driver).send_keys(*keys).perform()


def tab_until(page: Page, part: str) -> list[dict[str, Any]]:
    """Press Tab until a control with this in its name has the focus; returns all that had it on the way."""
    from selenium.webdriver.common.keys import Keys

    passed = []
    for _ in range(MOST_TABS):
        press(page, Keys.TAB)
        found = page.driver.execute_script(FOCUSED)
        if found:
            passed.append(found)
            if part in found["name"]:
                return passed
    raise AssertionError(f"Tab never reached {part}: {[found['name'] for found in passed]}")


@pytest.mark.parametrize(
    ("path", "controls"),
    [
        ("/?gebied=GM9901", ["area_search", "language_switch", "Waarom staat dit hier", "gebied_compare"]),
        ("/ongelijkheid?level=wijk", ["ongelijkheid_level", "ongelijkheid_indicator", "ongelijkheid_ladder"]),
        ("/buren?level=wijk", ["buren_level", "buren_area", "buren_compared"]),
        ("/kwaliteit?indicator=care_use_pct", ["area_search", "kwaliteit_indicator"]),
        ("/verkennen", ["language_switch", "verkennen_indicator", "verkennen_area", "CSV"]),
        ("/profiel?gemeente=GM9901", ["profiel_gemeente", "profiel_wijk", "profiel_compare", "CSV"]),
        ("/sleutelen?level=wijk", ["sleutelen_level", "sleutelen_figures", "sleutelen_areas", "CSV"]),
        ("/rapport", ["rapport_level", "rapport_area", "rapport_pdf", "rapport_docx"]),
        ("/sql", ["sql", "button"]),
    ],
)
def test_page__reaches_its_controls_by_tab_in_reading_order_and_shows_where_it_is(
    page: Page, path: str, controls: list[str]
) -> None:
    page.open(path)
    passed = [found for control in controls for found in tab_until(page, control)]
    assert [found["name"] for found in passed if not found["visible"]] == []


def test_profile__another_gemeente_is_chosen_with_the_keyboard_alone(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open("/profiel?gemeente=GM9901")
    tab_until(page, "profiel_gemeente")
    press(page, "Heide")
    until(lambda: page.options() == ["Heideloo"], "the list is not cut to what was typed")
    press(page, Keys.ENTER)
    until(lambda: "Heideloo in één oogopslag" in page.text(), "Enter did not choose the gemeente")
    until(lambda: "gemeente=GM9902" in page.driver.current_url, "the link does not name the gemeente")


def test_language__is_changed_with_the_keyboard_alone(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open("/woordenlijst")
    tab_until(page, "language_switch")
    press(page, Keys.ARROW_RIGHT, Keys.SPACE)
    until(lambda: "lang=en" in page.driver.current_url, "arrow and space bar did not change the language")
    until(lambda: "Glossary" in page.text(), "the page did not become English")
