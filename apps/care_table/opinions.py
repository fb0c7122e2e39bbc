"""A second opinion: a code by which a colleague fills in on another device, in the memory of this process alone."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

OPEN_SECONDS = 15 * 60  # a code can be opened this long
LEFT_SECONDS = 60 * 60  # and what came of it is gone after this
MOST = 200
LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"  # none that looks like another, no words
LENGTH = 8
Why = Literal["", "code_unknown", "code_expired", "code_used", "code_own"]


@dataclass
class Opinion:
    """A code that somebody asked for: until when it can be opened, by whom it was, and what the colleague found."""

    code: str
    asked_by: str
    until: float
    opened_by: str = ""
    found: dict[str, Any] | None = None

    @property
    def spoken(self) -> str:
        """The code as it is read aloud and typed over."""
        return f"{self.code[:4]}-{self.code[4:]}"


class Opinions:
    """All codes of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Opinion] = {}
        self._lock = threading.Lock()

    def ask(self, by: str) -> Opinion:
        """A new code for a session; an earlier one of it that nobody opened is withdrawn."""
        now = self._clock()
        with self._lock:
            self._clear(now)
            for old in [one for one in self._known.values() if one.asked_by == by and not one.opened_by]:
                del self._known[old.code]
            while len(self._known) >= MOST:
                del self._known[min(self._known, key=lambda code: self._known[code].until)]
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            self._known[code] = Opinion(code, by, now + OPEN_SECONDS)
            return self._known[code]

    def open(self, typed: str, by: str) -> tuple[Opinion | None, Why]:
        """The opinion that a colleague may give, once and from one device; or why not."""
        now = self._clock()
        code = "".join(letter for letter in typed.upper() if letter in LETTERS)
        with self._lock:
            self._clear(now)
            found = self._known.get(code)
            if found is None:
                return None, "code_unknown"
            if found.asked_by == by:
                return None, "code_own"
            if found.opened_by and found.opened_by != by:
                return None, "code_used"
            if not found.opened_by and now > found.until:
                return None, "code_expired"
            found.opened_by = by
            return found, ""

    def of(self, code: str) -> Opinion | None:
        """What is known of a code."""
        with self._lock:
            self._clear(self._clock())
            return self._known.get(code)

    def minutes(self, opinion: Opinion) -> int:
        """Whole minutes that a code can still be opened; 0 when it has expired."""
        return max(0, int(-(-(opinion.until - self._clock()) // 60)))

    def deliver(self, code: str, by: str, found: dict[str, Any]) -> bool:
        """Hand over what the colleague found; False where nobody waits for it any more."""
        opinion = self.of(code)
        if opinion is None or opinion.opened_by != by:
            return False
        opinion.found = found
        return True

    def withdraw(self, by: str) -> None:
        """Forget what a session asked for: it started again."""
        with self._lock:
            self._known = {code: one for code, one in self._known.items() if one.asked_by != by}

    def _clear(self, now: float) -> None:
        self._known = {
            code: one for code, one in self._known.items() if now <= one.until - OPEN_SECONDS + LEFT_SECONDS
        }
