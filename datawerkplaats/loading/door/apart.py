"""Reading in a process of its own, which is ended when it takes too much or too long."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.processes import end_at_once_with_parent
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.loading.door.limits import MB, Limits, confine
from datawerkplaats.loading.door.reply import LONGEST, told
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import HasChangedError

_REMEDY = "look at the file: a delivery of this kind takes a fraction of it; or raise the limit in the settings (operations.md)"


def apart(
    work: Callable[[], IngestResult | list[str]], subject: str, limits: Limits, gone: int | None = None
) -> bytes:
    """The outcome of the work, done in a child; this process must have one thread only.

    Args:
        work: What is to be done; all that it leaves is on disk.
        subject: What is read, for messages.
        limits: What it may take.
        gone: A socket of who asked: when that one has gone away the child is ended.

    Returns:
        The outcome as `reply.told` gives it; a child that was ended gives the sentence that tells why.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, subject, limits, writing)
    os.close(writing)
    try:
        received = _received(reading, limits.seconds, gone)
    finally:
        os.close(reading)
        if not _ended(child):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    status = _status.pop(child, None)
    if status is None:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if received is not None and status == 0:
        return received
    return told(_why(status, received is None, subject, limits))


_status: dict[int, int] = {}


def _ended(child: int) -> bool:
    """Whether the child ends by itself, which one that has given its answer does at once."""
    for _ in range(100):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            _status[child] = os.waitstatus_to_exitcode(status)
            return True
        time.sleep(0.005)
    return False


def _work(work: Callable[[], IngestResult | list[str]], subject: str, limits: Limits, writing: int) -> None:
    """The child: does the work within the limits, tells the outcome and ends without tidying up."""
    code = 0
    try:
        end_at_once_with_parent()
        confine(limits)
        outcome: IngestResult | list[str] | BaseException
        try:
            outcome = work()
        except (HasChangedError, DataProblem, OSError) as error:
            outcome = error
        except MemoryError:
            outcome = too_much(subject, limits)
        except Exception as error:
            outcome = unforeseen(subject, error)
        reply = told(outcome)
        while reply:
            reply = reply[os.write(writing, reply) :]
    except BaseException:
        code = 3
    finally:
        os._exit(code)


def _received(reading: int, seconds: float, gone: int | None) -> bytes | None:
    """All that the child tells; None if it takes too long, or who asked went away."""
    deadline, size = time.monotonic() + seconds, 0
    parts: list[bytes] = []
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    if gone is not None:
        poll.register(gone, select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0))
    while (left := deadline - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            if descriptor != reading:
                return None
            part = os.read(reading, 1 << 16)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > LONGEST:
                return None
    return None


def _why(status: int, is_late: bool, subject: str, limits: Limits) -> DataProblem:
    """Why a child ended without an outcome."""
    if status == -signal.SIGXCPU:
        return too_long(subject, f"more than {limits.cpu_seconds:.0f} s of processor time")
    if is_late:
        return too_long(subject, f"more than {limits.seconds:.0f} s in all")
    if status in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL):
        return unforeseen(subject, RuntimeError())
    # What cannot get memory that it cannot do without ends by itself, or is ended by the system.
    return too_much(subject, limits)


def too_much(subject: str, limits: Limits) -> DataProblem:
    """That reading took more memory than it may."""
    return DataProblem(
        "reading_took_too_much",
        subject=subject,
        expected=f"at most {limits.memory_bytes // MB} MB",
        remedy=_REMEDY,
    )


def too_long(subject: str, found: str) -> DataProblem:
    """That reading took more time than it may."""
    return DataProblem(
        "reading_took_too_long",
        subject=subject,
        expected="a delivery that is read in the time its size asks for",
        found=found,
        remedy=_REMEDY,
    )


def unforeseen(subject: str, error: BaseException) -> DataProblem:
    """That the reader met something it has no words for: where in the code, and nothing of what was read."""
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(PROJECT_ROOT))]
    place = f" at {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return DataProblem(
        "unreadable_file",
        subject=subject,
        expected="a whole delivery in the form that was agreed",
        found=f"{type(error).__name__}{place}",
        remedy="open the file in the program it was made with and save it again; if it stays, tell who maintains the readers",
    )
