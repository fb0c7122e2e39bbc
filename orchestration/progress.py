"""Lines that tell how far a build is: step, what came out, seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Dagster takes the lines of this logger into the log of the step that is under way.
_IN_DAGSTER = logging.getLogger("dagster.builtin.build")
_IN_DAGSTER.setLevel(logging.INFO)


def say(step: str, text: str, seconds: float | None = None) -> None:
    """Print one line of progress at once; in a run of Dagster it stands with its step too."""
    took = "" if seconds is None else f"  ({seconds:.1f} s)"
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
