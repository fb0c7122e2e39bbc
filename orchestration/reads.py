"""Which columns decide a column of the warehouse: asked of DuckDB, which plans every statement on empty tables.

The engine reads no more than a result needs, and its plan tells what it reads. So a column is known by the columns that the
plan for it scans, through filters, joins and windows alike, and nothing has to be understood of the SQL here. What a plan does
not tell is taken as "reads everything".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import duckdb

from datawerkplaats.base.duckdb import connect_memory, identifier, literal, relation

# Statistics of empty tables would fold everything away; the others read a table a second time or move a filter out of sight.
_OFF = "statistics_propagation,late_materialization,top_n_window_elimination"
# Operators that scan something that is no table: values in the statement, or what another operator has read.
_NO_TABLE = {"DUMMY_SCAN", "COLUMN_DATA_SCAN", "DELIM_SCAN", "CTE_SCAN", "REC_CTE_SCAN", "EMPTY_RESULT"}
_SLICE = re.compile(r"""^"?source_id"?\s*=\s*'([^']*)'$""")
_WORD = re.compile(r"\w+")
EVERY = "*"


class Read(NamedTuple):
    """A column that is read of a table or source, by its dbt id; of one source's rows only where `slice` names it."""

    unique_id: str
    column: str
    slice: str = ""


@dataclass(frozen=True)
class Shape:
    """A table, view or source as others see it: its dbt id, its name in SQL, and its columns with their types.

    One with `sql` is looked through: what is read of it is read of what is below it.
    """

    unique_id: str
    name: str
    columns: tuple[tuple[str, str], ...]
    sql: str = ""


class Reader:
    """Empty tables with the columns of the warehouse, on which statements are planned."""

    def __init__(self, database: str, shapes: Iterable[Shape]) -> None:
        self._con = connect_memory(1)
        self._con.execute(f"ATTACH ':memory:' AS {identifier(database)}")
        self._con.execute(f"USE {identifier(database)}")
        self._con.execute(f"SET disabled_optimizers = {literal(_OFF)}")
        self._shapes: dict[str, Shape] = {}
        self._sources: dict[str, str] = {}
        for shape in shapes:
            self._add(database, shape)

    def close(self) -> None:
        """Forget them."""
        self._con.close()

    def _add(self, database: str, shape: Shape) -> None:
        schema, table = "dbt", f"source_{len(self._sources)}"
        columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in shape.columns)
        if shape.unique_id.startswith("source."):
            self._sources[shape.name] = relation(schema, table, database)
        else:
            schema, table = re.findall(r'"([^"]+)"', shape.name)[-2:]
        self._con.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(database)}.{identifier(schema)}")
        name = relation(schema, table, database)
        if shape.sql:
            self._con.execute(f"CREATE VIEW {name} AS {self._on_empty_tables(shape.sql)}")
        else:
            self._con.execute(f"CREATE TABLE {name} ({columns})")
        self._shapes[f"{database}.{schema}.{table}"] = shape

    def look_through(self, statements: str) -> None:
        """Make views, or tables that are looked through as views."""
        self._con.execute(re.sub(r"\btemp table\b", "temp view", statements))

    def of_columns(self, sql: str, columns: Iterable[str]) -> dict[str, frozenset[Read]] | None:
        """Per column of a statement what decides it; None where a plan does not tell."""
        try:
            sql = self._on_empty_tables(sql)
            return {
                name: frozenset(self._plan(f"select {identifier(name)} from (\n{sql}\n)")) for name in columns
            }
        except (duckdb.Error, _UnknownError):
            return None

    def of_statement(self, sql: str) -> frozenset[Read] | None:
        """What decides the whole outcome of a statement; None where its plan does not tell."""
        try:
            return frozenset(self._plan(self._on_empty_tables(sql)))
        except (duckdb.Error, _UnknownError):
            return None

    def _on_empty_tables(self, sql: str) -> str:
        for name, table in self._sources.items():
            sql = sql.replace(name, table)
        return sql

    def _plan(self, sql: str) -> Iterator[Read]:
        row = self._con.execute(f"explain (format json) {sql}").fetchall()
        for operator in json.loads(row[0][1]):
            yield from self._scans(operator)

    def _scans(self, operator: Mapping[str, Any]) -> Iterator[Read]:
        told = operator["extra_info"]
        if "Table" in told:
            yield from self._scan(told)
        elif not operator["children"] and operator["name"].strip() not in _NO_TABLE:
            raise _UnknownError(operator["name"])
        for below in operator["children"]:
            yield from self._scans(below)

    def _scan(self, told: Mapping[str, Any]) -> Iterator[Read]:
        shape = self._shapes[told["Table"].replace('"', "")]
        known = [name for name, _ in shape.columns]
        filters = _listed(told.get("Filters"))
        read = set(_listed(told.get("Projections"))) & set(known)
        for text in filters:
            named = {word for word in _WORD.findall(text) if word in known}
            read |= named or {EVERY}
        slices = [match[1] for match in map(_SLICE.match, filters) if match]
        if EVERY in read or not read:  # it counts rows
            read = set(known)
        for name in read:
            yield Read(shape.unique_id, name, slices[0] if len(slices) == 1 else "")


class _UnknownError(Exception):
    """A plan that scans something that is not known here."""


def _listed(told: Any) -> list[str]:
    return [] if told is None else [told] if isinstance(told, str) else list(told)
