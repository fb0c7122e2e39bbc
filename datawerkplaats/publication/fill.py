"""What goes into a publication's file: the public tables of the warehouse, the checks and the file's identity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import attach, connect_memory, identifier, literal, relation, tables
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import layout
from datawerkplaats.publication.comments import comment
from datawerkplaats.publication.own_tables import OwnTable, write_own
from datawerkplaats.publication.tables import WHOLE, Part, PublicTable, sort_columns

_META = (
    ("publication_id", "varchar", "Identity of this publication"),
    ("published_at", "timestamptz", "When it was published"),
    ("mode", "varchar", "How the data came in: demo, files or live"),
    ("region", "varchar", "The region that the pages open with"),
    ("git_sha", "varchar", "Revision of the code; empty outside a checkout"),
    ("code_hash", "varchar", "Hash of the code and models that made it"),
    ("catalogue_hash", "varchar", "Hash of the catalogue that made it"),
    ("snapshot_hashes", "varchar", "JSON: per source the id of the snapshot that went in"),
    ("checks_passed", "integer", "Number of checks that passed"),
    ("checks_failed", "integer", "Number of checks of severity error that failed"),
    ("checks_warned", "integer", "Number of checks of severity warn that failed"),
    ("engine_version", "varchar", "Version of DuckDB that wrote the file"),
    ("dagster_run_id", "varchar", "The run that made it"),
)


# Rows that are sorted at once. More would not fit in memory, and sorting on disk takes several times as long.
SORTED_AT_ONCE = 3_000_000


def source_query(
    table: PublicTable, columns: list[str], source: str, has_indicators: bool, part: Part
) -> str:
    """The rows of a table that may be seen in this part. An indicator that is not known to be public is left out; a list of
    what has no figures holds none that could be seen."""
    query = f"from {relation(table.schema, table.name, source)} where {part.rows(table, source)}"
    if "indicator_id" in columns and has_indicators and not table.lists_gaps:
        indicators = relation("core", "dim_indicator", source)
        query += f" and indicator_id in (select indicator_id from {indicators} where is_public)"
    return query


def copy_table(con: duckdb.DuckDBPyConnection, table: PublicTable, columns: list[str], query: str) -> int:
    """Copy one table in sorted order with its comments; the number of rows that were written."""
    target = relation(table.schema, table.name, "target")
    order = ", ".join(f"{identifier(name)} nulls last" for name in sort_columns(columns))
    con.execute(f"CREATE SCHEMA IF NOT EXISTS target.{identifier(table.schema)}")
    con.execute(f"CREATE TABLE {target} AS select * {query} limit 0")
    rows = 0
    for part in _parts(con, columns, query):
        sql = f"INSERT INTO {target} select * from (select * {query}) where {part} order by {order}"
        row = con.execute(sql).fetchone()
        assert row is not None
        rows += int(row[0])
    comment(con, "TABLE", target, table.description, [told for told in table.columns if told[0] in columns])
    return rows


def _parts(con: duckdb.DuckDBPyConnection, columns: list[str], query: str) -> list[str]:
    """Conditions that cut a table into runs of indicators of one level, in order, each small enough to sort in memory."""
    if "indicator_id" not in columns:
        return ["true"]
    level = "region_level" if "region_level" in columns else "null"
    counted = con.execute(
        f"select {level}, indicator_id, count(*) {query} group by all order by all nulls last"
    ).fetchall()
    if sum(count for *_, count in counted) <= SORTED_AT_ONCE:
        return ["true"]
    runs: list[tuple[str | None, list[str | None]]] = []
    size = 0
    for place, indicator, count in counted:
        size += count
        if not runs or runs[-1][0] != place or indicator is None or size > SORTED_AT_ONCE:
            runs.append((place, []))
            size = count
        runs[-1][1].append(indicator)
    return [f"{_within(level, [place])} and {_within('indicator_id', run)}" for place, run in runs]


def _within(name: str, run: list[str | None]) -> str:
    first, last = run[0], run[-1]
    if first is None or last is None:
        return f"{name} is null"
    return f"{name} between {literal(first)} and {literal(last)}"


def meta_table(values: dict[str, Any]) -> OwnTable:
    """`meta.publication`: the one row with the identity and origin of the file."""
    description = "Identity and origin of this file. Grain: one row."
    return OwnTable("meta", "publication", description, _META, [[values[name] for name, _, _ in _META]])


def fill(
    file: Path,
    warehouse: Path,
    public: Sequence[PublicTable],
    own: Sequence[OwnTable],
    *,
    cores: int,
    part: Part = WHOLE,
) -> list[dict[str, Any]]:
    """Write the DuckDB file of a part; per table its name, columns and the number of rows it should have."""
    with target_beside(file, warehouse, cores) as (con, source):
        present = tables(con, source)
        has_indicators = ("core", "dim_indicator") in present
        written = []
        together: dict[str, layout.Source] = {}
        wanted = part.tables(public)
        members = layout.members(
            {table.label: present.get((table.schema, table.name), []) for table in wanted}
        )
        for table in wanted:
            columns = present.get((table.schema, table.name))
            if columns is None:
                raise DataProblem(
                    "build_failed",
                    subject=table.label,
                    expected="every model with access: public has been built",
                    found="no such table in the warehouse",
                    remedy="run `make rebuild`",
                )
            names = [name for name, _ in columns]
            query = source_query(table, names, source, has_indicators, part)
            if table.label in members:
                together[table.label] = layout.Source(table, columns, query)
                continue
            rows = copy_table(con, table, names, query)
            written.append({"schema": table.schema, "name": table.name, "rows": rows, "columns": columns})
        if together:
            every = " union all ".join(
                f"select region_level, indicator_id {together[label].query}"
                for label in (layout.FACT, layout.NOW)
            )
            runs = _parts(con, ["indicator_id", "region_level"], f"from ({every})")
            written += layout.write(con, together, relation("core", "dim_indicator", source), runs)
        written += [write_own(con, "target", table) for table in own]
    return written


@contextmanager
def target_beside(file: Path, warehouse: Path, cores: int) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection with the file as `target` and the warehouse under the name that is given with it; at the end it is written."""
    with connect_memory(cores, spill=file.with_suffix(".spill")) as con:
        # Views carry the name of the file they were made in, so that it has to be attached under that name.
        source = warehouse.stem
        attach(con, warehouse, source)
        attach(con, file, "target", read_only=False)
        yield con, source
        con.execute("CHECKPOINT target")
        con.execute("DETACH target")


def add(file: Path, table: OwnTable) -> dict[str, Any]:
    """Write one more table into a file that was filled; what the manifest tells of it."""
    with connect_memory() as con:
        attach(con, file, "target", read_only=False)
        told = write_own(con, "target", table)
        con.execute("CHECKPOINT target")
        con.execute("DETACH target")
    return told
