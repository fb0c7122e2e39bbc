"""PIVOT without a list of values, written out with that list.

The engine runs such a statement as two, the first of which makes a type; neither can be drawn as a tree. Here
the values are asked for by a query of its own and put in as text. Whatever text comes out passes the gate
like anything typed, so that a wrong cut can make a query fail but never let one through.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import duckdb

MAX_COLUMNS = 500

_WORD = re.compile(rb"[A-Za-z_]+")
_IN_WITH = re.compile(
    r"(?:(?P<comma>,)|\bwith)\s*[A-Za-z_]\w*\s+as\s*(?:(?:not\s+)?materialized\s*)?(?P<open>\()\s*pivot\b",
    re.IGNORECASE,
)
_AFTER_ON = frozenset({"using", "group", "order", "limit", "offset"})


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    word: str
    mark: bytes


@dataclass(frozen=True)
class OpenPivot:
    """A PIVOT statement in pieces; `open_at` says which of the columns name no values."""

    before: str
    source: str
    columns: tuple[str, ...]
    open_at: tuple[int, ...]
    after: str

    def values_query(self, column: int) -> str:
        """The query for the values of one column, in their own order."""
        expression = f"(\n{self.columns[column]}\n)"
        return (
            f"{self.before}\nSELECT {expression}::VARCHAR AS value FROM {self.source}\n"
            f"GROUP BY {expression} ORDER BY {expression} LIMIT {MAX_COLUMNS + 1}"
        )

    def closed(self, values_of: Callable[[int], list[str]]) -> str:
        """The whole statement with the values of each open column written out."""
        listed = list(self.columns)
        for index in self.open_at:
            quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values_of(index))
            listed[index] = f"(\n{listed[index]}\n) IN ({quoted})"
        return f"{self.before} PIVOT {self.source}\nON {', '.join(listed)}\n{self.after}"


@dataclass(frozen=True)
class InnerPivot:
    """A PIVOT that is the whole of a query in WITH; it sees the queries before it."""

    pivot: OpenPivot
    head: str
    tail: str

    def around(self, closed: str) -> str:
        """The whole text with the PIVOT written out. What stands before it in its own text was only lent to it."""
        return f"{self.head}{closed[len(self.pivot.before) :]}{self.tail}"


def explained(sql: str) -> tuple[str, str]:
    """`EXPLAIN` and the query behind it; empty and the text itself where there is none, or where it would run (ANALYZE)."""
    found = re.match(r"\s*(explain)\b(?!\s*(?:\(|analy[sz]e\b))", sql, re.IGNORECASE)
    return (found[1], sql[found.end() :]) if found else ("", sql)


def inner_pivot(sql: str) -> InnerPivot | None:
    """The first `name AS (PIVOT …)` in WITH of which a column has no list of values, or None."""
    for found in _IN_WITH.finditer(sql):
        end = _closing(sql, found.end("open") - 1)
        if end is None:
            continue
        # Queries before it are lent to it, so that their names are known where its values are asked for.
        earlier = sql[: found.start()].rstrip() if found["comma"] else ""
        pivot = open_pivot(f"{earlier} {sql[found.end('open') : end]}")
        if pivot and pivot.open_at:
            return InnerPivot(pivot, sql[: found.end("open")], sql[end:])
    return None


def _closing(sql: str, opening: int) -> int | None:
    """Where the bracket that is opened there is closed; brackets in texts and names do not count."""
    text, depth = sql.encode(), 0
    at = len(sql[:opening].encode())
    for start, _ in duckdb.tokenize(sql):
        if start < at:
            continue
        depth += (text[start : start + 1] == b"(") - (text[start : start + 1] == b")")
        if depth == 0:
            return len(text[:start].decode())
    return None


def _tokens(sql: bytes) -> list[_Token]:
    """The tokens outside brackets; one inside them has no word or mark, so that nothing matches it."""
    starts = [start for start, _ in duckdb.tokenize(sql.decode())]
    found, depth = [], 0
    for start, end in pairwise([*starts, len(sql)]):
        mark = sql[start : start + 1]
        depth -= mark in b")]}"
        word = _WORD.match(sql, start) if depth == 0 else None
        found.append(
            _Token(start, end, word.group().decode().lower() if word else "", mark if depth == 0 else b"")
        )
        depth += mark in b"([{"
    return found


def open_pivot(sql: str) -> OpenPivot | None:
    """The pieces of a statement `[WITH …] PIVOT … ON …` in which a column has no list of values, or None."""
    text = sql.encode()
    tokens = _tokens(text)
    words = [token.word for token in tokens]
    if "pivot" not in words or "on" not in words[words.index("pivot") :]:
        return None
    pivot = words.index("pivot")
    on = words.index("on", pivot)
    stop = next(
        (i for i in range(on, len(tokens)) if words[i] in _AFTER_ON or tokens[i].mark == b";"),
        len(tokens),
    )
    commas = [i for i in range(on, stop) if tokens[i].mark == b","]
    columns, open_at = [], []
    for index, (first, last) in enumerate(zip([on, *commas], [*commas, stop], strict=True)):
        end = tokens[last].start if last < len(tokens) else len(text)
        start = tokens[first].start + (len("on") if first == on else len(","))
        columns.append(text[start:end].decode())
        if "in" not in words[first + 1 : last]:
            open_at.append(index)
    return OpenPivot(
        before=text[: tokens[pivot].start].decode(),
        source=text[tokens[pivot].start + len("pivot") : tokens[on].start].decode(),
        columns=tuple(columns),
        open_at=tuple(open_at),
        after=text[tokens[stop].start :].decode() if stop < len(tokens) else "",
    )
