# Long because it is one list: everything that a machine does wrong, and what comes of it.
"""Faults of the machine: a clock that is wrong, a disk that is full in one place, bits that turn over, two builds at once."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from tests.browser import until
from tests.proofs.chaos import examiner, upstream
from tests.proofs.chaos.examiner import LOST, RIGHT, SILENT, TOLD, TRACE
from tests.proofs.chaos.place import Place
from tests.proofs.crash_harm import leave_free
from tests.proofs.turned_clock import compiled, put
from tests.small_region import ACTIVE
from tests.warm_builds import clean_environment

# What has its own folder, and where the disk may be another one.
FOLDERS = (
    "publish",
    "snapshots",
    "inputs",
    "dbt",
    "dagster",
    "catalogue",
    "gx",
    "load_gate",
    "private",
    "keys",
    "tmp",
)
_FIGURE = ACTIVE["loneliness_djg_pct"]
# Whoever reads in a process of its own, as a page does: every table of the release, and how it ended.
READER = """
import sys
from pathlib import Path
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import Reader
try:
    with Reader(Path(sys.argv[1])).connect() as con:
        names = "select schema_name || '.' || table_name from duckdb_tables() where not internal order by all"
        for (name,) in con.sql(names).fetchall():
            print(name, con.sql(f"select sum(hash(one::varchar)) from {name} one").fetchall())
except DataProblem as problem:
    print("told", problem.sentence())
"""


@dataclass(frozen=True)
class Trial:
    """One try of a fault of the machine.

    Args:
        fault: The kind, as the table names it.
        name: What exactly.
        carry: Carries it out in a workplace that is as it was built, and says what came of it.
    """

    fault: str
    name: str
    carry: Callable[[Place], str]

    def carry_out(self, place: Place) -> str:
        """In a workplace that is put back first, with its catalogue."""
        place.restore()
        return self.carry(place)


def changed(place: Place, title: str) -> None:
    """Another title, so that there is something to publish."""
    path = place.catalogue / _FIGURE
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[rows.index("title:") + 1] = f'  nl: "{title}"'
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")


def _ended(place: Place, run: subprocess.CompletedProcess[str], title: str, releases: set[str]) -> str:
    """What came of a build that should have published a title."""
    place.printed = run.stdout + run.stderr
    after = examiner.served(place.publish)
    if "Traceback (most recent call last)" in place.printed:
        return TRACE
    if after is None or not releases <= examiner.listed(place.publish):
        return LOST
    if run.returncode == 0:
        return RIGHT if after.has(title) and not after.differs(place.sound) else SILENT
    is_told = any(line.endswith(".") and not line.startswith("[") for line in run.stderr.splitlines())
    return TOLD if is_told and not after.differs(place.sound) else SILENT


def _healed(place: Place, outcome: str, title: str) -> str:
    """The outcome, if the next build that nothing happens to publishes; else lost."""
    if outcome not in (RIGHT, TOLD):
        return outcome
    run = place.build()
    after, printed = examiner.served(place.publish), run.stdout + run.stderr
    if run.returncode or after is None or not after.has(title) or after.differs(place.sound):
        place.printed = printed
        return LOST
    return outcome


@dataclass(frozen=True)
class Clock:
    """What builds take the time to be: they look at a file with the seconds that it is off."""

    library: Path
    told: Path

    @property
    def loaded(self) -> dict[str, str]:
        """The environment of processes that look at it."""
        return {"LD_PRELOAD": str(self.library), "CHAOS_CLOCK": str(self.told), "TZ": "Europe/Amsterdam"}

    def set(self, seconds: int = 0) -> None:
        """So far off from now on, in processes that run already as well."""
        put(self.told, seconds)

    def build(
        self, place: Place, begins: datetime, step_s: int = 0, when: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A build that begins at a moment; when a file of the data folder is written the clock makes a step."""
        off, path, done = int(begins.timestamp() - time.time()), place.data / when, threading.Event()
        before = written_at(path)

        def step() -> None:
            while not done.wait(0.01):
                if written_at(path) != before:
                    self.set(off + step_s)
                    stepped.append(path)
                    return

        stepped: list[Path] = []
        watching = threading.Thread(target=step, daemon=True)
        self.set(off)
        try:
            watching.start()
            return place.build()
        finally:
            done.set()
            watching.join()
            self.set()
            assert stepped or not step_s, "nothing was written at which the clock was to step"


def turned_clock(work: Path) -> Clock:
    """A clock that can be turned, and is right as yet."""
    clock = Clock(compiled(work), work / "clock")
    clock.set()
    return clock


def written_at(path: Path) -> int:
    """When a file was last written; 0 where it is not there."""
    return path.stat().st_mtime_ns if path.exists() else 0


def _at(clock: Clock, *moments: datetime, step_s: int = 0, when: str = "") -> Callable[[Place], str]:
    """Builds at these moments by the clock, each of another title, the last one with a step; then one by the right clock."""

    def carry(place: Place) -> str:
        for number, moment in enumerate(moments):
            title = f"Eenzaam om {number} {moment:%H%M}"
            changed(place, title)
            before = examiner.listed(place.publish)
            is_last = number == len(moments) - 1
            run = clock.build(place, moment, step_s if is_last else 0, when if is_last else "")
            outcome = _ended(place, run, title, before)
            if outcome != RIGHT:
                return outcome
        before = examiner.listed(place.publish)
        changed(place, "Eenzaam met de goede klok")
        return _ended(place, place.build(), "Eenzaam met de goede klok", before)

    return carry


def _damaged_after(clock: Clock) -> Callable[[Place], str]:
    """Three releases, of which the second was made by a clock an hour ahead; then the bits of the third turn over."""

    def carry(place: Place) -> str:
        for title, ahead in (("Eenzaam een", 3600), ("Eenzaam twee", 0), ("Eenzaam drie", 1)):
            changed(place, title)
            now = datetime.fromtimestamp(time.time() + ahead, UTC)
            outcome = _ended(place, clock.build(place, now), title, set())
            if outcome != RIGHT:
                return outcome
        told = json.loads((place.publish / "current.json").read_text())
        flipped(place.publish / told["file"], random.Random(1))
        changed(place, "Eenzaam vier")
        run = place.build()
        is_right = "warehouse" in told["file"] and _served_again(run.stdout) == told["history"][-2]
        return _ended(place, run, "Eenzaam vier", set()) if is_right else SILENT

    return carry


def _served_again(printed: str) -> str:
    line = next((one for one in printed.splitlines() if "is served again" in one), "")
    return line.rsplit(": ", 1)[-1].split(" is served")[0].strip()


def flipped(path: Path, chance: random.Random) -> None:
    """One bit of a file is another."""
    path.chmod(0o600)
    size = path.stat().st_size
    with path.open("r+b") as stream:
        at = chance.randrange(size // 10, size)
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ 1 << chance.randrange(8)]))


def _bits(pattern: str, seed: int) -> Callable[[Place], str]:
    """A bit of what is published turns over: what a reader gets, and what the next build makes of it."""

    def carry(place: Place) -> str:
        right = _read(place)
        path = sorted(place.publish.glob(pattern))[-1]
        flipped(path, random.Random(seed))
        found = _read(place)
        if "Traceback" in found or not (found == right or found.startswith("told")):
            place.printed = found
            return TRACE if "Traceback" in found else SILENT
        changed(place, f"Eenzaam met een bit {seed}")
        run = place.build()
        outcome = _ended(place, run, f"Eenzaam met een bit {seed}", set())
        return TOLD if outcome == RIGHT and found != right else outcome

    return carry


def _read(place: Place) -> str:
    environment = {**clean_environment(), "DWP_DATA_DIR": str(place.data)}
    command = [sys.executable, "-c", READER, str(place.publish)]
    run = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return run.stdout + run.stderr


@contextmanager
def full(folder: Path, megabytes: float = 0.0) -> Iterator[None]:
    """A folder on a disk of its own that has this much room left; afterwards what is in it is where it was, and there is room."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f".aside_{folder.name}")
    shutil.copytree(folder, aside, symlinks=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8g", "tmpfs", str(folder)], check=True)
    try:
        shutil.copytree(aside, folder, symlinks=True, dirs_exist_ok=True)
        leave_free(folder, megabytes)
        yield
        leave_free(folder, None)
        shutil.rmtree(aside)
        shutil.copytree(folder, aside, symlinks=True)
    finally:
        with suppress(subprocess.CalledProcessError):
            subprocess.run(["umount", "-l", str(folder)], check=True)
        shutil.rmtree(folder)
        aside.rename(folder)


def _turned(lines: list[str]) -> list[str]:
    heading, *rows = lines
    return [heading, *reversed(rows)]


def _full_disk(name: str, work: Path) -> Callable[[Place], str]:
    def carry(place: Place) -> str:
        title = f"Eenzaam zonder ruimte in {name}"
        folder = (
            get_settings().keys_dir
            if name == "keys"
            else work / "tmp"
            if name == "tmp"
            else place.data / name
        )
        changed(place, title)
        # The same rows in another order: every folder has something to take in, and no figure is another one.
        upstream.file(upstream.CARE if name == "private" else upstream.LIVEABLE, upstream.lines(_turned))(
            place
        )
        before = examiner.listed(place.publish)
        told = {"TMPDIR": str(folder)} if name == "tmp" else {}
        with full(folder):
            run = place.build(**told)
            outcome = _ended(place, run, title, before)
        return _healed(place, outcome, title)

    return carry


def _two(at_once: bool) -> Callable[[Place], str]:
    """A second build while one runs: told so at once, and the first one publishes."""

    def carry(place: Place) -> str:
        changed(place, "Eenzaam met zijn tweeen")
        before = examiner.listed(place.publish)
        command = [sys.executable, "-m", "orchestration.materialise"]
        environment = {**clean_environment(), "DWP_DATA_DIR": str(place.data), **place.settings}
        holder, runs = place.data / ".build.json", []
        held = written_at(holder)
        for number in range(2):
            if number and not at_once:
                until(lambda: written_at(holder) != held, "the first build never began", seconds=300)
            runs.append(subprocess.Popen(
                command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            ))  # fmt: skip
        ended = [(*run.communicate(), run.returncode) for run in runs]
        done = [subprocess.CompletedProcess("build", code, out, err) for out, err, code in ended]
        went = [one for one in done if not one.returncode]
        outcomes = {_ended(place, one, "Eenzaam met zijn tweeen", before) for one in went}
        if outcomes != {RIGHT}:
            return next(iter(outcomes - {RIGHT}), SILENT)
        refused = next((one for one in done if one.returncode), None)
        if refused is None:
            return RIGHT
        place.printed = refused.stderr
        return (
            TOLD
            if len(refused.stderr.strip().splitlines()) == 1 and "Traceback" not in refused.stderr
            else SILENT
        )

    return carry


def trials(work: Path, clock: Clock) -> Iterator[Trial]:
    """All tries of faults of the machine."""
    summer, winter = (
        datetime(2027, 3, 28, 0, 59, 57, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 59, 57, tzinfo=UTC),
    )
    yield Trial("DST nights", "the hour that is left out", _at(clock, summer))
    twice = _at(clock, winter, datetime(2027, 10, 31, 1, 20, tzinfo=UTC))
    yield Trial("DST nights", "the hour that comes twice", twice)
    yield Trial("leap day", "its noon", _at(clock, datetime(2028, 2, 29, 12, tzinfo=UTC)))
    yield Trial("leap day", "its midnight", _at(clock, datetime(2028, 2, 29, 22, 59, 57, tzinfo=UTC)))
    now = datetime.now(UTC).replace(microsecond=0)
    for name, seconds, when in (
        ("an hour, while a build begins", 3_600, ".build.json"),
        ("a day, while dbt builds", 86_400, "warehouse.duckdb"),
        ("a month, while a release is written", 30 * 86_400, "publish"),
    ):
        yield Trial("clock stepping back", name, _at(clock, now, step_s=-seconds, when=when))
    ahead = now.replace(year=now.year + 1)
    yield Trial("clock stepping back", "from a year ahead, after two builds", _at(clock, now, ahead))
    yield Trial("clock stepping back", "and then a release that is damaged", _damaged_after(clock))
    for pattern, seed in (
        ("warehouse_*.duckdb", 1), ("warehouse_*.duckdb", 2), ("manifest_*.json", 3), ("current.json", 4),
        ("parquet_*/stored/figure.parquet", 5),
    ):  # fmt: skip
        yield Trial("bit-flipped release", f"{pattern}, {seed}", _bits(pattern, seed))
    yield Trial("two runs at once", "the second a little later", _two(at_once=False))
    yield Trial("two runs at once", "both in the same moment", _two(at_once=True))
    for name in FOLDERS:
        yield Trial("disk full", name, _full_disk(name, work))
