"""Twenty-five people at the same time on one dashboard with national data: how long they wait, and what it costs."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Callable, Iterator

from apps.dashboard.serving.headless_client import Answer, HeadlessClient
from tests.bench import choices
from tests.bench.dashboard import Server, served, visits
from tests.bench.national import publish_national
from tests.proofs.registry import Measured, Room

SESSIONS, CLICKS = 25, 12
THINKING_S = (2.0, 8.0)  # between two clicks somebody looks at what came
TRAVELS = ("start", "verkennen", "profiel", "verbanden", "buren", "ongelijkheid", "sleutelen", "kwaliteit")


def figures(room: Room) -> Iterator[Measured]:
    """Yields how long people wait over all clicks, how often it failed, and the server's memory."""
    publish_national(room)
    found = choices.stock()
    with served() as server:
        for page in TRAVELS:  # the libraries of a page are read once, before anybody is measured
            visits(server, page, choices.steps(page, found, 3))
        alone = asyncio.run(_all(server, found, 1))
        at_rest = server.memory_mb()
        together = asyncio.run(_all(server, found, SESSIONS))
        memory = server.memory_mb()
    yield "sessions_25_p95_ms", p95_ms(together), p95_ms(alone)
    yield "sessions_25_median_ms", median_ms(together), median_ms(alone)
    yield "sessions_25_clicks", len(together), None
    yield "sessions_25_errors", sum(answer.failed for answer in together), None
    yield "sessions_25_memory_mb", memory, at_rest


async def _all(server: Server, found: choices.Stock, sessions: int) -> list[Answer]:
    answers = await asyncio.gather(
        *(session(lambda: HeadlessClient(server.port), found, number) for number in range(sessions))
    )
    return [answer for row in answers for answer in row]


async def session(
    make_client: Callable[[], HeadlessClient], found: choices.Stock, number: int
) -> list[Answer]:
    """One person: opens a page, chooses there, goes on to the next; the openings count as clicks too."""
    chance = random.Random(number)
    page = TRAVELS[number % len(TRAVELS)]
    answers = []
    await asyncio.sleep(chance.uniform(0, THINKING_S[1]))
    async with make_client() as client:
        for step in choices.steps(page, found, CLICKS, seed=number):
            answers.append(await client.visit(page, step))
            await asyncio.sleep(chance.uniform(*THINKING_S))
    return answers


def p95_ms(answers: list[Answer]) -> float:
    """How long 95 in 100 answers take at most."""
    return statistics.quantiles((answer.seconds for answer in answers), n=20)[-1] * 1000


def median_ms(answers: list[Answer]) -> float:
    """How long the answer in the middle takes."""
    return statistics.median(answer.seconds for answer in answers) * 1000
