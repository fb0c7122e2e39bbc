"""Lines that tell how far a build is: step, what came out, seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Dagster takes the lines of this logger into the log of the step that is under way.
_IN_DAGSTER = logging.getLogger("dagster.builtin.build")
_IN_DAGSTER.setLevel(logging.INFO)


# A wait below this is not told beside a line that has no seconds of its own.
_SHORT_S = 0.05
# Python's own beginning is told too: what it took of the processor, since nothing else was done yet.
_before = time.perf_counter() - time.process_time()


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
