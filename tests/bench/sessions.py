"""Twenty-five people at the same time on one dashboard with national data: how long they wait, and what it costs."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Iterator
from pathlib import Path

from apps.dashboard.serving.visitor import Answer, Visitor
from tests.bench import choices
from tests.bench.dashboard import Server, served, visits
from tests.bench.figures import Figure
from tests.bench.national import publish_national

SESSIONS, CLICKS, GOAL_MS = 25, 12, 1000.0
THINKING_S = (2.0, 8.0)  # between two clicks somebody looks at what came
TRAVELS = ("start", "verkennen", "profiel", "verbanden", "buren", "ongelijkheid", "sleutelen", "kwaliteit")


def figures(reference_data: Path, work: Path) -> Iterator[Figure]:
    """Yields `sessions_25_p95_ms` over all clicks, `sessions_25_errors` and `sessions_25_memory_mb`."""
    publish_national(reference_data, work)
    found = choices.stock()
    with served() as server:
        for page in TRAVELS:  # the libraries of a page are read once, before anybody is measured
            visits(server, page, choices.steps(page, found, 3))
        alone = asyncio.run(_all(server, found, 1))
        at_rest = server.memory_mb()
        together = asyncio.run(_all(server, found, SESSIONS))
        memory = server.memory_mb()
    p95, one = _p95_ms(together), _p95_ms(alone)
    told = f"one session: {one:.0f} ms; median together: {_median_ms(together):.0f} ms"
    yield Figure("sessions_25_p95_ms", p95, "ms", told, p95 / one, f"value < {GOAL_MS:.0f}", p95 < GOAL_MS)
    errors = sum(answer.failed for answer in together)
    yield Figure(
        "sessions_25_errors", errors, "errors", f"{len(together)} clicks", None, "value = 0", errors == 0
    )
    per_session = f"one session: {at_rest:.0f} MB"
    yield Figure(
        "sessions_25_memory_mb", memory, "MB", per_session, memory / at_rest, "value <= 2000", memory <= 2000
    )


async def _all(server: Server, found: choices.Stock, sessions: int) -> list[Answer]:
    answers = await asyncio.gather(*(_session(server, found, number) for number in range(sessions)))
    return [answer for row in answers for answer in row]


async def _session(server: Server, found: choices.Stock, number: int) -> list[Answer]:
    """One person: opens a page, chooses there, goes on to the next; the openings count as clicks too."""
    chance = random.Random(number)
    page = TRAVELS[number % len(TRAVELS)]
    answers = []
    await asyncio.sleep(chance.uniform(0, THINKING_S[1]))
    async with Visitor(server.port) as visitor:
        for step in choices.steps(page, found, CLICKS, seed=number):
            answers.append(await visitor.visit(page, step))
            await asyncio.sleep(chance.uniform(*THINKING_S))
    return answers


def _p95_ms(answers: list[Answer]) -> float:
    return statistics.quantiles((answer.seconds for answer in answers), n=20)[-1] * 1000


def _median_ms(answers: list[Answer]) -> float:
    return statistics.median(answer.seconds for answer in answers) * 1000
