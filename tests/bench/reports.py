"""How long somebody waits for an area report on national data: gemeenten and wijken with all their figures and charts."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator

from tests.bench.national import publish_national
from tests.proofs.registry import Measured, Room

AREAS_PER_LEVEL = 4


def figures(room: Room) -> Iterator[Measured]:
    """Yields `report_pdf_s` and `report_docx_s`: the slowest of eight reports, the first with its imports."""
    publish_national(room)
    for kind in ("pdf", "docx"):
        seconds = list(_seconds_per_report(kind))
        yield f"report_{kind}_s", max(seconds), statistics.median(seconds)


def _seconds_per_report(kind: str) -> Iterator[float]:
    from apps.dashboard.data import cube, queries
    from apps.dashboard.data import release as published_release
    from apps.dashboard.report.request import Request
    from apps.dashboard.views.rapport.page import make
    from apps.dashboard.wording.context import Context

    release = published_release.current_release()
    context = Context(release, "nl", {}, queries.region_name(release) or "Nederland")
    for level in ("gemeente", "wijk"):
        for area in random.Random(1).sample(cube.regions(release, level), AREAS_PER_LEVEL):
            published_release.query.clear()
            started = time.perf_counter()
            make(Request(context, level, area, "country"), kind)
            yield time.perf_counter() - started
