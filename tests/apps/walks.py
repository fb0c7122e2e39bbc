"""A walk through the pages as a person makes it, each action counted: a click, a typed word with its choice, or a key."""

from __future__ import annotations

from typing import Any

from tests.apps.visits import SETTLED
from tests.browser import until

DESK = {"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": False}
PATIENCE_S = 60  # for what must be on the page as soon as that is drawn
SEARCH = ".st-key-area_search input"
VISIBLE = """
return [...document.querySelectorAll(arguments[0])].filter(
  found => found.getClientRects().length && found.innerText.includes(arguments[1]));
"""


class Walk:
    """One walk: what was done, and how many actions that took."""

    def __init__(self, driver: Any, base: str, path: str = "/") -> None:
        """Open the first page: that is where the walk begins, and counts for nothing."""
        self.driver, self.base, self.actions = driver, base, 0
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", DESK)
        driver.get(base + path)
        self.settle()

    def click(self, words: str, among: str = "a, button, summary") -> Walk:
        """Click what is visible and has these words on it."""
        found = until(
            lambda: self.driver.execute_script(VISIBLE, among, words), f"there is no '{words}'", PATIENCE_S
        )
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found[0])
        found[0].click()
        return self.done()

    def choose(self, words: str, field: str = SEARCH) -> Walk:
        """Type in a box and take what it offers first: one action, the word with its choice."""
        from selenium.webdriver.common.keys import Keys

        box = self.driver.find_element("css selector", field)
        box.click()
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(words)
        until(
            lambda: self.driver.find_elements("css selector", "[role=option]"),
            f"nothing for '{words}'",
            PATIENCE_S,
        )
        box.send_keys(Keys.ENTER)
        return self.done()

    def done(self) -> Walk:
        """Count the action and wait until the page shows what came of it."""
        self.actions += 1
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the page is whole, and still is a moment later: an action may not have arrived yet."""
        for _ in range(3):
            until(lambda: self.driver.execute_script(SETTLED), f"{self.address()} was not drawn")
            self.driver.execute_async_script("setTimeout(arguments[0], 150)")

    def shows(self, words: str) -> bool:
        """Whether these words come to stand on the page."""
        return bool(
            until(lambda: words in self.text(), f"{self.address()} does not show '{words}'", PATIENCE_S)
        )

    def text(self) -> str:
        """All text on the page."""
        return str(
            self.driver.execute_script("return document.querySelector('[data-testid=stMain]').innerText")
        )

    def address(self) -> str:
        """The address without the host."""
        return str(self.driver.current_url).removeprefix(self.base)
