"""Descriptions of what lies in a publication's file, as comments of the engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import duckdb

from datawerkplaats.base.duckdb import identifier, literal


def comment(
    con: duckdb.DuckDBPyConnection,
    kind: Literal["TABLE", "VIEW"],
    name: str,
    description: str,
    columns: Iterable[tuple[str, str]] = (),
) -> None:
    """Describe a table or view and its columns; what has no description is passed over.

    All in one transaction: each statement by itself waits until the disk has it, and a publication has a thousand.

    Args:
        con: The connection.
        kind: Which of the two it is.
        name: Quoted, with its schema.
        description: Of the whole.
        columns: Per column its name and description.
    """
    told = [f"COMMENT ON {kind} {name} IS {literal(description)}"] if description else []
    told += [
        f"COMMENT ON COLUMN {name}.{identifier(column)} IS {literal(text)}"
        for column, text in columns
        if text
    ]
    if told:
        con.execute(";\n".join(["BEGIN", *told, "COMMIT"]))
