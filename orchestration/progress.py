"""Lines that tell how far a build is: step, what came out, seconds."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Dagster takes the lines of this logger into the log of the step that is under way.
_IN_DAGSTER = logging.getLogger("dagster.builtin.build")
_IN_DAGSTER.setLevel(logging.INFO)


# A wait below this is not told beside a line that has no seconds of its own.
_SHORT_S = 0.05


def _since_start() -> float:
    """Seconds by the clock since this process began; of the processor where the system does not tell."""
    try:
        ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return time.process_time()


# Python's own beginning is told too, by the first line.
_before = time.perf_counter() - _since_start()


def say(step: str, text: str, seconds: float | None = None) -> None:
    """Print one line of progress at once; in a run of Dagster it stands with its step too.

    Every second of a build stands in a line: one tells the time since the line before where that is longer than what its own
    work took, so that what Dagster does around a step is seen and not lost between two lines.

    Args:
        step: The part of the build.
        text: What came out.
        seconds: What the work took by itself; it may have begun before the line before.
    """
    global _before
    now = time.perf_counter()
    since, _before = now - _before, now
    spent = max(seconds or 0.0, since)
    took = "" if seconds is None and since < _SHORT_S else f"  ({spent:.1f} s)"
    print(f"[{step}] {text}{took}", flush=True)
    _IN_DAGSTER.info("%s%s", text, took)


class Outcome:
    """What a step has to say when it is done."""

    text: str = ""


@contextmanager
def timed(step: str) -> Iterator[Outcome]:
    """Print what the step sets as its outcome, with its seconds; nothing when it fails."""
    outcome, start = Outcome(), time.perf_counter()
    yield outcome
    say(step, outcome.text, time.perf_counter() - start)
