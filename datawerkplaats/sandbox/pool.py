"""Starts a process per query, keeps a few ready, and ends each one in time."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import PROBLEMS, DataProblem
from datawerkplaats.sandbox.gate import SUBJECT
from datawerkplaats.sandbox.quota import Quota
from datawerkplaats.sandbox.result import Job, Limits, QueryResult, read_answer

# A ready process saves a query the 0.1 s of starting Python and the engine; each takes some 45 MB while it
# waits.
SPARES = 2
# Three visitors who take all that a quota gives leave two places to others.
PLACES = 8
PATIENCE_SECONDS = 10.0
# After this on the processor a query that is not alone has a low priority; on a busy machine a short one may wait for long.
LONG_SECONDS = 0.5
_LOOK_SECONDS = 0.2
_OVERHEAD_BYTES = 1_000_000
_CHUNK = 1 << 20

_ready: deque[subprocess.Popen[bytes]] = deque()
_places = threading.BoundedSemaphore(PLACES)
_quota = Quota()
_at_work: set[int] = set()


def _package_folders() -> list[str]:
    import duckdb

    project = Path(__file__).resolve().parents[2]
    return [str(Path(duckdb.__file__).resolve().parent.parent), str(project)]


def _start() -> subprocess.Popen[bytes]:
    """A worker that waits for its job: no environment, no inherited files, a folder that says nothing."""
    worker = Path(__file__).with_name("worker.py")
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(worker), json.dumps(_package_folders())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )


def _take() -> subprocess.Popen[bytes]:
    with contextlib.suppress(IndexError):
        while (process := _ready.popleft()).poll() is not None:
            _end(process)
        return process
    return _start()


def prepare() -> None:
    """Sees to it that the next queries find a process ready; an app calls it once when it starts."""
    while len(_ready) < SPARES:
        _ready.append(_start())


def _end(process: subprocess.Popen[bytes]) -> int:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    return process.wait()


@atexit.register
def _end_all() -> None:
    while _ready:
        _end(_ready.popleft())


def _processor_seconds(pid: int) -> float:
    """What a process has used of the processor; 0 where nobody can tell."""
    try:
        # The name stands in brackets and may hold anything.
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def _behind_others(pid: int) -> None:
    """Give all threads of a query a low priority: those who ask something short go first."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PGRP, pid, 19)
    # Linux weighs sessions against each other before it looks at priorities within one, and each query has its own.
    with contextlib.suppress(OSError):
        session = os.open(f"/proc/{pid}/autogroup", os.O_WRONLY)
        try:
            os.write(session, b"10")
        finally:
            os.close(session)


def _exchange(process: subprocess.Popen[bytes], job: Job, deadline: float) -> bytes | None:
    """The worker's whole answer, or None where the deadline or the size limit came first."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (
            not selector.select(min(_LOOK_SECONDS, deadline - time.monotonic()))
            and time.monotonic() < deadline
        ):
            if len(_at_work) > 1 and _processor_seconds(process.pid) > LONG_SECONDS:
                _behind_others(process.pid)
                break
        while selector.select(max(0.0, deadline - time.monotonic())):
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                return bytes(received)
            received += chunk
            if len(received) > job["bytes"] * 2 + _OVERHEAD_BYTES:
                break
    return None


def _problem(reply: dict[str, Any]) -> DataProblem:
    told = reply["problem"]
    code = told["code"] if told.get("code") in PROBLEMS else "query_failed"
    return DataProblem(code, subject=SUBJECT, where=told.get("where", ""), found=told.get("found", ""))


def _stopped(exit_code: int, limits: Limits) -> DataProblem:
    """Why a worker ended without an answer, by the signal that ended it."""
    if exit_code in (-signal.SIGXCPU, -signal.SIGALRM):
        return DataProblem("query_too_slow", subject=SUBJECT, found=f"> {limits.cpu_seconds} s")
    if exit_code > 0:
        return DataProblem("query_failed", subject=SUBJECT, found=f"exit {exit_code}")
    # What remains is an allocation that the engine could not do without, or a stack that ran over.
    return DataProblem("query_too_large", subject=SUBJECT)


def run(
    path: Path, sql: str, limits: Limits, *, gated: bool = True, visitor: str = "", raw: Path | None = None
) -> QueryResult:
    """Runs one text in a process of its own.

    Args:
        path: A published DuckDB file.
        sql: What was typed.
        limits: What it may take.
        visitor: Who asks, by a word that says nothing; a visitor has a quota, a program has none.
        raw: The file with what sources delivered, to be read beside it; its bytes are confirmed by who gives it.
        gated: Only the tests that measure what the process alone withstands switch the gate off.

    Raises:
        DataProblem: One of the `query_…` codes, or `publication_damaged`.
    """
    with _quota.turn(visitor):
        return _run(path, sql, limits, gated, raw)


def _run(path: Path, sql: str, limits: Limits, gated: bool, raw: Path | None) -> QueryResult:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise DataProblem("query_busy", subject=SUBJECT, found=f"{PLACES}")
    try:
        deadline = time.monotonic() + limits.seconds
        process = _take()
        job = Job(
            path=str(path.resolve()),
            raw=str(raw.resolve()) if raw else "",
            sql=sql,
            gated=gated,
            rows=limits.rows,
            bytes=limits.bytes,
            seconds=limits.seconds,
            cpu_seconds=limits.cpu_seconds,
            memory=limits.memory,
        )
        _at_work.add(process.pid)
        try:
            received = _exchange(process, job, deadline)
            if received == b"":
                # It ended without an answer; how it ended says why.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(1.0)
        finally:
            exit_code = _end(process)
            _at_work.discard(process.pid)
    finally:
        _places.release()
        prepare()
    if received is None:
        late = time.monotonic() >= deadline
        code = "query_too_slow" if late else "query_too_large"
        raise DataProblem(code, subject=SUBJECT, found=f"> {limits.seconds:g} s" if late else "")
    if not received:
        raise _stopped(exit_code, limits)
    reply = json.loads(received)
    if "problem" in reply:
        raise _problem(reply)
    return read_answer(reply)
