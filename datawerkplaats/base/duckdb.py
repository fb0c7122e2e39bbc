"""Connections to DuckDB: in memory for computation, read-only on a published file, confined for typed SQL."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

import duckdb

# Nothing is fetched or loaded on its own: a query may never become a download.
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


# For one connection. What does not fit goes to disk, so that ten times the whole country still publishes on a laptop.
MEMORY_LIMIT = "550MB"


def identifier(name: str) -> str:
    """A name quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text quoted for SQL, for statements that take no parameters (COMMENT, ATTACH, COPY)."""
    return "'" + text.replace("'", "''") + "'"


def relation(schema: str, table: str, database: str = "") -> str:
    """A quoted [database.]schema.table."""
    parts = (database, schema, table) if database else (schema, table)
    return ".".join(identifier(part) for part in parts)


def connect_memory(
    cores: int = 0, spill: Path | None = None, limit: str = MEMORY_LIMIT
) -> duckdb.DuckDBPyConnection:
    """A connection in memory that loads no extensions; `cores` limits its threads, `limit` its memory.

    What does not fit goes to `spill`, a folder that DuckDB makes when it needs it and clears itself; by default one of
    the connection's own among the system's temporary files.
    """
    con = duckdb.connect(":memory:", config=CLOSED)
    spill = spill or Path(tempfile.gettempdir()) / f"dwp-spill-{uuid.uuid4().hex}"
    con.execute(f"SET temp_directory = {literal(str(spill))}")
    con.execute(f"SET memory_limit = {literal(limit)}")
    if cores:
        con.execute(f"SET threads = {int(cores)}")
    return con


def connect_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a DuckDB file.

    Raises:
        duckdb.IOException: If the file is missing, damaged or held by a writer.
    """
    return duckdb.connect(str(path), read_only=True, config={**CLOSED, "memory_limit": MEMORY_LIMIT})


def connect_writable(path: Path, cores: int = 0) -> duckdb.DuckDBPyConnection:
    """A connection that writes into a DuckDB file of one's own, such as a copy that is thrown away; `cores` limits its threads."""
    con = duckdb.connect(str(path), config={**CLOSED, "memory_limit": MEMORY_LIMIT})
    if cores:
        con.execute(f"SET threads = {int(cores)}")
    return con


def connect_confined(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that cannot reach any other file, for SQL that a person types."""
    con = connect_read_only(path)
    # Within a process a file is opened once: one that is open here and locked is confined already.
    if con.execute(
        "select current_setting('lock_configuration') and not current_setting('enable_external_access')"
    ).fetchone() == (True,):
        return con
    # In this order: with the configuration locked first, external access would stay on.
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def attach(con: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool = True) -> None:
    """Attach a DuckDB file under a name; what is written can be read by every 1.x and 2.x client."""
    options = "READ_ONLY" if read_only else "STORAGE_VERSION 'v1.0.0'"
    con.execute(f"ATTACH {literal(str(path))} AS {identifier(name)} ({options})")


def tables(con: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Per (schema, table or view) of an attached database its columns as (name, type), in order; of enumerated words no list."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    rows = con.execute(
        "select schema_name, table_name, column_name, if(data_type like 'ENUM(%', 'ENUM', data_type) from duckdb_columns()"
        f" where database_name = {literal(database)} and not internal order by schema_name, table_name, column_index"
    ).fetchall()
    for schema, table, column, data_type in rows:
        found.setdefault((schema, table), []).append((column, data_type))
    return found
