"""When somebody who opens a page sees what it is about: in a real browser that has never been here before."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from apps.dashboard.serving.headless_client import address_of
from tests.browser import chromium, until

VISITS = 3
# The first of the page's own sentences; on the few pages without one its title with what stands below.
WATCH = """
new MutationObserver(() => {
  if (window.usefulAt) return;
  const shown = document.querySelector('[class*=st-key-dw-headline] p') ||
    (document.querySelector('h1') && document.querySelector('[data-testid=stMain] input, [data-testid=stMain] dl, .dw-footer'));
  if (shown) requestAnimationFrame(() => { window.usefulAt = window.usefulAt || performance.now(); });
}).observe(document, {childList: true, subtree: true});
"""


def seconds_until_useful(base: str, pages: Sequence[str], profile: Path) -> dict[str, float]:
    """Per page the seconds from asking for it until its first useful words stand there: the median of three visits.

    Nothing is kept by the browser. The server has been running and each page has been opened once before: it is the visitor
    that is new.
    """
    found = {}
    with chromium(profile, "1280,900") as driver:
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        for page in pages:
            visits = []
            for _ in range(1 + VISITS):
                driver.get(f"{base}/{address_of(page)}")
                milliseconds = until(
                    lambda: driver.execute_script("return window.usefulAt"), f"{page} was not drawn"
                )
                visits.append(float(milliseconds) / 1000)
            found[page] = statistics.median(visits[1:])
    return found
