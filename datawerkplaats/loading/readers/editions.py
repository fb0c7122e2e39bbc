"""Several files and several columns for one thing: years that two files hold, columns that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.readers.columns import ColumnNames, ambiguous
from datawerkplaats.loading.readers.values import REGION_CODE, Columns, trimmed

SAME_YEAR = re.compile(r"([0-9]+)(?:[.,]0+|JJ00)")


class Editions:
    """Which file holds which year, per level of regions: levels may be delivered in files of their own."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], str] = {}

    def claim(self, periods: Sequence[Any], regions: Sequence[Any], names: ColumnNames) -> None:
        """Notes that these rows stand in the file that `names` is about.

        Raises:
            DataProblem: `edition_twice` if an earlier file holds the same year.
        """
        pairs = set(zip(periods, regions, strict=True))
        for year, level in {(trimmed(period)[:4], trimmed(region)[:2]) for period, region in pairs}:
            first = self._files.setdefault((year, level), names.subject)
            if first != names.subject:
                raise DataProblem(
                    "edition_twice",
                    subject=names.subject,
                    where=f"column {names.period}",
                    expected=f"figures of {_told(year, level)} in one file",
                    found=f"{first} and {names.subject} both hold them",
                    remedy="leave the right one of the two files in the folder, or narrow reader.files in the source's file "
                    "in the catalogue",
                )


def check_agreement(names: ColumnNames, columns: Columns, rows_before: int) -> None:
    """Passes if delivered columns that one value may be taken from say the same wherever two of them say anything.

    Raises:
        DataProblem: `ambiguous_column`, naming the row and both columns.
    """
    for column, candidates in names.taken.items():
        rivals = product(candidates, names.rivals.get(column, ()))
        for one, other in [*combinations(candidates, 2), *rivals]:
            for row, (mine, theirs) in enumerate(zip(columns[one], columns[other], strict=True), 1):
                if mine != theirs and _contradict(mine, theirs):
                    raise ambiguous(names.subject, f"row {rows_before + row}", column, (one, other))


def _told(year: str, level: str) -> str:
    """A year and a level of areas by name, if that is what they are."""
    is_year = len(year) == 4 and year.isdigit() and "1900" <= year <= "2199"
    shown = (
        level if REGION_CODE.fullmatch(level + "0000") or level in ("NL", "PV", "BU", "WK") else "one level"
    )
    return f"{year if is_year else 'one year'} ({shown})"


@lru_cache(4096)
def _contradict(one: Any, other: Any) -> bool:
    """Whether two values for one field are both there and differ: 2022, 2022.0 and 2022JJ00 are one year, and regions of two
    levels are a place and the place it lies in.
    """
    mine, theirs = (SAME_YEAR.sub(r"\1", trimmed(value)) for value in (one, other))
    if not mine or not theirs or mine == theirs:
        return False
    if REGION_CODE.fullmatch(mine) and REGION_CODE.fullmatch(theirs):
        return mine[:2] == theirs[:2] != "NL"
    return True
