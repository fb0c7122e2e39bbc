"""How fast an answer comes in: one that drips would otherwise be waited for without end, since it is never silent."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

# Counted from the first byte of an answer, its headers included.
SLOW_AFTER_S, SLOWEST_BYTES_S = 6.0, 1_000

_answer = threading.local()


class TooSlowError(Exception):
    """An answer comes in more slowly than any that ends."""


def begin_answer() -> None:
    """A new answer is waited for, in this thread."""
    _answer.began, _answer.bytes = None, 0


def _came_in(size: int) -> None:
    now = time.monotonic()
    if getattr(_answer, "began", None) is None:
        _answer.began, _answer.bytes = now, 0
    _answer.bytes += size
    if now - _answer.began > SLOW_AFTER_S + _answer.bytes / SLOWEST_BYTES_S:
        raise TooSlowError


class _Stream(httpcore.NetworkStream):
    """A connection that counts what comes in."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came in, at most so many bytes."""
        content = self._stream.read(max_bytes, timeout)
        _came_in(len(content))
        return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends."""
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        """Ends the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection."""
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connections that count what comes in."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to a host."""
        return _Stream(self._backend.connect_tcp(host, port, timeout, local_address, socket_options))


def watch_speed(client: httpx.Client) -> None:
    """Let a client's own transports, also those by way of a proxy, count what comes in; a transport that was handed in does
    not read from a network.
    """
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            # httpx has no setting for it; httpcore, which it is made of, documents it as `network_backend`.
            transport._pool._network_backend = _Backend()
