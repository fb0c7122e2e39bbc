"""From a delivery to a snapshot: what every way of loading shares, and the loading of a file."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.readers import read_delivery, read_labels
from datawerkplaats.loading.readers.columns import ColumnNames
from datawerkplaats.loading.readers.validation import TableRules, no_rows
from datawerkplaats.loading.snapshot import (
    PROPERTY_COLUMNS,
    REGION_COLUMNS,
    Provenance,
    SnapshotFolder,
    now,
    reader_version,
    write_labels,
)
from datawerkplaats.loading.table_writer import ContentHash, TableWriter
from datawerkplaats.loading.web import Received

Labels = list[dict[str, Any]]
Loaded = tuple[bool, Provenance]
COMPRESSED = frozenset({".parquet", ".xlsx", ".gz"})


class Build:
    """A snapshot in the making: its folder, its labels and the writer of its rows."""

    def __init__(self, source: Source, settings: Settings, folder: SnapshotFolder, subject: str) -> None:
        self.source, self.settings, self.folder, self.subject = source, settings, folder, subject
        self.workspace = folder.workspace()
        self.raw = self.workspace / "raw"

    def writer(self, properties: Labels, regions: Labels, beside: Labels | None = None) -> TableWriter:
        """Writes the labels and gives the writer for the rows; other content is other files `beside` them too."""
        content = ContentHash()
        content.add_labels(properties)
        content.add_labels(regions)
        if beside:
            content.add_labels(beside)
        write_labels(self.workspace / "properties.parquet", properties, PROPERTY_COLUMNS)
        write_labels(self.workspace / "regions.parquet", regions, REGION_COLUMNS)

        def rules_for(delivered: list[str]) -> TableRules:
            return TableRules(ColumnNames(self.source, delivered, properties, self.subject), self.subject)

        return TableWriter(self.workspace / "data.parquet", rules_for, content)

    def accept(
        self, writer: TableWriter, content: str, modified: str | None = None, notes: Sequence[str] = ()
    ) -> Loaded:
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


def load_file(source: Source, settings: Settings, folder: SnapshotFolder, delivery: Path) -> Loaded:
    """Loads a delivered file, with the label files beside it; the same bytes are not read again.

    Raises:
        DataProblem: If the file is not readable or not right, naming the file and the row or column.
    """
    geo = source.reader.geo_dimension
    beside = [delivery.with_name("DataProperties.parquet"), delivery.with_name(f"{geo}.parquet")]
    matching = [path for pattern in source.reader.beside for path in sorted(delivery.parent.glob(pattern))]
    files = list(dict.fromkeys([delivery, *(path for path in [*beside, *matching] if path.is_file())]))
    hashes = {path.name: _sha256(path) for path in files}
    seen = folder.current()
    if (
        seen
        and seen.reader_version == reader_version(source)
        and {p.name: p.sha256 for p in seen.parts} == hashes
    ):
        return False, seen
    build = Build(source, settings, folder, delivery.name)
    with build.writer(
        read_labels(beside[0]),
        [region_label(row) for row in read_labels(beside[1])],
        [{"name": path.name, "sha256": hashes[path.name]} for path in matching],
    ) as writer:
        for columns in read_delivery(delivery, source):
            writer.add_columns(columns)
        if writer.rules is None:
            raise no_rows(delivery.name)
        for path in files:
            writer.keep_part(Received(_address(path, settings), path, hashes[path.name], path.stat().st_size))
            _keep_raw(path, build.raw)
        content = writer.finish()
    return build.accept(writer, content, notes=_other_deliveries(source, settings, delivery))


def region_label(row: dict[str, Any]) -> dict[str, Any]:
    """A region's code and name alone, without the padding of the service."""
    return {"Key": str(row.get("Key") or "").strip(), "Title": str(row.get("Title") or "").strip()}


def _address(path: Path, settings: Settings) -> str:
    """The file's place below the partner folder: an address that means the same on another machine."""
    return path.relative_to(settings.files).as_posix() if settings.files else path.name


def _keep_raw(path: Path, raw: Path) -> None:
    if path.suffix.lower() in COMPRESSED:
        shutil.copyfile(path, raw / path.name)
        return
    with (
        path.open("rb") as plain,
        gzip.GzipFile(raw / f"{path.name}.gz", "wb", compresslevel=6, mtime=0) as squeezed,
    ):
        shutil.copyfileobj(plain, squeezed)


def _other_deliveries(source: Source, settings: Settings, used: Path) -> list[str]:
    others: list[Path] = []
    for pattern in source.reader.files:
        others += (
            [path for path in sorted(settings.files.glob(pattern)) if path != used] if settings.files else []
        )
    names = list(dict.fromkeys(_address(path, settings) for path in others))
    return [f"not used, because {used.name} comes first: {', '.join(names)}"] if names else []


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
