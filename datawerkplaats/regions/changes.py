"""The declared changes of gemeenten: read, checked, and put together to a crosswalk between any two years."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.regions.crosswalk import METHODS, Crosswalk, Link, check_weights

FOLDER = PROJECT_ROOT / "dbt_project" / "seeds" / "crosswalks"
REAL, FICTIONAL = "gemeente_changes.csv", "gemeente_changes_demo.csv"
FIRST_VINTAGE, LAST_VINTAGE = 2012, 2025
_COLUMNS = (
    "old_code", "old_name", "new_code", "new_name", "effective_date", "weight", "method", "is_estimated", "source", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One line: the part of a gemeente that went to another (or to itself, where it went on) on a day."""

    old_name: str
    new_name: str
    effective_date: date
    link: Link
    line: int

    @property
    def vintage(self) -> int:
        """The first classification (1 January) that shows the change."""
        day = self.effective_date
        return day.year if (day.month, day.day) == (1, 1) else day.year + 1


def check_declared(folder: Path | None = None) -> None:
    """Raise when a declared crosswalk is not right: looked at before a build starts.

    Raises:
        DataProblem: `crosswalk_weights` or `crosswalk_line`, with file, line and remedy.
    """
    for name in (REAL, FICTIONAL):
        read_changes(name, folder)


def read_changes(name: str, folder: Path | None = None) -> list[Change]:
    """The lines of a file in order of date, checked.

    Raises:
        DataProblem: `crosswalk_weights` or `crosswalk_line`, with file, line and remedy.
    """
    path = (folder or FOLDER) / name
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        if tuple(rows.fieldnames or ()) != _COLUMNS:
            raise _wrong(name, 1, "columns", ", ".join(_COLUMNS), ", ".join(rows.fieldnames or ()))
        changes = [_read(name, line, row) for line, row in enumerate(rows, start=2)]
    for day in sorted({change.effective_date for change in changes}):
        that_day = [change for change in changes if change.effective_date == day]
        first_line: dict[str, str] = {}
        seen: set[tuple[str, str]] = set()
        for change in that_day:
            pair = (change.link.from_code, change.link.to_code)
            if pair in seen:
                raise _wrong(
                    name, change.line, "new_code", "each pair of codes once per day", " to ".join(pair)
                )
            seen.add(pair)
            first_line.setdefault(change.link.from_code, f"line {change.line}")
        check_weights([change.link for change in that_day], name, first_line)
    return sorted(changes, key=lambda change: (change.effective_date, change.line))


def _read(name: str, line: int, row: dict[str, str]) -> Change:
    try:
        day = date.fromisoformat(row["effective_date"])
    except (TypeError, ValueError):
        raise _wrong(
            name, line, "effective_date", "a date such as 2021-01-01", str(row["effective_date"])
        ) from None
    try:
        weight = float(row["weight"])
    except (TypeError, ValueError):
        raise _wrong(name, line, "weight", "a number between 0 and 1", str(row["weight"])) from None
    if row["method"] not in METHODS:
        raise _wrong(name, line, "method", ", ".join(METHODS), str(row["method"]))
    if row["is_estimated"] not in ("true", "false"):
        raise _wrong(name, line, "is_estimated", "true or false", str(row["is_estimated"]))
    if not row["source"]:
        raise _wrong(name, line, "source", "who says so", "nothing")
    for column in ("old_code", "new_code"):
        if not (len(row[column]) == 6 and row[column].startswith("GM") and row[column][2:].isdigit()):
            raise _wrong(name, line, column, "a code such as GM0106", row[column])
    link = Link(
        row["old_code"], row["new_code"], weight, row["method"], row["is_estimated"] == "true", row["source"]
    )
    return Change(row["old_name"], row["new_name"], day, link, line)


def _wrong(name: str, line: int, column: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "crosswalk_line",
        subject=name,
        where=f"line {line}, {column}",
        expected=expected,
        found=found,
        remedy=f"correct the line in dbt_project/seeds/crosswalks/{name}",
    )


@dataclass(frozen=True)
class Life:
    """From which classification to which one a code exists; None is before the first change or after the last."""

    first: int | None
    last: int | None

    def holds(self, vintage: int) -> bool:
        """Whether the code is in the classification of a year."""
        return (self.first is None or self.first <= vintage) and (self.last is None or vintage <= self.last)


def lives(changes: Iterable[Change]) -> dict[str, Life]:
    """Per code in the changes how long it exists: it ends where no line says that it goes on as itself."""
    by_day: dict[tuple[date, int], list[Change]] = defaultdict(list)
    for change in changes:
        by_day[change.effective_date, change.vintage].append(change)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    codes: dict[str, None] = {}
    for (_, vintage), that_day in sorted(by_day.items()):
        going_on = {c.link.from_code for c in that_day if c.link.from_code == c.link.to_code}
        for change in that_day:
            old, new = change.link.from_code, change.link.to_code
            codes.setdefault(old)
            codes.setdefault(new)
            if new not in going_on:
                first.setdefault(new, vintage)
            if old not in going_on:
                last[old] = vintage - 1
    return {code: Life(first.get(code), last.get(code)) for code in codes}


def alive(base: Iterable[str], base_vintage: int, changes: list[Change], vintage: int) -> set[str]:
    """The gemeenten of a year, given those of another year and what changed between them."""
    known = lives(changes)
    constant = {code for code in base if code not in known}
    wrong = [code for code in base if code in known and not known[code].holds(base_vintage)]
    if wrong:
        raise ValueError(f"not in the classification of {base_vintage}: {', '.join(sorted(wrong))}")
    return constant | {code for code, life in known.items() if life.holds(vintage)}


def between(changes: list[Change], start: int, end: int) -> Crosswalk:
    """What became of the gemeenten in `changes` from one classification to a later one."""
    found = _identity(changes, start)
    for before, after in pairwise(range(start, end + 1)):
        found = found.then(_step(changes, before, after))
    return found


def _identity(changes: list[Change], vintage: int) -> Crosswalk:
    codes = sorted(code for code, life in lives(changes).items() if life.holds(vintage))
    return Crosswalk(vintage, vintage, tuple(Link(code, code) for code in codes))


def _step(changes: list[Change], before: int, after: int) -> Crosswalk:
    """One year on; two changes within a year follow each other."""
    that_year = [change for change in changes if change.vintage == after]
    found = _identity(changes, before)
    for day in sorted({change.effective_date for change in that_year}):
        links = [change.link for change in that_year if change.effective_date == day]
        moved = {link.from_code for link in links}
        reached = {link.to_code for link in found.links}
        stay = [Link(code, code) for code in sorted(reached - moved)]
        found = found.then(Crosswalk(before, before, (*links, *stay)))
    return Crosswalk(before, after, found.links)
