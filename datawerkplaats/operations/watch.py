"""The watch: looks every half minute, tells what became wrong or is over again, and answers with figures on 127.0.0.1."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from datawerkplaats.base import files
from datawerkplaats.base.browser_gate import LOCAL_HOSTS
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.operations import metrics
from datawerkplaats.operations.consistent import require_consistent
from datawerkplaats.operations.facts import PATIENCE_S, Looker
from datawerkplaats.operations.metrics import Waiting
from datawerkplaats.operations.notices import Queue, Way, notice_of, ways
from datawerkplaats.operations.troubles import Trouble, troubles

EVERY_S = 30.0
LOG = logging.getLogger(__name__)


class Watch:
    """One installation under watch; what was told survives a new start.

    Args:
        settings: The installation.
        say: Where sentences about the watch itself go.
        patience_s: How long a part of the service may be silent.
    """

    def __init__(
        self, settings: Settings, say: Callable[[str], None] = LOG.warning, patience_s: float = PATIENCE_S
    ) -> None:
        require_consistent(settings)
        self.settings, self.say = settings, say
        self.looker = Looker(settings, patience_s)
        self.queue = Queue(settings.operations_dir / "queue", settings.notice_queue)
        self.ways: list[Way] = ways(settings)
        self.told = self._read()
        self.sent = self.refused = 0
        self.found: list[Trouble] = []
        self.text = ""

    def look(self, now: datetime | None = None) -> list[Trouble]:
        """Look once: queue what has to be told and send what waits. What is wrong now."""
        at = now or datetime.now(UTC)
        facts = self.looker.look(at)
        self.found = troubles(facts, self.settings)
        title = facts.release.title if facts.release else "Datawerkplaats"
        if self.ways:
            self._tell(title, at)
            for way in self.ways:
                sent, problem = way.deliver(self.queue)
                self.sent += sent
                if problem:
                    self.say(problem.sentence("en"))
        oldest = self.queue.oldest()
        since = datetime.fromisoformat(oldest.at) if oldest else None
        self.text = metrics.text(facts, self.found, Waiting(len(self.queue), since, self.sent, self.refused))
        return self.found

    def _tell(self, title: str, at: datetime) -> None:
        """Queue one notice about everything that is new, lasts or is over; where the queue is full it stays to be told."""
        again = timedelta(hours=self.settings.notice_again_hours)
        due = [one for one in self.found if one not in self.told or at - self.told[one] >= again]
        over = [one for one in self.told if one not in self.found]
        if not due and not over:
            return
        try:
            self.queue.put(notice_of(title, at, due, over, [way.name for way in self.ways]))
        except DataProblem as problem:
            self.refused += 1
            self.say(problem.sentence("en"))
            return
        self.told = {one: moment for one, moment in self.told.items() if one not in over} | dict.fromkeys(
            due, at
        )
        rows = [[one.kind, one.subject, moment.isoformat()] for one, moment in self.told.items()]
        with suppress(OSError):  # on a full disk what was told is known to this process at least
            files.write_text(self.settings.operations_dir / "told.json", json.dumps(rows))

    def _read(self) -> dict[Trouble, datetime]:
        try:
            rows = json.loads((self.settings.operations_dir / "told.json").read_text(encoding="utf-8"))
            return {Trouble(kind, subject): datetime.fromisoformat(at) for kind, subject, at in rows}
        except (OSError, ValueError, TypeError):
            return {}


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Watch until stopped, with figures at /metrics and a word at /health.

    Raises:
        DataProblem: `settings_contradict`, or `runs_already` if the port is taken.
    """
    watch = Watch(settings, say)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", settings.watch_port), _handler(watch))
    except OSError as error:
        raise DataProblem(
            "runs_already", subject="watch", found=f"something else answers at port {settings.watch_port}",
            expected="a free port", remedy="set DWP_WATCH_PORT to another one",
        ) from error  # fmt: skip
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        started = time.monotonic()
        try:
            watch.look()
        except Exception:
            LOG.exception("a look failed; the next one is in half a minute")
        time.sleep(max(1.0, EVERY_S - (time.monotonic() - started)))


def _handler(watch: Watch) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers who asks on this machine, under a name of this machine."""

        def do_GET(self) -> None:
            host = self.headers.get("Host", "").rpartition(":")[0].strip("[]") or self.headers.get("Host", "")
            if host not in LOCAL_HOSTS:
                self._answer(421, "text/plain", "This server does not answer under that name.\n")
            elif self.path == "/metrics":
                self._answer(200, metrics.CONTENT_TYPE, watch.text)
            elif self.path == "/health":
                self._answer(
                    200 if watch.text else 503, "text/plain", "watching\n" if watch.text else "starting\n"
                )
            else:
                self._answer(404, "text/plain", "Ask /metrics or /health.\n")

        def _answer(self, status: int, kind: str, text: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing about who asks."""

    return Handler
