"""A process without threads that reads: per delivery it divides in two, so that each is read by a fresh one.

Starting Python with all that reading needs takes longer than most readings; dividing a process that has it takes milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import socket
import struct
import sys
from typing import Any

# A request: the socket to answer on travels with a byte; what to do follows on that socket, its length first.
LENGTH = struct.Struct("!Q")


def received_exactly(connection: socket.socket, size: int) -> bytes:
    """So many bytes.

    Raises:
        EOFError: If there are fewer.
    """
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _load() -> None:
    """Imports what reading needs, before the first request."""
    from datawerkplaats.loading.little import load_little

    load_little()
    import orjson  # noqa: F401
    import pyarrow as pa
    import pyarrow.parquet

    import datawerkplaats.loading.door.apart
    import datawerkplaats.loading.files
    import datawerkplaats.loading.notices
    import datawerkplaats.loading.readers.csv
    import datawerkplaats.loading.readers.parquet
    import datawerkplaats.loading.services
    import datawerkplaats.loading.statline  # noqa: F401

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _request(connection: socket.socket) -> tuple[Any, ...]:
    """What is to be done. It is understood here and not in the copy, so that what it imports is imported once.

    It comes from the process that started this one, over a socket that has no name.
    """
    (size,) = LENGTH.unpack(received_exactly(connection, LENGTH.size))
    request: tuple[Any, ...] = pickle.loads(received_exactly(connection, size))
    return request


def _serve(connection: socket.socket, request: tuple[Any, ...]) -> None:
    """One request: this process, a copy of the server, watches over another copy that reads."""
    from datawerkplaats.loading.door.apart import apart

    function, arguments, named, subject, limits = request
    connection.sendall(
        apart(lambda: function(*arguments, **named), subject, limits, gone=connection.fileno())
    )


def _reap(options: int) -> None:
    """Takes note of copies that have ended, so that what they used counts as used by this process."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def main(control: socket.socket) -> None:
    """Answers until the other end of the socket is closed."""
    _load()
    from datawerkplaats.loading.door.apart import unforeseen
    from datawerkplaats.loading.door.reply import told

    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        _reap(0 if not message else os.WNOHANG)
        if not message:
            return
        with socket.socket(fileno=descriptors[0]) as connection:
            try:
                request = _request(connection)
            except (EOFError, OSError):
                continue  # who asked has gone
            except Exception as error:
                connection.sendall(told(unforeseen("a request", error)))
                continue
            if os.fork() == 0:
                control.close()
                try:
                    _serve(connection, request)
                finally:
                    os._exit(0)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
