"""A visit to a page in a real browser: what is on it at the width of a desk and of a phone, and what axe-core says about it."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser import until

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"wide": (1280, 900, False), "phone": (390, 844, True)}
# Every language at every width, which is twice the work: `make prove ONLY=suite.walk`.
WHOLE = os.environ.get("DWP_WALK_WHOLE") == "1"
# A chart draws itself anew a moment after the screen changed: so long it may stick out.
REDRAWN_S = 20


def without_axe() -> None:
    """Skips what is left of a test where axe-core is not installed; a failure where it has to be."""
    told = "axe-core is not installed: bash tests/install_browser.sh"
    (pytest.fail if os.environ.get("DWP_REQUIRE_BROWSER") == "1" else pytest.skip)(told)


# The script has ended, nothing is stale, and every chart has something in it.
SETTLED = """
const app = document.querySelector('[data-testid=stApp]');
if (!app || app.dataset.testScriptState !== 'notRunning' || !document.querySelector('.dw-footer')) return false;
if (document.querySelector('[data-stale=true], [data-testid=stSkeleton]')) return false;
return [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(chart => chart.querySelector('canvas, svg'));
"""
LOOK = """
const main = document.querySelector('[data-testid=stMain]'), page = document.documentElement;
const all = selector => [...document.querySelectorAll(selector)];
const right = element => element.getBoundingClientRect().right;
const inside = element => element.closest('.dw-table, [data-testid=stDataFrame], [data-testid=stExpander], [role=listbox], pre');
return {
  language: page.lang,
  text: main.innerText,
  exceptions: all('[data-testid=stException]').length,
  titles: all('h1').filter(title => title.innerText.trim()).length,
  headlines: all('[class*=st-key-dw-headline]').length,
  remarks: all('[data-testid=stAlert], .dw-note').length,
  // one in a fold is made when it is opened
  tables: all('[data-testid=stDataFrame], .dw-table').length +
    all('[data-testid=stExpander] summary').filter(e => e.textContent.startsWith('table')).length,
  charts: all('[data-testid=stVegaLiteChart]').map(chart => {
    const named = chart.matches('[aria-label]') ? chart : chart.querySelector('[aria-label]');
    return named ? named.getAttribute('aria-label') : '';
  }),
  wider_than_screen: Math.max(main.scrollWidth - main.clientWidth, page.scrollWidth - page.clientWidth),
  cut_off: all('[data-testid=stVegaLiteChart], .dw-card, [class*=st-key-dw-headline], button, input, h1, h2, h3')
    .filter(element => element.offsetParent && right(element) > innerWidth + 1 && !inside(element))
    .map(element => element.outerHTML.slice(0, 120)),
};
"""
SPEAK = """
[...document.querySelectorAll('.st-key-language_switch button')].find(button => button.innerText.trim() === arguments[0]).click();
"""
RUN_AXE = """
const done = arguments[0];
axe.run(document, {resultTypes: ['violations']}).then(
  found => done(found.violations.filter(rule => rule.impact === 'serious' || rule.impact === 'critical').flatMap(rule =>
    rule.nodes.map(
      node => `${rule.id} (${rule.impact}) at ${node.target}: ${node.html.slice(0, 160)} ${node.failureSummary}`))),
  error => done(String(error)));
"""


@dataclass(frozen=True)
class Look:
    """What is on a page at one width."""

    language: str
    text: str
    exceptions: int
    titles: int
    headlines: int
    remarks: int
    tables: int
    charts: list[str]
    wider_than_screen: int
    cut_off: list[str]
    violations: list[str] | None  # what axe-core calls serious or critical; None where it did not look


class Visitor:
    """One browser that goes from page to page and looks at each."""

    def __init__(self, driver: Any, base: str) -> None:
        """Keep the browser and the address of the app."""
        self.driver, self.base = driver, base

    def look(self, path: str, first: str, second: str) -> dict[tuple[str, str], Look]:
        """What is on a page by language and width: wide in the language it is opened in, narrow in the one it is put into.

        With DWP_WALK_WHOLE=1 every language at every width; axe-core looks at all but the last of these, since the second language
        differs in its words, not in what it is made of.
        """
        self.open(path)
        found = {(first, "wide"): self.seen(path, "wide")}
        self.width("phone")
        if WHOLE:
            found[first, "phone"] = self.seen(path, "phone")
        self.speak(second, path)
        found[second, "phone"] = self.seen(path, "phone")
        if WHOLE:
            self.width("wide")
            found[second, "wide"] = self.seen(path, "wide", with_axe=False)
        return found

    def seen(self, path: str, width: str, *, with_axe: bool = True) -> Look:
        """What is on the page that is open, as soon as it is whole and has taken the width of the screen."""
        end = time.monotonic() + REDRAWN_S
        while True:
            self.settle(path)
            seen = self.driver.execute_script(LOOK)
            if not (seen["cut_off"] or seen["wider_than_screen"] > 0) or time.monotonic() > end:
                break
            time.sleep(0.05)
        look = Look(**seen, violations=self.violations() if with_axe and AXE.exists() else None)
        self._keep_picture(f"{path}_{look.language}", width)
        return look

    def speak(self, language: str, path: str) -> None:
        """Press the switch of the language and wait until the page speaks it."""
        self.driver.execute_script(SPEAK, language)
        until(
            lambda: self.driver.execute_script("return document.documentElement.lang") == language,
            f"{path} does not change to {language}",
        )

    @contextmanager
    def axe_at_hand(self) -> Iterator[None]:
        """Every page that is opened in the block brings axe-core along, so that it is not sent to each again."""
        if not AXE.exists():
            yield
            return
        script = {"source": AXE.read_text(encoding="utf-8")}
        added = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    def open(self, path: str, width: str = "wide") -> None:
        """Open a page and wait until it is whole."""
        self.width(width)
        self.driver.get(self.base + path)
        self.settle(path)

    def width(self, name: str) -> None:
        """Make the screen as wide as a desk or a phone has it."""
        width, height, mobile = WIDTHS[name]
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def settle(self, path: str) -> None:
        """Wait until the page is whole."""
        until(lambda: self.driver.execute_script(SETTLED), f"{path} was not drawn")

    def violations(self) -> list[str]:
        """What axe-core calls serious or critical on the page as it is now, one line per element."""
        if not self.driver.execute_script("return Boolean(window.axe)"):
            self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(RUN_AXE)
        assert isinstance(found, list), found
        return found

    def _keep_picture(self, path: str, width: str) -> None:
        """Write the whole page to the folder DWP_SCREENSHOTS, if that is set."""
        folder = os.environ.get("DWP_SCREENSHOTS")
        if not folder:
            return
        tall = self.driver.execute_script(
            "return document.querySelector('[data-testid=stMain] > *').scrollHeight + 80"
        )
        across, _, mobile = WIDTHS[width]
        size = {"width": across, "height": min(int(tall), 6000), "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.settle(path)
        picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
        name = "".join(sign if sign.isalnum() else "_" for sign in path.strip("/")) or "start"
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}_{width}.png").write_bytes(base64.b64decode(picture))
