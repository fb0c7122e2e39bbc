"""Which mutants are made, and whether their nearest tests notice: in scratch copies of the project, two at a time."""

from __future__ import annotations

import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.proofs.mutants.operators import mutants
from tests.proofs.registry import Measured, Room

TARGETS = Path(__file__).with_name("targets.yml")
SEED = 1
LANES = 2
NURSERY = Path(__file__).with_name("nursery.py")
# What most tests import; what is missing here is merely imported again for every mutant.
IMPORTED = (
    "pytest,hypothesis,numpy,pandas,duckdb,pyarrow.parquet,yaml,pydantic,pydantic_settings,jinja2,scipy.stats,scipy.optimize,"
    "scipy.special,sklearn.linear_model,httpx,typer,streamlit,orjson,tenacity"
)
_NO_TESTS_RUN = {3, 4, 5}  # pytest's codes: an error of its own, asked badly, nothing collected


@dataclass(frozen=True)
class Case:
    """One mutant to be tried: a file, its text with the mistake in it, and the tests that should notice."""

    file: str
    mutated: str
    tests: tuple[str, ...]
    told: str
    named: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant."""

    case: Case
    killed: bool
    cpu_s: float


def declared(path: Path = TARGETS) -> dict[str, Any]:
    """The declaration: targets, named mutants and equivalent ones."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def drawn(content: dict[str, Any], root: Path = PROJECT_ROOT) -> tuple[list[Case], int]:
    """The mutants that the seed draws from the targets, and how many of those drawn are declared equivalent and left out.

    A file's draw depends on the file alone: other targets do not move it, and asking for more adds to those that were drawn.
    """
    same = {(entry["file"], entry["line"], entry["change"]) for entry in content.get("equivalent") or []}
    cases, left_out = [], 0
    for target in content["targets"]:
        text = (root / target["file"]).read_text(encoding="utf-8")
        found = [
            mutant
            for mutant in mutants(target["file"], text)
            if not target.get("operators") or mutant.operator in target["operators"]
        ]
        chance = random.Random(f"{SEED} {target['file']}")
        for mutant in sorted(chance.sample(found, len(found))[: target["many"]]):
            change = mutant.change(text)
            if (target["file"], mutant.line(text), change) in same:
                left_out += 1
                continue
            place = f"{target['file']}:{text.count(chr(10), 0, mutant.start) + 1}"
            told = f"{place} [{mutant.operator}] {change} in: {mutant.line(text)}"
            cases.append(Case(target["file"], mutant.applied(text), tuple(target["tests"]), told))
    return cases, left_out


def named(content: dict[str, Any], root: Path = PROJECT_ROOT) -> Iterator[Case]:
    """The mutants that are written out, because one like them once survived.

    Raises:
        DataProblem: If the text to be changed does not stand in the file exactly once.
    """
    for entry in content["named"]:
        text = (root / entry["file"]).read_text(encoding="utf-8")
        if text.count(entry["find"]) != 1:
            raise DataProblem(
                "proof_declaration",
                subject="targets.yml",
                where=entry["id"],
                expected=f"a text that stands in {entry['file']} once",
                remedy="write down the same mistake in the code as it is now",
            )
        mutated = text.replace(entry["find"], entry["put"])
        yield Case(entry["file"], mutated, tuple(entry["tests"]), entry["id"], named=True)


def copied(root: Path, folder: Path) -> Path:
    """A scratch copy of everything that belongs to the project, as it is on disk now."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listing.stdout.split("\0")):
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)
    return folder


class Lane:
    """A scratch copy with a nursery that runs tests in it."""

    def __init__(self, root: Path, process: subprocess.Popen[str]) -> None:
        self.root, self.process, self.tries = root, process, 0

    def run(self, tests: Iterable[str], cpu_s: float, wall_s: float = 300) -> dict[str, Any]:
        """Runs tests on the copy as it is now."""
        assert self.process.stdin and self.process.stdout
        asked = {"root": str(self.root), "tests": list(tests), "cpu_s": cpu_s, "wall_s": wall_s}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def tried(self, case: Case, cpu_s: float) -> Verdict:
        """Puts the mistake in, runs the nearest tests, takes it out again."""
        path = self.root / case.file
        before, times = path.read_text(encoding="utf-8"), path.stat()
        path.write_text(case.mutated, encoding="utf-8")
        # Bytecode is told apart by time and size only: a time of its own makes sure that this mistake is what runs.
        self.tries += 1
        os.utime(path, (times.st_atime, times.st_mtime - 1000 - self.tries))
        try:
            answer = self.run(case.tests, cpu_s)
        finally:
            path.write_text(before, encoding="utf-8")
            os.utime(path, (times.st_atime, times.st_mtime))
        if answer["code"] in _NO_TESTS_RUN:
            raise _unfit(case.tests, answer["tail"])
        return Verdict(case, answer["code"] != 0, answer["cpu_s"])


@contextmanager
def lanes(number: int, imported: str = IMPORTED, root: Path = PROJECT_ROOT) -> Iterator[list[Lane]]:
    """Scratch copies with their nurseries, as long as the block lasts."""
    apart = ("DWP_DATA_DIR", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    environment = {k: v for k, v in os.environ.items() if k not in apart}
    with ExitStack() as stack:
        made = []
        for _ in range(number):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dwp-mutants-")))
            process = subprocess.Popen(
                [sys.executable, "-P", str(NURSERY), imported],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            made.append(Lane(copied(root, folder), process))
        yield made


def judged(cases: Sequence[Case], at: Sequence[Lane]) -> Iterator[Verdict]:
    """Tries every mutant, as many at a time as there are lanes, once the tests have passed without a mistake.

    Raises:
        DataProblem: If tests fail without a mistake: then they cannot judge one.
    """
    usual: dict[tuple[str, ...], float] = {}
    one_at_a_time = {case.tests: threading.Lock() for case in cases}
    waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
    done: queue.SimpleQueue[Verdict | BaseException] = queue.SimpleQueue()
    for case in cases:
        waiting.put(case)

    def work(lane: Lane) -> None:
        try:
            while True:
                case = waiting.get_nowait()
                with one_at_a_time[case.tests]:
                    if case.tests not in usual:
                        usual[case.tests] = _usual(lane, case.tests)
                done.put(lane.tried(case, _limit(usual[case.tests])))
        except queue.Empty:
            return
        except BaseException as error:
            done.put(error)

    for lane in at:
        threading.Thread(target=work, args=(lane,), daemon=True).start()
    for _ in cases:
        verdict = done.get()
        if isinstance(verdict, BaseException):
            raise verdict
        yield verdict


def _limit(usual: float) -> float:
    """Seconds of CPU after which tests with a mistake are stopped: they noticed that there is no end to it."""
    return 10 + 4 * usual


def _usual(lane: Lane, tests: tuple[str, ...]) -> float:
    """Seconds of CPU that tests take without a mistake."""
    answer = lane.run(tests, 300)
    if answer["code"] != 0:
        raise _unfit(tests, answer["tail"])
    return float(answer["cpu_s"])


def figures(room: Room) -> Iterator[Measured]:
    """Yields how many mutants there were and how many were noticed; the survivors are told on standard error."""
    content = declared()
    cases, left_out = drawn(content)
    cases = [*named(content), *cases]
    verdicts = []
    with lanes(LANES) as made:
        for verdict in judged(cases, made):
            verdicts.append(verdict)
            if not verdict.killed:
                print(
                    f"SURVIVED {verdict.case.told} (tests: {' '.join(verdict.case.tests)})", file=sys.stderr
                )
    written_out = [verdict for verdict in verdicts if verdict.case.named]
    yield "mutants_made", len(verdicts), None
    yield "mutants_killed", sum(verdict.killed for verdict in verdicts), len(verdicts)
    yield "mutants_named_killed", sum(verdict.killed for verdict in written_out), len(written_out)
    yield "mutants_equivalent", left_out, None
    yield "mutants_cpu_s", sum(verdict.cpu_s for verdict in verdicts), None


def _unfit(tests: Iterable[str], tail: str) -> DataProblem:
    return DataProblem(
        "proof_declaration",
        subject="targets.yml",
        where=" ".join(tests),
        expected="tests that pass as long as there is no mutant",
        found=" ".join(tail.split())[-300:],
    )
