"""Declarations are files that somebody may edit while pages are shown: they are looked at again, but not at every question.

A page asks for themes and regions dozens of times; looking whether one of their seventy files has changed takes as long as the
answer to a query.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

Found = TypeVar("Found")
AGAIN_S = 1.0


class Looked(Generic[Found]):
    """What a folder of declarations says, as it was at most a second ago."""

    def __init__(self, read: Callable[[Path], Found], again_s: float = AGAIN_S) -> None:
        """Nothing is known yet; `read` gives what a folder says now, and a failure of it is not kept."""
        self._read, self._again_s = read, again_s
        self._known: dict[Path, tuple[float, Found]] = {}

    def __call__(self, folder: Path) -> Found:
        """What the folder says."""
        known = self._known.get(folder)
        now = time.monotonic()
        if known is None or now - known[0] >= self._again_s:
            known = self._known[folder] = (now, self._read(folder))
        return known[1]
