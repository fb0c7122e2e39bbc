"""Runs a command as a process of its own and says how long it took and how much memory it held at most."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT


@dataclass(frozen=True)
class Run:
    """Wall-clock seconds, CPU seconds and peak memory (MB) of one finished process, and what it printed."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: str


def measured(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Runs a command to its end and measures it by the operating system's own accounting.

    Raises:
        RuntimeError: If the command fails; the message holds the end of what it printed.
    """
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {text[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


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
