"""The check at the door of a micro delivery. A refusal names the file, the column and the remedy, and never a value of a
person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.readers import read_delivery
from datawerkplaats.loading.readers.validation import no_rows
from datawerkplaats.partners.agreed import Door, Values

_LINE = re.compile(r"line \d+")


Leave = Callable[[Source, Values], Values]


def _all_of_it(_source: Source, delivered: Values) -> Values:
    return delivered


def read_persons(
    source: Source, path: Path, known_regions: frozenset[str], leave: Leave = _all_of_it
) -> pa.Table:
    """The rows that counting needs: area, year, sex, age band, partner, weight and answer, without the pseudonym.

    Args:
        source: The declaration, with `micro`.
        path: The delivered file.
        known_regions: Region codes that exist; where empty, only the form of a code is checked.
        leave: Leaves rows out that may not be read any more.

    Raises:
        DataProblem: If the file is not what was agreed or holds what points at a person.
    """
    return _door(source, path, leave).rows(known_regions)


def problems_of(
    source: Source, path: Path, known_regions: frozenset[str], leave: Leave = _all_of_it
) -> tuple[list[DataProblem], list[int], int]:
    """Everything that is wrong with a delivery, for the one who handed it in; the years that it is about, and its rows.

    What stands in the file is in none of them.
    """
    try:
        door = _door(source, path, leave)
    except DataProblem as problem:
        return [problem], [], 0
    found = door.problems(known_regions)
    years = [] if found else sorted({int(year) for year in door.delivered[door.micro.period]})
    return found, years, door.size


def _door(source: Source, path: Path, leave: Leave) -> Door:
    try:
        delivered = _read(source, path)
    except DataProblem as problem:
        raise _without_values(problem) from None
    except Exception as error:  # a reader's own message may hold a line of the file
        raise DataProblem(
            "unreadable_file",
            subject=path.name,
            expected="a whole table",
            found=type(error).__name__,
            remedy="deliver the file again",
        ) from None
    kept = leave(source, delivered)
    if not any(kept.values()):
        raise no_rows(path.name)
    return Door(source, path.name, kept)


def _read(source: Source, path: Path) -> Values:
    delivered: Values = {}
    for piece in read_delivery(path, source):
        for name, values in piece.items():
            delivered.setdefault(str(name), []).extend(_texts(values))
    if not any(delivered.values()):
        raise no_rows(path.name)
    return delivered


def _texts(values: Sequence[object]) -> list[str]:
    return [
        "" if v is None else str(int(v)) if isinstance(v, float) and v.is_integer() else str(v).strip()
        for v in values
    ]


def _without_values(problem: DataProblem) -> DataProblem:
    """The problem without what a reader quotes from the file: a file without a heading has a person in it."""
    where = problem.where if _LINE.fullmatch(problem.where) else ""
    return DataProblem(
        problem.code, subject=problem.subject, where=where, expected=problem.expected, remedy=problem.remedy
    )
