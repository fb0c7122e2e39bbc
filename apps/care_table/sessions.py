"""What people fill in, in the memory of this process alone: gone when they stay away, start again or the process ends."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.care_table.wording import Language

IDLE_SECONDS = 30 * 60
MOST = 200  # sessions at the same time; the one that was away longest makes room


@dataclass
class Session:
    """One browser at the table. Each tool keeps its own answers; `notice` is told once."""

    id: str
    seen: float
    language: Language = "nl"
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    notice: str = ""

    def of(self, flow: str) -> dict[str, Any]:
        """What was filled in in one tool."""
        return self.answers.setdefault(flow, {})

    def forget(self, flow: str) -> None:
        """Start a tool again."""
        self.answers.pop(flow, None)


class Sessions:
    """All sessions of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Session] = {}
        self._lock = threading.Lock()

    def find(self, key: str | None) -> Session | None:
        """The session with this key, unless it was away too long."""
        now = self._clock()
        with self._lock:
            for old in [one for one, session in self._known.items() if now - session.seen > IDLE_SECONDS]:
                del self._known[old]
            session = self._known.get(key or "")
            if session is not None:
                session.seen = now
            return session

    def begin(self) -> Session:
        """A new session."""
        now = self._clock()
        with self._lock:
            while len(self._known) >= MOST:
                del self._known[min(self._known, key=lambda key: self._known[key].seen)]
            session = Session(secrets.token_urlsafe(24), now)
            self._known[session.id] = session
            return session

    def __len__(self) -> int:
        return len(self._known)
