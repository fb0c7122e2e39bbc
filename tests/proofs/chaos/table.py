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
from itertools import groupby
from pathlib import Path

from tests.proofs.chaos import beside, machine, upstream, writing
from tests.proofs.chaos.examiner import LOST, RIGHT, SILENT, TOLD, TRACE
from tests.proofs.chaos.place import Place, place
from tests.proofs.registry import Measured, Room

Found = dict[str, Counter[str]]


def figures(room: Room) -> Iterator[Measured]:
    """Faults of publishers, partners and their services: how often each ended right or told, and how often not."""
    found: Found = defaultdict(Counter)
    with place(Path(tempfile.mkdtemp(dir=room.work))) as at:
        for fault, trials in groupby(upstream.trials(), lambda one: one.fault):
            for trial in trials:
                _tried(found, at, fault, trial.name, trial.carry_out)
            yield from _lines(found, fault, "fault")
    yield from _in_all(found, "chaos")


def of_the_machine(room: Room) -> Iterator[Measured]:
    """Faults of the machine, and of what stands beside the workplace."""
    found: Found = defaultdict(Counter)
    work, away = Path(tempfile.mkdtemp(dir=room.work)), "http://127.0.0.1:9"
    clock = machine.turned_clock(work)
    with place(work, **clock.loaded) as at:
        asked: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
            "PostgreSQL away": lambda: beside.database_away(work / "database", at.data),
            "provider away": lambda: beside.provider_away(work / "provider", at.data),
            "proxy away": lambda: beside.front_away(work / "proxy"),
        }
        for fault, ask in asked.items():
            _asked(found, fault, ask)
        for behind in upstream.behind_a_proxy(away):
            _tried(found, at, behind.fault, behind.name, behind.carry_out)
        for fault in asked:
            yield from _lines(found, fault, "machine fault")
        trials = [*machine.trials(work, clock), *writing.trials(work, clock)]
        for fault, of_it in groupby(sorted(trials, key=lambda one: one.fault), lambda one: one.fault):
            for trial in of_it:
                _tried(found, at, fault, trial.name, trial.carry_out)
            yield from _lines(found, fault, "machine fault")
    yield from _in_all(found, "machine")


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


def _lines(found: Found, fault: str, kind: str) -> Iterator[Measured]:
    """The table, a line for every outcome of a fault that occurred."""
    outcomes, tries = found[fault], sum(found[fault].values())
    for outcome in (RIGHT, TOLD):
        if outcomes[outcome]:
            yield f"{fault}, {outcome} ({kind})", outcomes[outcome], tries
    yield f"{fault}, neither ({kind})", tries - outcomes[RIGHT] - outcomes[TOLD], tries


def _in_all(found: Found, part: str) -> Iterator[Measured]:
    every = sum(found.values(), Counter[str]())
    yield f"{part}_faults", len(found), None
    yield f"{part}_tries", sum(every.values()), None
    yield f"{part}_silent", every[SILENT] + every[TRACE], None
    yield f"{part}_lost", every[LOST], None
