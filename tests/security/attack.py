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
from typing import NamedTuple

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.sandbox import Limits, pool, prepare, run_query
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
    """The queries that the guide for analysts starts with."""
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


class Report:
    """Prints figures as JSON lines and remembers whether a goal has been missed."""

    def __init__(self) -> None:
        self.missed = False

    def figure(self, name: str, value: float, unit: str, *, beside: tuple[str, float] | None = None) -> None:
        """A figure without a goal, perhaps beside another."""
        self._line(name, value, unit, None, None, beside)

    def goal(
        self,
        name: str,
        value: float,
        unit: str,
        goal: str,
        met: bool,
        *,
        beside: tuple[str, float] | None = None,
    ) -> None:
        """A figure with its goal."""
        self.missed |= not met
        self._line(name, value, unit, goal, met, beside)

    @staticmethod
    def _line(
        name: str,
        value: float,
        unit: str,
        goal: str | None,
        met: bool | None,
        beside: tuple[str, float] | None,
    ) -> None:
        line = {
            "name": name,
            "value": round(value, 3),
            "unit": unit,
            "compared_with": f"{beside[0]}: {round(beside[1], 3)}" if beside else None,
            "ratio": round(value / beside[1], 3) if beside and beside[1] else None,
            "goal": goal,
            "met": met,
        }
        print(json.dumps(line), flush=True)


def succeeded(outcome: Outcome) -> bool:
    """Whether an attack was anything but refused before it could run."""
    return outcome.code not in REFUSED or outcome.showed_canary


def harmful(outcome: Outcome) -> bool:
    """Whether an attack showed what lies outside the published file."""
    return outcome.showed_canary and outcome.attack.kind not in INSIDE_THE_FILE


def report_attacks(report: Report, target: Target) -> list[Outcome]:
    """Every attack as typed, without the gate, and read-only alone; returns those that got through."""
    before = target.fingerprint()
    through = [outcome for outcome in attempt_all(target, ATTACKS) if succeeded(outcome)]
    left_traces = target.fingerprint() != before
    naked = attempt_all(target, ATTACKS, gated=False)
    harm = sum(harmful(outcome) for outcome in naked) + (target.fingerprint() != before)
    on_its_own = sum(outcome != "failed" for outcome in on_read_only(target).values())
    count = len(through) + left_traces
    report.figure("attacks_total", len(ATTACKS) + len(HOGS), "statements")
    report.goal(
        "attacks_succeeded", count, "statements", "0", count == 0, beside=("read_only=True alone", on_its_own)
    )
    report.figure("attacks_running_without_gate", sum(not outcome.code for outcome in naked), "statements")
    report.goal("attacks_harmful_without_gate", harm, "statements", "0", harm == 0)
    return through


def report_queries(report: Report, target: Target) -> None:
    """Ordinary queries: whether they pass, what they cost, and what they cost beside a runaway."""
    queries = analyst_queries()
    fine = passed(target, queries)
    report.goal(
        "legitimate_queries_passed",
        fine,
        "queries",
        f"all {len(queries)} of the guide",
        fine == len(queries) >= 10,
    )
    prepare()
    time.sleep(1)
    alone = timed(target, 30, pause=0.3)
    report.goal("good_query_s", statistics.median(alone), "s", "<= 0.12", statistics.median(alone) <= 0.12)
    beside, code, seconds = beside_a_runaway(target)
    ended = code == "query_too_slow" and seconds <= HOG_GOAL_SECONDS
    report.goal("runaway_s", seconds, "s", f"<= {HOG_GOAL_SECONDS}, with a sentence", ended)
    late = p95(beside)
    report.goal("other_session_p95_s", late, "s", "<= 1.0", late <= 1.0, beside=("no runaway", p95(alone)))


def report_hogs(report: Report, target: Target) -> list[Outcome]:
    """Queries that hog the machine: how long the slowest lasted and how much the largest took."""
    hogged = hogs(target)
    slowest = max(outcome.seconds for outcome in hogged)
    report.figure("dos_queries", len(hogged), "queries")
    report.goal("dos_max_seconds", slowest, "s", f"<= {HOG_GOAL_SECONDS}", slowest <= HOG_GOAL_SECONDS)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    report.goal("dos_max_memory", peak, "MB", "<= 2000", peak <= 2000)
    return hogged


def main() -> int:
    """Prints the figures; 1 where a goal has been missed. With `-v` each hog on standard error."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        target = build(Path(folder))
        report_queries(report, target)
        hogged = report_hogs(report, target)
        through = report_attacks(report, target)
    for outcome in through:
        name = f"{outcome.attack.kind}/{outcome.attack.name}"
        print(f"GOT THROUGH: {name}: {outcome.attack.sql[:200]}", file=sys.stderr)
    if "-v" in sys.argv:
        for outcome in hogged:
            print(f"{outcome.attack.name:30} {outcome.seconds:6.2f} s  {outcome.code}", file=sys.stderr)
    return int(report.missed)


if __name__ == "__main__":
    sys.exit(main())
