"""When somebody who opens a page sees what it is about: in a real browser that has never been here before."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
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


# A map of few areas is an image of elements, one of many a canvas of points: drawn is when either shows something.
WATCH_MAP = """
const shows = () => {
  if (document.querySelector('.vega-embed svg .mark-shape path[d]')) return true;
  const canvas = document.querySelector('.vega-embed canvas');
  if (!canvas || !canvas.width) return false;
  const points = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  for (let at = 3; at < points.length; at += 388) if (points[at]) return true;
  return false;
};
const look = () => { if (shows()) window.usefulAt = performance.now(); else setTimeout(look, 20); };
look();
"""


def seconds_until_map(base: str, addresses: Sequence[str], profile: Path) -> dict[str, float]:
    """Per address the seconds from asking for it until its map shows something: the median of three visits."""
    return _seconds({one: f"{base}/{one}" for one in addresses}, WATCH_MAP, profile)


def seconds_until_useful(base: str, pages: Sequence[str], profile: Path) -> dict[str, float]:
    """Per page the seconds from asking for it until its first useful words stand there: the median of three visits.

    Nothing is kept by the browser. The server has been running and each page has been opened once before: it is the visitor
    that is new.
    """
    return _seconds({page: f"{base}/{address_of(page)}" for page in pages}, WATCH, profile)


def _seconds(addresses: Mapping[str, str], watch: str, profile: Path) -> dict[str, float]:
    found = {}
    with chromium(profile, "1280,900") as driver:
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": watch})
        for page, address in addresses.items():
            visits = []
            for _ in range(1 + VISITS):
                driver.get(address)
                milliseconds = until(
                    lambda: driver.execute_script("return window.usefulAt"), f"{page} was not drawn"
                )
                visits.append(float(milliseconds) / 1000)
            found[page] = statistics.median(visits[1:])
    return found
