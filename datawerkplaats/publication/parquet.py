"""The Parquet files of a release: one per table, beside its DuckDB file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base import files
from datawerkplaats.base.duckdb import attach, connect_memory, literal, relation
from datawerkplaats.publication import layout
from datawerkplaats.publication.renew import Earlier
from datawerkplaats.publication.store import sha256_of
from datawerkplaats.publication.tables import PublicTable

# Whole numbers of DuckDB's own blocks of rows: larger groups are smaller files, and need more memory to write.
_LEVEL, _ROWS = 9, 4 * 122_880
# A group that is being written lies beside what the engine counts: less for what it reads.
_MEMORY = "400MB"


def write_parquet(
    file: Path,
    folder: Path,
    written: list[dict[str, Any]],
    public: Sequence[PublicTable],
    cores: int,
    earlier: Earlier | None,
) -> None:
    """Write each table as Parquet, its comments in the file's metadata, and add its place, size and sha256.

    The file of a table that is as it was in an earlier release is copied. Tables that share the figures of one fact share its
    file, with the query that gives the rows of each.
    """
    described = {table.label: table for table in public}
    entries: dict[str, dict[str, Any]] = {}
    with connect_memory(cores, spill=file.with_suffix(".spill"), limit=_MEMORY) as con:
        attach(con, file, "target")
        for table in written:
            label = f"{table['schema']}.{table['name']}"
            if "within" in table:
                continue
            path = folder / table["schema"] / f"{table['name']}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            entry = _copied(path, label, earlier) if earlier else None
            entries[label] = entry or _written(con, path, label, described)
            table["parquet"] = entries[label]
    for table in written:
        if "within" in table:
            label = f"{table['schema']}.{table['name']}"
            shared = entries[table["within"]]
            names = [name for name, _ in table["columns"]]
            query = layout.parquet_of(label, names, shared["path"])
            table["parquet"] = {**shared, **({"query": query} if query else {})}


def _written(
    con: duckdb.DuckDBPyConnection, path: Path, label: str, described: Mapping[str, PublicTable]
) -> dict[str, Any]:
    """Write one file; what the manifest tells of it."""
    description, comments = layout.about(label, described)
    schema, _, name = label.partition(".")
    source = relation(schema, name, "target")
    if label == layout.FIGURE:
        source = f"({layout.parquet_query()})"
    with files.written(path) as unfinished:
        con.execute(
            f"COPY {source} TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {_LEVEL},"
            f" ROW_GROUP_SIZE {_ROWS}, KV_METADATA {{description: {literal(description)},"
            f" columns: {literal(json.dumps(comments, ensure_ascii=False))}}})"
        )
    path.chmod(0o444)
    return {
        "path": f"{path.parent.name}/{path.name}",
        "bytes": path.stat().st_size,
        "sha256": sha256_of(path),
    }


def _copied(path: Path, label: str, earlier: Earlier) -> dict[str, Any] | None:
    """What the manifest tells of the copy of an earlier Parquet file; None where the table or the file is not as it was."""
    shared = {one for one in (layout.FACT, layout.NOW) if label == layout.FIGURE} or {label}
    if not shared <= earlier.same or label not in earlier.tables:
        return None
    entry = earlier.tables[label]["parquet"]
    try:
        files.copy(earlier.publication.parquet_dir / entry["path"], path)
    except OSError:
        return None
    path.chmod(0o444)
    return dict(entry) if sha256_of(path) == entry["sha256"] else None
