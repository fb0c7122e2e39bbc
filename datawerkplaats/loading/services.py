"""From a service to a snapshot: a StatLine table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.measures import ROW_NUMBER
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.files import Build, Labels, Loaded, region_label
from datawerkplaats.loading.readers.validation import no_rows
from datawerkplaats.loading.snapshot import Provenance, SnapshotFolder, reader_version
from datawerkplaats.loading.statline_page import PageStore
from datawerkplaats.loading.table_writer import TableWriter
from datawerkplaats.loading.web import WebClient

if TYPE_CHECKING:
    import httpx

    from datawerkplaats.loading.statline import StatlineClient
    from datawerkplaats.loading.statline_table import TableInfo

OPTIONAL_ATTEMPTS = 3  # a source the build can do without is not waited for
_NOT_ASKED_AGAIN = frozenset({"answer_too_slow", "other_origin", "too_large"})
_SECONDS = len("2025-01-01T02:00:00")
MOST_VERSIONS = 3  # of a table that changes while it is fetched
# What a table that is half of one version and half of another may look like.
_MAY_BE_TWO_VERSIONS = frozenset(
    {
        "row_count_mismatch",
        "column_count_mismatch",
        "page_incomplete",
        "page_out_of_order",
        "duplicate_key",
        "missing_column",
    }
)


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
    with client_for(settings.base_url(reader.service), source, settings, transport) as web:
        client = StatlineClient(web)
        info = _info_of(client, source)
        seen = folder.whole()
        if (
            seen
            and (seen.source_modified, seen.reader_version) == (info.modified, reader_version(source))
            and info.rows in (None, seen.rows)
        ):
            return False, seen
        _check_not_older(info.table, info.modified, seen, settings)
        for _ in range(MOST_VERSIONS):
            problem: DataProblem | None = None
            try:
                build, store, writer, content = _fetched(client, source, folder, settings, info, received)
            except DataProblem as error:
                if error.code not in _MAY_BE_TWO_VERSIONS:
                    raise
                problem = error
            # Pages may be of two versions, each of them whole: only the service can tell.
            last, info = info, _info_of(client, source)
            if info == last:
                break
            received.clear()
        else:
            raise _changed(info.table)
    if problem:
        raise problem
    _pages_moved(store, build, writer)
    return build.accept(writer, content, modified=info.modified)


def _fetched(
    client: StatlineClient,
    source: Source,
    folder: SnapshotFolder,
    settings: Settings,
    info: TableInfo,
    received: list[Path],
) -> tuple[Build, PageStore, TableWriter, str]:
    """All rows of one version of a table, checked, and the hash of their content."""
    if info.rows == 0:
        raise no_rows(info.table)
    entity = source.reader.entity
    build = Build(source, settings, folder, info.table)
    told = f"{client.web.base_url} {info.table} {entity} {info.modified} {info.rows} {info.condition}"
    store = PageStore(folder.partial(told))
    with _evidence_kept(store, build, received):
        with build.writer(*_labels_of(client, source, info, store, build.raw)) as writer:
            client.read_rows(info, entity, store, writer)
            content = writer.finish()
        _check_column_count(info, writer)
    return build, store, writer, content


def _info_of(client: StatlineClient, source: Source) -> TableInfo:
    """What the service says of the table now; of a part of a table it does not say how many rows it has."""
    assert source.reader.table is not None
    info = client.table_info(source.reader.table)
    return replace(info, rows=None, condition=source.reader.condition) if source.reader.only else info


def _check_not_older(table: str, modified: str, seen: Provenance | None, settings: Settings) -> None:
    """Passes if the service does not go back behind what was loaded: a mirror, or a cache in between, may lag behind.

    The fictional province has no later and earlier: another seed or generator is another province with another moment.

    Raises:
        DataProblem: `older_delivery`.
    """
    if settings.source == "demo" or not (seen and seen.source_modified):
        return
    if modified[:_SECONDS] < seen.source_modified[:_SECONDS]:
        raise DataProblem(
            "older_delivery",
            subject=table,
            expected=f"a version of {seen.source_modified[:10]} or later",
            found=f"one of {modified[:10]}",
            remedy="load again later; if the publisher took the newer one back, remove the source's folder below snapshots",
        )


def _changed(table: str) -> DataProblem:
    """That a table got another version each time that it was fetched."""
    return DataProblem(
        "table_changed",
        subject=table,
        expected="one version from the first page to the last",
        found="another one at the end",
        remedy="load again later, when the publisher is done",
    )


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
    with client_for(settings.statline_v4_url.rstrip("/"), source, settings, transport) as web:
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
        _check_not_older(reader.table, about.info.modified, seen, settings)
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
            if describe(client, reader.catalog, reader.table, scratch) != about:
                raise _changed(reader.table)
    writer.parts = pivot.parts
    _pages_moved(store, build, writer)
    return build.accept(writer, content, modified=about.info.modified)


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


def client_for(
    base_url: str, source: Source, settings: Settings, transport: httpx.BaseTransport | None
) -> WebClient:
    """A client for a source; what the build can do without is not waited for."""
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
