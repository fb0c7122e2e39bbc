# Long because what is done to a workplace and how it is judged are read together.
"""What a kill, a full disk or a damaged file costs: the next build that nobody looks after has to publish, in its usual time.

Every trial changes a title in a copy of the catalogue first, so that there is something to publish and the served file tells
whether it was. All trials of a run go on in one data folder: what one leaves behind, the next one meets. Meanwhile a reader
opens what is served twice a second.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.publication import Reader
from tests.kept_builds import copy_of
from tests.proofs.registry import Measured, Room

# Per phase the line of a build after which it has begun, and how far into it a kill may come, in seconds.
PHASES = {
    "load": ("[dagster]", 12.0),
    "checks": ("[load] rivm_health_50090ned", 4.0),
    "training": ("[load] ml_panel_waves", 20.0),
    "dbt": ("[catalogue]", 15.0),
    "rules": ("[dbt]", 1.5),
    "publish": ("[rules]", 6.0),
}
KILLS, DISKS, DAMAGES = 30, 10, 10
GRACE_S = 60.0
_INDICATOR = "indicators/indicator/loneliness_djg_pct.yml"
_UNDER_WAY = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")


@dataclass
class Trials:
    """What came of the trials so far."""

    done: int = 0
    healed: int = 0
    slowest_s: float = 0.0
    unanswered: int = 0
    left: int = 0
    told: list[str] = field(default_factory=list)


@dataclass
class Workplace:
    """A built data folder with a catalogue of its own."""

    data: Path
    catalogue: Path
    number: int = 0

    @property
    def settings(self) -> Settings:
        """Where everything is."""
        return Settings(_env_file=None, data_dir=self.data, catalogue_dir=self.catalogue)

    def environment(self) -> dict[str, str]:
        """Of a build in this folder."""
        clean = {
            key: value
            for key, value in os.environ.items()
            if key == "DWP_KEYS_DIR" or not key.startswith(("DWP_", "DAGSTER_"))
        }
        return {**clean, "DWP_DATA_DIR": str(self.data), "DWP_CATALOGUE_DIR": str(self.catalogue)}

    def change(self) -> str:
        """Give a title a number of its own, so that there is something to publish; the new title."""
        self.number += 1
        path = self.catalogue / _INDICATOR
        lines = path.read_text(encoding="utf-8").splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("title:"))
        title = f"Eenzaam ({self.number})"
        if lines[at].strip() == "title:":
            lines[at + 1] = f'  nl: "{title}"'
        else:
            raise DataProblem("build_failed", subject=path.name, expected="a title over several lines")
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return title

    def serves(self, title: str) -> bool:
        """Whether the served file has the title."""
        with suppress(Exception), Reader(self.data / "publish").connect() as con:
            return bool(
                con.execute("select 1 from core.dim_indicator where title_nl = ?", [title]).fetchone()
            )
        return False

    def command(self, *arguments: str) -> list[str]:
        """The build as the command line starts it."""
        return [sys.executable, "-m", "orchestration.materialise", *arguments]

    def build(self) -> tuple[float, int, str]:
        """Seconds, exit code and what was printed of a build that nobody looks after."""
        start = time.perf_counter()
        run = subprocess.run(
            self.command(),
            cwd=PROJECT_ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return time.perf_counter() - start, run.returncode, run.stdout + run.stderr

    def under_way(self) -> int:
        """Runs that say they are under way, asked when no build is."""
        code = (
            "import dagster as dg\nwith dg.DagsterInstance.get() as i:\n"
            f" print(sum(r.status.value in {_UNDER_WAY!r} for r in i.get_runs()))"
        )
        environment = {**self.environment(), "DAGSTER_HOME": str(self.data / "dagster")}
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=PROJECT_ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(run.stdout.splitlines()[-1])


@contextmanager
def reading(workplace: Workplace, trials: Trials) -> Iterator[None]:
    """A reader that opens what is served twice a second and counts how often it got no answer."""
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.5):
            try:
                with Reader(workplace.data / "publish").connect() as con:
                    con.execute("select count(*) from core.dim_indicator").fetchone()
            except Exception:
                trials.unanswered += 1

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def killed_in(workplace: Workplace, phase: str, wait: float) -> None:
    """Start a build from the command line and kill it with all its processes, so long after a phase has begun."""
    begins, _ = PHASES[phase]
    command = workplace.command("--force")
    with subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env=workplace.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as build:
        assert build.stdout is not None
        if any(line.startswith(begins) for line in build.stdout):
            with suppress(subprocess.TimeoutExpired):
                build.wait(wait)
        kill_tree(build.pid)


def kill_tree(pid: int) -> None:
    """kill -9 of a process and its children, as when the machine stops."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                one.kill()


def trained_anew(workplace: Workplace) -> None:
    """Forget that the models were trained, so that a build trains."""
    for path in (workplace.data / "models").rglob("last.json"):
        path.unlink()


DAMAGED: dict[str, Callable[[Path], Path]] = {
    "warehouse": lambda data: data / "warehouse.duckdb",
    "manifest": lambda data: max((data / "publish").glob("manifest_*.json")),
    "dbt_manifest": lambda data: data / "dbt" / "target" / "manifest.json",
    "pointer": lambda data: data / "publish" / "current.json",
    "snapshot": lambda data: data / "inputs" / "demo" / "rivm_health_50090ned" / "data.parquet",
}


def damage(data: Path, what: str, drawn: random.Random) -> None:
    """Cut a file off, or write over a part of it."""
    path = DAMAGED[what](data).resolve()
    content = path.read_bytes()
    at = drawn.randrange(len(content) // 4, max(len(content) // 2, 1) + 1)
    path.chmod(0o644)
    if drawn.random() < 0.5:
        path.write_bytes(content[:at])
    else:
        path.write_bytes(content[:at] + b"\xff" * min(4096, len(content) - at) + content[at + 4096 :])


def heal(workplace: Workplace, title: str, limit_s: float, trials: Trials, what: str) -> None:
    """The next build that nobody looks after: does it publish, and in time?"""
    seconds, code, told = workplace.build()
    left = workplace.under_way()
    well = code == 0 and workplace.serves(title) and seconds <= limit_s and not left
    trials.done += 1
    trials.healed += well
    trials.left += left
    trials.slowest_s = max(trials.slowest_s, seconds)
    if not well:
        trials.told.append(f"{what}: exit {code}, {seconds:.0f} s, {left} runs left\n{told[-1500:]}")
        print(trials.told[-1], file=sys.stderr, flush=True)


@contextmanager
def full_disk(workplace: Workplace, folder: Path, spare_mb: float) -> Iterator[Workplace]:
    """The workplace on a file system of its own with little room; afterwards it has room again and is taken back."""
    folder.mkdir(parents=True, exist_ok=True)
    used = sum(
        path.stat().st_size for path in workplace.data.rglob("*") if path.is_file() and not path.is_symlink()
    )
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used * 2}", "tmpfs", str(folder)], check=True)
    try:
        copy_of(workplace.data, folder / "data")
        taken = shutil.disk_usage(folder).used
        small = int(taken + spare_mb * 1_048_576)
        subprocess.run(["mount", "-o", f"remount,size={small}", str(folder)], check=True)
        yield Workplace(folder / "data", workplace.catalogue, workplace.number)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def with_room_again(folder: Path) -> None:
    """Somebody has cleared the disk."""
    subprocess.run(["mount", "-o", "remount,size=4g", str(folder)], check=True)


def demo_workplace(room: Room) -> Workplace:
    """The built demo region with a catalogue of its own."""
    from tests.integration.conftest import materialise

    data, catalogue = room.work / "crash" / "data", room.work / "crash" / "catalogue"
    shutil.copytree(PROJECT_ROOT / "catalogue", catalogue)
    run = materialise(data, DWP_CATALOGUE_DIR=str(catalogue))
    if run.returncode:
        raise DataProblem("build_failed", subject="demo", found=run.stderr[-400:])
    return Workplace(data, catalogue)


def figures(room: Room) -> Iterator[Measured]:
    """Kills in every phase, full disks and damaged files on the demo region, one after the other in one data folder."""
    workplace = demo_workplace(room)
    yield from trials_in(workplace, room.work / "crash_disk", kills=KILLS, disks=DISKS, damages=DAMAGES)


def trials_in(
    workplace: Workplace, disk: Path, *, kills: int, disks: int, damages: int
) -> Iterator[Measured]:
    """The figures of so many trials of each kind."""
    drawn, trials = random.Random(2026), Trials()
    title = workplace.change()
    usual, code, told = workplace.build()
    if code or not workplace.serves(title):
        raise DataProblem("build_failed", subject="the usual build", found=told[-400:])
    limit = usual + GRACE_S
    phases = [list(PHASES)[i % len(PHASES)] for i in range(kills)]
    with reading(workplace, trials):
        for phase in phases:
            title = workplace.change()
            if phase == "training":
                trained_anew(workplace)
            killed_in(workplace, phase, drawn.uniform(0, PHASES[phase][1]))
            # Training that a kill undid is done again: that is its usual time.
            heal(workplace, title, limit * (3 if phase == "training" else 1), trials, f"kill in {phase}")
        for number in range(damages):
            what = list(DAMAGED)[number % len(DAMAGED)]
            title = workplace.change()
            damage(workplace.data, what, drawn)
            heal(workplace, title, limit, trials, f"damaged {what}")
    for number in range(disks):
        title = workplace.change()
        with full_disk(workplace, disk, spare_mb=2 + 4 * number) as small, reading(small, trials):
            _, code, told = small.build()
            if code == 0 or "Traceback" in told:
                trials.told.append(f"full disk {number}: exit {code}\n{told[-800:]}")
            with_room_again(disk)
            heal(small, title, limit, trials, f"full disk {number}")
    yield "crash_trials", trials.done, None
    yield "crash_healed", trials.healed, None
    yield "crash_slowest_s", trials.slowest_s, usual
    yield "crash_unanswered", trials.unanswered, None
    yield "crash_runs_left", trials.left, None


def small_part(workplace: Workplace, title: str) -> Trials:
    """For the suite: a kill while sources are loaded, with a pointer and a manifest damaged at that, and nothing to publish."""
    trials = Trials()
    killed_in(workplace, "load", 0)
    damage(workplace.data, "manifest", random.Random(1))
    damage(workplace.data, "pointer", random.Random(2))
    with reading(workplace, trials):
        heal(workplace, title, 3600, trials, "kill, manifest and pointer")
    return trials
