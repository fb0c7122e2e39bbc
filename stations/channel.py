# Long because a line, its loss and its refusal are told by one state machine; split, each half would hold the other.
"""Between stations: mutual TLS to every other party, small messages that the protocol needs, and MPyC's shares over the same lines.

Who does not show a certificate of the region's own authority under the name it claims, is not heard.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from datawerkplaats.base.errors import PROBLEMS, DataProblem
from stations.library import runtime_of

_STOP, _GOODBYE, _FIRST_LABEL = -1, -2, -3  # MPyC's own labels are hashes; these are ours
_MOST_WORDS = 64_000_000  # bytes of one message: more is no message of ours


@dataclass(frozen=True)
class Peer:
    """A party as the others reach it."""

    name: str
    host: str
    port: int


@dataclass(frozen=True)
class Credentials:
    """Files of one station: its certificate, its key, and the authority it trusts."""

    certificate: str
    key: str
    authority: str

    def context(self, *, is_server: bool) -> ssl.SSLContext:
        """TLS 1.3 in which both sides show a certificate.

        Raises:
            DataProblem: `certificate_refused` if a file is missing or is not what it should be.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        try:
            context.load_cert_chain(self.certificate, self.key)
            context.load_verify_locations(self.authority)
        except (OSError, ssl.SSLError) as error:
            raise DataProblem(
                "certificate_refused",
                subject="own certificate",
                expected="a certificate with its key, and the authority's",
                remedy="ask the region for a new certificate: dwp station certificate",
            ) from error
        context.verify_mode = ssl.CERT_REQUIRED
        return context


@dataclass
class Channel:
    """The lines of one party to all others, for one round.

    Args:
        index: Which of the parties this is.
        parties: All parties, in the order of the request.
        credentials: This station's certificate; None only where a measurement goes without TLS.
        wait_s: How long to wait for others before the round is given up.
    """

    index: int
    parties: Sequence[Peer]
    credentials: Credentials | None
    wait_s: float = 60.0
    delay_s: float = 0.0
    runtime: Any = None
    failed: asyncio.Future[None] | None = None
    is_over: bool = False
    finished: set[int] = field(default_factory=set)
    _label: int = _FIRST_LABEL
    _server: asyncio.Server | None = None

    async def connect(self) -> Any:
        """The MPyC runtime on lines to every party.

        Raises:
            DataProblem: `station_silent` with who did not come, or `certificate_refused`.
        """
        loop = asyncio.get_running_loop()
        self.failed = loop.create_future()
        self.runtime = runtime_of(self.index, len(self.parties))
        loop.set_exception_handler(lambda _, context: self._noticed(context))
        for party in self.runtime.parties:
            party.protocol = loop.create_future() if party.pid == self.index else None
        own = self.parties[self.index]
        inward = self.credentials.context(is_server=True) if self.credentials else None
        outward = self.credentials.context(is_server=False) if self.credentials else None
        line = _line_class()
        try:
            if self.index:
                self._server = await loop.create_server(lambda: line(self), own.host, own.port, ssl=inward)
        except OSError as error:
            raise DataProblem(
                "station_silent",
                subject=own.name,
                where=f"port {own.port}",
                expected="a free port",
                remedy="end the round that is still running here, or agree on another port",
            ) from error
        calls = [
            loop.create_task(self._call(peer, outward, line))
            for peer in range(self.index + 1, len(self.parties))
        ]
        try:
            await self.until(asyncio.gather(self.runtime.parties[self.index].protocol, *calls))
        finally:
            for call in calls:
                call.cancel()
        return self.runtime

    async def _call(self, peer: int, context: ssl.SSLContext | None, line: Any) -> None:
        """Call a party until it answers; a certificate that is not right ends the round at once."""
        loop, party = asyncio.get_running_loop(), self.parties[peer]
        while True:
            try:
                await loop.create_connection(
                    lambda: line(self, peer),
                    party.host,
                    party.port,
                    ssl=context,
                    server_hostname=party.name if context else None,
                )
                return
            except ssl.SSLCertVerificationError as error:
                raise DataProblem(
                    "certificate_refused",
                    subject=party.name,
                    expected="a valid certificate of the region's authority under this name",
                    found=str(error.verify_message)[:80],
                    remedy="ask this party to renew its certificate; nothing was sent",
                ) from error
            except OSError:
                await asyncio.sleep(0.1)

    async def until(self, work: Any, wait_s: float = 0.0) -> Any:
        """The outcome of `work`, unless a party fails first or the time is over.

        Raises:
            DataProblem: What failed, or `station_silent`.
        """
        assert self.failed is not None
        task = asyncio.ensure_future(work)
        await asyncio.wait(
            {task, self.failed}, timeout=wait_s or self.wait_s, return_when=asyncio.FIRST_COMPLETED
        )
        if self.failed.done():
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
            self.failed.result()
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
            raise self._silent()
        return task.result()

    def _silent(self) -> DataProblem:
        lines = [party.protocol for party in self.runtime.parties]
        missing = [self.parties[i].name for i, line in enumerate(lines) if line is None and i != self.index]
        return DataProblem(
            "station_silent",
            subject=", ".join(missing) or "round",
            expected=f"an answer within {self.wait_s:g} seconds",
            remedy="agree on a moment and start again at every party; nothing was opened",
        )

    async def exchange(self, message: Any) -> list[Any]:
        """What every party says at this point of the round, in the order of the parties; `message` is said by this one."""
        label, self._label = self._label, self._label - 1
        content = json.dumps(message, ensure_ascii=False, sort_keys=True).encode()
        found: list[Any] = []
        others = [p for p in self.runtime.parties if p.pid != self.index]
        for party in others:
            party.protocol.send(label, content)
        for party in self.runtime.parties:
            if party.pid == self.index:
                found.append(message)
                continue
            answer = party.protocol.receive(label)
            content_of = await self.until(answer) if isinstance(answer, asyncio.Future) else answer
            try:
                found.append(json.loads(content_of))
            except ValueError as error:
                raise DataProblem(
                    "station_message",
                    subject=self.parties[party.pid].name,
                    expected="a message of this protocol",
                ) from error
        return found

    def fail(self, problem: DataProblem) -> None:
        """The round fails, for the first reason that came up."""
        if self.failed is not None and not self.failed.done():
            self.failed.set_exception(problem)

    def lost(self, peer: int | None) -> None:
        """A line is gone before the round was over."""
        if not self.is_over and peer is not None and peer not in self.finished:
            self.fail(
                DataProblem(
                    "station_dropped",
                    subject=self.parties[peer].name,
                    expected="every party until the end of the round",
                    remedy="start again at every party; nothing was opened",
                )
            )

    def _noticed(self, context: dict[str, Any]) -> None:
        """What goes wrong inside the library: a wrong share, a message that is none."""
        error = context.get("exception")
        problem = error if isinstance(error, DataProblem) else None
        if error is not None and not isinstance(error, asyncio.CancelledError | OSError):
            self.fail(problem or not_understood(type(error).__name__))

    async def tell_and_close(self, problem: DataProblem | None = None, *, is_done: bool = False) -> None:
        """Close all lines; with a problem the others hear its kind first, and never more than that."""
        self.is_over = True
        others = [p for p in self.runtime.parties if p.pid != self.index] if self.runtime else []
        lines = [party.protocol for party in others if party.protocol is not None]
        for line in lines:
            if problem is not None:
                line.send(_STOP, problem.code.encode())
            elif is_done:  # all that this party had to say was said: who is slower may read it at leisure
                line.send(_GOODBYE, b"")
        if self.delay_s:  # what is on its way in a measurement with a slow network still arrives
            await asyncio.sleep(2 * self.delay_s)
        for line in lines:
            line.transport.close()
        if self._server is not None:
            self._server.close()
        if self.failed is not None and self.failed.done():
            self.failed.exception()
        await asyncio.sleep(0)

    def told_to_stop(self, peer: int, code: bytes) -> None:
        """Another party gives up: its kind of reason is ours to tell."""
        kind = code.decode("ascii", "replace")
        reason = PROBLEMS[kind]["en"] if kind in PROBLEMS else "another reason"
        self.fail(
            DataProblem(
                "station_stopped",
                subject=self.parties[peer].name,
                found=reason,
                remedy="solve it there and start again at every party; nothing was opened",
            )
        )


def not_understood(found: str) -> DataProblem:
    """That what came from another party is no message of this protocol."""
    return DataProblem(
        "station_message",
        subject="round",
        expected="messages of this protocol",
        found=found,
        remedy="see that every party runs the same version, then start again; nothing was opened",
    )


def _line_class() -> Any:  # noqa: C901
    from mpyc.asyncoro import MessageExchanger

    class Line(MessageExchanger):  # type: ignore[misc, unused-ignore]
        """MPyC's line to one party, with the name on the certificate looked at and every loss noticed."""

        __slots__ = ("channel", "received")

        def __init__(self, channel: Channel, peer: int | None = None) -> None:
            super().__init__(channel.runtime, peer)
            self.channel = channel
            self.received = 0

        def data_received(self, data: bytes) -> None:
            self.received += len(data)
            if self.peer_pid is None and not self._is_who_it_says(bytes(self.bytes) + data):
                self.transport.abort()
                return
            try:
                super().data_received(data)
            except Exception as error:
                self.channel.fail(not_understood(type(error).__name__))
                return
            if _STOP in self.buffers and self.peer_pid is not None:
                self.channel.told_to_stop(self.peer_pid, bytes(self.buffers.pop(_STOP)))
            if _GOODBYE in self.buffers and self.peer_pid is not None:
                self.buffers.pop(_GOODBYE)
                self.channel.finished.add(self.peer_pid)
            if len(self.bytes) > _MOST_WORDS:
                self.channel.fail(not_understood("a message without an end"))

        def _is_who_it_says(self, start: bytes) -> bool:
            if len(start) < 2 or self.channel.credentials is None:
                return True
            claimed = int.from_bytes(start[:2], "little")
            parties, line = self.channel.parties, self.transport.get_extra_info("ssl_object")
            if claimed >= self.channel.index or self.runtime.parties[claimed].protocol is not None:
                return False
            names = {value for kind, value in line.getpeercert().get("subjectAltName", ()) if kind == "DNS"}
            return parties[claimed].name in names

        def send(self, label: int, payload: bytes) -> None:
            if self.transport.is_closing():
                return
            if self.channel.delay_s:
                asyncio.get_running_loop().call_later(self.channel.delay_s, super().send, label, payload)
            else:
                super().send(label, payload)

        def connection_lost(self, exc: Exception | None) -> None:
            self.channel.lost(self.peer_pid)

    return Line
