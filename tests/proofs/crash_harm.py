"""What is done to a workplace in the proof `crash`: a build is killed, a file is damaged, the disk is full."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.kept_builds import copy_of
from tests.proofs.crash_ways import Build, Workplace

# Per phase the beginnings of the lines between which a build is in it.
PHASES = {
    "load": ("[load] ", "[check] "),
    "checks": ("[check] ", "[check] ml_panel_waves"),
    "training": ("[check] ml_panel_waves", "[catalogue] "),
    "dbt": ("[catalogue] ", "[dbt] "),
    "rules": ("[dbt] ", "[rules] "),
    "publish": ("[rules] ", "[publish] "),
}


@dataclass
class Watch:
    """When each phase of a build began and ended, from what it prints."""

    began: dict[str, float] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)

    def see(self, line: str, at: float) -> None:
        """Take in one line."""
        for phase, (first, last) in PHASES.items():
            if phase in self.began and line.startswith(last):
                self.ended.setdefault(phase, at)
            elif line.startswith(first):
                self.began.setdefault(phase, at)

    def seconds(self, phase: str) -> float:
        """How long a phase took; half a second where it was not seen."""
        return self.ended.get(phase, 0.0) - self.began.get(phase, 0.0) or 0.5


def watched(build: Build) -> tuple[Watch, float, int]:
    """The phases of a build that is let alone, its seconds and its exit code."""
    watch = Watch()
    for line, at in build.lines():
        watch.see(line, at)
    return watch, time.monotonic() - build.started, build.code() or 0


def struck(build: Build, phase: str, wait: float, kill: Callable[[int], None], *, dies: bool = True) -> bool:
    """Kill a build so long after a phase has begun; whether it was in that phase when it died (or was asked to)."""
    watch = Watch()
    for line, at in build.lines():
        watch.see(line, at)
        if phase in watch.began:
            break
    time.sleep(wait)
    process = build.process()
    alive = build.code() is None and process is not None
    if process is not None:
        kill(process)
    if dies:
        _gone(process)
    for line in build.printed.splitlines():
        watch.see(line, 0.0)
    return alive and phase in watch.began and phase not in watch.ended


def _gone(process: int | None) -> None:
    """Wait until a killed process has printed its last."""
    last = time.monotonic() + 10
    while process and psutil.pid_exists(process) and time.monotonic() < last:
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
                return
        time.sleep(0.02)


def trained_anew(workplace: Workplace) -> None:
    """Forget that the models were trained, so that a build trains."""
    for path in (workplace.data / "models").rglob("last.json"):
        path.unlink()


DAMAGED: dict[str, Callable[[Path, random.Random], Path]] = {
    "warehouse": lambda data, _: data / "warehouse.duckdb",
    "manifest": lambda data, _: max((data / "publish").glob("manifest_*.json")),
    "dbt manifest": lambda data, _: data / "dbt" / "target" / "manifest.json",
    "pointer": lambda data, _: data / "publish" / "current.json",
    "snapshot": lambda data, drawn: drawn.choice(sorted((data / "inputs" / "demo").glob("*/data.parquet"))),
}


def damage(data: Path, what: str, drawn: random.Random) -> str:
    """Cut a file off, or write over a part of it; what was done, in words."""
    path = DAMAGED[what](data, drawn).resolve()
    content = path.read_bytes()
    at = drawn.randrange(len(content) // 4, max(len(content) // 2, 1) + 1)
    path.chmod(0o644)
    if drawn.random() < 0.5:
        path.write_bytes(content[:at])
        return f"{path.relative_to(data)} cut off at {at} of {len(content)}"
    path.write_bytes(content[:at] + b"\xff" * min(4096, len(content) - at) + content[at + 4096 :])
    return f"{path.relative_to(data)} written over at {at} of {len(content)}"


@contextmanager
def on_small_disk(workplace: Workplace, folder: Path) -> Iterator[Workplace]:
    """A copy of the workplace on a file system of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8g", "tmpfs", str(folder)], check=True)
    try:
        copy_of(workplace.data, folder / "data")
        yield Workplace(folder / "data", workplace.catalogue, workplace.settings, workplace.number)
    finally:
        with suppress(subprocess.CalledProcessError):
            subprocess.run(["umount", "-l", str(folder)], check=True)


def leave_free(folder: Path, megabytes: float | None) -> None:
    """Leave that much room on a small disk; None: somebody has cleared it."""
    state = os.statvfs(folder)
    used = (state.f_blocks - state.f_bfree) * state.f_frsize
    # At least a page: of a disk in memory a size of nothing means that it has no end.
    size = (
        8 << 30 if megabytes is None else max(used + int(megabytes * 1_048_576), os.sysconf("SC_PAGE_SIZE"))
    )
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)
