"""How much of the machine the reading of one delivery may take, and the giving up of everything beyond it."""

from __future__ import annotations

import resource
import signal
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000
# A file may take so much processor time, and so much more for every megabyte: the slowest real table takes a tenth of it.
CPU_SECONDS, CPU_SECONDS_PER_MB = 8.0, 20.0
# What a service sends is of no size that is known beforehand.
CPU_SECONDS_SERVICE = 900.0


@dataclass(frozen=True)
class Limits:
    """Of one reading process.

    Args:
        memory_bytes: Beyond what the process has when it begins.
        cpu_seconds: Of the processor.
        seconds: In all, from the first byte to the snapshot.
        written_bytes: The largest file that it may write.
    """

    memory_bytes: int
    cpu_seconds: float
    seconds: float
    written_bytes: int = 16_000 * MB


def confine(limits: Limits) -> None:
    """Lets the system hold this process to its limits; there is no way back."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cpu = max(1, round(limits.cpu_seconds + _used()))
    # At the first limit the process is told so and ends; at the second it is killed.
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.written_bytes, limits.written_bytes))
    if in_use := _address_space():
        most = in_use + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell (and does not limit it either)."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0
