"""Bombs, links, redirects, drips, truncated and lying deliveries, each through the door, and what that took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base.errors import PROBLEMS
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading import door
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import Provenance
from tests.proofs.registry import Measured, Room
from tests.security.bombs import FILES, GOOD, HEADING, ROWS, SERVICES, harmful_service, stale_dimension
from tests.statline_example import source_of

ID = "example_source"
TABLE_ROWS = 25_000
# What the stand-in for StatLine is told to do wrong.
FAULTS: dict[str, list[str]] = {
    "StatLine: the next page lives on another host": ["--next-host", "http://localhost:9"],
    "StatLine: a redirect to another host": ["--redirect-to", "http://localhost:9"],
    "StatLine: pages without an end": ["--endless"],
    "StatLine: a byte every 0.2 s": ["--drip", "0.2"],
    "StatLine: half a page": ["--cut-page", "2"],
    "StatLine: a page without its rows": ["--lose-page", "2"],
    "StatLine: a page twice": ["--repeat-page", "2"],
}
# What goes wrong once; these are asked for again.
HEAL = frozenset({"StatLine: half a page", "StatLine: a page without its rows", "StatLine: a page twice"})


@dataclass
class Tried:
    """What came of one case."""

    name: str
    seconds: float
    memory_mb: float
    result: IngestResult
    wrong: list[str] = field(default_factory=list)


def source_for(suffix: str) -> Source:
    """The declaration under which a delivery with this extension is read."""
    if suffix != ".geojson":
        return source_of()
    names = ["region_code", "region_name", "geometry_geojson", "properties_json"]
    columns = {"region_code": ["wijkcode"], "region_name": ["wijknaam"]}
    reader = {
        "kind": "geojson", "service": None, "table": None, "geo_dimension": None, "url": "/wfs?x",
        "files": ["50090NED.geojson"], "columns": columns,
    }  # fmt: skip
    return source_of(reader=reader, keys=["region_code"], dimension_columns=names, required_columns=names)


@contextmanager
def memory_of_readers() -> Iterator[list[float]]:
    """The largest memory, in MB, of any process that reads while the block runs."""
    peak, stop = [0.0], threading.Event()

    def look() -> None:
        me = psutil.Process()
        while not stop.wait(0.01):
            for child in me.children(recursive=True):
                try:
                    peak[0] = max(peak[0], child.memory_info().rss / 1e6)
                except psutil.Error:
                    continue

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()


def _loaded(settings: Settings) -> tuple[str, int] | None:
    """Which content is in use, and how many rows it has."""
    found = Provenance.read(settings.inputs_dir / ID)
    return (found.sha256, found.rows) if found else None


def tried(name: str, source: Source, settings: Settings, *, may_heal: bool = False) -> Tried:
    """One delivery through the door.

    Args:
        name: Of the case.
        source: The declaration.
        settings: Where the delivery is.
        may_heal: Whether another try may give what was right before.
    """
    before = _loaded(settings)
    with memory_of_readers() as peak:
        start = time.perf_counter()
        result = door.load(ingest_source, source, settings)
        found = Tried(name, time.perf_counter() - start, peak[0], result)
    problem = result.problem
    if may_heal and result.status == "unchanged":
        pass  # another try gave the whole of it
    elif result.status != "rejected" or problem is None:
        found.wrong.append(f"it was {result.status}")
    elif problem.code not in PROBLEMS or not (problem.expected and problem.remedy):
        found.wrong.append("no sentence that tells what to do")
    if problem and (
        quoted := [word for word in ("GM10", "/root", "PATH=", "kladje") if word in problem.sentence()]
    ):
        found.wrong.append(f"the sentence quotes {quoted}")
    if _loaded(settings) != before:
        found.wrong.append("what was loaded has changed")
    if left := [p.name for p in settings.snapshots_dir.rglob(".building-*")]:
        found.wrong.append(f"left: {left}")
    return found


def of_files(work: Path, names: list[str] | None = None) -> Iterator[Tried]:
    """Every file that is made to harm, each beside an accepted delivery of the same form."""
    for number, (name, (suffix, write)) in enumerate(FILES.items()):
        if names and name not in names:
            continue
        folder = work / f"case_{number}" / "deliveries"
        folder.mkdir(parents=True)
        settings = Settings(
            _env_file=None, source="files", files=folder, data_dir=work / f"case_{number}" / "data"
        )
        path, source = folder / f"50090NED{suffix}", source_for(suffix)
        GOOD[suffix](path)
        assert door.load(ingest_source, source, settings).status == "new"
        path.unlink()
        write(path)
        found = tried(name, source, settings)
        path.unlink()
        GOOD[suffix](path)
        if door.load(ingest_source, source, settings).status != "unchanged":
            found.wrong.append("the next good delivery does not load")
        yield found


def of_services(work: Path, names: list[str] | None = None) -> Iterator[Tried]:
    """Every service that is made to harm."""
    for kind in SERVICES:
        if names and kind not in names:
            continue
        with harmful_service(kind) as address:
            settings = Settings(
                _env_file=None, source="live", statline_url=address, data_dir=work / kind, http_retries=2
            )
            yield tried(f"service: {kind}", source_of(), settings)


def of_statline(work: Path, server: Path) -> Iterator[Tried]:
    """Every fault of the stand-in for StatLine, with a sound answer before and after."""
    table = work / "statline" / "50090NED"
    table.mkdir(parents=True)
    rows = range(TABLE_ROWS)
    columns: dict[str, list[Any]] = {
        "ID": [*rows],
        "RegioS": [f"BU{n:08d}" for n in rows],
        "Perioden": ["2020JJ00"] * TABLE_ROWS,
        "Eenzaam_28": ["    12.5"] * TABLE_ROWS,
        "Roker_11": ["     1.0"] * TABLE_ROWS,
    }
    pq.write_table(pa.table(columns), table / "UntypedDataSet.parquet")
    for number, (name, options) in enumerate(FAULTS.items()):
        data = work / f"statline_{number}"
        with statline(server, table.parent) as address:
            sound = Settings(
                _env_file=None, source="live", statline_url=address, data_dir=data, http_retries=2
            )
            assert door.load(ingest_source, source_of(required_columns=["RegioS"]), sound).status == "new"
        with statline(server, table.parent, *options) as address:
            here = sound.model_copy(update={"statline_url": address})
            found = tried(name, source_of(), here, may_heal=name in HEAL)
        with statline(server, table.parent) as address:
            again = door.load(ingest_source, source_of(), sound.model_copy(update={"statline_url": address}))
            if again.status != "unchanged":
                found.wrong.append(f"the next good delivery is {again.status}")
        yield found


@contextmanager
def statline(server: Path, data: Path, *options: str) -> Iterator[str]:
    """The address of the stand-in while the block runs."""
    command = [sys.executable, str(server), "--data", str(data), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def rows_lost(work: Path) -> int:
    """Rows and columns that are missing after a sheet that says it ends before it does."""
    folder = work / "stale"
    folder.mkdir(parents=True)
    stale_dimension(folder / "50090NED.xlsx")
    settings = Settings(_env_file=None, source="files", files=folder, data_dir=work / "stale_data")
    made = door.load(ingest_source, source_of(), settings).provenance
    rows, columns = (made.rows, len(made.columns)) if made else (0, 0)
    return len(ROWS) - rows + len(HEADING) - columns


def figures(room: Room) -> Iterator[Measured]:
    """How many cases ended with a sentence, and what the most expensive of them took."""
    server = room.reference_data.parent / "tools" / "statline_server.py"
    work = Path(tempfile.mkdtemp(dir=room.work))
    found: list[Tried] = []
    for made in (
        of_files(work / "files"),
        of_services(work / "services"),
        of_statline(work / "tables", server),
    ):
        for one in made:
            found.append(one)
            said = one.result.problem.code if one.result.problem else one.result.status
            told = f"{one.name}: {said}, {one.seconds:.1f} s, {one.memory_mb:.0f} MB {' '.join(one.wrong)}"
            print(told, file=sys.stderr)
    yield "intake_cases", len(found), None
    yield "intake_ended_as_they_should", sum(not one.wrong for one in found), len(found)
    yield "intake_longest_s", max(one.seconds for one in found), None
    yield "intake_memory_mb", max(one.memory_mb for one in found), None
    yield "intake_rows_lost", rows_lost(work), None
    yield "intake_load", os.getloadavg()[0], None
    door.close()
