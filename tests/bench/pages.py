"""What the page Verkennen asks of the published file on national data, nothing cached: the slowest of 200 choices but ten."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.national import publish_national

GOAL_MS = 100.0
CHOICES = 200


def figures(reference_data: Path, work: Path) -> Iterator[Figure]:
    """Yields `page_query_p95_ms`: all queries of one choice on Verkennen, for 200 random choices."""
    publish_national(reference_data, work)
    seconds = list(_seconds_per_choice())
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
    typical = statistics.median(seconds) * 1000
    yield Figure(
        "page_query_p95_ms",
        p95,
        "ms",
        f"the median choice: {typical:.1f} ms",
        p95 / typical,
        f"value < {GOAL_MS:.0f}",
        p95 < GOAL_MS,
    )


def _seconds_per_choice() -> Iterator[float]:
    from apps.dashboard.data import queries

    release = queries.current_release()
    choices = [row for row in queries.availability(release) if row["known"]]
    for row in random.Random(1).choices(choices, k=CHOICES):
        selection = (row["year"], row["age_band"], row["sex"])
        code = queries.areas(release, row["mart"], row["indicator_id"], row["region_level"], *selection)[
            0
        ].code
        queries.query.clear()
        started = time.perf_counter()
        queries.areas(release, row["mart"], row["indicator_id"], row["region_level"], *selection)
        queries.reference_figures(release, row["mart"], row["indicator_id"], *selection)
        level = row["region_level"]
        queries.history(release, row["mart"], row["indicator_id"], level, code, row["age_band"], row["sex"])
        yield time.perf_counter() - started
