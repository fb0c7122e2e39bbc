"""One build at a time in a data folder, whichever way it was started."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from datawerkplaats.base.errors import DataProblem

BUILD, SERVICE = ".build.lock", ".service.lock"
# What this process holds: a run that the command line starts in itself goes on under the command line's lock.
_held: dict[Path, TextIO] = {}


@contextmanager
def only_build(data_dir: Path) -> Iterator[None]:
    """Hold the place of the one build of a data folder; it ends with the process, also when that is killed.

    Raises:
        DataProblem: `build_failed` if another process holds it.
    """
    path = data_dir.resolve() / BUILD
    if path in _held:
        yield
        return
    data_dir.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataProblem(
                "build_failed",
                subject=data_dir.name,
                expected="one build at a time",
                found=f"another build is running in this data folder{_told(stream)}",
                remedy="wait until it is done, or set DWP_DATA_DIR to another folder",
            ) from error
        stream.truncate(0)
        json.dump({"process": os.getpid(), "since": datetime.now().astimezone().strftime("%H:%M:%S")}, stream)
        stream.flush()
        _held[path] = stream
        try:
            yield
        finally:
            _held.pop(path, None)


def _told(stream: TextIO) -> str:
    """Which process holds the lock, as far as it has told."""
    try:
        stream.seek(0)
        holder = json.load(stream)
        return f", process {holder['process']} since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def is_held(data_dir: Path, name: str = BUILD) -> bool:
    """Whether a living process holds a lock of the data folder."""
    path = data_dir.resolve() / name
    if path in _held:
        return True
    try:
        with path.open("r+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
