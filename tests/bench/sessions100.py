"""A hundred people at the same time on two workers behind the proxy as it ships, with national data."""

from __future__ import annotations

import asyncio
import os
import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from apps.dashboard.serving.headless_client import Answer, HeadlessClient
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from tests import front
from tests.bench import choices
from tests.bench.dashboard import Server, served, visits
from tests.bench.national import publish_national
from tests.bench.processes import cpu_seconds
from tests.bench.sessions import TRAVELS, median_ms, p95_ms, session
from tests.browser import until
from tests.proofs.registry import Measured, Room

SESSIONS, WORKERS = 100, 2
# A worker that opened its pages ahead of the visitors uses less of a core than this.
RESTING_S, MOST_AT_REST = 3.0, 0.2


@dataclass(frozen=True)
class Front:
    """The proxy before the workers: its encrypted port."""

    port: int

    def client(self) -> HeadlessClient:
        """A new visitor, with the word in a cookie that the proxy gives to a browser at its first page."""
        trusting = ssl._create_unverified_context()
        cookie = {"Cookie": f"dwp_worker={secrets.token_hex(16)}"}
        there = {"host": "127.0.0.1", "port": self.port, "ssl": trusting}
        return HeadlessClient(self.port, cookie, origin=f"wss://{front.NAME}", connecting=there)


def figures(room: Room) -> Iterator[Measured]:
    """Yields how long people wait over all clicks, how often it failed, memory, and how clicks were spread.

    Raises:
        DataProblem: If there is no nginx.
    """
    if front.NGINX is None:
        raise DataProblem("missing_delivery", subject="nginx", remedy="tests/install_nginx.sh")
    publish_national(room)
    os.environ["DWP_HOSTS"] = front.NAME
    get_settings.cache_clear()
    found = choices.stock()
    with ExitStack() as stack:
        workers = [stack.enter_context(served(None)) for _ in range(WORKERS)]
        ports = dict(zip((8501, 8502), (one.port for one in workers), strict=True))
        folder = room.work / "front"
        folder.mkdir()
        (folder / "dagster.htpasswd").write_text("", encoding="utf-8")
        _, encrypted = stack.enter_context(front.nginx(folder, ports))
        for worker in workers:
            for page in TRAVELS:  # the libraries of a page are read once, before anybody is measured
                visits(worker, page, choices.steps(page, found, 3))
            _rests(worker)
        before = Front(encrypted)
        alone = asyncio.run(_all(before, found, 1))
        used = [cpu_seconds([worker.process]) for worker in workers]
        together = asyncio.run(_all(before, found, SESSIONS))
        used = [cpu_seconds([worker.process]) - was for worker, was in zip(workers, used, strict=True)]
        memory = sum(worker.memory_mb() for worker in workers)
    yield "sessions_100_p95_ms", p95_ms(together), p95_ms(alone)
    yield "sessions_100_median_ms", median_ms(together), median_ms(alone)
    yield "sessions_100_clicks", len(together), None
    yield "sessions_100_errors", sum(answer.failed for answer in together), None
    yield "sessions_100_memory_mb", memory, None
    yield "sessions_100_cpu_ms_a_click", sum(used) / len(together) * 1000, None
    yield "sessions_100_busiest_worker", max(used) / sum(used) * 100, 100 / WORKERS


def _rests(worker: Server) -> None:
    """Wait until the worker has opened its pages itself."""

    def is_at_rest() -> bool:
        was = cpu_seconds([worker.process])
        time.sleep(RESTING_S)
        return cpu_seconds([worker.process]) - was < RESTING_S * MOST_AT_REST

    until(is_at_rest, "a worker never came to rest", 600)


async def _all(before: Front, found: choices.Stock, sessions: int) -> list[Answer]:
    answered = await asyncio.gather(*(session(before.client, found, number) for number in range(sessions)))
    return [answer for row in answered for answer in row]
