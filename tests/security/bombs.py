# Long because it is one list: every way to harm whoever reads a delivery.
"""Deliveries and answers that are made to harm whoever reads them: each writes one file, or answers one request."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

MB = 1_000_000
HEADING = ("ID", "RegioS", "Perioden", "Eenzaam_28", "Roker_11")
ROWS = [(n, f"GM{1000 + n:04d}", "2020JJ00", f"{n % 90}.5", "1.0") for n in range(12)]
Write = Callable[[Path], None]


def good_csv(path: Path) -> None:
    """The delivery as it should be."""
    lines = [";".join(map(str, line)) for line in (HEADING, *ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")


def good_xlsx(path: Path) -> None:
    """The same as a spreadsheet."""
    book = openpyxl.Workbook()
    for line in (HEADING, *ROWS):
        book.worksheets[0].append(list(line))
    book.save(path)


def good_parquet(path: Path) -> None:
    """The same as Parquet."""
    columns = dict(zip(HEADING, zip(*ROWS, strict=True), strict=True))
    pq.write_table(pa.table({name: list(values) for name, values in columns.items()}), path)


def good_geojson(path: Path) -> None:
    """Areas as they should be."""
    ring = [[6.5, 53.0], [6.6, 53.0], [6.6, 53.1], [6.5, 53.0]]
    features = [
        {
            "type": "Feature",
            "properties": {"wijkcode": f"WK1680{n:02d}", "wijknaam": f"Wijk {n}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for n in range(3)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


GOOD: dict[str, Write] = {
    ".csv": good_csv,
    ".xlsx": good_xlsx,
    ".parquet": good_parquet,
    ".geojson": good_geojson,
}


def _rows_of_nothing(path: Path) -> None:
    pq.write_table(pa.table({name: pa.nulls(600_000_000) for name in HEADING[:1]}), path)


def _columns_of_nothing(path: Path) -> None:
    pq.write_table(pa.table({f"c{n}": pa.nulls(40_000_000) for n in range(30)}), path)


def _long_texts(path: Path) -> None:
    text = "x" * (50 * MB)
    schema = pa.schema([(name, pa.string()) for name in HEADING])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for _ in range(60):
            writer.write_table(pa.table([[text], *[["1"]] * 4], schema=schema))


def _many_columns(path: Path) -> None:
    pq.write_table(pa.table({f"column_{n}": [1] for n in range(20_000)}), path)


def _cut(good: Write, share: float) -> Write:
    def write(path: Path) -> None:
        good(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return write


def _wrong_bytes(good: Write, seed: int) -> Write:
    def write(path: Path) -> None:
        good(path)
        content, chance = bytearray(path.read_bytes()), random.Random(seed)
        for _ in range(40):
            content[chance.randrange(len(content) - 60)] = chance.randrange(256)
        path.write_bytes(content)

    return write


def _footer_of_another_length(path: Path) -> None:
    good_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[:-8] + (2**31 - 1).to_bytes(4, "little") + content[-4:])


def _sheet(change: Callable[[str], str], name: str = "xl/worksheets/sheet1.xml") -> Write:
    """A spreadsheet with one of its parts changed."""

    def write(path: Path) -> None:
        good_xlsx(path)
        with zipfile.ZipFile(path) as packed:
            parts = {part: packed.read(part) for part in packed.namelist()}
        parts[name] = change(parts[name].decode()).encode()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for part, content in parts.items():
                packed.writestr(part, content)

    return write


def stale_dimension(path: Path) -> None:
    """A sheet that says that it ends before it does."""
    _sheet(lambda text: text.replace('<dimension ref="A1:E13"/>', '<dimension ref="A1:B5"/>'))(path)
    with zipfile.ZipFile(path) as packed:
        assert b'"A1:B5"' in packed.read("xl/worksheets/sheet1.xml")


def _laughs(text: str) -> str:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    head, rest = text.split("<worksheet", 1)
    return f"{head}<!DOCTYPE worksheet [{names}]><worksheet{rest.replace('1.0', '&l9;', 1)}"


def _unfolding(part: str, size: int, ends: tuple[bytes, bytes]) -> Write:
    def write(path: Path) -> None:
        good_xlsx(path)
        with zipfile.ZipFile(path) as packed:
            parts = {name: packed.read(name) for name in packed.namelist() if name != part}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for name, content in parts.items():
                packed.writestr(name, content)
            with packed.open(part, "w", force_zip64=True) as stream:
                stream.write(ends[0])
                for _ in range(size // MB):
                    stream.write(b" " * MB)
                stream.write(ends[1])

    return write


def _says_it_is_small(path: Path) -> None:
    """Unfolds to 300 MB, and says 1,000 bytes in both places where its size stands."""
    _unfolding(
        "xl/worksheets/sheet1.xml", 300 * MB, (b"<worksheet><sheetData>", b"</sheetData></worksheet>")
    )(path)
    content = bytearray(path.read_bytes())
    size = 300 * MB + len(b"<worksheet><sheetData></sheetData></worksheet>")
    told, lie = size.to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    start = 0
    while (start := content.find(told, start)) >= 0:
        content[start : start + 4] = lie
    path.write_bytes(content)


def _many_parts(path: Path) -> None:
    good_xlsx(path)
    with zipfile.ZipFile(path, "a") as packed:
        for number in range(6_000):
            packed.writestr(f"xl/more/{number}.xml", b"")


def _beside_the_table(path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (HEADING, *ROWS):
        book.worksheets[0].append([*line, None, "kladje" if line[0] == 7 else None])
    book.save(path)


def _sparse(size: int, start: bytes = b"") -> Write:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(start)
            file.truncate(size)

    return write


def _never_closed(path: Path) -> None:
    good_csv(path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("GM1003", '"GM1003') + ";" * 200_000, encoding="utf-8"
    )


def _wide_csv(path: Path) -> None:
    path.write_text(";".join(f"c{n}" for n in range(200_000)) + "\n", encoding="utf-8")


def _deep_json(path: Path) -> None:
    path.write_text('{"type":"FeatureCollection","features":' + "[" * 2_000_000, encoding="utf-8")


def _many_features(path: Path) -> None:
    feature = '{"type":"Feature","properties":{},"geometry":null},'
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for _ in range(60):
            file.write(feature * 50_000)
        file.write(feature[:-1] + "]}")


def _link(target: str) -> Write:
    return lambda path: path.symlink_to(target)


def _link_beside(path: Path) -> None:
    """A link to a sound delivery outside the folder."""
    outside = path.parent.parent / f"outside{path.suffix}"
    good_csv(outside)
    path.symlink_to(outside)


# What is written, by the name of the case: the file's extension decides which reader is asked.
FILES: dict[str, tuple[str, Write]] = {
    "Parquet: 600 million rows in 500 bytes": (".parquet", _rows_of_nothing),
    "Parquet: 1,200 million cells in 30 columns": (".parquet", _columns_of_nothing),
    "Parquet: 3 GB of text in a few hundred kB": (".parquet", _long_texts),
    "Parquet: 20,000 columns": (".parquet", _many_columns),
    "Parquet: cut off": (".parquet", _cut(good_parquet, 0.6)),
    "Parquet: a footer of another length": (".parquet", _footer_of_another_length),
    "Parquet: wrong bytes": (".parquet", _wrong_bytes(good_parquet, 1)),
    "Parquet: 480 MB of nothing": (".parquet", _sparse(480 * MB, b"PAR1")),
    "xlsx: 1.2 GB in a sheet": (
        ".xlsx",
        _unfolding(
            "xl/worksheets/sheet1.xml", 1_200 * MB, (b"<worksheet><sheetData>", b"</sheetData></worksheet>")
        ),
    ),
    "xlsx: 120 MB of shared texts": (
        ".xlsx",
        _unfolding("xl/sharedStrings.xml", 120 * MB, (b"<sst><si><t>", b"</t></si></sst>")),
    ),
    "xlsx: says that it is small": (".xlsx", _says_it_is_small),
    "xlsx: entities that unfold": (".xlsx", _sheet(_laughs)),
    "xlsx: XML that is not right": (".xlsx", _sheet(lambda text: text.replace("</row>", "<row>", 3))),
    "xlsx: a row number beyond the last": (
        ".xlsx",
        _sheet(lambda text: text.replace('r="9"', 'r="99999999999"')),
    ),
    "xlsx: a part that is not there": (".xlsx", _sheet(lambda _: "<workbook/>", "xl/workbook.xml")),
    "xlsx: cut off": (".xlsx", _cut(good_xlsx, 0.7)),
    "xlsx: wrong bytes": (".xlsx", _wrong_bytes(good_xlsx, 2)),
    "xlsx: 6,000 parts": (".xlsx", _many_parts),
    "xlsx: a cell beside the table": (".xlsx", _beside_the_table),
    "csv: 480 MB without an end of line": (".csv", _sparse(480 * MB, ";".join(HEADING).encode())),
    "csv: larger than a delivery may be": (".csv", _sparse(700 * MB, ";".join(HEADING).encode())),
    "csv: a quotation mark that is never closed": (".csv", _never_closed),
    "csv: 200,000 columns": (".csv", _wide_csv),
    "csv: a link to the environment": (".csv", _link("/proc/self/environ")),
    "csv: a link to a device without an end": (".csv", _link("/dev/zero")),
    "csv: a link to nothing": (".csv", _link("nowhere.csv")),
    "csv: a link to a sound delivery": (".csv", _link_beside),
    "csv: a pipe that nobody writes to": (".csv", os.mkfifo),
    "GeoJSON: two million brackets": (".geojson", _deep_json),
    "GeoJSON: three million features": (".geojson", _many_features),
    "GeoJSON: cut off": (".geojson", _cut(good_geojson, 0.6)),
    "GeoJSON: 290 MB of nothing": (".geojson", _sparse(290 * MB, b'{"type":')),
}


@cache
def _gzip_of_nothing() -> bytes:
    """400 MB in 400 kB."""
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=9) as packed:
        for _ in range(400):
            packed.write(b" " * MB)
    return stream.getvalue()


class _Handler(BaseHTTPRequestHandler):
    """Answers every request as its server's kind of harm asks."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _send(self, body: bytes, **headers: str) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        try:
            getattr(self, f"_{self.server.kind}")()  # type: ignore[attr-defined]
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _to(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _redirect_round(self) -> None:
        self._to(self.path)

    def _redirect_other_port(self) -> None:
        self._to("http://127.0.0.1:1/elsewhere")

    def _redirect_file(self) -> None:
        self._to("file:///etc/hostname")

    def _gzip_bomb(self) -> None:
        self._send(_gzip_of_nothing(), Content_Encoding="gzip")

    def _other_packing(self) -> None:
        self._send(b"\x0b\x02\x80\x03", Content_Encoding="br")

    def _deep(self) -> None:
        self._send(b'{"value":' + b"[" * 3_000_000)

    def _longer_than_it_says(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"value":[]}')
        self.close_connection = True

    def _slow_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            self.wfile.write(f"X-{number}: y\r\n".encode())
            self.wfile.flush()
            time.sleep(0.2)

    def _endless_body(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            self.wfile.write(b" " * MB)


SERVICES = (
    "redirect_round", "redirect_other_port", "redirect_file", "gzip_bomb", "other_packing", "deep", "longer_than_it_says",
    "slow_headers", "endless_body",
)  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    kind = ""

    def handle_error(self, *_: object) -> None:
        """Nothing: that the other side hangs up is what is wanted."""


@contextmanager
def harmful_service(kind: str) -> Iterator[str]:
    """The address of a service that answers in this way while the block runs."""
    if kind == "gzip_bomb":
        _gzip_of_nothing()  # before the clock runs
    server = _Server(("127.0.0.1", 0), _Handler)
    server.kind = kind
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
