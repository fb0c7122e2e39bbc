"""The private place of micro deliveries: rows that only the owner of the process may read, and never a copy of
them elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base import files
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.snapshot import Provenance, is_whole, now, reader_version, rows_sha256
from datawerkplaats.loading.table_writer import Part

_RELEASED = "protected.json"
VERSION = "1"


@dataclass(frozen=True)
class Vault:
    """The private snapshots of one source in one mode."""

    source: Source
    settings: Settings

    @property
    def root(self) -> Path:
        """The folder of this source."""
        return self.settings.private_dir / self.source.source_id

    @property
    def pointer(self) -> Path:
        """The link to the rows in use."""
        return self.root / "current"

    @property
    def version(self) -> str:
        """Changes when the rows would be read in another way."""
        assert self.source.micro is not None
        declared = self.source.micro.model_dump_json(exclude={"rule", "tables", "measures"})
        return f"{VERSION}-{reader_version(self.source)}-{hashlib.sha256(declared.encode()).hexdigest()[:8]}"

    def current(self) -> Provenance | None:
        """The provenance of the rows in use; None if there are none."""
        return Provenance.read(self.pointer) if self.pointer.exists() else None

    def whole(self) -> Provenance | None:
        """The provenance of the rows in use, if they are still as they were written."""
        made = self.current()
        return made if made and is_whole(self.root / made.snapshot_id, made) else None

    def rows(self, snapshot_id: str) -> Path:
        """The file with the rows of a snapshot."""
        return self.root / snapshot_id / "data.parquet"

    def keep(self, rows: pa.Table, delivery: Path, sha256: str) -> tuple[bool, Provenance]:
        """Make rows the ones in use: whether they are new, and their provenance."""
        before = self.current()
        content = content_hash(rows)
        provenance = Provenance(
            source_id=self.source.source_id,
            snapshot_id=content[:16],
            mode=self.settings.source,
            urls=(),
            table=None,
            source_modified=None,
            retrieved_at=now(),
            sha256=content,
            bytes=delivery.stat().st_size,
            rows=rows.num_rows,
            columns=tuple(rows.column_names),
            reader_version=self.version,
            parts=(Part(delivery.name, delivery.name, sha256, delivery.stat().st_size, rows.num_rows),),
            notes=("private",),
        )
        with private_files():
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (self.settings.private_dir.parent, self.settings.private_dir, self.root):
                folder.chmod(0o700)
            unfinished = self.root / f".building-{os.getpid()}"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            with files.written(unfinished / "data.parquet") as table:
                pq.write_table(rows, table, compression="zstd")
            provenance = replace(provenance, data_sha256=rows_sha256(unfinished))
            provenance.write(unfinished)
            final = self.root / provenance.snapshot_id
            shutil.rmtree(final, ignore_errors=True)
            files.move(unfinished, final)
            files.point(self.pointer, final.name)
        return before is None or before.snapshot_id != provenance.snapshot_id, provenance

    def prune(self, protected_id: str) -> None:
        """Remove all rows but the current ones and those behind the protected table that is in use."""
        made = self.current()
        keep = {
            self.pointer.name,
            made.snapshot_id if made else "",
            self.protected_from().get(protected_id, ""),
        }
        for folder in self.root.iterdir() if self.root.exists() else ():
            if folder.is_dir() and not folder.is_symlink() and folder.name not in keep:
                shutil.rmtree(folder)

    def forget_current(self) -> None:
        """No rows are in use any more."""
        files.unpoint(self.pointer)

    def note_protected(self, protected_id: str, snapshot_id: str) -> None:
        """Keep from which private rows a protected table was made."""
        noted = {**self.protected_from(), protected_id: snapshot_id}
        with private_files():
            files.write_text(self.root / _RELEASED, json.dumps(noted, indent=1))

    def protected_from(self) -> dict[str, str]:
        """Per protected table the id of the private rows it was made from."""
        try:
            noted = json.loads((self.root / _RELEASED).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in noted.items()}


def content_hash(rows: pa.Table) -> str:
    """A hash of the rows that does not depend on their order."""
    lines = sorted(repr(tuple(row.values())) for row in rows.to_pylist())
    return hashlib.sha256("\n".join([*rows.column_names, *lines]).encode()).hexdigest()


@contextmanager
def private_files() -> Iterator[None]:
    """Whatever is made inside can be read by its owner only, from the moment that it exists."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
