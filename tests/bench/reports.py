"""How long somebody waits for a report or one A4 on national data: gemeenten and wijken with all their figures and charts."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.bench.national import publish_national
from tests.proofs.registry import Measured, Room

AREAS_PER_LEVEL = 4
_ADDRESS = "https://cijfers.example.org/?lang=nl&gebied=GM0114"


def figures(room: Room) -> Iterator[Measured]:
    """Yields the slowest of eight reports as PDF and as Word, and of eight A4s, the first with its imports."""
    publish_national(room)
    for kind in ("pdf", "docx"):
        seconds = list(_seconds_per_area(partial(_report, kind)))
        yield f"report_{kind}_s", max(seconds), statistics.median(seconds)
    seconds = list(_seconds_per_area(_a4))
    yield "one_a4_s", max(seconds), statistics.median(seconds)


def _seconds_per_area(make: Callable[[Any, str, dict[str, Any]], object]) -> Iterator[float]:
    """The same eight areas for each kind, with nothing kept of the one before."""
    from apps.dashboard.data import cube, queries
    from apps.dashboard.data import release as published_release
    from apps.dashboard.wording.context import Context

    release = published_release.current_release()
    context = Context(release, "nl", {}, queries.region_name(release) or "Nederland")
    for level in ("gemeente", "wijk"):
        for area in random.Random(1).sample(cube.regions(release, level), AREAS_PER_LEVEL):
            published_release.query.clear()
            started = time.perf_counter()
            make(context, level, area)
            yield time.perf_counter() - started


def _a4(context: Any, level: str, area: dict[str, Any]) -> None:
    from apps.dashboard.components.area_choice import larger_areas
    from apps.dashboard.profile.area_page import AreaPage
    from apps.dashboard.report.one_pager import as_one_page

    key, name = next(iter(larger_areas(context, area, level).items()))
    page = AreaPage(context, context.theme, level, area, key, name)
    as_one_page(page, "pdf", _ADDRESS)
    as_one_page(page, "png", _ADDRESS)


def _report(kind: str, context: Any, level: str, area: dict[str, Any]) -> None:
    from apps.dashboard.report.request import Request
    from apps.dashboard.views.rapport.page import make

    make(Request(context, level, area, "country"), kind)
