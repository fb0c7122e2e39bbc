"""In which rows two tables with the same columns differ; their order says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from datawerkplaats.base.duckdb import identifier
from datawerkplaats.publication.differences import KEY as FIGURE


def rows_apart(
    con: duckdb.DuckDBPyConnection, sides: tuple[str, str], columns: list[str], rounded: Sequence[str] = ()
) -> tuple[int, int]:
    """How many rows are in the one table only, and in the other only; rows that repeat count as often as they do.

    Columns in `rounded` are compared to twelve digits.
    """
    if not columns:
        return 0, 0
    listed = ", ".join(
        f"format('{{:.11e}}', {identifier(name)})" if name in rounded else identifier(name)
        for name in columns
    )
    if _sums(con, sides[0], listed) == _sums(con, sides[1], listed):
        return 0, 0
    query = "select count(*) from (select {0} from {1} except all select {0} from {2})"
    return number(con, query.format(listed, *sides)), number(con, query.format(listed, *sides[::-1]))


def fingerprint(con: duckdb.DuckDBPyConnection, side: str, columns: Sequence[str]) -> tuple[int, int, int]:
    """The number of rows of a table, and two sums that differ where one of its cells does, whatever the order of rows."""
    return _sums(con, side, ", ".join(map(identifier, columns)))


def _sums(con: duckdb.DuckDBPyConnection, side: str, listed: str) -> tuple[int, int, int]:
    # A hash per row, added up, tells equal tables without sorting them; only others are compared cell by cell.
    row = con.execute(
        f"select count(*), coalesce(sum(hash({listed})::hugeint), 0), coalesce(bit_xor(hash({listed})), 0) from {side}"
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2])


def in_words(
    con: duckdb.DuckDBPyConnection,
    label: str,
    sides: tuple[str, str],
    columns: list[str],
    lost: int,
    added: int,
) -> str:
    """In words: how many rows came, went or changed, by the grain that the table has, and in which columns."""
    key = next((key for key in _candidates(columns) if all(_is_key(con, side, key) for side in sides)), None)
    if key is None:
        return f"{lost:,} lost and {added:,} added (no key of {label} tells which of them changed)"
    listed = ", ".join(map(identifier, key))
    match = " and ".join(f"a.{identifier(c)} is not distinct from b.{identifier(c)}" for c in key)
    rest = [name for name in columns if name not in key]
    changed = [
        (name, number(con, f"select count(*) from {sides[0]} a join {sides[1]} b on {match}"
                            f" where a.{identifier(name)} is distinct from b.{identifier(name)}"))
        for name in rest
    ]  # fmt: skip
    query = "select count(*) from (select {0} from {1} except select {0} from {2})"
    gone, come = (number(con, query.format(listed, *pair)) for pair in (sides, sides[::-1]))
    cells = ", ".join(f"{name} in {number:,} rows" for name, number in changed if number)
    return f"by {', '.join(key)}: {gone:,} lost, {come:,} added, changed: {cells or 'none'}"


# What a row of a published table is about, widest last: the first of these that is unique on both sides is its key.
_GRAIN = (
    FIGURE,
    ("source_id", "measure_code", "region_code", "region_vintage", "period_id", "sex", "age_band"),
    ("region_code", "region_vintage", "year", "sex", "age_band"),
    ("rule", "subject"),
    ("model_id", "region_code"),
    ("indicator_id", "year", "region_level"),
    ("region_level", "region_code", "vintage"),
    ("indicator_id", "other_indicator_id"),
)


def _candidates(columns: list[str]) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in columns if name.endswith("_id"))
    for grain in _GRAIN:
        if set(grain) <= set(columns):
            yield grain


def _is_key(con: duckdb.DuckDBPyConnection, side: str, key: tuple[str, ...]) -> bool:
    listed = ", ".join(map(identifier, key))
    return not number(
        con, f"select count(*) from (select 1 from {side} group by {listed} having count(*) > 1)"
    )


def number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number that a query answers."""
    row = con.execute(query).fetchone()
    assert row is not None
    return int(row[0])
