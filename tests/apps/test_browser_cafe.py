"""A world café for twenty people in four windows beside the screen, from the start to the sheet that is opened and read."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from selenium.webdriver.common.keys import Keys

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.governance import declarations
from tests.apps.test_browser import Page
from tests.apps.test_browser_doen import pick
from tests.apps.visits import Visitor
from tests.browser import dashboard, until

pytestmark = [pytest.mark.browser, pytest.mark.busy]
ASKED = declarations.load(PROJECT_ROOT / "catalogue")
CAFE = ASKED.world_cafe
HAND_OVER = "Bewaar en geef de ronde door"


class Room:
    """The tabs of one browser: the screen, and a window per table."""

    def __init__(self, driver: Any, base: str) -> None:
        """Begin with the screen."""
        self.page, self.look = Page(driver, base), Visitor(driver, base)
        self.tabs = {"screen": driver.current_window_handle}

    def at(self, name: str) -> Page:
        """The page of a tab, in front."""
        self.page.driver.switch_to.window(self.tabs[name])
        self.page.settle(name)
        return self.page

    def open(self, name: str, path: str) -> None:
        """A new tab on a page."""
        self.page.driver.switch_to.new_window("tab")
        self.tabs[name] = self.page.driver.current_window_handle
        self.page.open(path)

    def looks_well(self, name: str) -> None:
        """Nothing sticks out at either width, and axe-core finds nothing serious."""
        for width in ("wide", "phone"):
            self.look.width(width)
            look = self.look.seen(f"/cafe_{name}", width)
            assert (look.exceptions, look.cut_off, look.titles) == (0, [], 1), (name, width)
            assert look.wider_than_screen <= 0, (name, width)
            assert not look.violations, "\n".join([f"{name}, {width}", *(look.violations or ())])
        self.look.width("wide")


def tap(page: Page, selector: str, number: int = 0, words: str = "") -> None:
    """Click one of these; a page that draws itself anew meanwhile may take it away: then again."""

    def tapped() -> bool:
        found = [one for one in page.all(selector) if not words or one.text.strip().split("\n")[-1] == words]
        page.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found[number])
        found[number].click()
        return True

    until(tapped, f"there is no {words or selector}")


def press(page: Page, words: str, number: int = 0) -> None:
    """Click what bears these words, and wait for the page."""
    tap(page, "button, a", number, words)
    page.settle()


def write(page: Page, *keys: str, number: int = 0, selector: str = "textarea") -> None:
    """Type in a field of the window."""
    tap(page, selector, number)
    page.driver.switch_to.active_element.send_keys(*keys)


def prepared(page: Page) -> None:
    """Prepare a café on the page and open its screen."""
    page.open("/gesprekken")
    name = page.driver.find_element("css selector", "input[aria-label='Waar gaat het over?']")
    name.send_keys(Keys.CONTROL, "a")
    name.send_keys("Mag dit model?")
    page.driver.find_element("css selector", "input[aria-label*='Soort gesprek']").click()
    pick(page, "World café")
    page.all("textarea")[0].send_keys("Gemeente\nJeugdhulp")
    press(page, "Maak dit gesprek")
    until(lambda: "Vier tafels" in page.text(), "the café was not prepared")
    press(page, "Open het grote scherm")
    until(lambda: "Kom aan tafel" in page.text(), "there is no screen")


def round_of(room: Room, number: int) -> None:
    """One round: started on the screen, written and handed over at each table."""
    press(room.at("screen"), f"Start ronde {number}")
    for table in CAFE.tables:
        page = room.at(table)
        until(lambda page=page: HAND_OVER in page.text(), f"round {number} did not begin at {table}")  # type: ignore[misc]
        write(page, f"Tafel {table} zegt iets in ronde {number}.")
        if (number, table) == (2, "privacy"):
            a_card_meanwhile(room, page)
        press(page, HAND_OVER)
        until(lambda page=page: "De ronde is doorgegeven" in page.text(), f"{table} did not hand over")  # type: ignore[misc]


def a_card_meanwhile(room: Room, page: Page) -> None:
    """A card is laid on all tables while somebody types: what was typed and not kept yet stays."""
    room.looks_well("table")
    press(room.at("screen"), "Leg deze kaart op alle tafels")
    room.at("privacy")
    until(lambda: "Kaart: Onrust in de krant" in page.text(), "the card did not come")
    assert page.all("textarea")[0].get_attribute("value") == "Tafel privacy zegt iets in ronde 2."
    write(page, "Eerder met ouders praten.", number=-1)
    press(page, "Bewaar", -1)
    until(lambda: "Bewaard." in page.text(), "the answer to the card was not kept")
    assert page.all("textarea")[0].get_attribute("value") == "Tafel privacy zegt iets in ronde 2."


def chosen_and_judged(page: Page) -> None:
    """Choose three questions and count the hands."""
    for number in range(CAFE.questions_per_table):
        tap(page, "[data-testid=stCheckbox] label", number)
    press(page, "Kies deze vragen")
    until(lambda: "De vragen zijn gekozen" in page.text(), "the questions were not chosen")
    chosen = [Keys.CONTROL, "a", Keys.CONTROL, "5", Keys.TAB]
    write(page, *chosen, selector="[data-testid=stNumberInput] input")
    press(page, "Bewaar de evaluatie")
    until(lambda: "De evaluatie is bewaard" in page.text(), "the evaluation was not kept")


def downloaded(page: Page, folder: Path, kind: str) -> bytes:
    """The minutes, as the browser saves them."""
    page.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)}
    )
    press(page, f"Verslag als {'Word' if kind == 'docx' else 'PDF'}")
    made = until(lambda: next(iter(folder.glob(f"verslag-*.{kind}")), None), f"no {kind} came")
    return Path(made).read_bytes()


def read(made: bytes, kind: str) -> str:
    if kind == "pdf":
        reader = pypdf.PdfReader(io.BytesIO(made))
        assert "/StructTreeRoot" in reader.root_object
        return " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    word = docx.Document(io.BytesIO(made))
    cells = [cell.text for one in word.tables for row in one.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def test_cafe__twenty_people_in_four_windows_from_start_to_sheet(
    browser: Any, publication_template: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(publication_template, tmp_path / "data"))
    with dashboard(folder) as base:
        room = Room(browser, base)
        with room.look.axe_at_hand():
            prepared(room.page)
        until(lambda: len(room.page.all("img.dw-qr")) == len(CAFE.tables), "not every table has its code")
        addresses = re.findall(r"/meedoen\?code=\w+&tafel=\w+", room.page.text())
        for table, address in zip(CAFE.tables, addresses, strict=True):
            room.open(table, address)
            press(room.page, "Open deze tafel")
            until(lambda: "De eerste ronde begint zo" in room.page.text(), f"{table} was not opened")
        room.at("screen")
        room.looks_well("screen")
        for number in range(1, len(CAFE.rounds) + 1):
            round_of(room, number)
        press(room.at("screen"), "Start het vertellen")
        for table in CAFE.tables:
            chosen_and_judged(room.at(table))
        room.looks_well("end")
        page = room.at("screen")
        until(
            lambda: "Ik zag vragen die ik nog niet had. 20 0 0" in page.text(),
            "the sheet is not on the screen",
        )
        until(lambda: "Tafel quality zegt iets in ronde 1." in page.text(), "a table is not on the sheet")
        room.looks_well("sheet")
        press(page, "Sluit het gesprek")
        until(lambda: "Het gesprek is gesloten" in page.text(), "the café was not closed")
        press(page, "Alle gesprekken")
        for kind in ("docx", "pdf"):
            told = read(downloaded(page, tmp_path, kind), kind)
            for expected in (
                "samen 20 mensen",
                "Eerder met ouders praten.",
                "Onrust in de krant",
                "Ik zag vragen",
            ):
                assert expected in told, (kind, expected)
            for number in range(1, len(CAFE.rounds) + 1):
                for table in CAFE.tables:
                    assert f"Tafel {table} zegt iets in ronde {number}." in told, (kind, table, number)
        for table in CAFE.tables:
            page = room.at(table)  # a tab in the background asks more slowly
            until(lambda page=page: "Dit café is afgelopen" in page.text(), f"{table} is not told it is over")  # type: ignore[misc]
