"""Where tests put their files: in memory where there is room, since most of what they wait for on a disk is `fsync`.

What is written is flushed, renamed and locked there as on a disk; what a crash leaves on one is tried by `make prove ONLY=crash`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES = 8 * 2**30  # the files of three workers take two at most


def place_in_memory(memory: Path = MEMORY, room: int = ROOM_BYTES) -> Path | None:
    """A folder of this user in memory; None where there is no such file system, or too little room in it."""
    if not memory.is_dir() or not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < room:
        return None
    folder = memory / f"pytest-of-{os.getuid()}"
    folder.mkdir(mode=0o711, exist_ok=True)  # a server of another user passes through to its own
    return folder if folder.stat().st_uid == os.getuid() else None


def use_memory() -> None:
    """Temporary files of this process and of all it starts lie in memory, unless TMPDIR says where they should."""
    if "TMPDIR" in os.environ:
        return
    if folder := place_in_memory():
        os.environ["TMPDIR"] = str(folder)
        tempfile.tempdir = None
