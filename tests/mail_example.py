"""A mail server and a webhook of the test's own, which keep what they are sent and can be away."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

Server = TypeVar("Server", bound=socketserver.BaseServer)


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of SMTP (RFC 5321) as a client needs to hand over a letter."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self.letters: list[EmailMessage] = []
        self.came: list[float] = []  # when each of them did
        super().__init__(("127.0.0.1", port), _Letter)


class _Letter(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                lines = []
                while (content := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(content.removeprefix(b"."))
                letter = message_from_bytes(b"".join(lines), policy=policy.default)
                assert isinstance(letter, EmailMessage)
                self.server.came.append(time.monotonic())
                self.server.letters.append(letter)
            self._say("221 bye" if word == b"QUIT" else "250 fine")
            if word == b"QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Hook(ThreadingHTTPServer):
    """Takes JSON by POST; answers 503 while it is `away`."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        # Per kind of trouble when the first notice of it came.
        self.came: dict[str, float] = {}
        self.away = False
        super().__init__(("127.0.0.1", 0), _Post)


class _Post(BaseHTTPRequestHandler):
    server: Hook

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.server.away:
            self.server.posts.append(content)
            for one in content["now"]:
                self.server.came.setdefault(one["kind"], time.monotonic())
        self.send_response(503 if self.server.away else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server at work, until the block ends."""
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
