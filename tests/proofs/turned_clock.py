"""A clock that is turned while processes live by it: what takes years in earnest is tried in minutes."""

from __future__ import annotations

import struct
import time
from datetime import datetime
from pathlib import Path

from tests.proofs.chaos.machine import compiled


class Clock:
    """Turns the clock of processes that were started with its settings.

    Args:
        home: Where the library and the file that it reads lie.
        at: The moment at which it begins.
    """

    def __init__(self, home: Path, at: datetime) -> None:
        self.file = home / "clock"
        self.settings = {"LD_PRELOAD": str(compiled(home)), "CHAOS_CLOCK": str(self.file)}
        self.turn(at)

    def turn(self, to: datetime) -> None:
        """It is this moment now."""
        mode = "r+b" if self.file.exists() else "w+b"
        # A clock that is not turned: the process that turns may live by the turned one itself.
        right = time.clock_gettime(time.CLOCK_TAI)
        with self.file.open(mode) as stream:
            stream.write(struct.pack("@l", int(to.timestamp() - right)))
