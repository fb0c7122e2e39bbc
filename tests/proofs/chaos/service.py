"""A stand-in for the services that are asked for tables, on a port of its own, whose answers can be spoilt while it runs.

It answers as StatLine does (OData v3), from the bodies of the example region, in pages of a few hundred rows so that a small
table has several. A fault sees every request, and may change the rows, answer otherwise, wait, or hang up.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 400
Row = dict[str, Any]


class HangUp(Exception):
    """The connection is closed without an answer."""


class BreakOff(Exception):
    """Half of an answer comes, and then the connection is closed."""


@dataclass
class Status(Exception):
    """Another answer than the one that was asked for."""

    code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


@dataclass(frozen=True)
class Asked:
    """What was asked: a table, one of its lists, from which row on; and how many requests for rows of it came before."""

    table: str
    entity: str
    skip: int = 0
    pages: int = 0


Fault = Callable[[Asked, list[Row]], list[Row]]


def _sound(_: Asked, rows: list[Row]) -> list[Row]:
    return rows


class Service(ThreadingHTTPServer):
    """The service: `fault` may be set at any time, and `reset` forgets what was asked."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.fault: Fault = _sound
        self.asked: dict[str, int] = {}
        self.turn = threading.Lock()
        self.tables = {path.name.lower(): path for path in (folder / "ODataFeed").iterdir()}

    def handle_error(self, *_: Any) -> None:
        """Nothing: whoever asked has gone away."""

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def reset(self, fault: Fault = _sound) -> None:
        """Sound again, or spoilt in another way."""
        with self.turn:
            self.fault, self.asked = fault, {}

    def count(self, table: str) -> int:
        """How many requests for its rows came before this one."""
        with self.turn:
            self.asked[table] = self.asked.get(table, 0) + 1
            return self.asked[table] - 1

    def rows(self, table: str, entity: str) -> list[Row]:
        """All rows of a list."""
        found = sorted(
            self.tables[table.lower()].glob(f"{entity}_*.json"),
            key=lambda path: int(path.stem.rpartition("_")[2]),
        )
        whole = found or [self.tables[table.lower()] / f"{entity}.json"]
        if not whole[0].exists():
            raise _NotThere
        return [row for path in whole for row in json.loads(path.read_bytes())["value"]]


class _NotThere(Exception):
    """There is no such address."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """One answer."""
        try:
            body, status, headers = json.dumps(self._answer()).encode(), 200, {}
        except Status as other:
            body, status, headers = other.body, other.code, other.headers
        except _NotThere:
            body, status, headers = b'{"odata.error":{}}', 404, {}
        except (HangUp, BreakOff) as gone:
            self.close_connection = True
            if isinstance(gone, BreakOff):
                self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{"value": [{"ID": 1, ')
            self.connection.close()
            return
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> Any:
        path, query = urlsplit(self.path).path.strip("/"), parse_qs(urlsplit(self.path).query)
        if path == "ODataCatalog/Tables":
            wanted = query.get("$filter", ["''"])[0].split("'")[1]
            listed = json.loads((self.server.folder / "ODataCatalog" / "Tables.json").read_bytes())["value"]
            rows = [row for row in listed if row["Identifier"].lower() == wanted.lower()]
            return {"value": self.server.fault(Asked(wanted, "Tables"), rows)}
        parts = path.split("/")
        if len(parts) != 4 or parts[2].lower() not in self.server.tables:
            raise _NotThere
        table, entity = parts[2:]
        skip = int(query.get("$skip", ["0"])[0])
        is_data = entity.endswith("DataSet")
        asked = Asked(table, entity, skip, self.server.count(table) if is_data else 0)
        rows = self.server.fault(asked, self.server.rows(table, entity))
        if not is_data:
            return {"value": rows}
        body: Row = {"odata.metadata": "", "value": rows[skip : skip + PAGE]}
        if skip + PAGE < len(rows):
            body["odata.nextLink"] = (
                f"{self.server.address}/ODataFeed/odata/{table}/{entity}?$format=json&$skip={skip + PAGE}"
            )
        return body


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """The service over a folder with the bodies of the example region, until the block ends."""
    with Service(folder) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()
