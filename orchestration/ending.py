"""A build that is asked to stop has stopped ten seconds later, whatever it was doing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_PATIENCE_S = 7.0
# The one would end the process without a word, the other, inherited from whoever started it, would never end it.
_SILENT = (signal.SIG_DFL, signal.SIG_IGN)


@dataclass
class Asked:
    """Whether the build was asked to stop."""

    to_stop: bool = False


@contextmanager
def ends_in_time(at_last: Callable[[], None], patience_s: float = _PATIENCE_S) -> Iterator[Asked]:
    """SIGTERM and SIGINT end what happens inside.

    Python runs the handler of a signal only between two of its own instructions, so a query or a fit in compiled code would
    be waited for. The signal's number arrives in a pipe at once: a thread that reads it gives the ordinary way out a few
    seconds and then ends the process.

    Args:
        at_last: Called before the process is ended that way, to leave a note; it has two seconds.
        patience_s: How long the ordinary way out may take.
    """
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    done = threading.Event()

    def watch() -> None:
        while number := os.read(read_end, 1):
            if number[0] not in (signal.SIGTERM, signal.SIGINT):
                continue
            asked.to_stop = True
            if done.wait(patience_s):
                return
            note = threading.Thread(target=at_last, daemon=True)
            note.start()
            note.join(2)
            os._exit(128 + number[0])
        os.close(read_end)

    before = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    handler = signal.getsignal(signal.SIGTERM)
    if handler in _SILENT:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=watch, name="ends_in_time", daemon=True).start()
    try:
        yield asked
    finally:
        done.set()
        signal.set_wakeup_fd(before)
        if handler in _SILENT:
            signal.signal(signal.SIGTERM, handler)
        os.close(write_end)
