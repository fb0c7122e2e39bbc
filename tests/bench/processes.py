"""Runs a command as a process of its own and says how long it took, how much memory it held at most, and what it told meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT

# Between two looks at the memory of a process and all it started.
_LOOK_S = 0.1
_TOOK = re.compile(r"\((\d+(?:\.\d+)?) s\)$")


@dataclass(frozen=True)
class Run:
    """Wall-clock seconds, CPU seconds and peak memory (MB, with all processes that it started) of one finished process, what it
    printed, and when each line came (seconds after the start).
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: str
    lines: list[tuple[float, str]] = field(default_factory=list)

    @property
    def untold(self) -> float:
        """Share of the time by the clock that stands in no line with its seconds, as a percentage."""
        spans = [
            (at - float(took[1]), at) for at, line in self.lines[:-1] if (took := _TOOK.search(line.rstrip()))
        ]
        return 100 * (1 - _covered(spans, self.wall_s) / self.wall_s)


def _covered(spans: Iterable[tuple[float, float]], until: float) -> float:
    """Seconds that lie in at least one of the spans."""
    covered, end = 0.0, 0.0
    for first, last in sorted(spans):
        covered += max(0.0, min(last, until) - max(first, end))
        end = max(end, min(last, until))
    return covered


def measured(
    command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path = PROJECT_ROOT
) -> Run:
    """Runs a command in a folder to its end and measures it by the operating system's own accounting.

    What it started and does not wait for, such as a machine of Java that ends with it, is in no account of the command: its
    seconds are those that were seen while it lived.

    Raises:
        RuntimeError: If the command fails; the message holds the end of what it printed.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    lines: list[tuple[float, str]] = []
    ended, seen = threading.Event(), _Seen()
    watching = threading.Thread(target=_watch, args=(process.pid, ended, seen))
    watching.start()
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append((time.monotonic() - started, line.decode(errors="replace")))
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        ended.set()
        watching.join()
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    text = "".join(line for _, line in lines)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {text[-2000:]}")
    peak_mb = max(seen.peak_mb, usage.ru_maxrss / 1024)
    return Run(wall, max(seen.cpu_s, usage.ru_utime + usage.ru_stime), peak_mb, text, lines)


@dataclass
class _Seen:
    """The most memory (MB) and seconds of the processor that a command and all it started were seen with."""

    peak_mb: float = 0.0
    cpu_s: float = 0.0
    last_mb: float = 0.0
    last_at: float = 0.0

    def look(self, pids: Sequence[int]) -> None:
        """Take down what they have used by now.

        What is shared is told apart by going through all pages of a process, which stands still meanwhile: looking ten times a
        second cost a build half as much again. So that is done only where what they hold, counted twice where it is shared, is
        more than the most that was seen, and has changed by a hundredth or is a second old.
        """
        self.cpu_s = max(self.cpu_s, cpu_seconds(pids))
        held, now = sum(map(_resident_mb, pids)), time.monotonic()
        is_other = abs(held - self.last_mb) > self.last_mb / 100 or now - self.last_at > 1
        if held > self.peak_mb and is_other:
            self.last_mb, self.last_at = held, now
            self.peak_mb = max(self.peak_mb, sum(map(_share_mb, pids)))


def _watch(pid: int, ended: threading.Event, seen: _Seen) -> None:
    while not ended.wait(_LOOK_S):
        seen.look(family(pid))


def memory_mb(pid: int) -> float:
    """Memory (MB) of a process and all it started; what they share counts once."""
    return sum(map(_share_mb, family(pid)))


def _share_mb(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _resident_mb(pid: int) -> float:
    with suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 2**20
    return 0.0


def family(pid: int) -> list[int]:
    """A process and all that it and those started, as far as they live."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds of the processor that living processes have used, with those of children that have ended."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            total += sum(map(int, told[11:15]))  # own and children's, user and system
    return total / os.sysconf("SC_CLK_TCK")


@contextmanager
def statline_stand_in(reference_data: Path, *arguments: str) -> Iterator[str]:
    """The base address of a StatLine stand-in that runs as long as the block."""
    tool = reference_data.parent / "tools" / "statline_server.py"
    command = [sys.executable, str(tool), "--data", str(reference_data / "statline"), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()
