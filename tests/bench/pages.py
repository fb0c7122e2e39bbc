"""What the page Verkennen asks of the published file on national data, nothing cached: the slowest of 200 choices but ten."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator

from tests.bench.national import publish_national
from tests.proofs.registry import Measured, Room

CHOICES = 200


def figures(room: Room) -> Iterator[Measured]:
    """Yields `page_query_p95_ms`: all queries of one choice on Verkennen, for 200 random choices."""
    publish_national(room)
    seconds = list(_seconds_per_choice())
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
    typical = statistics.median(seconds) * 1000
    yield "page_query_p95_ms", p95, typical


def _seconds_per_choice() -> Iterator[float]:
    from apps.dashboard.data import queries
    from apps.dashboard.data import release as published_release

    release = published_release.current_release()
    choices = [row for row in queries.availability(release) if row["known"]]
    for row in random.Random(1).choices(choices, k=CHOICES):
        selection = (row["year"], row["age_band"], row["sex"])
        code = queries.areas(release, row["mart"], row["indicator_id"], row["region_level"], *selection)[
            0
        ].code
        published_release.query.clear()
        started = time.perf_counter()
        queries.areas(release, row["mart"], row["indicator_id"], row["region_level"], *selection)
        queries.reference_figures(release, row["mart"], row["indicator_id"], *selection)
        level = row["region_level"]
        queries.history(release, row["mart"], row["indicator_id"], level, code, row["age_band"], row["sex"])
        yield time.perf_counter() - started
