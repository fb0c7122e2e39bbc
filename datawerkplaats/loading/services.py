"""From a service to a snapshot: a StatLine table, or the polygons of a map service."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.measures import ROW_NUMBER
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.files import Build, Labels, Loaded, region_label
from datawerkplaats.loading.readers import too_large
from datawerkplaats.loading.readers.validation import no_rows
from datawerkplaats.loading.snapshot import SnapshotFolder, reader_version
from datawerkplaats.loading.statline_page import PageStore
from datawerkplaats.loading.table_writer import TableWriter
from datawerkplaats.loading.web import WebClient
from datawerkplaats.loading.web_answer import AddressNotFoundError

if TYPE_CHECKING:
    import httpx

    from datawerkplaats.loading.statline import StatlineClient
    from datawerkplaats.loading.statline_table import TableInfo

OPTIONAL_ATTEMPTS = 3  # a source the build can do without is not waited for
FEATURES_PER_REQUEST = 1_000  # the most that PDOK sends at once
_NOT_ASKED_AGAIN = frozenset({"answer_too_slow", "other_origin", "too_large"})
MOST_FEATURES = 100_000


def load_table(
    source: Source,
    settings: Settings,
    folder: SnapshotFolder,
    transport: httpx.BaseTransport | None,
    received: list[Path],
) -> Loaded:
    """Loads a table from StatLine; one request is enough to see that nothing changed.

    Raises:
        DataProblem: If the table is not there, not whole, or not right; `received` then holds the pages
            to keep aside.
    """
    from datawerkplaats.loading.statline import StatlineClient

    reader = source.reader
    assert reader.table is not None and reader.service is not None
    with _client(settings.base_url(reader.service), source, settings, transport) as web:
        client = StatlineClient(web)
        info = client.table_info(reader.table)
        if reader.only:
            info = replace(info, rows=None, condition=reader.condition)
        seen = folder.whole()
        if (
            seen
            and (seen.source_modified, seen.reader_version) == (info.modified, reader_version(source))
            and info.rows in (None, seen.rows)
        ):
            return False, seen
        if info.rows == 0:
            raise no_rows(info.table)
        build = Build(source, settings, folder, info.table)
        store = PageStore(
            folder.partial(
                f"{web.base_url} {info.table} {reader.entity} {info.modified} {info.rows} {info.condition}"
            )
        )
        with _evidence_kept(store, build, received):
            with build.writer(*_labels_of(client, source, info, store, build.raw)) as writer:
                client.read_rows(info, reader.entity, store, writer)
                content = writer.finish()
            _check_column_count(info, writer)
    _pages_moved(store, build, writer)
    return build.accept(writer, content, modified=info.modified)


def load_table_v4(
    source: Source,
    settings: Settings,
    folder: SnapshotFolder,
    transport: httpx.BaseTransport | None,
    received: list[Path],
) -> Loaded:
    """Loads a table from StatLine's OData v4; what it leaves is what `load_table` would of the same table.

    Raises:
        DataProblem: If the table is not there, not whole, or not right; `received` then holds the pages
            to keep aside.
    """
    from datawerkplaats.loading.statline import StatlineClient
    from datawerkplaats.loading.statline_v4 import Pivot, describe, region_names

    reader = source.reader
    assert reader.table is not None
    with _client(settings.statline_v4_url.rstrip("/"), source, settings, transport) as web:
        client = StatlineClient(web)
        build = Build(source, settings, folder, reader.table)
        scratch = build.raw / "list.tmp.gz"
        about = describe(client, reader.catalog, reader.table, scratch)
        seen = folder.current()
        if seen and (seen.source_modified, seen.reader_version) == (
            about.info.modified,
            reader_version(source),
        ):
            shutil.rmtree(build.workspace)
            return False, seen
        if about.info.rows == 0:
            raise no_rows(reader.table)
        name = reader.geo_dimension
        regions = region_names(client, reader.catalog, reader.table, name, scratch) if name else []
        store = PageStore(
            folder.partial(f"{web.base_url} {reader.table} v4 {about.info.modified} {about.info.rows}")
        )
        pivot = Pivot(about)
        with _evidence_kept(store, build, received):
            address = f"{reader.catalog}/{reader.table}/Observations"
            client.read_rows(about.info, "Observations", store, pivot, address)
            with build.writer(about.properties, [region_label(row) for row in regions]) as writer:
                for piece in pivot.pieces():
                    writer.add_columns(piece)
                if writer.rules is None:
                    raise no_rows(reader.table)
                content = writer.finish()
    writer.parts = pivot.parts
    _pages_moved(store, build, writer)
    return build.accept(writer, content, modified=about.info.modified)


def load_regions(
    source: Source,
    settings: Settings,
    folder: SnapshotFolder,
    transport: httpx.BaseTransport | None,
    received: list[Path],
) -> Loaded:
    """Loads polygons from a map service, in as many requests as its limit asks for.

    Raises:
        DataProblem: If the service is silent, or what it sends is no map of regions.
    """
    from datawerkplaats.loading.readers.geojson import features_of, region_columns

    build = Build(source, settings, folder, source.source_id)
    start, count = 0, FEATURES_PER_REQUEST
    with (
        _client(settings.pdok_url.rstrip("/"), source, settings, transport) as web,
        build.writer([], []) as writer,
    ):
        while count == FEATURES_PER_REQUEST:
            if start > MOST_FEATURES:
                raise too_large(source.source_id, f"at most {MOST_FEATURES:,} polygons", "more")
            page = build.raw / f"features_{start:06d}.geojson.gz"
            subject = f"{source.source_id}, {page.name}"
            query = urlencode({"count": FEATURES_PER_REQUEST, "startIndex": start})
            try:
                part = web.download(f"{source.reader.url}&{query}", page)
            except AddressNotFoundError as error:
                raise _no_such_map(source, str(error)) from error
            received.append(page)
            features = features_of(gzip.decompress(page.read_bytes()), subject)
            count = len(features)
            if features:
                writer.add_columns(region_columns(features, source, subject))
                writer.keep_part(part)
            start += count
        if writer.rules is None:
            raise no_rows(source.source_id)
        content = writer.finish()
    return build.accept(writer, content)


def _labels_of(
    client: StatlineClient, source: Source, info: TableInfo, store: PageStore, raw: Path
) -> tuple[Labels, Labels]:
    """The table's properties, and the codes and names of its regions; the first page of rows comes in meanwhile."""
    reader, name = source.reader, source.reader.geo_dimension
    with ThreadPoolExecutor(3, thread_name_prefix="labels") as pool:
        properties = pool.submit(client.labels, info.table, "DataProperties", raw / "properties.tmp.gz")
        regions = (
            pool.submit(client.labels, info.table, name, raw / "regions.tmp.gz", region_label)
            if name
            else None
        )
        first = pool.submit(client.fetch_first, info, reader.entity, store)
        met = first.exception()
        if isinstance(met, DataProblem) and met.code in _NOT_ASKED_AGAIN:
            raise met
        # Of all else reading the rows meets the same, and knows what to do about it.
        return properties.result(), regions.result() if regions else []


@contextmanager
def _evidence_kept(store: PageStore, build: Build, received: list[Path]) -> Iterator[None]:
    """Adds to `received` what is evidence of a table that is refused."""
    try:
        yield
    except DataProblem as problem:
        received += _set_aside(store, build, problem)
        raise


def _pages_moved(store: PageStore, build: Build, writer: TableWriter) -> None:
    """The pages are part of the snapshot from now on."""
    for part in writer.parts:
        files.move(store.folder / part.name, build.raw / part.name)
    shutil.rmtree(store.folder)


def _set_aside(store: PageStore, build: Build, problem: DataProblem) -> list[Path]:
    """The pages to keep as evidence.

    A page that stayed wrong is evidence alone, and the others are kept to go on from. If all pages came
    in as the service has them and the table itself is not right, going on from them would only fail
    again. A service that fell silent left no evidence.
    """
    if problem.code in {"service_unavailable", "request_refused"}:
        return []
    if refused := store.refused():
        return refused
    pages = [build.raw / page.name for page in sorted(store.folder.glob("page_*.json.gz"))]
    for page in pages:
        files.move(store.folder / page.name, page)
    shutil.rmtree(store.folder)
    return pages


def client_of(
    base_url: str, settings: Settings, transport: httpx.BaseTransport | None, most_attempts: int | None = None
) -> WebClient:
    """A client of a service, as patient as the settings say and no more than `most_attempts`."""
    attempts = settings.http_retries if most_attempts is None else min(most_attempts, settings.http_retries)
    return WebClient(
        base_url,
        transport=transport,
        timeout_s=settings.http_timeout_s,
        attempts=attempts,
        parallel=settings.http_parallel,
        most_mb=settings.read_file_mb,
    )


def _client(
    base_url: str, source: Source, settings: Settings, transport: httpx.BaseTransport | None
) -> WebClient:
    return client_of(base_url, settings, transport, None if source.required else OPTIONAL_ATTEMPTS)


def _check_column_count(info: TableInfo, writer: TableWriter) -> None:
    assert writer.rules is not None
    count = len([name for name in writer.delivered if name != ROW_NUMBER])
    if count != info.columns:
        raise DataProblem(
            "column_count_mismatch",
            subject=info.table,
            expected=f"{info.columns} columns, as the service's catalogue says",
            found=f"{count}",
            remedy="load again later: the table may have changed during the download",
        )


def _no_such_map(source: Source, address: str) -> DataProblem:
    return DataProblem(
        "table_not_found",
        subject=source.source_id,
        where=address,
        expected="a layer of polygons",
        found="HTTP 404",
        remedy="check reader.url of the source, or deliver the polygons as a file",
    )
