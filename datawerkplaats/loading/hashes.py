"""Hashes of delivered files, each read once however often its hash is asked for."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits; as long as its size and times stay the same it is not read again.

    Raises:
        OSError: If it cannot be read.
    """
    found = path.stat()
    return _sha256(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@lru_cache(256)
def _sha256(path: Path, *_state: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
