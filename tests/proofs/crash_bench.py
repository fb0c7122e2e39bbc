"""A workplace under trial in the proof `crash`: what is usual there, what is done to it, and whether the next build heals it."""

from __future__ import annotations

import json
import random
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication import Reader, seal
from tests.proofs.crash_harm import (
    PHASES,
    damage,
    leave_free,
    on_small_disk,
    struck,
    trained_anew,
    watched,
)
from tests.proofs.crash_places import PLACES
from tests.proofs.crash_ways import CommandLine, Service, Workplace, kill_one, kill_tree
from tests.proofs.registry import load

GRACE_S = 60.0
_TRIES = 4
_FRESH_S = 3600.0
# So long a dead run may stay on the list: the daemon looks every half minute.
_LIST_S = 45.0


@dataclass(frozen=True)
class Trial:
    """What is done to which workplace, and how the next build is started."""

    number: int
    region: str
    kind: str
    what: str
    way: str
    everything: bool = False

    def __str__(self) -> str:
        more = ", the service with it" if self.everything else ""
        return f"{self.number}: {self.kind} {self.what}, {self.way}, {self.region}{more}"


@dataclass
class Outcome:
    """What came of a trial."""

    trial: Trial
    healed: bool = False
    seconds: float = 0.0
    usual_s: float = 0.0
    unanswered: int = 0
    left: int = 0
    told: str = ""

    def line(self) -> str:
        """As it is kept."""
        return json.dumps({**asdict(self), "trial": self.trial.number}) + "\n"


@contextmanager
def reading(workplace: Workplace, outcome: Outcome) -> Iterator[None]:
    """A reader that opens what is served twice a second and counts how often it got no answer."""
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.5):
            try:
                with Reader(workplace.data / "publish").connect() as con:
                    con.execute("select count(*) from core.dim_indicator").fetchone()
            except Exception as error:
                outcome.unanswered += 1
                outcome.told += f"\nunanswered: {error}"

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@dataclass
class Usual:
    """How long a build takes that nothing happens to, its phases, and how many megabytes it needs."""

    seconds: float
    phases: dict[str, float]
    megabytes: float


@dataclass
class Bench:
    """A region's workplace with both ways in, and what is usual there."""

    region: str
    workplace: Workplace
    disk: Path
    drawn: random.Random
    service: Service | None = None

    def way(self, name: str) -> CommandLine | Service:
        """The command line; or the service, which is started once it is needed."""
        if name == "command":
            return CommandLine()
        if self.service is None:
            self.service = Service(self.workplace)
            self.service.start()
        return self.service

    def stop(self) -> None:
        """Of the service everything."""
        if self.service:
            self.service.kill()
            self.service = None

    def usual(self, way: str, *, trains: bool) -> Usual:
        """What is usual for a changed title with everything built anew, measured again when it is older than an hour."""
        kept_at = self.disk.with_name(f"usual_{way}{'_trains' if trains else ''}.json")
        if kept_at.exists() and time.time() - kept_at.stat().st_mtime < _FRESH_S:
            return Usual(**json.loads(kept_at.read_text()))
        title = self.workplace.change()
        if trains:
            trained_anew(self.workplace)
        before = size_of(self.workplace.data)
        with self.way(way).started(self.workplace, "--force") as build:
            watch, seconds, code = watched(build)
            printed = build.printed
        if code or not self.workplace.serves(title):
            raise DataProblem("build_failed", subject="the usual build", found=printed[-400:])
        grown = (size_of(self.workplace.data) - before) / 1_048_576
        usual = Usual(seconds, {phase: watch.seconds(phase) for phase in PHASES}, max(grown, 1.0))
        kept_at.write_text(json.dumps(asdict(usual)))
        print(f"usual, {self.region}, {way}, trains {trains}: {usual}", file=sys.stderr, flush=True)
        return usual

    def carry_out(self, trial: Trial) -> Outcome:
        """One trial, until it has struck."""
        trains = trial.what == "training"
        outcome = Outcome(trial, usual_s=self.usual(trial.way, trains=trains).seconds)
        do = {"kill": self._kill, "damage": self._damage, "disk": self._full_disk}[trial.kind]
        for attempt in range(_TRIES):
            if do(trial, outcome, attempt):
                return outcome
            print(f"{trial} did not strike", file=sys.stderr, flush=True)
        raise DataProblem("build_failed", subject=str(trial), expected="to strike", found=outcome.told[-300:])

    def _kill(self, trial: Trial, outcome: Outcome, attempt: int) -> bool:
        trains = trial.what == "training"
        title = self.workplace.change()
        if trains:
            trained_anew(self.workplace)
        longest = self.usual(trial.way, trains=trains).phases[trial.what] * 0.7 / 3**attempt
        with reading(self.workplace, outcome):
            with self.way(trial.way).started(self.workplace, "--force") as build:
                if not struck(build, trial.what, self.drawn.uniform(0, longest), self._killer(trial)):
                    if self.service or trial.way == "command":
                        build.end()
                    return False
            self._heal(self.workplace, title, outcome)
        return True

    def _killer(self, trial: Trial) -> Callable[[int], None]:
        """kill -9 of the build's process, of all its processes, or of the whole service."""
        if not trial.everything:
            return kill_one
        return kill_tree if trial.way == "command" else lambda _: self.stop()

    def _damage(self, trial: Trial, outcome: Outcome, _: int) -> bool:
        title = self.workplace.change()
        with reading(self.workplace, outcome):
            outcome.told = damage(self.workplace.data, trial.what, self.drawn)
            self._heal(self.workplace, title, outcome)
        return True

    def _full_disk(self, trial: Trial, outcome: Outcome, attempt: int) -> bool:
        title = self.workplace.change()
        needed = self.usual(trial.way, trains=False).megabytes
        seal.seen_at(self.disk / "data" / "publish").unlink(missing_ok=True)
        with on_small_disk(self.workplace, self.disk) as small, reading(small, outcome):
            leave_free(self.disk, needed * self.drawn.uniform(0, 0.9) / 2**attempt)
            with CommandLine().started(small) as build:
                _, code = build.end()
                told = build.printed
            if code == 0:
                return False
            outcome.told = told[-600:]
            leave_free(self.disk, None)
            self._heal(small, title, outcome)
            if "Traceback" in told:
                outcome.healed = False
        return True

    def _heal(self, workplace: Workplace, title: str, outcome: Outcome) -> None:
        listed = _LIST_S if self.service else 0
        heal(workplace, self.way(outcome.trial.way), title, outcome, patience_s=listed)


def heal(
    workplace: Workplace, way: CommandLine | Service, title: str, outcome: Outcome, patience_s: float = 0
) -> None:
    """The next build that nobody looks after: does it publish, and in time?

    Args:
        workplace: Where.
        way: How it is started.
        title: What is served afterwards.
        outcome: Where it is kept.
        patience_s: So long a dead run may stay on the list afterwards.
    """
    with way.started(workplace) as build:
        outcome.seconds, code = build.end()
        told = build.printed
    last = time.monotonic() + patience_s
    while (left := workplace.under_way()) and time.monotonic() < last:
        time.sleep(0.5)
    outcome.left = left
    in_time = outcome.seconds <= outcome.usual_s + GRACE_S
    serves = workplace.serves(title)
    outcome.healed = code == 0 and serves and in_time and not left
    if not outcome.healed:
        outcome.told += f"\nexit {code}, serves it {serves}\n{told[-2000:]}"


def size_of(folder: Path) -> int:
    """Bytes in all files of a folder; links are not followed."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def kept_in() -> Path:
    """Where the trials that are done with this code, and their workplaces, are kept."""
    home = PROJECT_ROOT / ".pytest_cache" / "crash" / load()["crash"].code_hash()
    home.mkdir(parents=True, exist_ok=True)
    return home


def bench(region: str, home: Path) -> Bench:
    """The workplace of a region as an earlier piece of the proof left it, or built."""
    folder = home / region
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        workplace = PLACES[region](folder)
        seal.seen_at(workplace.data / "publish").unlink(missing_ok=True)
        with CommandLine().started(workplace) as build:
            if build.end()[1]:
                raise DataProblem("build_failed", subject=region, found=build.printed[-400:])
        (folder / "done").write_text(json.dumps(workplace.settings))
    settings = json.loads((folder / "done").read_text())
    workplace = Workplace(folder / "data", folder / "catalogue", settings, number=int(time.time()))
    return Bench(region, workplace, folder / "disk", random.Random(f"{region} {time.time_ns()}"))
