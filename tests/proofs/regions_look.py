"""The five places for six regions and four themes on the national release, drawn by a browser and read by axe-core."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby

import yaml

from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.themes import load_themes
from tests.apps.visits import AXE, WIDTHS, Visitor
from tests.bench.dashboard import served
from tests.bench.national import publish_national
from tests.browser import chromium
from tests.proofs.regions import GOLDEN
from tests.proofs.registry import Measured, Room


def figures(room: Room) -> Iterator[Measured]:
    """Yields how many pages were looked at, and what is wrong with them; every fault stands on standard error.

    Raises:
        FileNotFoundError: Where axe-core is not installed: without it nothing would be found.
    """
    if not AXE.exists():
        raise FileNotFoundError(AXE)
    publish_national(room)
    found: dict[str, list[str]] = {"barrier": [], "error": [], "overflow": []}
    looked = 0
    with served() as server, chromium(room.work / "regions_profile") as driver:
        visitor = Visitor(driver, server.base)
        with visitor.axe_at_hand():
            for path in addresses():
                for width in WIDTHS:
                    visitor.open(path, width)
                    look = visitor.seen(path, width)
                    looked += 1
                    found["barrier"] += [f"{path} {width}: {one}" for one in look.violations or ()]
                    found["error"] += [path] * look.exceptions
                    found["overflow"] += [f"{path} {width}: {one}" for one in look.cut_off]
    print(*(fault for faults in found.values() for fault in faults), sep="\n", file=sys.stderr)
    yield "region_places_looked_at", float(looked), None
    for kind, faults in found.items():
        yield f"region_places_faults ({kind})", float(len(faults)), None


def addresses() -> list[str]:
    """The first page of every place for each region in the first theme, and for each theme in the first region."""
    from apps.dashboard.registry import pages

    places = [next(entries).id for _, entries in groupby(pages(), key=lambda entry: entry.section["nl"])]
    regions = list(yaml.safe_load(GOLDEN.read_text(encoding="utf-8")))
    themes = list(load_themes(get_settings().catalogue_dir))
    asked = [(region, themes[0]) for region in regions] + [(regions[0], theme) for theme in themes[1:]]
    return [f"/{place}?regio={region}&thema={theme}" for region, theme in asked for place in places]
