"""Asks DuckDB what is read for each column of a built warehouse; the empty tables are only made if there is something to ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datawerkplaats.base.duckdb import connect_read_only
from orchestration.node_keys import parents
from orchestration.reads import EVERY, Read, Reader, Shape

if TYPE_CHECKING:
    from orchestration.made import Now


class Planner:
    """What is read for the nodes of a project, as it is now and with the statements of a build."""

    def __init__(self, now: Now, sql: Mapping[str, str], warehouse: Path) -> None:
        self.now, self.sql, self.warehouse = now, sql, warehouse
        self._reader: Reader | None = None

    def __enter__(self) -> Planner:
        columns = columns_in(self.warehouse)
        self._of = {key: columns.get(name, []) for key, name in self.now.relations()}
        return self

    def __exit__(self, *_: object) -> None:
        if self._reader:
            self._reader.close()

    def shape_of(self, key: str) -> Any:
        """The columns of what a node reads and of itself, as far as the warehouse holds them."""
        return [self._of.get(one) for one in (*sorted(parents(self.now.manifest["nodes"][key])), key)]

    def reads(self, key: str) -> dict[str, frozenset[Read]]:
        """What is read for each column of a node; everything that it may read where that is not known for certain."""
        statement = self.sql.get(key, "")
        names = [name for name, _ in self._of.get(key, [])] or [EVERY]
        found: dict[str, frozenset[Read]] | None = None
        if (statement and self.now.reads_deliveries(key)) or key.startswith("test."):
            read = self.reader.of_statement(statement)
            found = None if read is None else dict.fromkeys(names, read)
        elif statement:
            found = self.reader.of_columns(statement, names)
        everything = frozenset(Read(one, EVERY) for one in parents(self.now.manifest["nodes"][key]))
        if found is None:
            return dict.fromkeys(names, everything)
        # What the plan reads nothing of is not trusted to decide nothing.
        seen = {read.unique_id for reads in found.values() for read in reads}
        unseen = frozenset(read for read in everything if not self._below(read.unique_id) & seen)
        return {name: reads | unseen for name, reads in found.items()} if unseen else found

    def _below(self, unique_id: str) -> set[str]:
        if unique_id in self.now.texts and self.now.is_looked_through(unique_id):
            return set(parents(self.now.manifest["nodes"][unique_id]))
        return {unique_id}

    @property
    def reader(self) -> Reader:
        """The empty tables."""
        if self._reader is None:
            manifest = self.now.manifest
            used = {
                one
                for key in self.now.order
                for one in parents(manifest["nodes"][key])
                if one.startswith("source.")
            }
            shapes = [
                Shape(one, manifest["sources"][one]["relation_name"], self.now.sources.columns(one))
                for one in sorted(used)
            ]
            for key, _ in self.now.relations():
                sql = self.sql.get(key, "") if self.now.is_looked_through(key) else ""
                shapes.append(Shape(key, manifest["nodes"][key]["relation_name"], tuple(self._of[key]), sql))
            self._reader = Reader(self.warehouse.stem, shapes)
        return self._reader


def columns_in(warehouse: Path) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Per schema and name the columns with their types of every table and view of a warehouse."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    with connect_read_only(warehouse) as con:
        rows = con.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal"
            " order by column_index"
        ).fetchall()
    for schema, table, name, kind in rows:
        found.setdefault((schema, table), []).append((name, kind))
    return found
