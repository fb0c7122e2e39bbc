"""How much memory there is for a build: that of the machine, or what its unit or container may hold of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def machine_mb() -> int:
    """Megabytes that the machine has, or less where the unit or container that this runs in may hold less."""
    of_machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([of_machine, *limits_of_groups()]) // 1_000_000


def limits_of_groups(
    root: Path = Path("/sys/fs/cgroup"), told: Path = Path("/proc/self/cgroup")
) -> Iterator[int]:
    """The limits of memory of the control groups of this process, in bytes: its own and of those it lies in.

    Of both versions of control groups: the first has a tree per resource, and a number where nothing is limited too.
    """
    try:
        lines = told.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, resources, own = line.split(":", 2)
        if resources == "":
            yield from _limits(root, own, "memory.max")
        elif "memory" in resources.split(","):
            yield from _limits(root / "memory", own, "memory.limit_in_bytes")


def _limits(root: Path, own: str, name: str) -> Iterator[int]:
    """What stands in the files of this name from a group up to the root; a container may see only the upper ones."""
    group = root / own.strip("/")
    for folder in (group, *group.parents):
        with suppress(OSError, ValueError):
            yield int((folder / name).read_text(encoding="ascii"))
        if folder == root:
            return
