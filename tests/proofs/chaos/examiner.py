"""What readers have, and what they were told: read with DuckDB and the standard library alone, for the proofs of `chaos`.

Nothing of the house is imported: whoever examines a release by the code that wrote it meets the same mistake twice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

RIGHT, TOLD, SILENT, TRACE, LOST = "right", "told", "silent", "stack trace", "lost"
OUTCOMES = (RIGHT, TOLD, SILENT, TRACE, LOST)
Cell = tuple[Any, ...]
_CELLS = """
    select
        indicator_id, region_level, region_code, region_vintage, year, period_id, sex, age_band,
        value, lower, upper, value_status
    from {table} order by all
"""
_MARTS = ("indicator.fct_indicator", "determinant.fct_determinant", "outcome.fct_outcome")


@dataclass(frozen=True)
class Served:
    """What is served: its id, every published figure, and the sentences of its load gate and changelog."""

    id: str
    cells: dict[Cell, Cell] = field(repr=False)
    titles: frozenset[str] = frozenset()

    def has(self, title: str) -> bool:
        """Whether a figure has this title."""
        return title in self.titles

    def differs(self, other: Served) -> list[Cell]:
        """The keys of the figures that differ, or are in one of the two only."""
        return sorted(
            (
                key
                for key in self.cells.keys() | other.cells.keys()
                if self.cells.get(key) != other.cells.get(key)
            ),
            key=repr,
        )


def served(publish: Path) -> Served | None:
    """What a reader gets who follows the pointer; None where neither pointer nor file can be read."""
    try:
        told = json.loads((publish / "current.json").read_text(encoding="utf-8"))
        path = publish / told["file"]
    except (OSError, ValueError, KeyError):
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            cells = {
                row[:8]: row[8:]
                for table in _MARTS
                for row in con.execute(_CELLS.format(table=table)).fetchall()
            }
            titles = frozenset(
                title for (title,) in con.execute("select title_nl from core.dim_indicator").fetchall()
            )
    except duckdb.Error:
        return None
    return Served(str(told["publication_id"]), cells, titles)


def listed(publish: Path) -> set[str]:
    """The releases that are there, with the hash that their manifest tells of their file still right."""
    found = set()
    for path in publish.glob("manifest_*.json"):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            file = publish / told["file"]["name"]
            if hashlib.sha256(file.read_bytes()).hexdigest() == told["file"]["sha256"]:
                found.add(str(told["publication_id"]))
        except (OSError, ValueError, KeyError):
            continue
    return found


def notices(publish: Path) -> dict[str, str]:
    """Per source what readers are told of its delivery."""
    try:
        told = json.loads((publish / "notices.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {one["source_id"]: f"{one['kind']}: {one['sentence_en']}" for one in told}


@dataclass(frozen=True)
class Seen:
    """What came of a build under a fault."""

    code: int
    printed: str
    before: Served
    after: Served | None
    new_notices: dict[str, str]
    kept: bool

    def outcome(self, wanted: Served) -> str:
        """Right, told, silent, a stack trace, or lost.

        Args:
            wanted: The figures as they should be if the build says that it succeeded and tells nothing.
        """
        if "Traceback (most recent call last)" in self.printed:
            return TRACE
        if self.after is None or not self.kept:
            return LOST
        is_told = bool(self.new_notices) or (
            self.code != 0 and any(_is_sentence(line) for line in self.printed.splitlines())
        )
        if self.code == 0 and not self.after.differs(wanted):
            return RIGHT
        if is_told and not self.after.differs(self.before):
            return TOLD
        return SILENT if self.code == 0 or not is_told else LOST


def _is_sentence(line: str) -> bool:
    """Whether a line tells something to a person: words and a full stop, no log line."""
    return line.endswith(".") and " " in line and not line.startswith("[")
