"""Snapshots of deliveries: raw bytes, Parquet and provenance in a folder named after the content, and a
pointer to the current one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.arrow_columns import number_column, text_column
from datawerkplaats.loading.content.watch import named
from datawerkplaats.loading.hashes import file_sha256
from datawerkplaats.loading.readers.columns import stem
from datawerkplaats.loading.table_writer import ROWS_PER_GROUP, Part

READER_VERSION = "1"
ABSENT = "absent"
_HASHED_MB = 500  # of a refused file that is larger the size alone is kept
DATA = "data.parquet"
PROPERTY_COLUMNS = ("Key", "Title", "Unit", "Description", "Type")
REGION_COLUMNS = ("Key", "Title")


@dataclass(frozen=True)
class Provenance:
    """Where a snapshot came from; what `provenance.json` holds."""

    source_id: str
    snapshot_id: str
    mode: str
    urls: tuple[str, ...]
    table: str | None
    source_modified: str | None
    retrieved_at: str
    sha256: str
    bytes: int
    rows: int
    columns: tuple[str, ...]
    reader_version: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    # Rows with figures that name no region or no year: file, column, how many.
    left_out: tuple[tuple[str, str, int], ...] = ()
    # Of the rows as they were written; empty in a snapshot of before 0.2.
    data_sha256: str = ""

    @classmethod
    def read(cls, folder: Path) -> Provenance | None:
        """The provenance of a snapshot folder, or None if there is none that can be read."""
        try:
            fields = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
            parts = tuple(Part(**part) for part in fields.pop("parts"))
            fields |= {name: tuple(fields[name]) for name in ("urls", "columns", "notes")}
            fields["left_out"] = tuple((file, column, n) for file, column, n in fields.get("left_out", ()))
            return cls(**fields, parts=parts)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Writes `provenance.json`, at once or not at all."""
        files.write_text(folder / "provenance.json", json.dumps(asdict(self), ensure_ascii=False, indent=1))


def reader_version(source: Source) -> str:
    """The version of the reading code and of what the catalogue says on reading this source: either
    change means reading again.
    """
    declared = source.model_dump_json(include={"reader", "keys", "required_columns", "dimension_columns"})
    return f"{READER_VERSION}-{hashlib.sha256(declared.encode()).hexdigest()[:8]}"


def write_labels(path: Path, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """A Parquet file of labels with exactly these text columns, possibly without rows."""
    values = [
        text_column([None if row.get(name) is None else str(row[name]) for row in rows]) for name in columns
    ]
    table = pa.Table.from_arrays(values, names=list(columns))
    with files.written(path) as unfinished:
        pq.write_table(
            table, unfinished, compression="zstd", use_dictionary=False, row_group_size=ROWS_PER_GROUP
        )


def is_whole(folder: Path, made: Provenance) -> bool:
    """Whether the rows of a snapshot are what was written: a crash, a full disk or a bad copy may have left less."""
    try:
        if made.data_sha256:
            return rows_sha256(folder) == made.data_sha256
        return bool(pq.read_metadata(folder / DATA).num_rows == made.rows)
    except (OSError, pa.ArrowInvalid):
        return False


def rows_sha256(folder: Path) -> str:
    """The sha256 of the file with the rows in a folder."""
    with (folder / DATA).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class HasChangedError(Exception):
    """Raised where a source is only looked at and there is something to load."""


class SnapshotFolder:
    """All snapshots of one source in one mode, and the pointer that dbt follows."""

    def __init__(self, source: Source, settings: Settings, *, only_look: bool = False) -> None:
        self.source, self.settings, self.only_look = source, settings, only_look
        self.root = settings.snapshots_dir / source.source_id
        self.pointer = settings.inputs_dir / source.source_id
        # The id of the snapshot that was in use before the current one.
        self.replaced = settings.inputs_dir / f".{source.source_id}.replaced"

    def current(self) -> Provenance | None:
        """The provenance of the snapshot in use; None if there is none or the source is absent."""
        found = Provenance.read(self.pointer) if self.pointer.exists() else None
        return found if found and found.snapshot_id != ABSENT else None

    def whole(self) -> Provenance | None:
        """The provenance of the snapshot in use, if its rows are still as they were written."""
        found = self.current()
        return found if found and is_whole(self.pointer, found) else None

    def workspace(self) -> Path:
        """An empty folder to build a snapshot in; what an earlier, broken run left is removed.

        Raises:
            HasChangedError: Where the source is only looked at; polygons alone are fetched to be compared.
        """
        if self.only_look and self.source.reader.kind != "geojson":
            raise HasChangedError(self.source.source_id)
        self.root.mkdir(parents=True, exist_ok=True)
        for left in self.root.glob(".building-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = self.root / f".building-{os.getpid()}"
        (folder / "raw").mkdir(parents=True)
        return folder

    def partial(self, edition: str) -> Path:
        """The folder for the pages of one edition of a table; those of other editions are removed."""
        name = ".partial-" + hashlib.sha256(edition.encode()).hexdigest()[:12]
        for other in self.root.glob(".partial-*"):
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)
        return self.root / name

    def accept(self, workspace: Path, provenance: Provenance) -> bool:
        """Makes the workspace the current snapshot; returns whether the content is new.

        The same content never makes a second snapshot: then only the date of the publisher's last change
        is updated.
        """
        before = self.current()
        final = self.root / provenance.snapshot_id
        if self.only_look and not (before and before.snapshot_id == provenance.snapshot_id and self.whole()):
            shutil.rmtree(workspace)
            raise HasChangedError(self.source.source_id)
        if (known := Provenance.read(final)) and is_whole(final, known):
            shutil.rmtree(workspace)
            same = {
                "source_modified": provenance.source_modified,
                "reader_version": provenance.reader_version,
                "parts": provenance.parts,
                "notes": provenance.notes,
                "left_out": provenance.left_out,
            }
            replace(known, **same).write(final)  # type: ignore[arg-type]
        else:
            provenance.write(workspace)
            shutil.rmtree(final, ignore_errors=True)
            files.move(workspace, final)
        is_new = before is None or before.snapshot_id != provenance.snapshot_id
        if before and is_new:
            files.write_text(self.replaced, before.snapshot_id)
        self._point_to(final)
        return is_new

    def give_way(self, problem: DataProblem) -> bool:
        """Puts the earlier snapshot back in use when the current one fails a quality check; True if there is one.

        The refused delivery is kept aside with its reason.
        """
        refused, note = self.current(), self.replaced
        earlier = self.root / note.read_text(encoding="utf-8") if note.exists() else None
        if refused is None or earlier is None or not earlier.exists():
            return False
        self.reject(problem, [self.root / refused.snapshot_id / "data.parquet"])
        self._point_to(earlier)
        note.unlink()
        return True

    def accept_absence(self) -> None:
        """Points to a snapshot without rows that has the columns the catalogue declares, so that dbt
        always compiles.
        """
        version = reader_version(self.source)
        found = Provenance.read(self.pointer)
        is_same = found is not None and (found.snapshot_id, found.reader_version) == (ABSENT, version)
        if found and is_same and is_whole(self.pointer, found):
            return
        if self.only_look:
            raise HasChangedError(self.source.source_id)
        workspace = self.workspace()
        dimensions = {stem(name) for name in self.source.dimension_columns}
        source = self.source
        declared = [*source.dimension_columns, *source.required_columns, *source.reader.columns]
        names = list(dict.fromkeys(declared))
        empty = [text_column([]) if stem(name) in dimensions else number_column([]) for name in names]
        with files.written(workspace / "data.parquet") as unfinished:
            pq.write_table(pa.Table.from_arrays(empty, names=names), unfinished)
        write_labels(workspace / "properties.parquet", [], PROPERTY_COLUMNS)
        write_labels(workspace / "regions.parquet", [], REGION_COLUMNS)
        Provenance(
            source_id=self.source.source_id,
            snapshot_id=ABSENT,
            mode=self.settings.source,
            urls=(),
            table=self.source.reader.table,
            source_modified=None,
            retrieved_at=now(),
            sha256="",
            bytes=0,
            rows=0,
            columns=tuple(names),
            reader_version=version,
            parts=(),
            notes=("absent",),
            data_sha256=rows_sha256(workspace),
        ).write(workspace)
        final = self.root / ABSENT
        if final.exists():
            old = self.root / f".building-{os.getpid()}-old"
            files.move(final, old)
        files.move(workspace, final)
        self._point_to(final)

    def reject(self, problem: DataProblem, received: list[Path]) -> Path:
        """Keeps the reason, and of each refused file size and hash: never what is in it, since nobody knows what that is.

        Returns:
            The folder of this refusal.
        """
        if self.only_look:
            raise HasChangedError(self.source.source_id)
        folder = (
            self.settings.rejected_dir
            / self.source.source_id
            / datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        )
        folder.mkdir(parents=True)
        told = {**problem.as_dict(), "files": [_refused_file(path) for path in received]}
        files.write_text(folder / "reason.json", json.dumps(told, ensure_ascii=False, indent=1))
        return folder

    def clear(self, *, with_pages: bool) -> None:
        """Removes what a loading that ended left half made, and the pages of a service unless they are read on from."""
        for pattern in (".building-*", *((".partial-*",) if with_pages else ())):
            for left in self.root.glob(pattern):
                shutil.rmtree(left, ignore_errors=True)

    def _point_to(self, snapshot: Path) -> None:
        files.point(self.pointer, os.path.relpath(snapshot, self.pointer.parent))


def _refused_file(path: Path) -> dict[str, str | int]:
    """Name, size and hash of a refused file; only the kind of name where that points at a person, no hash of what is no file."""
    name, _ = named(path.name)
    try:
        size = path.lstat().st_size
        digest = (
            file_sha256(path) if stat.S_ISREG(path.lstat().st_mode) and size <= _HASHED_MB * 1_000_000 else ""
        )
    except OSError:
        return {"name": name}
    return {"name": name, "bytes": size, "sha256": digest}


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
