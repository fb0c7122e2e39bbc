"""Pages of a StatLine table on disk: which ones are there, their rows in small pieces, and the link at
their end.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from datawerkplaats.base import files
from datawerkplaats.loading.web import GZIP_HEADER, Received

Row = dict[str, Any]
READ_BYTES, PIECE_BYTES = (
    16_384,
    262_144,
)  # of the file, and of the JSON in it, which is twelve times larger or more
LAST_ROWS_TRIED = 4
ROW_BETWEEN = re.compile(rb"\}\s*,\s*\Z")
ROWS_START = re.compile(rb'"value"\s*:\s*\[')


class PageFaultError(Exception):
    """A page that is not what it should be, and may be right when it is fetched again."""

    def __init__(self, code: str, expected: str, found: str) -> None:
        super().__init__(found)
        self.code, self.expected, self.found = code, expected, found


class PageStore:
    """The pages of one edition of a table, kept in a folder so that an interrupted run can go on.

    A page counts as present when its note is there, which is written after the page itself; its hash is
    compared while it is read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, number: int) -> Path:
        """Where the page is kept."""
        return self.folder / f"page_{number:05d}.json.gz"

    def get(self, number: int) -> Received | None:
        """The page if it came in before, else None."""
        try:
            note = json.loads(self._note(number).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        path = self.path(number)
        return Received(note["url"], path, note["sha256"], note["bytes"]) if path.exists() else None

    def put(self, number: int, received: Received) -> None:
        """Marks a page as present."""
        files.write_text(self._note(number), json.dumps({**asdict(received), "path": None}))

    def refuse(self, number: int) -> None:
        """Puts a wrong page aside, so that it is fetched again and can be looked at if it stays wrong."""
        self._note(number).unlink(missing_ok=True)
        if self.path(number).exists():
            files.move(self.path(number), self.folder / f"refused_page_{number:05d}.json.gz")

    def refused(self) -> list[Path]:
        """The pages that were wrong."""
        return sorted(self.folder.glob("refused_page_*.json.gz"))

    def _note(self, number: int) -> Path:
        return self.folder / f"page_{number:05d}.note.json"


class Page:
    """One page. `count` and `next_link` are known once all rows have been read."""

    def __init__(self, received: Received) -> None:
        self.received = received
        self.count = 0
        self.next_link: str | None = None

    def rows(self) -> Iterator[list[Row]]:
        """The rows in pieces of a few hundred, so that a page never stands in memory as a whole.

        Raises:
            PageFaultError: If the bytes are not those that were received, or not a page.
        """
        buffer, started = b"", False
        for chunk in self._chunks():
            buffer += chunk
            if not started:
                start = ROWS_START.search(buffer)
                if start is None:
                    continue
                head = buffer[: start.start()].rstrip(b" \r\n\t,")
                self._note_link(_parse(head + b"}"))
                buffer, started = buffer[start.end() :], True
            rows, buffer = _whole_rows(buffer)
            if rows:
                self.count += len(rows)
                yield rows
        tail = _parse(b'{"value":[' + buffer if started else buffer)
        rows = tail.pop("value", None)
        if not isinstance(rows, list):
            raise PageFaultError("page_incomplete", "a list of rows named value", "none")
        self._note_link(tail)
        self.count += len(rows)
        if rows:
            yield rows

    def _note_link(self, envelope: Row) -> None:
        link = envelope.get("odata.nextLink", envelope.get("@odata.nextLink"))  # v3, v4
        if isinstance(link, str):
            self.next_link = link

    def _chunks(self) -> Iterator[bytes]:
        unzip, digest = zlib.decompressobj(GZIP_HEADER), hashlib.sha256()
        try:
            with self.received.path.open("rb") as file:
                while piece := unzip.unconsumed_tail or file.read(READ_BYTES):
                    chunk = unzip.decompress(piece, PIECE_BYTES)
                    digest.update(chunk)
                    yield chunk
        except (OSError, zlib.error) as error:
            raise PageFaultError(
                "page_incomplete", "the page as it was received", "a damaged file"
            ) from error
        if digest.hexdigest() != self.received.sha256:
            raise PageFaultError("page_incomplete", "the page as it was received", "other bytes on disk")


def _parse(text: bytes) -> Row:
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise PageFaultError("page_incomplete", "a page of JSON in UTF-8", "text that is not JSON") from error
    if not isinstance(parsed, dict):
        raise PageFaultError("page_incomplete", "a JSON object", type(parsed).__name__)
    return parsed


def _whole_rows(buffer: bytes) -> tuple[list[Row], bytes]:
    """The rows that are complete in the buffer, and the rest.

    `},{` may also occur inside a text. A cut there leaves that text without its closing quote, hence never
    parses, and an earlier cut is tried; if none parses, the rows wait for more bytes.
    """
    start = len(buffer)
    for _ in range(LAST_ROWS_TRIED):
        start = buffer.rfind(b"{", 0, start)
        if start <= 0:
            break
        between = ROW_BETWEEN.search(buffer, max(0, start - 16), start)
        if between:
            try:
                return orjson.loads(b"[" + buffer[: between.start() + 1] + b"]"), buffer[start:]
            except orjson.JSONDecodeError:
                continue
    return [], buffer
