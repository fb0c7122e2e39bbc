"""The table fault x outcome of the proof `chaos`: every fault put in, and what readers had afterwards."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.proofs.chaos import upstream
from tests.proofs.chaos.examiner import LOST, RIGHT, SILENT, TOLD, TRACE
from tests.proofs.chaos.place import place
from tests.proofs.registry import Measured, Room


def figures(room: Room) -> Iterator[Measured]:
    """Each fault, how often it ended right or told, and how often not."""
    work = Path(tempfile.mkdtemp(dir=room.work))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    only = os.environ.get("CHAOS_ONLY", "")  # while one fault is looked at
    with place(work) as at:
        for trial in upstream.trials():
            if only in f"{trial.fault}: {trial.name}":
                began = time.monotonic()
                outcome = trial.carry_out(at)
                found[trial.fault][outcome] += 1
                said = f"{trial.fault}: {trial.name}: {outcome} in {time.monotonic() - began:.0f} s"
                print(said, file=sys.stderr, flush=True)
    yield from told(found)


def told(found: dict[str, Counter[str]]) -> Iterator[Measured]:
    """The table, a line for every fault and outcome that occurred."""
    for fault, outcomes in found.items():
        tries = sum(outcomes.values())
        for outcome in (RIGHT, TOLD):
            if outcomes[outcome]:
                yield f"{fault}, {outcome} (fault)", outcomes[outcome], tries
        yield f"{fault}, neither (fault)", tries - outcomes[RIGHT] - outcomes[TOLD], tries
    every = sum(found.values(), Counter[str]())
    yield "chaos_faults", len(found), None
    yield "chaos_tries", sum(every.values()), None
    yield "chaos_silent", every[SILENT] + every[TRACE], None
    yield "chaos_lost", every[LOST], None
