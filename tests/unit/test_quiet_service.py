"""What runs while nobody asks anything: timers of libraries are slowed down, and what they look after still happens."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from datawerkplaats.base import web_server
from orchestration import timers


@pytest.fixture
def own_timers() -> Iterator[None]:
    """Dagster's own, put back afterwards."""
    own = {place: getattr(importlib.import_module(place[0]), place[1]) for place in timers._SECONDS}
    yield
    for (module, name), seconds in own.items():
        setattr(importlib.import_module(module), name, seconds)


@pytest.mark.usefixtures("own_timers")
def test_timers__go_off_less_often_and_a_version_of_dagster_without_them_is_told() -> None:
    timers.slow_down()
    watcher: Any = importlib.import_module("dagster._grpc.server_watcher")
    assert watcher.WATCH_INTERVAL == 5
    with pytest.raises(AssertionError, match="WATCH_INTERVAL of this version"):
        timers.slow_down()


async def _hello(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


def test_a_server_looks_twice_a_second_tells_the_time_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn.Server, "main_loop", uvicorn.Server.main_loop)
    web_server.look_less_often()
    looks: list[int] = []
    of_uvicorn = uvicorn.Server.on_tick

    async def on_tick(server: uvicorn.Server, number: int) -> bool:
        looks.append(number)
        server.should_exit = len(looks) == 4
        return await of_uvicorn(server, number)

    monkeypatch.setattr(uvicorn.Server, "on_tick", on_tick)
    server = uvicorn.Server(uvicorn.Config(_hello, port=0, log_level="critical", lifespan="off"))
    asyncio.run(server.serve())
    assert looks == [0, 5, 10, 15]
    assert server.server_state.default_headers[0][0] == b"date"
