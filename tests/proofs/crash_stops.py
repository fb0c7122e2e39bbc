"""How soon a build ends that is asked to, in the proof `crash.stops`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

from datawerkplaats.base.errors import DataProblem
from orchestration import last_run
from tests.proofs.crash_bench import Bench, bench, kept_in
from tests.proofs.crash_harm import PHASES, struck, trained_anew
from tests.proofs.registry import Measured, Room

_SIGNS = (signal.SIGTERM, signal.SIGINT)


def figures(_: Room) -> Iterator[Measured]:
    """How long a build goes on that is asked to stop, in every phase and either way in, and whether that is told."""
    at = bench("small", kept_in())
    longest, silent, left = {"command": 0.0, "daemon": 0.0}, 0, 0
    try:
        for number, (way, phase) in enumerate((way, phase) for phase in PHASES for way in tuple(longest)):
            sign = _SIGNS[number // 2 % 2]
            seconds = _stopped(at, way, phase, sign)
            longest[way] = max(longest[way], seconds)
            silent += last_run.STOPPED not in last_run.read(at.workplace.data / "publish")["sentences"]
            left += at.workplace.under_way()
            print(f"{sign.name} in {phase}, {way}: {seconds:.1f} s", file=sys.stderr, flush=True)
    finally:
        at.stop()
    for way, seconds in longest.items():
        yield f"stop_{way}_s", seconds, None
    yield "stop_silent", silent, None
    yield "stop_runs_left", left, None


def _stopped(at: Bench, way: str, phase: str, sign: signal.Signals) -> float:
    """Seconds until a build has ended that gets the signal in a phase."""

    def ask(process: int) -> None:
        os.kill(process, sign)

    for wait in (0.3, 0.0, 0.0):
        at.workplace.change()
        if phase == "training":
            trained_anew(at.workplace)
        with at.way(way).started(at.workplace, "--force") as build:
            asked = struck(build, phase, wait, ask, dies=False)
            began = time.monotonic()
            build.end()
            if asked:
                return time.monotonic() - began
    raise DataProblem("build_failed", subject=f"{sign.name} in {phase}", expected="to be in time")
