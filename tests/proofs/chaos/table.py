"""The table fault x outcome of the proof `chaos`: every fault put in, and what readers had afterwards.

`CHAOS_ONLY=<pattern>` carries out the tries whose fault and name match alone, while one of them is looked at.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from tests.proofs.chaos import beside, machine, upstream
from tests.proofs.chaos.examiner import LOST, RIGHT, SILENT, TOLD, TRACE
from tests.proofs.chaos.place import Place, place
from tests.proofs.registry import Measured, Room

Found = dict[str, Counter[str]]


def figures(room: Room) -> Iterator[Measured]:
    """Faults of publishers, partners and their services: how often each ended right or told, and how often not."""
    found: Found = defaultdict(Counter)
    with place(Path(tempfile.mkdtemp(dir=room.work))) as at:
        # Each fault is built out once whatever comes of it at the door, and so is all that is let in there.
        for trial in upstream.trials():
            is_first = trial.fault not in found
            _tried(found, at, trial.fault, trial.name, partial(trial.carry_out, whole=is_first))
    yield from told(found, "fault", "chaos")


def of_the_machine(room: Room) -> Iterator[Measured]:
    """Faults of the machine, and of what stands beside the workplace."""
    found: Found = defaultdict(Counter)
    work = Path(tempfile.mkdtemp(dir=room.work))
    with place(work) as at:
        for trial in machine.trials(work):
            _tried(found, at, trial.fault, trial.name, trial.carry_out)
        away = "http://127.0.0.1:9"
        for behind in upstream.behind_a_proxy(away):
            _tried(found, at, behind.fault, behind.name, partial(behind.carry_out, whole=True))
        at.restore()
        _asked(found, "PostgreSQL away", lambda: beside.database_away(work / "database"))
        _asked(found, "proxy away", lambda: beside.front_away(work / "proxy"))
        _asked(found, "provider away", lambda: beside.provider_away(work / "provider", at.data))
    yield from told(found, "machine fault", "machine")


def _tried(found: Found, at: Place, fault: str, name: str, carry_out: Callable[[Place], str]) -> None:
    if not re.search(os.environ.get("CHAOS_ONLY", ""), f"{fault}: {name}"):
        return
    began = time.monotonic()
    outcome = carry_out(at)
    found[fault][outcome] += 1
    if outcome not in (RIGHT, TOLD) or os.environ.get("CHAOS_ONLY"):
        print(at.printed[-1500:], file=sys.stderr)
    _say(fault, name, outcome, time.monotonic() - began)


def _asked(found: Found, fault: str, ask: Callable[[], Iterable[tuple[str, str]]]) -> None:
    if not re.search(os.environ.get("CHAOS_ONLY", ""), fault):
        return
    began = time.monotonic()
    for name, outcome in ask():
        found[fault][outcome] += 1
        _say(fault, name, outcome, time.monotonic() - began)


def _say(fault: str, name: str, outcome: str, seconds: float) -> None:
    print(f"{fault}: {name}: {outcome} in {seconds:.0f} s", file=sys.stderr, flush=True)


def told(found: Found, kind: str, part: str) -> Iterator[Measured]:
    """The table, a line for every fault and outcome that occurred."""
    for fault, outcomes in found.items():
        tries = sum(outcomes.values())
        for outcome in (RIGHT, TOLD):
            if outcomes[outcome]:
                yield f"{fault}, {outcome} ({kind})", outcomes[outcome], tries
        yield f"{fault}, neither ({kind})", tries - outcomes[RIGHT] - outcomes[TOLD], tries
    every = sum(found.values(), Counter[str]())
    yield f"{part}_faults", len(found), None
    yield f"{part}_tries", sum(every.values()), None
    yield f"{part}_silent", every[SILENT] + every[TRACE], None
    yield f"{part}_lost", every[LOST], None
