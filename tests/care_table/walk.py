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


def answered(driver: Any, unknown: int | None = None, age: int = 12) -> None:
    """All questions, one of them not known: mostly the second answer, and the age that is given."""
    number = 0
    while found := driver.find_elements("css selector", "input[name=question]"):
        if found[0].get_attribute("value") == "age":
            click(driver, f"button[name=answer][value='{age}']")
        elif number == unknown:
            click(driver, "button[name=answer][value=unknown]")
        else:
            click(driver, "button[name=answer]", 1)
        number += 1


def estimate(driver: Any, band: int) -> None:
    """The own estimate and its reason."""
    driver.find_element("css selector", f"input[name=band][value='{band}']").click()
    driver.find_element("css selector", "input[name=reason][value=safety]").click()
    click(driver, ".go")


def taxation(driver: Any, base: str, look: Look) -> str:
    """A whole Risicotaxatie with a second opinion; the text of its last page."""
    driver.get(f"{base}/risk")
    look("risk_own")
    estimate(driver, 2)
    look("risk_question")
    answered(driver, age=4)
    look("risk_clash")
    click(driver, "button[name=change][value=age]")
    answered(driver)
    look("risk_result")
    click(driver, "form[action='/risk/code'] button")
    look("risk_code")
    second(driver, base, str(driver.find_element("css selector", ".code").text), look)
    driver.get(f"{base}/risk")
    look("risk_second")
    click(driver, "button[name=final][value='3']")
    look("risk_done")
    return str(driver.find_element("css selector", "main").text)


def second(driver: Any, base: str, code: str, look: Look) -> None:
    """The colleague's side, as on another device: without the cookie of the one who asked."""
    own = driver.get_cookies()
    driver.delete_all_cookies()
    driver.get(f"{base}/second")
    look("second_code")
    driver.find_element("css selector", "input[name=code]").send_keys(code)
    click(driver, ".go")
    estimate(driver, 4)
    answered(driver, unknown=3)
    look("second_result")
    click(driver, "button[name=final][value='4']")
    look("second_done")
    driver.delete_all_cookies()
    for cookie in own:
        driver.add_cookie(cookie)


def dossier(driver: Any, folder: Path) -> bytes:
    """The PDF of the outcome alone, as a browser saves it."""
    saved = {"behavior": "allow", "downloadPath": str(folder)}
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", saved)
    driver.find_element("css selector", "input[name=part_range]").click()
    button = driver.find_element("css selector", "form[action='/risk/dossier'] .go")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    return until((folder / "oefenen.pdf").read_bytes, "no PDF was saved")


def teamwork(driver: Any, base: str, photo: Path | None, look: Look) -> str:
    """A whole Extra Teamlid from a photo of the board, or through the camera; the text of its last page."""
    driver.get(f"{base}/team")
    look("team_photo")
    if photo:
        driver.find_element("css selector", "input[type=file]").send_keys(str(photo))
        click(driver, "form[enctype] .go:not(.camera-take)")
    else:
        driver.find_element("css selector", ".camera-open").click()
        until(
            lambda: driver.find_element("css selector", ".camera-take").is_displayed(),
            "the camera did not open",
        )
        until(
            lambda: driver.execute_script("return document.querySelector('video').videoWidth"),
            "the camera shows nothing",
        )
        look("team_camera")
        click(driver, ".camera-take")
    look("team_timeline")
    click(driver, "button[value=confirm]")
    answered(driver)
    look("team_next")
    click(driver, "button[name=own]", 6)
    look("team_result")
    return str(driver.find_element("css selector", "main").text)


def dragged(driver: Any, step: int, to: int) -> list[str]:
    """The kinds on the timeline after a block was dragged from one place to another."""
    from selenium.webdriver import ActionChains

    grips = driver.find_elements("css selector", ".grip")
    old = driver.find_element("css selector", "html")
    ActionChains(driver).click_and_hold(grips[step]).move_to_element(grips[to]).release().perform()
    until(lambda: _is_gone(old), "the block was not moved")
    shown = driver.find_elements("css selector", ".timeline .block")
    return [one.text.replace("\u00ad", "") for one in shown]


def together(driver: Any, look: Look) -> str:
    """Samen beslissen from where Extra Teamlid ended; the text of the plan."""
    click(driver, "button[value=from_team]")
    look("together_own")
    click(driver, "button[name=own]", 9)
    look("together_why")
    click(driver, "button[name=why]")
    look("together_three")
    assert (
        "%" not in (text := str(driver.find_element("css selector", "main").text))
        and "van de 100" not in text
    )
    click(driver, "button[name=choice]", 1)
    look("together_plan")
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
