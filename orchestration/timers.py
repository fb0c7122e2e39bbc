"""Timers of Dagster and gRPC that are made for code that changes while it is served: here it changes when the service starts anew.

By themselves the web server and the daemon ask the code server once a second whether it is another one, over a connection that they
make anew each time; the daemon reads all definitions once a minute and looks twice a second, in two threads, whether it has to end;
the code server looks ten times a second for a signal that interrupts it anyway. Nobody asks anything for most of the day, and this
was more than half of what the service cost then.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

from dagster._grpc.client import DEFAULT_GRPC_TIMEOUT, DagsterGrpcClient

from datawerkplaats.base.library_timer import another_thing, owner

# Per module and name the seconds: how soon web server and daemon notice that the code server was started anew; after how long the
# daemon reads the definitions anew where nobody noticed anything, and after how long without it ends: by itself it tries for four
# minutes; how often it looks which sensors are due (30 seconds at least).
_SECONDS = {
    ("dagster._grpc.server_watcher", "WATCH_INTERVAL"): 5,
    ("dagster._daemon.controller", "RELOAD_WORKSPACE_INTERVAL"): 900,
    ("dagster._daemon.controller", "DEFAULT_WORKSPACE_FRESHNESS_TOLERANCE"): 1140,
    ("dagster._daemon.sensor", "MIN_INTERVAL_LOOP_TIME"): 10,
}
# Of the code server: a signal and an answer interrupt this waiting, it is made for systems where they do not.
_SECONDS_OF_CODE = {("grpc._common", "MAXIMUM_WAIT_TIMEOUT"): 5}
_WATCHES = ("dagster._grpc.server_watcher", "watch_grpc_server_thread")
_ROUNDS = ("dagster._daemon.daemon", "IntervalDaemon.core_loop")
# A daemon tells every half a minute that it lives, and whoever waits longer than this would be late for it.
_LONGEST_S = 5.0


class _Line:
    """A bare connection, with a thread that sleeps until the server says something more than its greeting, and ends it then.

    At once, since a server that stops says so and waits twenty seconds for whoever is still connected.
    """

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.has_ended = threading.Event()
        self._socket = socket.create_connection((host, port), timeout)
        self._socket.settimeout(None)
        threading.Thread(target=self._listen, name="code-server-line", daemon=True).start()

    def _listen(self) -> None:
        with self._socket, suppress(OSError):
            if self._socket.recv(4096):
                self._socket.recv(4096)
        self.has_ended.set()

    def close(self) -> None:
        """End it; the thread wakes by this and goes."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


class OnTheLine(DagsterGrpcClient):
    """Asks the code server which one it is when a line to it has ended, and knows it until then.

    The line is a bare connection that nothing goes over. An open one of gRPC wakes thirty times a second by itself, and one that is
    made for each question takes both sides more than all else that happens then. The server ends a bare one after a while, and is
    asked anew then, so that one that lives without answering is told as well.
    """

    def __init__(self, client: DagsterGrpcClient) -> None:
        host = client.host or "localhost"
        super().__init__(client.port, client.socket, host, client.use_ssl, client.metadata)
        self._line: _Line | None = None
        self._known = ""

    def get_server_id(self, timeout: int = DEFAULT_GRPC_TIMEOUT) -> str:
        """Which server it is: asked where it may be another one."""
        if self._line is None or self._line.has_ended.is_set():
            self.close()
            # First the line: a server that ends between this and its answer ends the line too.
            line = self._made(timeout)
            try:
                self._known = super().get_server_id(timeout)
            except BaseException:
                if line is not None:
                    line.close()
                raise
            self._line = line
        return self._known

    def _made(self, timeout: int) -> _Line | None:
        """A line, or none where the server cannot be reached by a port: then every question is asked."""
        if self.port is not None:
            with suppress(OSError):
                return _Line(self.host or "localhost", self.port, timeout)
        return None

    def close(self) -> None:
        """End the line."""
        if self._line is not None:
            self._line.close()
            self._line = None


class _Patient:
    """An event that is waited for longer than who waits asks, since it wakes whoever waits."""

    def __init__(self, event: threading.Event, seconds: float) -> None:
        self._event, self._seconds = event, seconds

    def wait(self, timeout: float) -> bool:
        """Whether it happened."""
        return self._event.wait(max(timeout, self._seconds))


def _set(timers: Mapping[tuple[str, str], float]) -> None:
    for (module, name), seconds in timers.items():
        place, last, own = owner(module, name)
        if not isinstance(own, int | float) or own >= seconds:
            raise another_thing(module, name, f"a number of seconds below {seconds}")
        setattr(place, last, seconds)


def _watch_on_the_line() -> None:
    place, last, own = owner(*_WATCHES)

    def watch(location: str, client: DagsterGrpcClient, **named: Any) -> None:
        with closing(OnTheLine(client)) as on_the_line:
            own(location, on_the_line, **named)

    setattr(place, last, watch)


def _wait_for_a_round() -> None:
    place, last, own = owner(*_ROUNDS)

    def rounds(daemon: Any, context: Any, ends: threading.Event) -> Any:
        return own(daemon, context, _Patient(ends, min(_LONGEST_S, daemon.interval_seconds)))

    setattr(place, last, rounds)


def slow_down() -> None:
    """Set those of web server and daemon, in this process, before they start.

    Raises:
        DataProblem: `library_timer` if this version of a library has no such timer.
    """
    _set(_SECONDS)
    _watch_on_the_line()
    _wait_for_a_round()


def slow_down_code() -> None:
    """Set those of the code server; raises as `slow_down` does."""
    _set(_SECONDS_OF_CODE)
