"""How much of the box one visitor may take at once, so that others get their turn."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from datawerkplaats.base.errors import DataProblem

AT_ONCE = 2
# Of every minute, the seconds that queries of one visitor may run.
SECONDS_A_MINUTE = 40.0
_MINUTE = 60.0
_FORGET_AT = 1_000


class Quota:
    """What each visitor has running and has used in the last minute; who is not named has no quota."""

    def __init__(self) -> None:
        """Nobody has asked anything."""
        self._running: dict[str, int] = {}
        self._used: dict[str, deque[tuple[float, float]]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, visitor: str) -> Iterator[None]:
        """One query of a visitor.

        Raises:
            DataProblem: `query_busy` if the visitor has enough running, or has used the seconds of this minute.
        """
        if not visitor:
            yield
            return
        started = time.monotonic()
        self._begin(visitor, started)
        try:
            yield
        finally:
            self._end(visitor, started)

    def _begin(self, visitor: str, now: float) -> None:
        with self._lock:
            used = self._used.get(visitor, deque())
            while used and used[0][0] < now - _MINUTE:
                used.popleft()
            spent = sum(seconds for _, seconds in used)
            if self._running.get(visitor, 0) >= AT_ONCE or spent >= SECONDS_A_MINUTE:
                raise DataProblem(
                    "query_quota", subject="SQL", found=f"{self._running.get(visitor, 0)}; {spent:.0f} s"
                )
            self._running[visitor] = self._running.get(visitor, 0) + 1

    def _end(self, visitor: str, started: float) -> None:
        now = time.monotonic()
        with self._lock:
            self._running[visitor] -= 1
            if not self._running[visitor]:
                del self._running[visitor]
            self._used.setdefault(visitor, deque()).append((now, now - started))
            if len(self._used) > _FORGET_AT:
                self._used = {one: used for one, used in self._used.items() if used[-1][0] >= now - _MINUTE}
