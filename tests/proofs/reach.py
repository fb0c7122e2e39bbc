"""What a release is worth to whoever cites or asks it: the first of fifty is still the same, and little has to be fetched."""

from __future__ import annotations

import hashlib
import os
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import fsspec  # type: ignore[import-untyped]
import httpx
import numpy as np
import uvicorn
from fsspec.spec import AbstractBufferedFile  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest

from apps.api.app import make_app
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.publication import (
    Publication,
    PublicTable,
    Release,
    Retention,
    changelog_report,
    current,
    publish,
)
from datawerkplaats.publication.retention import pin
from tests.apps.fixture_publication import TABLES, build_publication
from tests.bench.national import publish_national
from tests.client_package import client_package
from tests.proofs.registry import Measured, Room
from tests.unit.test_publication_citable import _TABLES as CITABLE
from tests.unit.test_publication_citable import _WAREHOUSE as WAREHOUSE
from tests.unit.test_publication_citable import SEEDED


class Ranges(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """Files behind HTTP, read in ranges as DuckDB asks for them; counts what came."""

    protocol, cachable = "ranges", False

    def __init__(self) -> None:
        super().__init__()
        self.client, self.transferred = httpx.Client(timeout=60), 0

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Name and size of one file."""
        answer = self.client.head(f"http://{self._strip_protocol(path)}")
        if answer.status_code != httpx.codes.OK:
            raise FileNotFoundError(path)
        return {"name": path, "size": int(answer.headers["content-length"]), "type": "file"}

    def modified(self, path: str) -> datetime:
        """A release never changes: any moment will do, as long as it is always the same."""
        return datetime(2000, 1, 1, tzinfo=UTC)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> AbstractBufferedFile:
        return _Ranged(self, path, mode, cache_type="none")


class _Ranged(AbstractBufferedFile):  # type: ignore[misc]
    def _fetch_range(self, start: int, end: int) -> bytes:
        address = f"http://{self.fs._strip_protocol(self.path)}"
        answer = self.fs.client.get(address, headers={"Range": f"bytes={start}-{end - 1}"})
        self.fs.transferred += len(answer.content)
        return bytes(answer.content)


@contextmanager
def served(publish_dir: Path) -> Iterator[str]:
    """The address of the service for programs on a folder with publications."""
    config = uvicorn.Config(make_app(publish_dir), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    server.should_exit = True
    thread.join()


@contextmanager
def settings_in(folder: Path) -> Iterator[None]:
    """The pages, the service and the keys look in a folder of their own."""
    names = {"DWP_DATA_DIR": folder, "DWP_KEYS_DIR": folder / "keys"}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: str(place) for name, place in names.items()})
    get_settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        get_settings.cache_clear()


def fifty(room: Room) -> Iterator[Measured]:
    """Fifty publications of which the first is pinned and the others go at once, and twenty seeded changes."""
    yield from cited(room.work / "fifty", 50)
    yield "reach_changes_told", 100 * changes_told(room.work / "seeded"), None


def cited(folder: Path, count: int) -> Iterator[Measured]:
    """Whether the first of some publications is still the same by each way there is to it."""
    with settings_in(folder):
        source, publish_dir = build_publication(folder / "source"), folder / "publish"
        publish_dir.mkdir()
        with duckdb.connect(
            str(source)
        ) as con:  # of a source that is public by itself: else it is not handed out as a file
            con.execute("update core.dim_indicator set source_id = 'cbs_key_figures_84799ned'")
        first = _publish(publish_dir, source)
        pin(publish_dir, first.id, "cited in a report", "proof")
        for number in range(1, count):
            with duckdb.connect(str(source)) as con:
                con.execute("update core.fct_observation set value = value + ?", [number])
            _publish(publish_dir, source)
        yield "reach_publications", count, None
        yield "reach_publications_left", len(list(publish_dir.glob("warehouse_*.duckdb"))), None
        sha256 = first.manifest["file"]["sha256"]
        with served(publish_dir) as address:
            place = f"{address}/releases/{first.id}/files/{first.path.name}"
            by_api = hashlib.sha256(httpx.get(place, timeout=60).content).hexdigest()
            yield "reach_same_by_api", float(by_api == sha256), None
            by_duckdb, _ = from_afar(f"select sha256(content) from read_blob('{place}')")
            yield "reach_same_by_duckdb", float(by_duckdb == [(sha256,)]), None
        page = AppTest.from_file(str(PROJECT_ROOT / "apps" / "dashboard" / "app.py"), default_timeout=600)
        page.query_params["release"] = first.id
        page.run()
        told = " ".join(str(item.proto.body) for item in page.get("html"))
        same = hashlib.sha256(first.path.read_bytes()).hexdigest() == sha256
        yield "reach_same_by_page", float(same and f"Publicatie {first.id}" in told), None


def _publish(publish_dir: Path, warehouse: Path) -> Publication:
    labels = (label.split(".") for label in TABLES if label.split(".")[0] not in _MADE)
    tables = [PublicTable(schema, name) for schema, name in labels]
    release = Release(mode="demo", region="Veenland", title="Datawerkplaats Veenland")
    return publish(publish_dir, warehouse, tables, release, keep=Retention(days=0, monthly=False))


def changes_told(folder: Path) -> float:
    """Of the cells that are changed on purpose, the share that the changelog of the next publication lists, each once."""
    with settings_in(folder):
        warehouse, publish_dir = folder / "warehouse.duckdb", folder / "publish"
        publish_dir.mkdir(parents=True)
        for statements in ([WAREHOUSE], [sql for sql, _, _ in SEEDED]):
            with duckdb.connect(str(warehouse)) as con:
                for sql in statements:
                    con.execute(sql)
            release = Release(mode="demo", region="NL", title="Datawerkplaats")
            made = publish(publish_dir, warehouse, CITABLE, release, reports=[changelog_report])
        changelog = made.parquet_dir / "meta" / "changelog.parquet"
        rows = duckdb.sql(f"select region_code, change, cells from read_parquet('{changelog}')").fetchall()
    wanted = {(f"WK{place:06d}", change, 1) for place, (_, change, _) in enumerate(SEEDED)}
    assert len(rows) == len(set(rows)) and not set(rows) - wanted, "what was not changed is not told"
    return len(wanted & set(rows)) / len(wanted)


def from_afar(sql: str) -> tuple[list[tuple[Any, ...]], int]:
    """What DuckDB answers over HTTP, and how many bytes it fetched for that."""
    files = Ranges()
    with duckdb.connect() as con:
        con.register_filesystem(files)
        return con.execute(sql.replace("http://", "ranges://")).fetchall(), files.transferred


def national(room: Room) -> Iterator[Measured]:
    """What one line fetches of one indicator in the whole country, and how soon the service answers for one area."""
    publish_national(room)
    publish_dir = get_settings().publish_dir
    release = current(publish_dir)
    with served(publish_dir) as address:
        yield from fetched(address, release)
        yield from answered(address)


# What every publication makes itself.
_MADE = ("meta", "quality")
_INDICATOR = "loneliness_djg_pct"


def fetched(address: str, release: Publication) -> Iterator[Measured]:
    """The bytes that one line in DuckDB, in Python and in R fetch: an indicator, all gemeenten and years."""
    parquet = f"{address}/releases/{release.id}/files/parquet/stored/figure.parquet"
    rows, size = from_afar(
        f"from read_parquet('{parquet}') where indicator_id = '{_INDICATOR}' and region_level = 'gemeente' and value is not null"
    )
    yield "reach_rows_duckdb", len(rows), None
    yield "reach_bytes_duckdb", size / 1e6, None
    sizes: list[int] = []

    def count(answer: httpx.Response) -> None:
        answer.read()
        sizes.append(answer.num_bytes_downloaded)

    with httpx.Client(timeout=60, event_hooks={"response": [count]}) as client:
        rows_of_python = (
            client_package().Workplace(address, client=client).figures(_INDICATOR, level="gemeente")
        )
    yield "reach_rows_python", len(rows_of_python), None
    yield "reach_bytes_python", sum(sizes) / 1e6, None
    rows_of_r, size = by_r(address)
    yield "reach_rows_r", rows_of_r, None
    yield "reach_bytes_r", size / 1e6, None


def by_r(address: str) -> tuple[int, int]:
    """The rows that one line of R gets, and the bytes that came for them: counted between it and the service."""
    line = f"""source("{PROJECT_ROOT}/clients/r/datawerkplaats.R"); options(dwp.address = "%s")
    cat(nrow(dwp_figures("{_INDICATOR}", level = "gemeente")))"""
    host, port = address.removeprefix("http://").removesuffix("/v1").split(":")
    with counted(host, int(port)) as (between, came):
        done = subprocess.run(
            ["Rscript", "-e", line % f"http://127.0.0.1:{between}/v1"],
            capture_output=True,
            text=True,
            check=True,
        )
    return int(done.stdout), sum(came)


@contextmanager
def counted(host: str, port: int) -> Iterator[tuple[int, list[int]]]:
    """A port that leads to another one, and the sizes of what comes back from there."""
    came: list[int] = []

    class Between(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((host, port)) as service:
                threading.Thread(target=self._ask, args=(service,), daemon=True).start()
                while part := service.recv(1 << 16):
                    came.append(len(part))
                    self.request.sendall(part)

        def _ask(self, service: socket.socket) -> None:
            while part := self.request.recv(1 << 16):
                service.sendall(part)
            service.shutdown(socket.SHUT_WR)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Between) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1]), came
        server.shutdown()


def answered(address: str, asked: int = 200) -> Iterator[Measured]:
    """How soon all main figures of one area are there, each time another area; and the processor's time for it."""
    times = []
    with httpx.Client(timeout=60) as client:
        found = client.get(f"{address}/regions", params={"level": "gemeente", "page_size": 400}).json()[
            "items"
        ]
        codes = [item["region_code"] for item in found]
        client.get(f"{address}/observations", params={"region": codes[0], "default": True})
        spent = time.process_time()
        for number in range(asked):
            begun = time.perf_counter()
            answer = client.get(
                f"{address}/observations", params={"region": codes[number % len(codes)], "default": True}
            )
            times.append(time.perf_counter() - begun)
            assert answer.status_code == httpx.codes.OK, answer.text
        spent = time.process_time() - spent
    yield "reach_api_p95", float(np.percentile(times, 95)) * 1000, None
    yield "reach_api_processor", spent / asked * 1000, None
