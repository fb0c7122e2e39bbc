"""The pace of uvicorn, which serves the dashboard, Dagster's pages and the API, while nobody asks anything."""

from __future__ import annotations

import asyncio
from typing import Any

from datawerkplaats.base.library_timer import owner

# By itself it looks ten times a second whether it has to end.
LOOKS_S = 0.5
_TICKS = round(LOOKS_S / 0.1)
_DAY = 864_000


async def _look_now_and_then(server: Any) -> None:
    """As uvicorn's own loop, whose numbers count tenths of a second: at every tenth one it tells the time to its answers."""
    number = 0
    while not await server.on_tick(number):
        number = (number + _TICKS) % _DAY
        await asyncio.sleep(LOOKS_S)


def look_less_often() -> None:
    """Let every server that starts in this process look twice a second; it ends half a second later at most.

    Raises:
        DataProblem: `library_timer` if this version of uvicorn has no such loop.
    """
    place, last, _ = owner("uvicorn.server", "Server.main_loop")
    setattr(place, last, _look_now_and_then)
