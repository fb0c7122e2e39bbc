"""One build at a time in a data folder, whichever way it was started."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import lasting_lock, locked, write_text

BUILD, SERVICE = ".build.lock", ".service.lock"
_AGAIN, _PAUSE_S = 5, 0.05
# What this process holds: a run that the command line starts in itself goes on under the command line's lock.
_held: set[Path] = set()


@contextmanager
def only_build(data_dir: Path) -> Iterator[None]:
    """Hold the place of the one build of a data folder; it ends with the process, also when that is killed.

    Raises:
        DataProblem: `build_failed` if another process holds it.
    """
    with _only(data_dir, BUILD, "build"):
        yield


@contextmanager
def only_service(data_dir: Path) -> Iterator[None]:
    """Hold the place of the one web server and daemon of a data folder.

    Raises:
        DataProblem: `build_failed` if another process holds it.
    """
    with _only(data_dir, SERVICE, "service"):
        yield


@contextmanager
def _only(data_dir: Path, name: str, what: str) -> Iterator[None]:
    path = data_dir.resolve() / name
    if path in _held:
        yield
        return
    holder = path.with_suffix(".json")
    with ExitStack() as held:
        try:
            held.enter_context(_place(path))
        except BlockingIOError as error:
            raise DataProblem(
                "build_failed",
                subject=data_dir.name,
                expected=f"one {what} at a time",
                found=f"another {what} is running in this data folder{_told(holder)}",
                remedy="wait until it is done, or set DWP_DATA_DIR to another folder",
            ) from error
        _tell(holder)
        _held.add(path)
        held.callback(_held.discard, path)
        yield


@contextmanager
def _place(path: Path) -> Iterator[None]:
    """The lock, asked for again for a moment: who only looks whether it is held (`is_held`) holds it just then."""
    with ExitStack() as held:
        for again in range(_AGAIN, -1, -1):
            try:
                held.enter_context(locked(path, wait=False))
                break
            except BlockingIOError:
                if not again:
                    raise
                time.sleep(_PAUSE_S)
        yield


def hold_across_exec(data_dir: Path, name: str, what: str) -> None:
    """Hold a place of a data folder until this process ends, also when it goes on as another program (`os.execv`).

    Raises:
        DataProblem: `runs_already` if another process holds it.
    """
    path = data_dir.resolve() / name
    try:
        lasting_lock(path)
    except BlockingIOError as error:
        raise DataProblem(
            "runs_already",
            subject=what,
            expected="one in a data folder",
            found=f"another one{_told(path.with_suffix('.json'))}",
            remedy="end that process first, or set DWP_DATA_DIR to another folder",
        ) from error
    _tell(path.with_suffix(".json"))


def _tell(holder: Path) -> None:
    """Write down that this process holds the lock, and since when."""
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    write_text(holder, json.dumps({"process": os.getpid(), "since": since}))


def _told(holder: Path) -> str:
    """Which process holds the lock, as far as it has told."""
    try:
        told = json.loads(holder.read_text(encoding="utf-8"))
        return f", process {told['process']} since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def holder(data_dir: Path) -> str | None:
    """Which process builds, as part of a sentence; None where nobody does."""
    return _told((data_dir.resolve() / BUILD).with_suffix(".json")) if is_held(data_dir) else None


def is_held(data_dir: Path, name: str = BUILD) -> bool:
    """Whether a living process holds a lock of the data folder."""
    path = data_dir.resolve() / name
    if path in _held:
        return True
    try:
        with locked(path, wait=False):
            return False
    except BlockingIOError:
        return True
