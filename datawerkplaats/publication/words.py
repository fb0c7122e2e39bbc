"""Words as numbers while rows are sorted: a row of numbers is a fraction of a row of texts, in memory and in time."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from datawerkplaats.base.duckdb import identifier


def sorted_narrow(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[tuple[str, str]], order: str
) -> str:
    """The query that gives all rows of a relation in order, with the columns and types that it has.

    Args:
        con: Where the query will run: it gets a temporary type per column of words, which keeps their alphabetical order.
        relation: A quoted table.
        columns: Its columns as (name, type).
        order: Columns to sort by, with commas between.
    """
    narrow, wide = [], []
    for name, kind in columns:
        column = identifier(name)
        if kind == "VARCHAR" and (
            words := named_type(con, name, f"(select distinct {column} as word from {relation})")
        ):
            narrow.append(f"cast({column} as {words}) as {column}")
            wide.append(f"cast({column} as varchar) as {column}")
        else:
            narrow.append(column)
            wide.append(column)
    return f"select {', '.join(wide)} from (select {', '.join(narrow)} from {relation} order by {order})"


def named_type(con: duckdb.DuckDBPyConnection, name: str, words: str) -> str:
    """The name of a temporary type with the words that a relation has in its column `word`; empty where there are none."""
    found = con.execute(f"select count(word) from {words}").fetchone()
    if not found or not found[0]:
        return ""
    named = identifier(f"words_of_{name}")
    con.execute(
        f"CREATE OR REPLACE TEMP TYPE {named} AS ENUM (select word from {words} where word is not null order by word)"
    )
    return named
