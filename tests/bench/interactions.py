"""How long the server works on an interaction, on national data: fifty on each page, beside an empty Streamlit page."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.bench import choices
from tests.bench.dashboard import served, visits
from tests.bench.first_paint import seconds_until_map, seconds_until_useful
from tests.bench.national import publish_national
from tests.proofs.registry import Measured, Room

INTERACTIONS = 50
MAPS = ("verkennen?level=gemeente", "verkennen?level=wijk", "verkennen?level=wijk&scope=country")
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
    paints, maps = _paints(work)
    yield from _against_empty(paints, "page_first_useful_paint_s", empty_paint)
    yield from _against_empty(maps, "map_drawn_s", empty_paint)
    yield "level_switch_p95_ms", _level_switch(), limit


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


def _paints(work: Path) -> tuple[dict[str, float], dict[str, float]]:
    from apps.dashboard.registry import pages

    with served() as server:
        paints = seconds_until_useful(server.base, [entry.id for entry in pages()], work / "profile")
        return paints, seconds_until_map(server.base, MAPS, work / "map_profile")


def _level_switch() -> float:
    """From gemeenten to wijken of the country and back, each time of another figure that both have."""
    found = choices.stock()
    both = sorted(set(found.indicators["gemeente"]) & set(found.indicators["wijk"]))
    mart_of = {indicator: mart for mart, indicator, *_ in found.shown}
    steps = [
        {"class": mart_of[indicator], "indicator": indicator, "scope": "country", "level": level}
        for indicator in itertools.islice(itertools.cycle(both), INTERACTIONS // 2)
        for level in ("gemeente", "wijk")
    ]
    with served() as server:
        answers = visits(server, "verkennen", [steps[0], *steps])
    if any(answer.failed for answer in answers):
        raise RuntimeError("the map failed on a change of level")
    # The first of each pair is another figure; the second is the change of level.
    return _p95_ms([answer.seconds for answer in answers[2::2]])


def _p95_ms(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def _against_empty(found: dict[str, float], name: str, empty: float) -> Iterator[Measured]:
    for page, value in found.items():
        yield f"{name} ({page})", value, empty
    yield name, max(found.values()), empty
