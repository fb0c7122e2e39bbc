"""From a delivery to a snapshot, one function per way it comes: a StatLine table, a map service, a file."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datawerkplaats.catalogue_sources import Source
from datawerkplaats.deliveries import read_delivery, read_labels
from datawerkplaats.deliveries.columns import ROW_NUMBER, ColumnNames
from datawerkplaats.deliveries.validation import TableRules, no_rows
from datawerkplaats.errors import DataProblem
from datawerkplaats.settings import Settings
from datawerkplaats.snapshot import (
    PROPERTY_COLUMNS,
    REGION_COLUMNS,
    Provenance,
    SnapshotFolder,
    now,
    reader_version,
    write_labels,
)
from datawerkplaats.statline_page import PageStore
from datawerkplaats.table_writer import ContentHash, TableWriter
from datawerkplaats.web import AddressNotFoundError, Received, WebClient

if TYPE_CHECKING:
    import httpx

    from datawerkplaats.statline import StatlineClient, TableInfo

Labels = list[dict[str, Any]]
Loaded = tuple[bool, Provenance]
OPTIONAL_ATTEMPTS = 3  # a source the build can do without is not waited for
FEATURES_PER_REQUEST = 1_000  # the most that PDOK sends at once
COMPRESSED = frozenset({".parquet", ".xlsx", ".gz"})


class _Build:
    """A snapshot in the making: its folder, its labels and the writer of its rows."""

    def __init__(self, source: Source, settings: Settings, folder: SnapshotFolder, subject: str) -> None:
        self.source, self.settings, self.folder, self.subject = source, settings, folder, subject
        self.workspace = folder.workspace()
        self.raw = self.workspace / "raw"

    def writer(self, properties: Labels, regions: Labels) -> TableWriter:
        """Writes the labels and gives the writer for the rows."""
        content = ContentHash()
        content.add_labels(properties)
        content.add_labels(regions)
        write_labels(self.workspace / "properties.parquet", properties, PROPERTY_COLUMNS)
        write_labels(self.workspace / "regions.parquet", regions, REGION_COLUMNS)

        def rules_for(delivered: list[str]) -> TableRules:
            return TableRules(ColumnNames(self.source, delivered, properties, self.subject), self.subject)

        return TableWriter(self.workspace / "data.parquet", rules_for, content)

    def accept(self, writer: TableWriter, content: str, modified: str | None = None, notes: Sequence[str] = ()) -> Loaded:
        """Makes it the current snapshot."""
        assert writer.rules is not None
        left_out = writer.rules.left_out
        left_notes = [f"{left_out} rows without a region code are left out"] if left_out else []
        provenance = Provenance(
            source_id=self.source.source_id,
            snapshot_id=content[:16],
            mode=self.settings.source,
            urls=tuple(dict.fromkeys(part.url for part in writer.parts)),
            table=self.source.reader.table,
            source_modified=modified,
            retrieved_at=now(),
            sha256=content,
            bytes=sum(part.bytes for part in writer.parts),
            rows=writer.rules.rows,
            columns=tuple(writer.rules.names.written),
            reader_version=reader_version(self.source),
            parts=tuple(writer.parts),
            notes=(*writer.rules.names.notes, *left_notes, *notes),
        )
        return self.folder.accept(self.workspace, provenance), provenance


def load_table(
    source: Source,
    settings: Settings,
    folder: SnapshotFolder,
    transport: httpx.BaseTransport | None,
    received: list[Path],
) -> Loaded:
    """Loads a table from StatLine; one request is enough to see that nothing changed.

    Raises:
        DataProblem: If the table is not there, not whole, or not right; `received` then holds the pages to keep aside.
    """
    from datawerkplaats.statline import StatlineClient

    reader = source.reader
    assert reader.table is not None and reader.service is not None
    with _client(settings.base_url(reader.service), source, settings, transport) as web:
        client = StatlineClient(web)
        info = client.table_info(reader.table)
        seen, now_there = folder.current(), (info.modified, info.rows, reader_version(source))
        if seen and (seen.source_modified, seen.rows, seen.reader_version) == now_there:
            return False, seen
        if info.rows == 0:
            raise no_rows(info.table)
        build = _Build(source, settings, folder, info.table)
        store = PageStore(folder.partial(f"{web.base_url} {info.table} {reader.entity} {info.modified} {info.rows}"))
        try:
            with build.writer(*_labels_of(client, source, info, build.raw)) as writer:
                client.read_rows(info, reader.entity, store, writer)
                content = writer.finish()
            _check_column_count(info, writer)
        except DataProblem as problem:
            received += _set_aside(store, build, problem)
            raise
    for part in writer.parts:
        (store.folder / part.name).replace(build.raw / part.name)
    shutil.rmtree(store.folder)
    return build.accept(writer, content, modified=info.modified)


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
    from datawerkplaats.deliveries.geojson import features_of, region_columns

    build = _Build(source, settings, folder, source.source_id)
    start, count = 0, FEATURES_PER_REQUEST
    with (
        _client(settings.pdok_url.rstrip("/"), source, settings, transport) as web,
        build.writer([], []) as writer,
    ):
        while count == FEATURES_PER_REQUEST:
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


def load_file(source: Source, settings: Settings, folder: SnapshotFolder, delivery: Path) -> Loaded:
    """Loads a delivered file, with the label files beside it; the same bytes are not read again.

    Raises:
        DataProblem: If the file is not readable or not right, naming the file and the row or column.
    """
    geo = source.reader.geo_dimension
    beside = [delivery.with_name("DataProperties.parquet"), delivery.with_name(f"{geo}.parquet")]
    files = [delivery, *(path for path in beside if path.exists() and path != delivery)]
    hashes = {path.name: _sha256(path) for path in files}
    seen = folder.current()
    if seen and seen.reader_version == reader_version(source) and {p.name: p.sha256 for p in seen.parts} == hashes:
        return False, seen
    build = _Build(source, settings, folder, delivery.name)
    with build.writer(read_labels(beside[0]), [_region_label(row) for row in read_labels(beside[1])]) as writer:
        for columns in read_delivery(delivery, source):
            writer.add_columns(columns)
        if writer.rules is None:
            raise no_rows(delivery.name)
        for path in files:
            writer.keep_part(Received(_address(path, settings), path, hashes[path.name], path.stat().st_size))
            _keep_raw(path, build.raw)
        content = writer.finish()
    return build.accept(writer, content, notes=_other_deliveries(source, settings, delivery))


def _labels_of(client: StatlineClient, source: Source, info: TableInfo, raw: Path) -> tuple[Labels, Labels]:
    """The table's properties, and the codes and names of its regions."""
    geo = source.reader.geo_dimension
    properties = client.labels(info.table, "DataProperties", raw / "labels.tmp.gz")
    return properties, client.labels(info.table, geo, raw / "labels.tmp.gz", _region_label) if geo else []


def _set_aside(store: PageStore, build: _Build, problem: DataProblem) -> list[Path]:
    """The pages to keep as evidence.

    A page that stayed wrong is evidence alone, and the others are kept to go on from. If all pages came in as the service has them
    and the table itself is not right, going on from them would only fail again. A service that fell silent left no evidence.
    """
    if problem.code in {"service_unavailable", "request_refused"}:
        return []
    if refused := store.refused():
        return refused
    pages = [page.rename(build.raw / page.name) for page in sorted(store.folder.glob("page_*.json.gz"))]
    shutil.rmtree(store.folder)
    return pages


def _client(
    base_url: str, source: Source, settings: Settings, transport: httpx.BaseTransport | None
) -> WebClient:
    attempts = settings.http_retries if source.required else min(OPTIONAL_ATTEMPTS, settings.http_retries)
    return WebClient(
        base_url, transport=transport, timeout_s=settings.http_timeout_s, attempts=attempts, parallel=settings.http_parallel
    )


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


def _region_label(row: dict[str, Any]) -> dict[str, Any]:
    """A region's code and name alone, without the padding of the service."""
    return {"Key": str(row.get("Key") or "").strip(), "Title": str(row.get("Title") or "").strip()}


def _address(path: Path, settings: Settings) -> str:
    """The file's place below the partner folder: an address that means the same on another machine."""
    return path.relative_to(settings.files).as_posix() if settings.files else path.name


def _no_such_map(source: Source, address: str) -> DataProblem:
    return DataProblem(
        "table_not_found",
        subject=source.source_id,
        where=address,
        expected="a layer of polygons",
        found="HTTP 404",
        remedy="check reader.url of the source, or deliver the polygons as a file",
    )


def _keep_raw(path: Path, raw: Path) -> None:
    if path.suffix.lower() in COMPRESSED:
        shutil.copyfile(path, raw / path.name)
        return
    with path.open("rb") as plain, gzip.GzipFile(raw / f"{path.name}.gz", "wb", compresslevel=6, mtime=0) as squeezed:
        shutil.copyfileobj(plain, squeezed)


def _other_deliveries(source: Source, settings: Settings, used: Path) -> list[str]:
    others: list[Path] = []
    for pattern in source.reader.files:
        others += [path for path in sorted(settings.files.glob(pattern)) if path != used] if settings.files else []
    names = list(dict.fromkeys(_address(path, settings) for path in others))
    return [f"not used, because {used.name} comes first: {', '.join(names)}"] if names else []


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
