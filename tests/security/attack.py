"""Attacks the box in which analysts type SQL and yields what got through: `make attack`.

A small published file with canaries around it meets every attack three ways: as typed by a visitor; with the gate switched
off, so that the process has to hold alone; and on a connection that is merely read-only, which shows that the attacks are
real. Queries that hog the machine are timed, and so are the queries of others meanwhile.
"""

from __future__ import annotations

import json
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.sandbox import Limits, pool, prepare, run_query
from tests.proofs.registry import Measured, Room
from tests.security.attacks import ATTACKS, Attack
from tests.security.hogs import HOGS
from tests.security.target import CANARY, Target, build

LIMITS = Limits()
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


def attempt(target: Target, attack: Attack, *, gated: bool = True, limits: Limits = LIMITS) -> Outcome:
    """Types one attack."""
    started, code, shown = time.perf_counter(), "", False
    try:
        shown = CANARY in str(pool.run(target.published, target.fill(attack.sql), limits, gated=gated).rows)
    except DataProblem as problem:
        code = problem.code
        shown = CANARY in problem.sentence()
    return Outcome(attack, code, shown, time.perf_counter() - started)


def attempt_all(
    target: Target, attacks: list[Attack], *, gated: bool = True, limits: Limits = LIMITS
) -> list[Outcome]:
    """Types attacks, two at a time."""
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(lambda attack: attempt(target, attack, gated=gated, limits=limits), attacks))


def hog(target: Target, attack: Attack, limits: Limits = LIMITS) -> Outcome:
    """A hog as typed, or with the gate switched off where that refuses it."""
    outcome = attempt(target, attack, limits=limits)
    return attempt(target, attack, gated=False, limits=limits) if outcome.code in REFUSED else outcome


def hogs(target: Target, limits: Limits = LIMITS, some: list[Attack] = HOGS) -> list[Outcome]:
    """Each hog, three at a time."""
    with ThreadPoolExecutor(3) as threads:
        return list(threads.map(lambda attack: hog(target, attack, limits), some))


def analyst_queries() -> list[str]:
    """The queries that the guide for analysts starts with."""
    guide = (PROJECT_ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", guide, flags=re.DOTALL)


def ordinary_queries() -> list[str]:
    """What analysts ordinarily ask, written down one by one."""
    lines = (PROJECT_ROOT / "tests" / "security" / "ordinary.sql").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("--")]


def refused(target: Target, queries: list[str]) -> list[str]:
    """The ordinary queries that are not answered, each with why."""
    found = []
    for query in queries:
        try:
            run_query(target.published, query, raw=target.raw)
        except DataProblem as problem:
            found.append(f"{problem.sentence()} {query}")
    return found


def beside_hogs(target: Target, count: int = 6) -> list[float]:
    """Seconds per ordinary query while as many visitors each have a hog running."""
    threads = [
        threading.Thread(
            target=lambda name=f"hog {number}": _swallow(
                lambda: run_query(target.published, RUNAWAY, visitor=name)
            )
        )
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    seconds = []
    while any(thread.is_alive() for thread in threads):
        seconds += timed(target, 1, pause=0.05)
    return seconds


def _swallow(ask: Callable[[], object]) -> None:
    with suppress(DataProblem):
        ask()


def passed(target: Target, queries: list[str]) -> int:
    """How many ordinary queries give rows."""
    return sum(bool(run_query(target.published, query, raw=target.raw).rows) for query in queries)


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


def succeeded(outcome: Outcome) -> bool:
    """Whether an attack was anything but refused before it could run."""
    return outcome.code not in REFUSED or outcome.showed_canary


def harmful(outcome: Outcome) -> bool:
    """Whether an attack showed what lies outside the published file."""
    return outcome.showed_canary and outcome.attack.kind not in INSIDE_THE_FILE


def figures(room: Room) -> Iterator[Measured]:
    """Yields what ordinary queries cost, what hogs take and which attacks get through."""
    folder = room.work / "sandbox"
    folder.mkdir()
    target = build(folder)
    yield from ordinary_figures(target)
    yield from hog_figures(target)
    yield from attack_figures(target)


def ordinary_figures(target: Target) -> Iterator[Measured]:
    """Ordinary queries: whether they pass, what they cost, and what they cost beside a runaway."""
    queries = analyst_queries()
    yield "legitimate_queries", len(queries), None
    yield "legitimate_queries_passed", passed(target, queries), len(queries)
    ordinary = ordinary_queries()
    not_answered = refused(target, ordinary)
    for told in not_answered:
        print(f"NOT ANSWERED: {told}", file=sys.stderr)
    yield "ordinary_queries", len(ordinary), None
    yield "ordinary_queries_answered", len(ordinary) - len(not_answered), len(ordinary)
    prepare()
    time.sleep(1)
    alone = timed(target, 30, pause=0.3)
    yield "good_query_s", statistics.median(alone), None
    beside, code, seconds = beside_a_runaway(target)
    yield "runaway_s", seconds, None
    yield "runaway_ended_with_a_sentence", code == "query_too_slow", None
    yield "other_session_p95_s", p95(beside), p95(alone)
    yield "beside_six_hogs_p95_s", p95(beside_hogs(target)), p95(alone)


def hog_figures(target: Target) -> Iterator[Measured]:
    """Queries that hog the machine: how long the slowest lasted and how much the largest took."""
    hogged = hogs(target)
    yield "dos_queries", len(hogged), None
    yield "dos_max_seconds", max(outcome.seconds for outcome in hogged), None
    yield "dos_max_memory", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, None


def attack_figures(target: Target) -> Iterator[Measured]:
    """Every attack as typed, without the gate, and read-only alone; those that got through are named on standard error."""
    before = target.fingerprint()
    through = [outcome for outcome in attempt_all(target, ATTACKS) if succeeded(outcome)]
    left_traces = target.fingerprint() != before
    naked = attempt_all(target, ATTACKS, gated=False)
    harm = sum(harmful(outcome) for outcome in naked) + (target.fingerprint() != before)
    on_its_own = sum(outcome != "failed" for outcome in on_read_only(target).values())
    for outcome in through:
        name = f"{outcome.attack.kind}/{outcome.attack.name}"
        print(f"GOT THROUGH: {name}: {outcome.attack.sql[:200]}", file=sys.stderr)
    yield "attacks_total", len(ATTACKS) + len(HOGS), None
    yield "attacks_succeeded", len(through) + left_traces, on_its_own
    yield "attacks_running_without_gate", sum(not outcome.code for outcome in naked), None
    yield "attacks_harmful_without_gate", harm, None
