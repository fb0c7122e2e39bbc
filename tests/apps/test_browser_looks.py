"""House styles of regions in a real browser: the first page of each place has its colours, and axe-core finds no barrier there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from apps.dashboard.registry import pages
from tests.apps.conftest import as_new
from tests.apps.test_regions import OURS, catalogue_with
from tests.apps.visits import AXE, Visitor, without_axe
from tests.browser import dashboard

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.busy]
# Dark and full, light and dark on it, and as near to the least contrast as is let through.
STYLES = {
    "dark": {
        "utrecht.link.color": "#0b4f3a",
        "utrecht.focus.outline-color": "#0b4f3a",
        "utrecht.page-header.background-color": "#0b4f3a",
        "utrecht.page-header.color": "#ffffff",
    },
    "light": {
        "utrecht.link.color": "#7a1f5c",
        "utrecht.focus.outline-color": "#a33b00",
        "utrecht.page-header.background-color": "#ffd966",
        "utrecht.page-header.color": "#3b2300",
    },
    "faint": {
        "utrecht.link.color": "#6e6e6e",
        "utrecht.focus.outline-color": "#949494",
        "utrecht.page-header.background-color": "#ffffff",
        "utrecht.page-header.color": "#767676",
    },
}
PLACES = [next(entries).id for _, entries in groupby(pages(), key=lambda entry: entry.section["nl"])]
DRAWN = """
const whole = getComputedStyle(document.documentElement), brand = getComputedStyle(document.querySelector('.dw-brand'));
return {link: whole.getPropertyValue('--utrecht-link-color').trim(), name: brand.color, ground: brand.backgroundColor};
"""


@pytest.fixture(scope="module", params=STYLES)
def dressed(
    request: pytest.FixtureRequest, publication_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a dashboard of a region with one of the styles, and the style."""
    work, style = tmp_path_factory.mktemp("dressed"), STYLES[request.param]
    shutil.copytree(publication_template, work / "data")
    catalogue_with(work / "catalogue", {**OURS, "look": {"logo": "turf.svg", "tokens": style}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_CATALOGUE_DIR", str(work / "catalogue"))
        patch.setenv("DWP_REGION", "ours")
        with dashboard(work / "data") as base:
            yield base, style


def test_places__have_the_colours_and_no_barrier(
    one_browser: Any, dressed: tuple[str, dict[str, str]]
) -> None:
    if not AXE.exists():
        without_axe()
    base, style = dressed
    assert len(PLACES) == 5
    visitor, wrong = Visitor(as_new(one_browser), base), {}
    with visitor.axe_at_hand():
        for number, place in enumerate(PLACES):
            # A colour is the same at every width; that each place keeps its own at both is seen in one style or another.
            width = ("wide", "phone")[(number + list(STYLES.values()).index(style)) % 2]
            visitor.open(f"/{place}", width)
            look = visitor.seen(f"/{place}", width)
            found = list(look.violations or [])
            drawn = visitor.driver.execute_script(DRAWN)
            if drawn != _wanted(style):
                found.append(f"the colours are {drawn}")
            if look.exceptions or "Veenkoloniën" not in look.text:
                found.append("the page is not that of the region")
            if found:
                wrong[place, width] = found
    assert wrong == {}


def _wanted(style: dict[str, str]) -> dict[str, str]:
    return {
        "link": style["utrecht.link.color"],
        "name": _rgb(style["utrecht.page-header.color"]),
        "ground": _rgb(style["utrecht.page-header.background-color"]),
    }


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"
