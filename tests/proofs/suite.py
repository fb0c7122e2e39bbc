"""How long the suite takes on an idle machine, and that nothing in it fails because the machine is busy."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.load import load_of
from tests.proofs.registry import Measured, Room

LOAD, WHOLE, TIMES = 8, 2, 20
_WRONG = ("failure", "error")


def run_tests(report: Path, *arguments: str, **settings: str) -> tuple[int, int, float]:
    """How many tests ran, how many went wrong, and the minutes of one run of the suite, as `make test` runs it.

    Which ones went wrong is told on standard error: a count alone mends nothing.

    Raises:
        DataProblem: If pytest ended without having run a test.
    """
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "3",
        "--dist",
        "worksteal",
        f"--junitxml={report}",
        *arguments,
    ]
    start = time.perf_counter()
    run = subprocess.run(
        command, cwd=PROJECT_ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    minutes = (time.perf_counter() - start) / 60
    if not report.exists() or run.returncode not in (0, 1):
        raise DataProblem(
            "build_failed",
            subject="pytest",
            expected="a run of the suite",
            found=f"exit {run.returncode}",
            remedy="run `make test` and look",
        )
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    wrong = [case for case in cases if any(case.find(kind) is not None for kind in _WRONG)]
    for case in wrong:
        print(f"{case.get('classname')}::{case.get('name')} went wrong", file=sys.stderr)
    return len(cases), len(wrong), minutes


def figures(room: Room) -> Iterator[Measured]:
    """One run as `make test` does it, without the static checks, with whatever builds are kept."""
    tests, wrong, minutes = run_tests(room.work / "suite.xml")
    yield "suite_minutes", minutes, None
    yield "suite_tests", tests, None
    yield "suite_failures", wrong, None


def beside_a_load(room: Room) -> Iterator[Measured]:
    """Two whole runs beside a load of eight."""
    with load_of(LOAD):
        runs = [run_tests(room.work / f"suite_load_{number}.xml") for number in range(WHOLE)]
    yield "suite_load_failures", sum(wrong for _, wrong, _ in runs), None
    yield "suite_load_minutes", max(minutes for *_, minutes in runs), None


def twenty_times(room: Room) -> Iterator[Measured]:
    """Twenty runs of every test with a process, a browser or a clock, beside a load of eight."""
    with load_of(LOAD):
        runs = [run_tests(room.work / f"busy_{number}.xml", "-m", "busy") for number in range(TIMES)]
    yield "suite_busy_failures", sum(wrong for _, wrong, _ in runs), None
    yield "suite_busy_tests", runs[0][0], None


def properties(room: Room) -> Iterator[Measured]:
    """Every property with three hundred examples that no run has seen before; the suite draws twenty fixed ones."""
    tests, wrong, _ = run_tests(room.work / "properties.xml", "-m", "hypothesis", "--hypothesis-profile=full")
    yield "suite_properties", tests, None
    yield "suite_properties_wrong", wrong, None


def walk(room: Room) -> Iterator[Measured]:
    """Every page, kind of area, language and width in a browser; the suite takes each language at one width."""
    visits, wrong, _ = run_tests(room.work / "walk.xml", "tests/apps/test_walk.py", DWP_WALK_WHOLE="1")
    yield "suite_walk_visits", visits, None
    yield "suite_walk_wrong", wrong, None
