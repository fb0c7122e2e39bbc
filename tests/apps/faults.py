"""What is wrong with a page as a browser draws it: words over words, words cut off, wider than the screen, an empty panel.

`faults.js` looks; here pages are opened at the widths of a phone, a tablet and a desk, and what is found is told with its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.apps.visits import SETTLED
from tests.browser import until

SCRIPT = Path(__file__).with_name("faults.js")
KINDS = ("overlap", "clipped", "overflow", "empty", "broken")
# Width, height, and whether it is a screen that is touched.
SCREENS = {390: (844, True), 768: (1024, True), 1440: (900, False)}
BROKEN = re.compile(r"Er ging iets mis|Something went wrong|Traceback|DataProblem|\bNone\b|\bnan\b|\{\w+\}")
LANGUAGES = ("nl", "en")
LOOKS = 4  # a chart draws itself anew a moment after the screen changed: what is still there at the last look is a fault


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, where it is (page, width, language, part of the page) and the words it is about."""

    kind: str
    path: str
    width: int
    part: str
    told: str

    def __str__(self) -> str:
        return f"{self.kind} at {self.width} px in {self.part} of {self.path}: {self.told}"


@dataclass(frozen=True)
class Seen:
    """A page at one width: what is wrong, its words and height (px), and how much was looked at."""

    faults: list[Fault]
    text: str
    height: int
    counted: dict[str, int]


class Looker:
    """A browser that looks at pages for faults."""

    def __init__(self, driver: Any, base: str) -> None:
        """Keep the browser and the address of the app."""
        self.driver, self.base = driver, base

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Every page that is opened in the block is looked at from its first drawing on."""
        script = {"source": SCRIPT.read_text(encoding="utf-8")}
        added = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    def visit(self, path: str, widths: tuple[int, ...] = tuple(SCREENS)) -> dict[int, Seen]:
        """What is seen of a page at each width, after it was opened once at the first of them."""
        found = {}
        for number, width in enumerate(widths):
            self.screen(width)
            if number == 0:
                self.driver.get(self.base + path)
            found[width] = self.look(path, width)
        return found

    def screen(self, width: int) -> None:
        """Make the screen as large as a phone, a tablet or a desk has it."""
        height, touched = SCREENS[width]
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touched}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def look(self, path: str, width: int) -> Seen:
        """What is wrong with the page that is open, as soon as it is whole and has taken the width of the screen."""
        for turn in range(LOOKS):
            until(lambda: self.driver.execute_script(SETTLED), f"{path} was not drawn")
            self.driver.execute_async_script(f"setTimeout(arguments[0], {(120, 250, 500, 1500)[turn]})")
            seen = self.seen_now(path, width)
            if not seen.faults:
                break
        return seen

    def seen_now(self, path: str, width: int) -> Seen:
        """What is wrong with the page as it is at this moment."""
        found = self.driver.execute_script("return window.dwFaults()")
        broken = [{"kind": "broken", "told": word, "where": "page"} for word in BROKEN.findall(found["text"])]
        told = [
            Fault(item["kind"], path, width, item["where"], item["told"])
            for item in (*found["faults"], *broken)
        ]
        return Seen(list(dict.fromkeys(told)), found["text"], found["height"], found["counted"])


def by_kind(faults: list[Fault]) -> dict[str, int]:
    """How many faults there are of each kind."""
    counted = Counter(fault.kind for fault in faults)
    return {kind: counted[kind] for kind in KINDS}
