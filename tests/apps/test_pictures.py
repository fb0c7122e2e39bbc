"""The style page and the five places look as they did: small pictures, tolerant of the edges of letters.

Changed on purpose? `DWP_NEW_PICTURES=1 make test ARGS="tests/apps/test_pictures.py"` takes them anew; look at them, and commit
what changed. A failure leaves a picture of what differs beside the test's own files, and names it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.apps import pictures
from tests.apps.pictures import DESK, KEPT, PHONE
from tests.apps.visits import SETTLED
from tests.browser import until

PLACES = {
    "gebied": "/?gebied=GM9901",
    "verkennen": "/verkennen?indicator=loneliness_pct&level=gemeente&gebied=GM9901",
    "verbanden": "/verbanden?level=gemeente&gebied=GM9901",
    "notities": "/notities",
    "kwaliteit": "/kwaliteit?indicator=loneliness_pct",
}
STYLE = "stijl"
NEW = os.environ.get("DWP_NEW_PICTURES") == "1"


def looked_at(driver: Any, base: str, page: str, width: str) -> Image.Image:
    """The page at a width: the style page as a whole, of a place the first screen."""

    def settled() -> None:
        until(lambda: driver.execute_script(SETTLED), f"{page} was not drawn")
        driver.execute_async_script("document.fonts.ready.then(() => setTimeout(arguments[0], 250))")

    pictures.size_of(driver, width)
    if width == DESK:  # the phone's picture is of the page that is open
        driver.get(base + (f"/{STYLE}" if page == STYLE else PLACES[page]))
    settled()
    if page == STYLE:
        pictures.size_of(driver, width, min(int(driver.execute_script(pictures.TALL)), pictures.MOST_TALL))
        settled()
    return pictures.taken(driver, width)


@pytest.mark.browser
@pytest.mark.busy
@pytest.mark.parametrize("page", [STYLE, *PLACES])
def test_page__looks_as_it_did(browser: Any, small_dashboard: str, page: str, tmp_path: Path) -> None:
    wrong = []
    for width in (DESK, PHONE):
        seen = looked_at(browser, small_dashboard, page, width)
        path = KEPT / f"{page}_{width}.png"
        if NEW:
            pictures.keep(seen, path)
            continue
        with Image.open(path) as kept:
            before = kept.convert("RGB")
        if found := pictures.difference(before, seen):
            beside = tmp_path / path.name
            pictures.shown(before, seen, found).save(beside)
            told = found.told or f"{len(found.tiles)} of {found.among} tiles"
            wrong.append(f"{page} at {width}: {told} ({beside})")
    assert not wrong, "\n".join([*wrong, "meant? see the top of tests/apps/test_pictures.py"])


def test_pictures__are_few_and_small() -> None:
    assert {path.name for path in KEPT.iterdir()} == {
        f"{page}_{width}.png" for page in (STYLE, *PLACES) for width in (DESK, PHONE)
    }
    assert all(path.stat().st_size <= pictures.MOST_BYTES for path in KEPT.iterdir())


def drawn(colour: str = "#154273", at: int = 40, size: int = 30) -> Image.Image:
    """A made-up page: a card with a square in the accent colour, and lines as of text."""
    picture = Image.new("RGB", (320, 240), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((at, 40, at + size, 40 + size), fill=colour)
    for row in range(100, 220, 12):
        pen.line((20, row, 300, row), fill="#1b2733")
    return picture


@pytest.mark.parametrize(
    "other",
    [
        drawn("#154a9a"),
        drawn(at=46),
        drawn(size=40),
        drawn().resize((330, 240)),
        drawn().crop((0, 0, 320, 230)),
    ],
    ids=["colour", "space", "size", "wider", "shorter"],
)
def test_difference__tells_a_token_from_the_edge_of_a_letter(other: Image.Image) -> None:
    assert pictures.difference(drawn(), other)
    blurred = drawn().resize((319, 240)).resize((320, 240))
    assert not pictures.difference(drawn(), blurred), "letters a little softer are no difference"
    assert not pictures.difference(drawn(), drawn())
