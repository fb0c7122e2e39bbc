"""Typed SQL on a publication: one reading statement, confined to that file, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import connect_confined
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.store import Publication
from datawerkplaats.publication.verify import verify_bytes

_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


@dataclass(frozen=True)
class Answer:
    """The rows of a query; `has_more` tells that rows were left out."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    has_more: bool


def _refused(found: str, remedy: str) -> DataProblem:
    return DataProblem(
        "query_refused",
        subject="SQL",
        expected="one SELECT on the published tables",
        found=found,
        remedy=remedy,
    )


def _require_one_reading_statement(query: str) -> None:
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise _refused(_first_line(error), "correct the statement") from error
    if len(statements) != 1:
        raise _refused(
            f"{len(statements)} statements", "ask one question at a time; PIVOT needs its values: IN (…)"
        )
    if statements[0].type not in _READING:
        kind = statements[0].type.name
        raise _refused(kind, "the publication is read-only: change data at its source and publish again")


def ask(publication: Publication, query: str, limit: int = 0, predicted: Path | None = None) -> Answer:
    """The answer of a publication to one SELECT; `limit` 0 is all rows.

    With `predicted`, the path that `governance.predictions.opened` gave, it is asked of what the publication predicts.

    Raises:
        DataProblem: `query_refused` if it is no single reading statement or DuckDB cannot answer it.
    """
    _require_one_reading_statement(query)
    if predicted is None:
        verify_bytes(publication)
    with connect_confined(predicted or publication.path) as con:
        try:
            cursor = con.execute(query)
            columns = [str(column[0]) for column in cursor.description or []]
            rows = cursor.fetchmany(limit + 1) if limit else cursor.fetchall()
        except duckdb.Error as error:
            raise _refused(
                _first_line(error), '`dwp sql "show all tables"` lists tables and columns'
            ) from error
    return Answer(columns, rows[:limit] if limit else rows, bool(limit) and len(rows) > limit)


def _first_line(error: duckdb.Error) -> str:
    """DuckDB's message without the drawing of the statement, with its suggestion."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    hints = [line for line in lines[1:] if line.startswith(("Did you mean", "Candidate"))]
    return " ".join([lines[0], *hints[:1]]) if lines else type(error).__name__
