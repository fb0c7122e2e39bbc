"""From a delivery to a snapshot, one function per way it comes: a StatLine table, a map service, a file."""

from __future__ import annotations

import gzip
import hashlib
import shutil
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
from datawerkplaats.table_writer import TableWriter
from datawerkplaats.web import Received, WebClient

if TYPE_CHECKING:
    import httpx

    from datawerkplaats.statline import TableInfo

Labels = list[dict[str, Any]]
Loaded = tuple[bool, Provenance]
OPTIONAL_ATTEMPTS = 3  # a source the build can do without is not waited for
FEATURES_PER_REQUEST = 1_000  # the most that PDOK sends at once
COMPRESSED = frozenset({".parquet", ".xlsx", ".gz"})


def load_table(
    source: Source, settings: Settings, folder: SnapshotFolder, transport: httpx.BaseTransport | None, received: list[Path]
) -> Loaded:
    """Loads a table from StatLine; one request is enough to see that nothing changed.

    Raises:
        DataProblem: If the table is not there, not whole, or not right.
    """
    from datawerkplaats.statline import StatlineClient
    from datawerkplaats.statline_page import PageStore

    reader = source.reader
    assert reader.table is not None and reader.service is not None
    with _client(settings.base_url(reader.service), source, settings, transport) as web:
        client = StatlineClient(web)
        info = client.table_info(reader.table)
        current = folder.current()
        version = reader_version(source)
        if current and (current.source_modified, current.rows, current.reader_version) == (info.modified, info.rows, version):
            return False, current
        if info.rows == 0:
            raise no_rows(info.table)
        properties = client.labels(info.table, "DataProperties")
        regions = _trimmed(client.labels(info.table, reader.geo_dimension)) if reader.geo_dimension else []
        partial = folder.partial(f"{web.base_url} {info.table} {reader.entity} {info.modified} {info.rows}")
        store = PageStore(partial)
        workspace = folder.workspace()
        try:
            with _writer(source, workspace, info.table, properties, regions) as writer:
                client.read_rows(info, reader.entity, store, writer)
                content = writer.finish()
            _check_column_count(info, writer)
        except DataProblem:
            received += store.refused() or sorted(partial.glob("page_*.json.gz"))
            if not store.refused():
                # The pages came in as the service has them, so going on from them would fail again.
                received[:] = [path.rename(workspace / path.name) for path in received]
                shutil.rmtree(partial)
            raise
        for part in writer.parts:
            (partial / part.name).replace(workspace / "raw" / part.name)
        shutil.rmtree(partial)
    return _accept(source, settings, folder, workspace, writer, content, properties, regions, modified=info.modified)


def load_regions(
    source: Source, settings: Settings, folder: SnapshotFolder, transport: httpx.BaseTransport | None, received: list[Path]
) -> Loaded:
    """Loads polygons from a map service, in as many requests as its limit asks for.

    Raises:
        DataProblem: If the service is silent, or what it sends is no map of regions.
    """
    from datawerkplaats.deliveries.geojson import features_of, region_columns

    url = source.reader.url or ""
    subject = source.source_id
    workspace = folder.workspace()
    with _client(settings.pdok_url.rstrip("/"), source, settings, transport) as web:
        with _writer(source, workspace, subject, [], []) as writer:
            start, count = 0, FEATURES_PER_REQUEST
            while count == FEATURES_PER_REQUEST:
                page = workspace / "raw" / f"features_{start:06d}.geojson.gz"
                address = f"{url}&{urlencode({'count': FEATURES_PER_REQUEST, 'startIndex': start})}"
                part = web.download(address, page)
                received.append(page)
                features = features_of(gzip.decompress(page.read_bytes()), f"{subject}, {page.name}")
                count = len(features)
                if features:
                    writer.add_columns(region_columns(features, source, f"{subject}, {page.name}"))
                    writer.keep_part(part)
                start += count
            if writer.rules is None:
                raise no_rows(subject)
            content = writer.finish()
    return _accept(source, settings, folder, workspace, writer, content, [], [])


def load_file(source: Source, settings: Settings, folder: SnapshotFolder, delivery: Path) -> Loaded:
    """Loads a delivered file, with the label files beside it; the same bytes are not read again.

    Raises:
        DataProblem: If the file is not readable or not right, naming the file and the row or column.
    """
    geo = source.reader.geo_dimension
    beside = [delivery.with_name("DataProperties.parquet"), *([delivery.with_name(f"{geo}.parquet")] if geo else [])]
    files = [delivery, *(path for path in beside if path.exists() and path != delivery)]
    hashes = {path.name: _sha256(path) for path in files}
    current = folder.current()
    if current and current.reader_version == reader_version(source) and current.urls == (_address(delivery, settings),):
        if {part.name: part.sha256 for part in current.parts} == hashes:
            return False, current
    properties, regions = read_labels(beside[0]), _trimmed(read_labels(beside[1])) if geo else []
    workspace = folder.workspace()
    with _writer(source, workspace, delivery.name, properties, regions) as writer:
        for columns in read_delivery(delivery, source):
            writer.add_columns(columns)
            if writer.is_group_full:
                writer.write_group()
        if writer.rules is None:
            raise no_rows(delivery.name)
        writer.keep_part(_received(delivery, settings, hashes))
        content = writer.finish()
    for path in files[1:]:
        writer.keep_part(_received(path, settings, hashes))
    for path in files:
        _keep_raw(path, workspace / "raw")
    notes = _other_deliveries(source, settings, delivery)
    return _accept(source, settings, folder, workspace, writer, content, properties, regions, notes=notes)


def _client(
    base_url: str, source: Source, settings: Settings, transport: httpx.BaseTransport | None
) -> WebClient:
    attempts = settings.http_retries if source.required else min(OPTIONAL_ATTEMPTS, settings.http_retries)
    return WebClient(
        base_url, transport=transport, timeout_s=settings.http_timeout_s, attempts=attempts, parallel=settings.http_parallel
    )


def _writer(source: Source, workspace: Path, subject: str, properties: Labels, regions: Labels) -> TableWriter:
    def rules_for(delivered: list[str]) -> TableRules:
        return TableRules(ColumnNames(source, delivered, properties, subject), subject)

    return TableWriter(workspace / "data.parquet", rules_for, properties, regions)


def _accept(
    source: Source, settings: Settings, folder: SnapshotFolder, workspace: Path, writer: TableWriter, content: str,
    properties: Labels, regions: Labels, modified: str | None = None, notes: list[str] | None = None,
) -> Loaded:
    assert writer.rules is not None
    write_labels(workspace / "properties.parquet", properties, PROPERTY_COLUMNS)
    write_labels(workspace / "regions.parquet", regions, REGION_COLUMNS)
    provenance = Provenance(
        source_id=source.source_id,
        snapshot_id=content[:16],
        mode=settings.source,
        urls=tuple(dict.fromkeys(part.url for part in writer.parts)),
        table=source.reader.table,
        source_modified=modified,
        retrieved_at=now(),
        sha256=content,
        bytes=sum(part.bytes for part in writer.parts),
        rows=writer.rules.rows,
        columns=tuple(writer.rules.names.written),
        reader_version=reader_version(source),
        parts=tuple(writer.parts),
        notes=tuple([*writer.rules.names.notes, *(notes or [])]),
    )
    return folder.accept(workspace, provenance), provenance


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


def _trimmed(labels: Labels) -> Labels:
    """Region labels with their code and name alone, without the padding of the service."""
    return [{"Key": str(row["Key"]).strip(), "Title": str(row.get("Title") or "").strip()} for row in labels if row.get("Key")]


def _address(path: Path, settings: Settings) -> str:
    """The file's place below the partner folder: an address that means the same on another machine."""
    return path.relative_to(settings.files).as_posix() if settings.files else path.name


def _received(path: Path, settings: Settings, hashes: dict[str, str]) -> Received:
    return Received(_address(path, settings), path, hashes[path.name], path.stat().st_size)


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
