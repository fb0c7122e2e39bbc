"""The server opens its pages itself before people do: when it starts, and again after a publication."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from apps.dashboard import __main__ as warm
from apps.dashboard.registry import pages
from apps.dashboard.serving.headless_client import HeadlessClient
from datawerkplaats import publication
from tests.browser import answers, free_port, running

pytestmark = pytest.mark.busy


class Stopped(BaseException):
    """Ends the watch of a test."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were opened; the watch ends when it has looked three times."""
    found: list[str] = []

    class Recorder:
        def __init__(self, port: int) -> None:
            assert port == 8501

        async def __aenter__(self) -> Recorder:
            return self

        async def __aexit__(self, *_: object) -> None:
            return None

        async def visit(self, page: str) -> None:
            found.append(page)

    looks = iter(range(3))

    def sleep(_: float) -> None:
        if next(looks) == 2:
            raise Stopped

    monkeypatch.setattr(warm, "HeadlessClient", Recorder)
    monkeypatch.setattr(warm, "_answers", lambda port: True)
    monkeypatch.setattr("time.sleep", sleep)
    return found


def test_keep_warm__opens_every_page_once_for_each_publication(
    published: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = iter(["first", "first", "second"])

    class Publication:
        def __init__(self) -> None:
            self.id = next(ids)

    monkeypatch.setattr(publication, "current", lambda folder: Publication())
    with pytest.raises(Stopped):
        warm.keep_warm(8501)
    assert opened == [entry.id for entry in pages()] * 2


def test_keep_warm__waits_for_a_publication(data_dir: Path, opened: list[str]) -> None:
    with pytest.raises(Stopped):
        warm.keep_warm(8501)
    assert opened == []


def test_keep_warm__does_no_harm_when_it_fails(
    published: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(warm, "open_all", refuse)
    warm.keep_warm(8501)


@pytest.mark.slow
def test_server__starts_by_its_module_and_answers_on_every_page(publication_template: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "apps.dashboard", "--server.port", str(port)]

    async def visit_all() -> list[bool]:
        async with HeadlessClient(port) as client:
            return [(await client.visit(entry.id)).failed for entry in pages()]

    health = f"http://127.0.0.1:{port}/_stcore/health"
    with running(command, health, {"DWP_DATA_DIR": str(publication_template)}):
        assert asyncio.run(visit_all()) == [False] * len(pages())
    assert not answers(health)
