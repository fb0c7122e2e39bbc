"""SQL that a person types, run on a published file where it can reach nothing else and cannot run away.

Three walls, each of which is measured alone by `make attack`: a gate that lets only
reading statements through, a connection that is closed and locked, and a process per query that has given up
files, network and children and is ended after six seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.sandbox import pool
from datawerkplaats.sandbox.gate import PUBLISHED_SCHEMAS, RAW
from datawerkplaats.sandbox.pool import prepare
from datawerkplaats.sandbox.result import Column, Limits, QueryResult

__all__ = ["Column", "Limits", "QueryResult", "SchemaColumn", "SchemaTable", "prepare", "run_query", "schema"]

_SCHEMA = f"""
with t as (
  select database_name, schema_name, table_name, comment, estimated_size, internal from duckdb_tables()
  union all select database_name, schema_name, view_name, comment, null, internal from duckdb_views()
)
select if(t.database_name = '{RAW}', '{RAW}', t.schema_name) as schema, t.table_name, t.comment, t.estimated_size,
  c.column_name, c.data_type, c.comment
from t join duckdb_columns() c using (database_name, schema_name, table_name)
where not t.internal and schema in ({", ".join(f"'{name}'" for name in sorted(PUBLISHED_SCHEMAS | {RAW}))})
order by schema, t.table_name, c.column_index
"""


def run_query(
    path: Path, sql: str, limits: Limits | None = None, visitor: str = "", raw: Path | None = None
) -> QueryResult:
    """The rows that a typed query gives on a published file.

    Args:
        path: The DuckDB file of a publication.
        sql: What was typed; one statement that reads.
        limits: How much it may take; the defaults suit a person who waits.
        visitor: Who asks, by a word that says nothing, such as that of a browser's session; empty for a program.
        raw: The file of the same publication with what sources delivered, which is then `raw.measure` and `raw.observation`.

    Raises:
        DataProblem: `no_publication`, `publication_damaged`, or a `query_…` code that says what to change.
    """
    if not path.is_file():
        raise DataProblem("no_publication", subject=path.name, remedy="run `make materialise`")
    return pool.run(path, sql, limits or Limits(), visitor=visitor, raw=raw)


@dataclass(frozen=True)
class SchemaColumn:
    """A column as the schema browser shows it."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class SchemaTable:
    """A published table with its columns in order."""

    schema: str
    name: str
    comment: str
    rows: int
    columns: tuple[SchemaColumn, ...]


def schema(path: Path, raw: Path | None = None) -> list[SchemaTable]:
    """The published tables with their columns and comments, asked for through the same walls.

    Raises:
        DataProblem: As `run_query`.
    """
    grouped: dict[tuple[str, str, str, int], list[SchemaColumn]] = {}
    for schema_name, table, table_comment, rows, column, kind, comment in run_query(
        path, _SCHEMA, raw=raw
    ).rows:
        key = (schema_name, table, table_comment or "", -1 if rows is None else rows)
        grouped.setdefault(key, []).append(SchemaColumn(column, kind, comment or ""))
    # Of a view nobody keeps how many rows it has.
    counted = " union all ".join(
        f"select '{schema_name}.{table}', count(*) from {schema_name}.{table}"
        for schema_name, table, _, rows in grouped
        if rows < 0
    )
    views = dict(run_query(path, counted, raw=raw).rows) if counted else {}
    return [
        SchemaTable(name, table, told, rows if rows >= 0 else views[f"{name}.{table}"], tuple(columns))
        for (name, table, told, rows), columns in grouped.items()
    ]
