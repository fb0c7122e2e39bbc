"""A clock that is turned while processes live by it: what takes years in earnest is tried in minutes."""

from __future__ import annotations

import shutil
import struct
import subprocess
import time
from datetime import datetime
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT


def compiled(home: Path) -> Path:
    """The library that a process loads to look at the file of a clock instead of its own.

    Raises:
        DataProblem: `build_failed` where there is no compiler.
    """
    library, compiler = home / "clock.so", shutil.which("cc")
    if compiler is None:
        raise DataProblem(
            "build_failed", subject="clock", expected="a C compiler, to turn the clock", found="none"
        )
    source = PROJECT_ROOT / "tests" / "proofs" / "chaos" / "clock.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source)], check=True)
    return library


def put(file: Path, seconds: int) -> None:
    """So far off is the clock of the processes that look at this file from now on."""
    with file.open("r+b" if file.exists() else "wb") as stream:
        stream.write(struct.pack("@l", seconds))


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
        # A clock that is not turned: the process that turns may live by the turned one itself.
        right = time.clock_gettime(time.CLOCK_TAI)
        put(self.file, int(to.timestamp() - right))
