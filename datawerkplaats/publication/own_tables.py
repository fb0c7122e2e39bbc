"""Tables of a publication that no dbt model makes: checks, rules, findings and the identity of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import identifier, literal, relation


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
        # One list per column: a statement per row would take a millisecond each.
        lists = ", ".join(f"unnest(?::{kind}[])" for _, kind, _ in table.columns)
        con.execute(
            f"INSERT INTO {target} SELECT {lists}", [list(column) for column in zip(*table.rows, strict=True)]
        )
    con.execute(f"COMMENT ON TABLE {target} IS {literal(table.description)}")
    for name, _, description in table.columns:
        con.execute(f"COMMENT ON COLUMN {target}.{identifier(name)} IS {literal(description)}")
    rows = con.execute(
        "select column_name, data_type from duckdb_columns() where database_name = ? and schema_name = ?"
        " and table_name = ? order by column_index",
        [database, table.schema, table.name],
    ).fetchall()
    return {
        "schema": table.schema,
        "name": table.name,
        "rows": len(table.rows),
        "columns": [(str(name), str(kind)) for name, kind in rows],
    }
