"""A whole session in a real browser: the chair's window, the big screen and a phone, from a page to minutes that are read."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import docx
import pypdf
import pytest
from selenium.webdriver.common.keys import Keys

from tests.apps.test_browser import Page
from tests.apps.visits import Visitor
from tests.browser import dashboard, until

pytestmark = [pytest.mark.browser, pytest.mark.busy]
VIEW = "/verkennen?indicator=loneliness_pct&level=gemeente&year=2020&area="
MOST_CLICKS = 5
KEPT = "Uw antwoord is bewaard."
WATCH = """window.wasTold = false;
const look = () => { window.wasTold = window.wasTold || document.body.textContent.includes(arguments[0]) };
new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true})"""
SAID = "De bus rijdt hier sinds vorig jaar niet meer."
AGREED = "De GGD belt de vervoerder."


class Table:
    """The tabs of one browser: who leads, the big screen, and a phone. Counts what the chair presses."""

    def __init__(self, driver: Any, base: str) -> None:
        self.page, self.look = Page(driver, base), Visitor(driver, base)
        self.tabs = {"chair": driver.current_window_handle}
        self.clicks = 0

    def at(self, name: str, path: str = "") -> Page:
        """The page of a tab in front, opened anew where a path is given."""
        driver = self.page.driver
        if name not in self.tabs:
            driver.switch_to.new_window("tab")
            self.tabs[name] = driver.current_window_handle
        driver.switch_to.window(self.tabs[name])
        self.look.width("phone" if name == "phone" else "wide")
        if path:
            self.page.open(path)
        return self.page

    def press(self, words: str) -> None:
        """Click what bears these words; a page that draws itself anew may take it away meanwhile: then again."""

        def pressed() -> bool:
            bearing = [one for one in self.page.all("button, a, summary") if words in one.text]
            self.page.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", bearing[0])
            bearing[0].click()
            return True

        until(pressed, f"nothing says {words}")
        self.clicks += 1
        self.page.settle()

    def write(self, label: str, words: str) -> None:
        """Type in the field with this label."""
        selector = f"textarea[aria-label={label!r}], input[aria-label={label!r}]"
        field = until(
            lambda: next(one for one in self.page.all(selector) if one.is_displayed()), f"no field {label}"
        )
        self.page.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", field)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(words)
        field.send_keys(Keys.TAB)

    def watch(self, words: str) -> None:
        """Remember whether these words are ever on the page in front: it may draw itself before anybody looks."""
        self.page.driver.execute_script(WATCH, words)

    def was_told(self, words: str, where: str) -> None:
        until(
            lambda: self.page.driver.execute_script("return window.wasTold"), f"{where} did not say {words}"
        )

    def told(self, words: str, where: str) -> None:
        until(lambda: words in self.page.text(), f"{where} does not say {words}")

    def looks_well(self, name: str) -> None:
        """Nothing sticks out and axe-core finds nothing serious."""
        width = "phone" if name == "phone" else "wide"
        look = self.look.seen(f"/table_{name}", width)
        assert (look.exceptions, look.cut_off) == (0, []), name
        assert look.wider_than_screen <= 0 and not look.violations, (name, look.violations)


def prepare(table: Table) -> tuple[str, str]:
    """From a page to a session with that view on the screen; its id and code."""
    table.at("chair", VIEW + "GM9901")
    table.press("Nieuw gesprek met deze weergave")
    table.told("Bereid een gesprek voor", "the page of sessions")
    table.write("Welke organisaties zitten aan tafel? (één per regel)", "GGD\nGGZ")
    table.press("Maak dit gesprek")
    table.told("met de weergave op de agenda", "the session")
    table.press("Toon op het scherm")
    table.told("staat nu op het scherm", "the session")
    assert table.clicks <= MOST_CLICKS
    asked = parse_qs(urlsplit(table.page.driver.current_url).query)["gesprek"][0]
    table.looks_well("chair")
    screen = table.at("screen", f"/gesprekken?gesprek={asked}&scherm=1")
    found = until(lambda: re.search(r"Code: ([A-Z2-9]{6})", screen.text()), "the screen shows no code")
    assert screen.all("img.dw-qr") and screen.all("iframe")
    table.looks_well("screen")
    return asked, found[1]


def answer(table: Table, code: str) -> None:
    """A phone takes a seat, recognises the picture and says something."""
    table.at("phone", f"/meedoen?code={code}")
    radio = until(lambda: table.page.all("[role=radiogroup] label")[0], "no organisation to choose")
    radio.click()
    table.press("Doe mee")
    table.told("Nu op het scherm", "the phone")
    table.watch(KEPT)
    table.press("Ja")
    table.was_told(KEPT, "the phone")
    table.press("Wilt u iets zeggen?")
    # The page draws itself every three seconds: what was told goes, what was opened stays open.
    until(lambda: KEPT not in table.page.text(), "what was kept is told for ever")
    assert any(one.is_displayed() for one in table.page.all("textarea")), "the form closed by itself"
    table.write("Uw verklaring of vraag", SAID)
    table.page.all("[data-testid=stCheckbox] label")[0].click()
    table.press("Verstuur")
    table.told("voorzitter", "the phone")
    table.looks_well("phone")


def minutes_of(table: Table, session: str, folder: Path) -> dict[str, str]:
    """The words of the minutes, as Word and as PDF, downloaded by their buttons."""
    folder.mkdir()
    table.page.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)}
    )
    table.at("chair", f"/gesprekken?gesprek={session}")
    found = {}
    for label, kind in (("Verslag als Word", "docx"), ("Verslag als PDF", "pdf")):
        table.press(label)
        path = until(lambda kind=kind: next(folder.glob(f"*.{kind}")), f"no {kind} came")  # type: ignore[misc]
        content = path.read_bytes()
        if kind == "pdf":
            found[kind] = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
        else:
            word = docx.Document(io.BytesIO(content))
            cells = [cell.text for one in word.tables for row in one.rows for cell in row.cells]
            found[kind] = " ".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
    return {kind: " ".join(told.split()) for kind, told in found.items()}


def test_session__from_a_page_to_minutes_with_a_screen_and_a_phone(
    browser: Any, publication_template: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(publication_template, tmp_path / "data"))
    with dashboard(folder) as base:
        table = Table(browser, base)
        session, code = prepare(table)
        answer(table, code)
        table.at("screen")
        until(lambda: re.search(r"Ja\s+1", table.page.text()), "the screen does not count the answer")
        # Changed live: another area becomes an item of its own, on the screen and on the phone.
        table.at("chair", VIEW + "GM9902")
        table.press("Zet op de agenda")
        table.write("Naam van het punt", "Heideloo ernaast")
        table.press("Toon deze aangepaste weergave")
        table.at("phone")
        table.told("Heideloo ernaast", "the phone")
        table.at("chair", f"/gesprekken?gesprek={session}")
        table.told("tijdens het gesprek aangepast", "the agenda")
        table.press("Laat zien")
        table.press("Leg een afspraak vast")
        table.write("Wat spreken we af?", AGREED)
        table.write("In welke functie?", "adviseur")
        buttons = [
            one for one in table.page.all("[data-testid=stFormSubmitButton] button") if "afspraak" in one.text
        ]
        buttons[0].click()
        table.told(AGREED, "the session")
        table.press("Sluit het gesprek")
        told = minutes_of(table, session, tmp_path / "minutes")
    for kind, words in told.items():
        for expected in ("Turfhaven", "Heideloo ernaast", SAID, AGREED, "Herkent u dit beeld?"):
            assert expected in words, (kind, expected)
