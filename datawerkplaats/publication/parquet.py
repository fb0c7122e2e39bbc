"""The Parquet files of a release: one per table, beside its DuckDB file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.duckdb import attach, connect_memory, literal, relation
from datawerkplaats.publication.renew import Earlier
from datawerkplaats.publication.store import sha256_of
from datawerkplaats.publication.tables import PublicTable


def write_parquet(
    file: Path,
    folder: Path,
    written: list[dict[str, Any]],
    public: Sequence[PublicTable],
    cores: int,
    earlier: Earlier | None,
) -> None:
    """Write each table as Parquet, its comments in the file's metadata, and add its place, size and sha256.

    The file of a table that is as it was in an earlier release is copied.
    """
    described = {(table.schema, table.name): table for table in public}
    with connect_memory(cores, spill=file.with_suffix(".spill")) as con:
        attach(con, file, "target")
        for table in written:
            path = folder / table["schema"] / f"{table['name']}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            if earlier and (entry := _copied(path, f"{table['schema']}.{table['name']}", earlier)):
                table["parquet"] = entry
                continue
            with files.written(path) as unfinished:
                about = described.get((table["schema"], table["name"]))
                comments = json.dumps(dict(about.columns) if about else {}, ensure_ascii=False)
                con.execute(
                    f"COPY {relation(table['schema'], table['name'], 'target')} TO {literal(str(unfinished))}"
                    " (FORMAT parquet, COMPRESSION zstd, KV_METADATA {"
                    f"description: {literal(about.description if about else '')}, columns: {literal(comments)}}})"
                )
            path.chmod(0o444)
            table["parquet"] = {
                "path": f"{table['schema']}/{path.name}",
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }


def _copied(path: Path, label: str, earlier: Earlier) -> dict[str, Any] | None:
    """What the manifest tells of the copy of an earlier Parquet file; None where the table or the file is not as it was."""
    if label not in earlier.same:
        return None
    entry = earlier.tables[label]["parquet"]
    try:
        files.copy(earlier.publication.parquet_dir / entry["path"], path)
    except OSError:
        return None
    path.chmod(0o444)
    return dict(entry) if sha256_of(path) == entry["sha256"] else None
