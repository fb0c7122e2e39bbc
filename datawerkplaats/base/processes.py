"""Processes that belong to another one."""

from __future__ import annotations

import os
import threading
import time

_LOOK_S = 1.0


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
