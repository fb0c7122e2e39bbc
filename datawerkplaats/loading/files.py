"""From a delivery to a snapshot: what every way of loading shares, and the loading of a file."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datawerkplaats.base import files as disk
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.content.texts import texts_in
from datawerkplaats.loading.content.watch import Watch, check_labels, named
from datawerkplaats.loading.hashes import file_sha256
from datawerkplaats.loading.readers import FORMS, read_delivery, read_labels
from datawerkplaats.loading.readers.columns import ColumnNames
from datawerkplaats.loading.readers.plain import check_plain, lies_there
from datawerkplaats.loading.readers.validation import TableRules, no_rows
from datawerkplaats.loading.snapshot import (
    PROPERTY_COLUMNS,
    REGION_COLUMNS,
    Provenance,
    SnapshotFolder,
    now,
    reader_version,
    rows_sha256,
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
        # Of polygons the reader looks at every property itself.
        self.watch = None if source.reader.kind == "geojson" else Watch(subject, source.reader.passed_over)
        self.workspace = folder.workspace()
        self.raw = self.workspace / "raw"

    def writer(self, properties: Labels, regions: Labels, beside: Labels | None = None) -> TableWriter:
        """Writes the labels and gives the writer for the rows; other content is other files `beside` them too."""
        content = ContentHash()
        check_labels(properties, self.subject, "properties")
        check_labels(regions, self.subject, "regions")
        content.add_labels(properties)
        content.add_labels(regions)
        if beside:
            content.add_labels(beside)
        write_labels(self.workspace / "properties.parquet", properties, PROPERTY_COLUMNS)
        write_labels(self.workspace / "regions.parquet", regions, REGION_COLUMNS)

        def rules_for(delivered: list[str]) -> TableRules:
            return TableRules(ColumnNames(self.source, delivered, properties, self.subject), self.subject)

        return TableWriter(self.workspace / "data.parquet", rules_for, content, self.watch)

    def accept(
        self, writer: TableWriter, content: str, modified: str | None = None, notes: Sequence[str] = ()
    ) -> Loaded:
        """Makes it the current snapshot."""
        assert writer.rules is not None
        left_out = sorted(writer.rules.left_out.items())
        left_notes = [
            f"{n} rows of {file} without {column} are left out" for (file, column, _), n in left_out
        ]
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
            data_sha256=rows_sha256(self.workspace),
            notes=(*writer.rules.names.notes, *left_notes, *notes),
            left_out=tuple(
                (file, column, n) for (file, column, holds_figures), n in left_out if holds_figures
            ),
        )
        return self.folder.accept(self.workspace, provenance), provenance


def load_files(source: Source, settings: Settings, folder: SnapshotFolder, deliveries: list[Path]) -> Loaded:
    """Loads delivered files, each an edition of the same table, with the label files beside them; the same bytes are not read
    again.

    Raises:
        DataProblem: If a file is not readable or not right, naming the file and the row or column; `edition_twice` if two of
            them hold the same year.
    """
    for path in deliveries:
        check_plain(path, settings.files or path.parent, settings.read_file_mb)
    hashes = {path: file_sha256(path) for path in deliveries}
    # A copy of a file is no edition.
    editions = [
        path for i, path in enumerate(deliveries) if hashes[path] not in map(hashes.get, deliveries[:i])
    ]
    first, geo = editions[0], source.reader.geo_dimension
    labels = [first.with_name("DataProperties.parquet"), first.with_name(f"{geo}.parquet")]
    folders = list(dict.fromkeys(path.parent for path in editions))
    matching = [path for pattern in source.reader.beside for f in folders for path in sorted(f.glob(pattern))]
    beside = [
        path for path in dict.fromkeys([*labels, *matching]) if lies_there(path) and path not in editions
    ]
    hashes |= {path: file_sha256(path) for path in beside}
    files = [*editions, *beside]
    for path in beside:
        check_plain(path, settings.files or path.parent, settings.read_file_mb)
    seen = folder.whole()
    if (
        seen
        and seen.reader_version == reader_version(source)
        and {p.url: p.sha256 for p in seen.parts}
        == {_address(path, settings): hashes[path] for path in files}
    ):
        return False, seen
    build = Build(source, settings, folder, first.name)
    for path in matching:
        _look_beside(path, source)
    with build.writer(
        read_labels(labels[0]),
        [region_label(row) for row in read_labels(labels[1])],
        [{"name": path.name, "sha256": hashes[path]} for path in matching],
    ) as writer:
        for path in editions:
            build.subject = path.name
            writer.next_file(path.name)
            for columns in read_delivery(path, source):
                writer.add_columns(columns)
            if writer.is_waiting:
                raise no_rows(path.name)
            writer.keep_part(_received(path, settings, hashes[path]))
        for path in beside:
            writer.keep_part(_received(path, settings, hashes[path]))
        content = writer.finish()
    for path in files:
        _keep_raw(path, build.raw)
    return build.accept(writer, content, notes=_other_deliveries(source, settings, editions))


def _look_beside(path: Path, source: Source) -> None:
    """Looks for what points at a person in a file that is kept as it came, for a reader that knows its shape.

    Raises:
        DataProblem: `direct_identifier`, or that the file cannot be read.
    """
    if path.suffix.lower() not in FORMS or not path.stat().st_size:
        return
    watch = Watch(path.name)
    if path.suffix.lower() == ".json":  # beside a table it is an account of it, no map
        for where, text in texts_in(_json_of(path)):
            watch.text(where, text)
    else:
        for columns in read_delivery(path, source):
            watch.rows(columns)
    watch.finish()


def _json_of(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as problem:
        raise DataProblem(
            "unreadable_file",
            subject=path.name,
            expected="whole JSON",
            found=type(problem).__name__,
            remedy="deliver the file as it was made, without opening it in another program",
        ) from problem


def region_label(row: dict[str, Any]) -> dict[str, Any]:
    """A region's code and name alone, without the padding of the service."""
    return {"Key": str(row.get("Key") or "").strip(), "Title": str(row.get("Title") or "").strip()}


def _address(path: Path, settings: Settings) -> str:
    """The file's place below the partner folder: an address that means the same on another machine."""
    return path.relative_to(settings.files).as_posix() if settings.files else path.name


def _received(path: Path, settings: Settings, sha256: str) -> Received:
    return Received(_address(path, settings), path, sha256, path.stat().st_size)


def _keep_raw(path: Path, raw: Path) -> None:
    is_small = path.suffix.lower() in COMPRESSED
    name = path.name if is_small else f"{path.name}.gz"
    if (raw / name).exists():  # editions in folders of their own may have one name
        name = f"{path.parent.name}__{name}"
    if is_small:
        disk.copy(path, raw / name)
        return
    with (
        path.open("rb") as plain,
        disk.written(raw / name) as unfinished,
        unfinished.open("wb") as stream,
        gzip.GzipFile(name, "wb", compresslevel=6, fileobj=stream, mtime=0) as squeezed,
    ):
        shutil.copyfileobj(plain, squeezed)


def _other_deliveries(source: Source, settings: Settings, used: list[Path]) -> list[str]:
    if settings.files is None:
        return []
    matching = [path for pattern in source.reader.files for path in sorted(settings.files.glob(pattern))]
    others = list(dict.fromkeys(path for path in matching if path not in used))
    names = [_address(path, settings) for path in others if not named(path.name)[1]]
    names += ["a file whose name is not repeated here"] * (len(others) - len(names))
    first = used[0].name
    return [f"not used, because {first} comes first or is the same: {', '.join(names)}"] if names else []
