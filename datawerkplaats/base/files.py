"""The one way to put something on disk: under a temporary name, flushed, then renamed, so that a reader and a crash
find the old content or the new, never half of it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from datawerkplaats.base.errors import DataProblem

_TEMPORARY = ".new_"
# How many of the same kind a sentence names.
_NAMED = 3

State = tuple[int, ...]


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A temporary path to write to; afterwards it takes the place of `path`, unless the writing failed.

    Args:
        path: The file to make or replace; its folder is made.

    Yields:
        A path in the same folder, for writers that want one (Parquet, DuckDB, a spreadsheet). Its last suffix is that
        of `path`, since some writers choose their format by it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{_TEMPORARY}{_own()}_{path.stem}{path.suffix}")
    try:
        yield unfinished
        flush(unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    flush(path.parent)


def state_of(path: Path) -> State:
    """What changes when somebody puts something else in a file or in its place.

    The time of the last change of state cannot be set back by who may write a file, unlike that of the last change of content.

    Raises:
        FileNotFoundError: If it is not there.
    """
    state = os.lstat(path)
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with written(path) as unfinished:
        unfinished.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, with the line ends it has, whole or not at all."""
    write_bytes(path, text.encode())


def copy(source: Path, target: Path) -> None:
    """Copy a file with its times, whole or not at all."""
    with written(target) as unfinished:
        shutil.copy2(source, unfinished)


def share(source: Path, target: Path) -> None:
    """Give a file that nobody changes a second name; where the disk knows no such names it is copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        copy(source, target)


def move(source: Path, target: Path) -> None:
    """Give a finished file or folder of the same disk its place; what is in it is on disk before it is there.

    Raises:
        OSError: If `target` is a folder that is not empty.
    """
    for path in source.rglob("*") if source.is_dir() and not source.is_symlink() else ():
        if not path.is_symlink():
            flush(path)
    if not source.is_symlink():
        flush(source)
    source.replace(target)
    flush(target.parent)


def point(link: Path, target: str) -> None:
    """Let a link lead to `target`, a path relative to the link's folder; a reader sees the old or the new one.

    Raises:
        DataProblem: `link_is_folder` if a folder stands there.
    """
    check_links([link])
    link.parent.mkdir(parents=True, exist_ok=True)
    unfinished = link.with_name(f"{_TEMPORARY}{_own()}_{link.name}")
    unfinished.unlink(missing_ok=True)
    unfinished.symlink_to(target, target_is_directory=True)
    move(unfinished, link)


def unpoint(link: Path) -> None:
    """Let a link lead nowhere; nothing happens where there is none.

    Raises:
        DataProblem: `link_is_folder` if a folder stands there.
    """
    check_links([link])
    link.unlink(missing_ok=True)


def check_links(links: Iterable[Path]) -> None:
    """Look whether a folder stands where a link belongs, as in a copy that was made by what follows links.

    Raises:
        DataProblem: `link_is_folder` with all of them.
    """
    folders = [link for link in links if link.is_dir() and not link.is_symlink()]
    if folders:
        more = f" and {len(folders) - _NAMED} more" if len(folders) > _NAMED else ""
        raise DataProblem(
            "link_is_folder",
            subject=", ".join("/".join(link.parts[-3:]) for link in folders[:_NAMED]) + more,
            expected="a link to the snapshot that is in use",
            found="a folder",
            remedy="copy a data folder by `dwp backup` and `dwp restore`, or by `cp -a`; or remove it and build again",
        )


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the one place that a lock file stands for; it ends with the process, also when that is killed.

    Raises:
        BlockingIOError: If another process holds it and `wait` is false.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def lasting_lock(path: Path) -> None:
    """Hold the place of a lock file until this process ends, also when it goes on as another program.

    Raises:
        BlockingIOError: If another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    os.set_inheritable(descriptor, True)


def is_left_behind(path: Path) -> bool:
    """Whether this is an unfinished file or link of a process that does not live any more."""
    if not path.name.startswith(_TEMPORARY):
        return False
    try:
        os.kill(int(path.name.removeprefix(_TEMPORARY).partition("_")[0]), 0)
    except PermissionError:
        return False
    except (ProcessLookupError, ValueError, OverflowError):
        return True
    return False


def _own() -> str:
    """A mark that no other writer at work has."""
    return f"{os.getpid()}_{threading.get_ident():x}"


def flush(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
