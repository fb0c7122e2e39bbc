"""Two warehouses, file against file: what Spark wrote beside what DuckDB holds. Nothing here knows what a model says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from datawerkplaats.base.duckdb import identifier, literal, relation

CLOSE = 1e-9
_VALUES = ("DOUBLE", "FLOAT", "DECIMAL")


@dataclass(frozen=True)
class Compared:
    """What one table came to: its rows, the keys on one side only, and the values that differ."""

    table: str
    rows: int
    keys_apart: int
    values_apart: int
    columns_apart: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.keys_apart or self.values_apart or self.columns_apart)


def tables(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Schema, name and folder of what Spark wrote."""
    for schema in sorted(folder.glob("*.db")):
        for path in sorted(schema.iterdir()):
            if path.is_dir():
                yield schema.name.removesuffix(".db"), path.name, path


def compare(folder: Path, connection: duckdb.DuckDBPyConnection) -> list[Compared]:
    """Every table that Spark wrote beside the one of the same name in the attached `warehouse` (views in it go by that name)."""
    return [one_table(connection, schema, name, path) for schema, name, path in tables(folder)]


def one_table(connection: duckdb.DuckDBPyConnection, schema: str, name: str, path: Path) -> Compared:
    """Keys are all columns that are no fraction, and have to occur as often on both sides; fractions beside equal keys in order."""
    ours = f"read_parquet({literal(str(path / '*.parquet'))})"
    theirs = relation(schema, name, "warehouse")
    left, right = _columns(connection, ours), _columns(connection, theirs)
    both = [column for column in right if column in left]
    values = [c for c in both if left[c].startswith(_VALUES) or right[c].startswith(_VALUES)]
    keys = [c for c in both if c not in values]
    for side, table in (("l", ours), ("r", theirs)):
        connection.execute(f"create or replace temp table side_{side} as {_numbered(table, keys, values)}")
    far = " or ".join(_far(identifier(c)) for c in values) or "false"
    found = connection.execute(
        "select count(*) filter (where l.n is not null), count(*) filter (where l.n is null or r.n is null), "
        f"count(*) filter (where l.n is not null and r.n is not null and ({far})) "
        "from side_l as l full join side_r as r on l.one = r.one and l.other = r.other and l.n = r.n"
    ).fetchone()
    assert found is not None
    apart = len(set(left) ^ set(right))
    return Compared(f"{schema}.{name}", int(found[0]), int(found[1]), int(found[2]), apart)


def _numbered(table: str, keys: list[str], values: list[str]) -> str:
    """A side as two hashes of its keys, which are narrow where many texts are wide, its fractions, and a number among rows with
    equal keys in the order of the fractions.
    """
    texts = [f"coalesce(cast({identifier(c)} as varchar), chr(0))" for c in keys] or ["''"]
    numbers = [f"cast({identifier(c)} as double) as {identifier(c)}" for c in values]
    hashes = [
        f"hash({', '.join(texts)}) as one",
        f"md5_number_lower(concat_ws(chr(1), {', '.join(texts)})) as other",
    ]
    order = ", ".join(["one", "other", *(identifier(c) for c in values)])
    return (
        f"select *, row_number() over (partition by one, other order by {order}) as n "
        f"from (select {', '.join([*hashes, *numbers])} from {table})"
    )


def _far(column: str) -> str:
    """One is null and the other not, or they differ by more than what is left of adding in another order."""
    limit = f"{CLOSE} * greatest(1, abs(l.{column}), abs(r.{column}))"
    return f"((l.{column} is null) != (r.{column} is null) or abs(l.{column} - r.{column}) > {limit})"


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = connection.execute(f"describe select * from {table}").fetchall()
    return {str(row[0]).lower(): str(row[1]) for row in rows}
