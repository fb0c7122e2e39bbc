"""Processes that belong to another one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

_LOOK_S = 1.0


_PR_SET_PDEATHSIG = 1


def end_at_once_with_parent() -> None:
    """End this process as soon as the one that it was divided from has gone; elsewhere than on Linux within a second.

    For a process without threads, right after it was divided: what it would still write could meet the next run.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            return
    end_with_parent()


def end_with_parent() -> None:
    """End this process within a second after the one that started it has gone, however that ended.

    A worker of a pool waits for work for ever when its owner is killed; what it still had in hand would be written while
    the next build runs.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_S)
        os._exit(1)

    threading.Thread(target=watch, name="end_with_parent", daemon=True).start()
