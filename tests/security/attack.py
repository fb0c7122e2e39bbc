"""Attacks the box in which analysts type SQL and prints what got through, one JSON line per figure.

`python -m tests.security.attack` builds a small published file with canaries around it, and runs every attack
three ways: as typed by a visitor; with the gate switched off, so that the process has to hold alone; and on a
connection that is merely read-only, which shows that the attacks are real. Queries that hog the machine are
timed, and so are the queries of others meanwhile.
"""

from __future__ import annotations

import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from datawerkplaats.errors import DataProblem
from datawerkplaats.sandbox import Limits, pool, prepare, run_query
from datawerkplaats.settings import PROJECT_ROOT
from tests.security.attacks import ATTACKS, Attack
from tests.security.hogs import HOGS
from tests.security.target import CANARY, Target, build

LIMITS = Limits()
HOG_GOAL_SECONDS = 6.5
RUNAWAY = "select count(*) from range(1000000) a(i), range(1000000) b(j) where i * j % 7 = 3"
ORDINARY = "select region_level, count(*), avg(value) from core.fct_observation group by all order by all"
# What the process alone cannot know: which tables in the file are meant to be read.
INSIDE_THE_FILE = frozenset({"other_tables", "shadowing"})
# Codes with which an attack may end before anything of it has run.
REFUSED = frozenset({"query_syntax", "query_too_complex", "query_range_not_bounded"}) | {
    f"query_{what}"
    for what in ("not_one_select", "table_not_published", "function_not_allowed", "construct_not_allowed")
}


class Outcome(NamedTuple):
    """How an attack ended: the code of the refusal or '' where it ran, and whether a canary was shown."""

    attack: Attack
    code: str
    showed_canary: bool
    seconds: float


def attempt(target: Target, attack: Attack, *, gated: bool = True) -> Outcome:
    """Types one attack."""
    started, code, shown = time.perf_counter(), "", False
    try:
        shown = CANARY in str(pool.run(target.published, target.fill(attack.sql), LIMITS, gated=gated).rows)
    except DataProblem as problem:
        code = problem.code
        shown = CANARY in problem.sentence()
    return Outcome(attack, code, shown, time.perf_counter() - started)


def attempt_all(target: Target, attacks: list[Attack], *, gated: bool = True) -> list[Outcome]:
    """Types attacks, two at a time."""
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(lambda attack: attempt(target, attack, gated=gated), attacks))


def hog(target: Target, attack: Attack) -> Outcome:
    """A hog as typed, or with the gate switched off where that refuses it."""
    outcome = attempt(target, attack)
    return attempt(target, attack, gated=False) if outcome.code in REFUSED else outcome


def hogs(target: Target) -> list[Outcome]:
    """Each hog, three at a time: as many as may run beside an ordinary query."""
    with ThreadPoolExecutor(pool.PLACES - 1) as threads:
        return list(threads.map(lambda attack: hog(target, attack), HOGS))


def analyst_queries() -> list[str]:
    """The ten queries that the guide for analysts starts with."""
    guide = (PROJECT_ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", guide, flags=re.DOTALL)


def passed(target: Target, queries: list[str]) -> int:
    """How many ordinary queries give rows."""
    return sum(bool(run_query(target.published, query).rows) for query in queries)


def timed(target: Target, times: int, pause: float = 0.0) -> list[float]:
    """Seconds per ordinary query, process included."""
    seconds = []
    for _ in range(times):
        time.sleep(pause)
        started = time.perf_counter()
        run_query(target.published, ORDINARY)
        seconds.append(time.perf_counter() - started)
    return seconds


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def beside_a_runaway(target: Target) -> tuple[list[float], str, float]:
    """Seconds per ordinary query of another session, and how and when the runaway beside it ended."""
    ended: list[Outcome] = []
    runaway = threading.Thread(
        target=lambda: ended.append(attempt(target, Attack("hogging", "runaway", RUNAWAY)))
    )
    runaway.start()
    time.sleep(0.5)
    seconds = []
    while runaway.is_alive():
        seconds += timed(target, 1, pause=0.1)
    runaway.join()
    return seconds, ended[0].code, ended[0].seconds


def on_read_only(target: Target) -> dict[str, str]:
    """Per attack how it ends on a merely read-only connection."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.security.baseline", str(target.folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT_ROOT,
    )
    return dict(json.loads(line) for line in finished.stdout.splitlines())


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    met: bool | None = None,
    goal: str = "",
    compared: tuple[str, float] | None = None,
) -> None:
    """Prints one JSON line."""
    line: dict[str, Any] = {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "compared_with": f"{compared[0]}: {round(compared[1], 3)}" if compared else None,
        "ratio": round(value / compared[1], 3) if compared and compared[1] else None,
        "goal": goal or None,
        "met": met,
    }
    print(json.dumps(line), flush=True)


def _succeeded(outcome: Outcome) -> bool:
    return outcome.code not in REFUSED or outcome.showed_canary


def main() -> int:
    """Prints the figures; 1 where a goal has been missed."""
    met: list[bool] = []

    def goal(
        name: str,
        value: float,
        unit: str,
        reached: bool,
        text: str,
        compared: tuple[str, float] | None = None,
    ) -> None:
        met.append(reached)
        figure(name, value, unit, met=reached, goal=text, compared=compared)

    with tempfile.TemporaryDirectory() as folder:
        target = build(Path(folder))
        untouched = target.fingerprint()
        outcomes = attempt_all(target, ATTACKS)
        through = [outcome for outcome in outcomes if _succeeded(outcome)]
        touched = target.fingerprint() != untouched
        naked = attempt_all(target, ATTACKS, gated=False)
        harmful = [
            outcome
            for outcome in naked
            if outcome.showed_canary and outcome.attack.kind not in INSIDE_THE_FILE
        ]
        naked_touched = target.fingerprint() != untouched
        queries = analyst_queries()
        fine = passed(target, queries)
        prepare()
        time.sleep(1)
        alone = timed(target, 30, pause=0.3)
        beside, runaway_code, runaway_seconds = beside_a_runaway(target)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        hogged = hogs(target)
        memory = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
        worst = max(hogged, key=lambda outcome: outcome.seconds)
        read_only = on_read_only(target)

    worked = sum(outcome != "failed" for outcome in read_only.values())
    figure("attacks_total", len(ATTACKS) + len(HOGS), "statements")
    goal("attacks_succeeded", len(through) + touched, "statements", not through and not touched, "0",
         ("read_only=True alone", worked))  # fmt: skip
    goal(
        "attacks_harmful_without_gate",
        len(harmful) + naked_touched,
        "statements",
        not harmful and not naked_touched,
        "0",
    )
    figure("attacks_running_without_gate", sum(not outcome.code for outcome in naked), "statements")
    goal("legitimate_queries_passed", fine, f"of {len(queries)}", fine == len(queries) == 10, "10")
    goal("dos_max_seconds", worst.seconds, "s", worst.seconds <= HOG_GOAL_SECONDS, f"<= {HOG_GOAL_SECONDS}")
    figure("dos_queries", len(hogged), "queries")
    figure("dos_max_memory", memory, "MB")
    goal("runaway_seconds", runaway_seconds, "s", runaway_code == "query_too_slow" and runaway_seconds <= HOG_GOAL_SECONDS,
         f"<= {HOG_GOAL_SECONDS}, with a sentence")  # fmt: skip
    goal("good_query_s", statistics.median(alone), "s", statistics.median(alone) <= 0.12, "<= 0.12")
    goal("other_session_p95_s", p95(beside), "s", p95(beside) <= 1.0, "<= 1.0", ("no runaway", p95(alone)))
    for outcome in through:
        print(
            f"GOT THROUGH: {outcome.attack.kind}/{outcome.attack.name}: {outcome.attack.sql[:200]}",
            file=sys.stderr,
        )
    for outcome in harmful:
        print(f"HARMFUL WITHOUT GATE: {outcome.attack.kind}/{outcome.attack.name}", file=sys.stderr)
    if "-v" in sys.argv:
        for outcome in hogged:
            print(f"{outcome.attack.name:30} {outcome.seconds:6.2f} s {outcome.code}", file=sys.stderr)
        for outcome in naked:
            if not outcome.code:
                print(f"runs without gate: {outcome.attack.kind}/{outcome.attack.name}", file=sys.stderr)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
