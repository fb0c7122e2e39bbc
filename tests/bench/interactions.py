"""How long the server works on an interaction, on national data: fifty on each page, beside an empty Streamlit page."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.bench import choices
from tests.bench.dashboard import served, visits
from tests.bench.first_paint import seconds_until_useful
from tests.bench.national import publish_national
from tests.proofs.registry import Measured, Room

INTERACTIONS = 50
EMPTY_PAGE = 'import streamlit as st\n\nst.title("Leeg")\nst.html(\'<p class="dw-footer">-</p>\')\n'


def figures(room: Room) -> Iterator[Measured]:
    """Yields per page and for the slowest page `page_interaction_p95_ms`, and likewise `page_first_useful_paint_s`."""
    publish_national(room)
    work = room.work
    empty = work / "empty.py"
    empty.write_text(EMPTY_PAGE, encoding="utf-8")
    with served(empty) as server:
        limit = _p95_ms([answer.seconds for answer in visits(server, "", [{}] * (INTERACTIONS + 1))[1:]])
        empty_paint = max(seconds_until_useful(server.base, [""], work / "empty_profile").values())
    yield from _against_empty(_interactions(), "page_interaction_p95_ms", limit)
    yield from _against_empty(_paints(work), "page_first_useful_paint_s", empty_paint)


def _interactions() -> dict[str, float]:
    from apps.dashboard.registry import pages

    found = choices.stock()
    per_page: dict[str, float] = {}
    with served() as server:
        for entry in pages():
            answers = visits(server, entry.id, choices.steps(entry.id, found, INTERACTIONS))
            if any(answer.failed for answer in answers):
                raise RuntimeError(f"the page {entry.id} failed on national data")
            per_page[entry.id] = _p95_ms([answer.seconds for answer in answers[1:]])
    return per_page


def _paints(work: Path) -> dict[str, float]:
    from apps.dashboard.registry import pages

    with served() as server:
        return seconds_until_useful(server.base, [entry.id for entry in pages()], work / "profile")


def _p95_ms(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def _against_empty(found: dict[str, float], name: str, empty: float) -> Iterator[Measured]:
    for page, value in found.items():
        yield f"{name} ({page})", value, empty
    yield name, max(found.values()), empty
