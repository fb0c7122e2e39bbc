"""Twenty deliveries looked ahead at and then released, cell by cell; and a person who is erased from everything that is kept."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.operations.erasure import erase
from datawerkplaats.partners import quarantine
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import open_store
from orchestration import scratch
from orchestration.ahead import look_ahead
from tests import deliveries_example as example
from tests.kept_builds import PARSED, emptied, own_place
from tests.proofs.registry import Measured, Room
from tests.small_region import Region, small_region
from tests.warm_builds import WarmBuilds, warm_builds

DELIVERIES = 20
CANARY = "c0ffee5eedc0ffee5eedc0de"


def preview(room: Room, deliveries: int = DELIVERIES) -> Iterator[Measured]:
    """Each delivery is handed in, looked ahead at, accepted and released; the next one goes on from there."""
    del room
    with _Built() as (settings, small, warm):
        source = load_catalogue(small.catalogue).sources[example.SOURCE]
        heading, rows = example.read(_delivered(settings))
        told = released = held = 0
        seconds: list[float] = []
        for seed in range(deliveries):
            kept, rows = rows, example.changed(rows, seed)
            name = f"seed{seed}"
            got = quarantine.keep(source, settings, name, ".csv", [example.content(heading, rows)])
            before, started = example.served(settings), time.perf_counter()
            ahead = look_ahead(settings, source, name)
            seconds.append(time.perf_counter() - started)
            quarantine.accept(source, settings, name, got.sha256)
            is_out = warm.materialise().returncode == 0
            released += is_out and ahead.held is None
            held += not is_out and ahead.held is not None
            told += len(ahead.cells)
            # One by one, so that a run that is stopped has told of what it did.
            wrong = example.wrong(example.foretold(before, ahead), example.served(settings))
            yield f"workplace_preview_cells_wrong ({seed})", len(wrong), None
            if not is_out:  # what was accepted and may not go out is taken back, so that the next one has a release to go on from
                rows = kept
                got = quarantine.keep(
                    source, settings, f"{name}_back", ".csv", [example.content(heading, rows)]
                )
                quarantine.accept(source, settings, f"{name}_back", got.sha256)
                assert warm.materialise().returncode == 0
        left = scratch.place_of(settings).exists()
    yield "workplace_preview_deliveries", released + held, None
    yield "workplace_preview_held", held, None
    yield "workplace_preview_cells_told", told, None
    yield "workplace_preview_left", int(left), None
    yield "workplace_preview_median", statistics.median(seconds), None


def erasure(room: Room) -> Iterator[Measured]:
    """Somebody with a mark for a pseudonym is delivered, released, erased, and delivered once more."""
    with _Built() as (settings, small, warm):
        catalogue = load_catalogue(small.catalogue)
        source = catalogue.sources[example.SOURCE]
        heading, rows = example.read(_delivered(settings))
        rows.append([CANARY, *rows[-1][1:]])
        _accepted(settings, source, example.content(heading, rows))
        assert warm.materialise().returncode == 0
        before = _bytes_of(settings.data_dir)
        store = open_store(settings)
        done = erase(store, LOCAL, settings, catalogue, source, [CANARY])
        yield "workplace_erasure_bytes_before", before, None
        yield "workplace_erasure_bytes", _bytes_of(settings.data_dir), None
        yield "workplace_erasure_left", len(done.left), None
        yield "workplace_erasure_seconds", done.seconds, None
        # A partner who does not know of it delivers the same rows again.
        _accepted(settings, source, example.content(heading, rows))
        assert warm.materialise().returncode == 0
        kept = pq.read_table(settings.private_dir / example.SOURCE / "current" / "data.parquet").num_rows
        yield "workplace_erasure_rows_back", kept - (len(rows) - 1), None
        store.engine.dispose()
    del room


def _accepted(settings: Settings, source: object, content: bytes) -> None:
    got = quarantine.keep(source, settings, "handed_in", ".csv", [content])  # type: ignore[arg-type]
    quarantine.accept(source, settings, "handed_in", got.sha256)  # type: ignore[arg-type]


class _Built:
    """The small region in a place of its own, with builds that need not be imported."""

    def __enter__(self) -> tuple[Settings, Region, WarmBuilds]:
        small, place = small_region(), own_place()
        emptied(place, PARSED)
        self._builds = warm_builds(place, small.settings)
        warm = self._builds.__enter__()
        emptied(place, PARSED, filled_from=small.data)
        settings = Settings(_env_file=None, data_dir=place, catalogue_dir=small.catalogue)
        if not is_of_this_place(settings):
            assert warm.materialise("--force").returncode == 0
        return settings, small, warm

    def __exit__(self, *error: object) -> None:
        self._builds.__exit__(None, None, None)
        emptied(own_place(), PARSED)


def is_of_this_place(settings: Settings) -> bool:
    """Whether the region was built where it lies now: a look ahead goes on from the statements of the last build."""
    compiled = settings.data_dir / "dbt" / "target" / "compiled"
    found = next(compiled.rglob("stg_declared__observations.sql"), None)
    return found is not None and f"{settings.inputs_dir}/" in found.read_text(encoding="utf-8")


def _delivered(settings: Settings) -> Path:
    return next(settings.demo_dir.rglob(f"{example.SOURCE}*.csv"))


def _bytes_of(folder: Path) -> int:
    """How often the mark stands below a folder, in any form; looked for here by means of its own."""
    found = 0
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        found += path.read_bytes().count(CANARY.encode())
        if path.suffix == ".gz":
            found += gzip.decompress(path.read_bytes()).count(CANARY.encode())
        elif path.suffix == ".parquet":
            found += sum(str(column.to_pylist()).count(CANARY) for column in pq.read_table(path).columns)
        elif path.suffix == ".duckdb":
            found += _in_tables(path)
    return found


def _in_tables(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        return sum(
            str(con.execute(f'select * from "{schema}"."{table}"').fetchall()).count(CANARY)
            for schema, table in tables
        )
