"""The care table walked through by clicks, as on a phone: both tools and the exercise, with a look at every screen on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser import until

Look = Callable[[str], None]


def click(driver: Any, selector: str, number: int = 0) -> None:
    """Click what a selector finds, and wait until another page stands there."""
    old = driver.find_element("css selector", "html")
    found = driver.find_elements("css selector", selector)[number]
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
    found.click()
    until(lambda: _is_gone(old), f"nothing happened after {selector}")


def _is_gone(element: Any) -> bool:
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException

    try:
        element.tag_name  # noqa: B018
    except StaleElementReferenceException:
        return True
    except WebDriverException:
        return False
    return False


def heading(driver: Any) -> str:
    """What the page is headed with."""
    return str(driver.find_element("css selector", "h1").text)


def taxation(driver: Any, base: str, look: Look) -> str:
    """A whole Risicotaxatie; the text of its last page."""
    driver.get(f"{base}/risk")
    look("risk_own")
    driver.find_element("css selector", "input[name=band][value='2']").click()
    driver.find_element("css selector", "input[name=reason][value=safety]").click()
    click(driver, ".go")
    look("risk_question")
    number = 0
    while driver.find_elements("css selector", "input[name=question]"):
        click(
            driver,
            "button[name=answer][value=unknown]" if number == 3 else "button[name=answer]",
            0 if number == 3 else 1,
        )
        number += 1
    look("risk_result")
    click(driver, "button[name=final][value='3']")
    look("risk_done")
    return str(driver.find_element("css selector", "main").text)


def teamwork(driver: Any, base: str, photo: Path, look: Look) -> str:
    """A whole Extra Teamlid from a photo of the board; the text of its last page."""
    driver.get(f"{base}/team")
    look("team_photo")
    driver.find_element("css selector", "input[type=file]").send_keys(str(photo))
    click(driver, ".go")
    look("team_timeline")
    click(driver, "button[value=confirm]")
    while driver.find_elements("css selector", "input[name=question]"):
        click(driver, "button[name=answer]", 1)
    look("team_next")
    click(driver, "button[name=own]", 6)
    look("team_result")
    return str(driver.find_element("css selector", "main").text)


def exercise(driver: Any, base: str, look: Look) -> str:
    """The whole exercise, always with the screen; the text of its last page."""
    driver.get(f"{base}/exercise")
    look("exercise_team")
    driver.find_element("css selector", "input[name=team]").send_keys("team1")
    click(driver, ".go")
    for case in range(10):
        click(driver, "button[name=band][value='2']")
        if case == 0:
            look("exercise_advice")
        click(driver, "button[name=band]", 2)
    look("exercise_done")
    return str(driver.find_element("css selector", "main").text)
