"""The one door: whatever comes from outside is read by a process that may take little, and says what came of it."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.door.limits import (
    CPU_SECONDS,
    CPU_SECONDS_PER_MB,
    CPU_SECONDS_SERVICE,
    MB,
    Limits,
)
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import HasChangedError

# Longer than the reader itself: what it was ended for, it tells.
_GRACE_S = 5.0
# What ended a reader that could not tell it itself; its delivery is then refused here.
_ENDED = frozenset({"reading_took_too_much", "reading_took_too_long", "unreadable_file"})

_lock = threading.Lock()
_server: tuple[subprocess.Popen[bytes], socket.socket] | None = None


def load(
    entry: Callable[..., IngestResult], source: Source, settings: Settings, *arguments: Any, **named: Any
) -> IngestResult:
    """What came of loading a source, by a process of its own.

    Args:
        entry: `ingest_source` or `load_partner`; called with what follows, and once more here, with `refused`, where the
            process was ended before it could refuse the delivery itself.
        source: The declaration.
        settings: With the limits of reading.
        arguments: Further ones of the entry.
        named: Further ones of the entry by name.

    Raises:
        HasChangedError: With `only_look`, if there is something to load.
        DataProblem: What the entry raises.
    """
    try:
        return _asked(
            (entry, (source, settings, *arguments), named, source.source_id, limits_for(source, settings))
        )
    except DataProblem as problem:
        if problem.code not in _ENDED:
            raise
        if named.get("only_look"):
            raise HasChangedError(source.source_id) from problem
        return entry(source, settings, *arguments, **named, refused=problem)


def limits_for(source: Source, settings: Settings) -> Limits:
    """What the reading of a source may take: of files in proportion to their size."""
    return _limits(_size_of_files(source, settings), settings)


def _limits(size: int | None, settings: Settings) -> Limits:
    cpu = CPU_SECONDS_SERVICE if size is None else CPU_SECONDS + CPU_SECONDS_PER_MB * size / MB
    return Limits(settings.read_memory_mb * MB, min(cpu, settings.read_seconds), settings.read_seconds)


def _size_of_files(source: Source, settings: Settings) -> int | None:
    """Bytes of what lies in the folder for this source; None where a service may be asked instead."""
    from datawerkplaats.loading.readers import find_editions

    if settings.files is None or settings.source != "files":
        return None
    sizes = []
    for path in find_editions(source, settings.files):
        with contextlib.suppress(OSError):
            sizes += (
                [beside.lstat().st_size for beside in path.parent.iterdir()] if source.reader.beside else []
            )
            sizes.append(path.lstat().st_size)
    return sum(sizes)


def _asked(request: tuple[Any, ...]) -> IngestResult:
    from datawerkplaats.loading.door.reply import LONGEST, understood
    from datawerkplaats.loading.door.server import LENGTH

    content, seconds = pickle.dumps(request), request[-1].seconds
    mine, theirs = socket.socketpair()
    with mine:
        with theirs, _lock:
            socket.send_fds(_running(), [b"r"], [theirs.fileno()])
        mine.settimeout(seconds + _GRACE_S)
        parts: list[bytes] = []
        try:
            mine.sendall(LENGTH.pack(len(content)) + content)
            while (part := mine.recv(1 << 16)) and sum(map(len, parts)) <= LONGEST:
                parts.append(part)
        except OSError:
            parts = []
    try:
        return understood(b"".join(parts))
    except (ValueError, KeyError, TypeError) as error:
        from datawerkplaats.loading.door.apart import too_much

        raise too_much(request[-2], request[-1]) from error


def _running() -> socket.socket:
    """The socket of the server, started when it is first needed and again if it has gone."""
    global _server  # noqa: PLW0603
    if _server and _server[0].poll() is None:
        return _server[1]
    if _server:
        _server[1].close()
    ours, its = socket.socketpair()
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "datawerkplaats.loading.door.server", str(its.fileno())],
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            cwd=PROJECT_ROOT,
            # Arenas of the allocator and threads of arithmetic cost address space, which is what is limited.
            env={**os.environ, "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    _server = (process, ours)
    return ours


@atexit.register
def close() -> None:
    """Ends the server; the next reading starts one."""
    global _server  # noqa: PLW0603
    with _lock:
        if _server:
            _server[1].close()
            _server[0].wait()
            _server = None


def apart_here(
    work: Callable[[DataProblem | None], IngestResult], source: Source, settings: Settings
) -> IngestResult:
    """What came of the work, in a child of this process, which must have no threads; here once more if that was ended.

    Raises:
        DataProblem: What the work raises.
    """
    from datawerkplaats.loading.door.apart import apart
    from datawerkplaats.loading.door.reply import understood

    try:
        return understood(apart(lambda: work(None), source.source_id, limits_for(source, settings)))
    except DataProblem as problem:
        if problem.code not in _ENDED:
            raise
        return work(problem)


def lines_apart(
    work: Callable[[], list[str]], subject: str, size: int | None, settings: Settings
) -> list[str]:
    """What a command says that reads something, done in a child of this process, which must have no threads.

    Args:
        work: What the command does.
        subject: What it reads, for messages.
        size: Bytes of that; None if a service is asked.
        settings: With the limits of reading.

    Raises:
        DataProblem: What the work raises, or that it was ended.
    """
    from datawerkplaats.loading.door.apart import apart
    from datawerkplaats.loading.door.reply import lines_of

    return lines_of(apart(work, subject, _limits(size, settings)))


__all__ = ["apart_here", "close", "limits_for", "lines_apart", "load"]
