"""Tables of a publication that no dbt model makes: checks, rules, findings and the identity of the file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base import files
from datawerkplaats.base.duckdb import identifier, literal, relation
from datawerkplaats.publication.comments import comment


@dataclass(frozen=True)
class OwnTable:
    """A small table with its descriptions; each row has a value per column, in order."""

    schema: str
    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]
    rows: Sequence[Sequence[Any]] = ()


def write_own(con: duckdb.DuckDBPyConnection, database: str, table: OwnTable) -> dict[str, Any]:
    """Write a table with its comments into an attached database; what the manifest tells of it."""
    target = relation(table.schema, table.name, database)
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(database)}.{identifier(table.schema)}")
    fields = ", ".join(f"{identifier(name)} {kind}" for name, kind, _ in table.columns)
    con.execute(f"CREATE TABLE {target} ({fields})")
    if table.rows:
        _insert(con, target, table)
    comment(con, "TABLE", target, table.description, [(name, text) for name, _, text in table.columns])
    rows = con.execute(
        f"select column_name, data_type from duckdb_columns() where database_name = {literal(database)}"
        f" and schema_name = {literal(table.schema)} and table_name = {literal(table.name)} order by column_index"
    ).fetchall()
    return {
        "schema": table.schema,
        "name": table.name,
        "rows": len(table.rows),
        "columns": [(str(name), str(kind)) for name, kind in rows],
    }


def _insert(con: duckdb.DuckDBPyConnection, target: str, table: OwnTable) -> None:
    """Put the rows in by a file of JSON: as parameters each value is made one by one, and pandas is imported for it."""
    names = [f"c{place}" for place in range(len(table.columns))]
    kinds = ", ".join(
        f"{name}: {literal(kind)}" for name, (_, kind, _) in zip(names, table.columns, strict=True)
    )
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        files.write_text(path, json.dumps(rows, default=str, ensure_ascii=False))
        con.execute(
            f"INSERT INTO {target} SELECT * FROM read_json({literal(str(path))}, format = 'array', columns = {{{kinds}}})"
        )
