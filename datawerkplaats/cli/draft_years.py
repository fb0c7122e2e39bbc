"""Which years a delivered file is about: its columns say, or its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from datawerkplaats.catalogue.sources import PERIOD_NAME
from datawerkplaats.cli.draft import not_inferred

_YEAR = re.compile(r"((?:19|20)\d\d)(?:[.,]0+|JJ00)?")
_YEAR_IN_NAME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
Table = Mapping[str, list[str]]


def without_years(stem: str, instead: str = "") -> str:
    """A file's name with something else in the place of its years."""
    return _YEAR_IN_NAME.sub(instead, stem)


def year_columns(path: Path, table: Table, wanted: str) -> tuple[list[str], str]:
    """The columns with the year, or the year of a table without one.

    Raises:
        DataProblem: If two columns say different years, or nothing says which year it is.
    """
    if re.fullmatch(r"(?:19|20)\d\d", wanted):
        return [], wanted
    if wanted:
        if wanted not in table:
            raise not_inferred(
                path.name,
                "a column of the file, or a year",
                wanted,
                f"choose one of {', '.join(list(table)[:12])}",
                where="--year",
            )
        return [wanted], ""
    found = [
        name
        for name, values in table.items()
        if PERIOD_NAME.fullmatch(name.strip())
        and any(values)
        and all(_YEAR.fullmatch(v) for v in values if v)
    ]
    for one, other in combinations(found, 2):
        if any(a and b and _year(a) != _year(b) for a, b in zip(table[one], table[other], strict=True)):
            raise not_inferred(
                path.name,
                "one column with the year",
                f"{one} and {other}, which differ",
                f"say which one is meant: --year {one} or --year {other}",
                "ambiguous_column",
            )
    if found:
        return found, ""
    named = set(_YEAR_IN_NAME.findall(path.stem))
    if len(named) == 1:
        return [], named.pop()
    raise not_inferred(
        path.name,
        "a column with years, or one year in the file's name",
        "neither",
        "say it: --year 2024, or --year <column>",
    )


def _year(value: str) -> str:
    match = _YEAR.fullmatch(value)
    return match[1] if match else value


def years_of_rows(table: Table, years: list[str]) -> list[str]:
    """The year of each row; empty texts where the table has one year."""
    if not years:
        return [""] * len(next(iter(table.values())))
    return [
        _year(next((v for v in row if v), "")) for row in zip(*(table[name] for name in years), strict=True)
    ]


def pattern_of(path: Path) -> str:
    """The file's name with its years left open, so that the next edition matches too."""
    name = without_years(path.stem, "*")
    return f"{name if name.strip('*_- ') else path.stem}{path.suffix}"
