"""What a kill, a full disk or a damaged file costs: the next build that nobody looks after has to publish, in its usual time.

Every trial changes a title in a copy of the catalogue first, so that there is something to publish and the served file tells
whether it was. All trials of a region go on in one data folder: what one leaves behind, the next one meets. Meanwhile a reader
opens what is served twice a second. A trial that did not strike (the build was over, or in another phase, when it was killed;
the disk was large enough) is done again.

The trials that are done are kept, so that the proof can be carried out in pieces: `CRASH_TRIALS=8 make prove ONLY=crash` does the
next eight, as long as the code stays the same. The usual time is measured per region, way in and kind of work (with training or
without), on the same machine and anew when it is older than an hour.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.proofs.crash_bench import Outcome, Trial, bench, heal, kept_in, reading
from tests.proofs.crash_harm import (
    DAMAGED,
    PHASES,
    damage,
    struck,
)
from tests.proofs.crash_places import PLACES
from tests.proofs.crash_ways import CommandLine, Workplace, kill_tree
from tests.proofs.registry import Measured, Room

__all__ = ["Workplace", "figures", "small_part"]


def trials() -> list[Trial]:
    """All fifty: forty in the small region and ten in the example region; every phase is killed five times, in both ways."""
    made: list[Trial] = []

    def add(region: str, kind: str, what: str, way: str, everything: bool = False) -> None:
        made.append(Trial(len(made), region, kind, what, way, everything))

    for phase in PHASES:
        add("small", "kill", phase, "command")
        add("small", "kill", phase, "command", everything=True)
        add("small", "kill", phase, "daemon")
        add("small", "kill", phase, "daemon", everything=True)
    for number, what in enumerate([*DAMAGED, *list(DAMAGED)[::-1]][:8]):
        add("small", "damage", what, "daemon" if number % 4 == 3 else "command")
    for number in range(8):
        add("small", "disk", str(number), "command")
    for number, phase in enumerate(PHASES):
        add("demo", "kill", phase, "daemon" if number % 2 else "command")
    add("demo", "damage", "warehouse", "command")
    add("demo", "damage", "snapshot", "command")
    add("demo", "disk", "0", "command")
    add("demo", "disk", "1", "command")
    return made


def kept(home: Path) -> dict[int, Outcome]:
    """The trials that are done, by number."""
    path = home / "trials.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    every = trials()
    return {row["trial"]: Outcome(**{**row, "trial": every[row["trial"]]}) for row in rows}


def small_part(workplace: Workplace, title: str) -> Outcome:
    """For the suite: a kill in a run, a manifest and a pointer damaged at that, and nothing to publish."""
    outcome = Outcome(Trial(0, "", "kill", "load", "command"), usual_s=3600)
    with CommandLine().started(workplace, "--force") as build:
        struck(build, "load", 0, kill_tree)
    damage(workplace.data, "manifest", random.Random(1))
    damage(workplace.data, "pointer", random.Random(2))
    with reading(workplace, outcome):
        heal(workplace, CommandLine(), title, outcome)
    return outcome


def figures(_: Room) -> Iterator[Measured]:
    """The next trials, and the figures of all that are done with this code."""
    home = kept_in()
    done = kept(home)
    if len(done) == len(trials()):
        (home / "trials.jsonl").unlink()
        done = {}
    left = [trial for trial in trials() if trial.number not in done]
    random.Random(53).shuffle(left)  # so that a piece of it is a sample of all
    left = sorted(left, key=lambda trial: list(PLACES).index(trial.region))[
        : int(os.environ.get("CRASH_TRIALS", "50"))
    ]
    for region in PLACES:
        mine = [trial for trial in left if trial.region == region]
        if not mine:
            continue
        at = bench(region, home)
        try:
            for trial in mine:
                outcome = at.carry_out(trial)
                done[trial.number] = outcome
                with (home / "trials.jsonl").open("a") as stream:
                    stream.write(outcome.line())
                said = f"{trial}: {'healed' if outcome.healed else 'NOT HEALED'} in {outcome.seconds:.0f} s"
                print(said, "" if outcome.healed else outcome.told, file=sys.stderr, flush=True)
        finally:
            at.stop()
    yield from told(list(done.values()))


def told(done: list[Outcome]) -> Iterator[Measured]:
    """The figures of some trials."""
    slowest = max(done, key=lambda one: one.seconds - one.usual_s)
    yield "crash_trials", len(done), None
    yield "crash_healed", sum(one.healed for one in done), None
    for kind in ("kill", "damage", "disk"):
        yield f"crash_healed_{kind}", *_share([one for one in done if one.trial.kind == kind])
    for phase in PHASES:
        killed = [one for one in done if (one.trial.kind, one.trial.what) == ("kill", phase)]
        yield f"crash_healed_in_{phase}", *_share(killed)
    yield "crash_healed_daemon", *_share([one for one in done if one.trial.way == "daemon"])
    yield "crash_healed_demo", *_share([one for one in done if one.trial.region == "demo"])
    yield "crash_above_usual_s", slowest.seconds - slowest.usual_s, None
    yield "crash_unanswered", sum(one.unanswered for one in done), None
    yield "crash_runs_left", sum(one.left for one in done), None


def _share(some: list[Outcome]) -> tuple[float, float]:
    return sum(one.healed for one in some), len(some)
