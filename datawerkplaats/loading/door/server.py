"""A process without threads that reads: per delivery it divides in two, so that each is read by a fresh one.

Starting Python with all that reading needs takes longer than most readings; dividing a process that has it takes milliseconds.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import sys

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
    import datawerkplaats.loading.services
    import datawerkplaats.loading.statline  # noqa: F401

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _serve(connection: socket.socket) -> None:
    """One request: this process, a copy of the server, watches over another copy that reads."""
    from datawerkplaats.loading.door.apart import apart

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    (size,) = LENGTH.unpack(received_exactly(connection, LENGTH.size))
    # It comes from the process that started this one, over a socket that has no name.
    function, arguments, named, subject, limits = pickle.loads(received_exactly(connection, size))
    connection.sendall(
        apart(lambda: function(*arguments, **named), subject, limits, gone=connection.fileno())
    )


def main(control: socket.socket) -> None:
    """Answers until the other end of the socket is closed."""
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who watch
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        connection = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            control.close()
            try:
                _serve(connection)
            finally:
                os._exit(0)
        connection.close()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
