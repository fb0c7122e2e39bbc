"""References to a figure: what is talked about, pinned to the release in which it was seen.

A release that is referred to is never removed by time (`kept_releases`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store, Writing, new_id


@dataclass(frozen=True)
class Selection:
    """Which figure: indicator, area, year, age band and sex."""

    indicator_id: str
    region_code: str
    year: int
    age: str = "all"
    sex: str = "total"

    @property
    def key(self) -> str:
        """The selection as one word, for exact look-ups."""
        return f"{self.indicator_id}|{self.region_code}|{self.year}|{self.age}|{self.sex}"

    @classmethod
    def of_key(cls, key: str) -> Selection:
        """The selection of a key."""
        indicator_id, region_code, year, age, sex = key.split("|")
        return cls(indicator_id, region_code, int(year), age, sex)


@dataclass(frozen=True)
class Figure:
    """A figure as a release shows it; no value where it is hidden or missing."""

    release_id: str
    selection: Selection
    value: float | None
    lower: float | None = None
    upper: float | None = None

    def differs_from(self, other: Figure) -> bool:
        """Whether two figures differ by more than their margin; without one by more than what is shown of them."""
        if self.value is None or other.value is None:
            return self.value is not other.value
        wide = [
            (one.upper - one.lower) / 2
            for one in (self, other)
            if one.lower is not None and one.upper is not None
        ]
        return abs(self.value - other.value) > (max(wide) if wide else 1e-9)


def pinned(write: Writing, figure: Figure) -> str:
    """The id of the reference to a figure, made where it is not there yet.

    Raises:
        DataProblem: `figure_hidden` if the release does not show the figure.
    """
    at = figure.selection
    if figure.value is None:
        raise DataProblem(
            "figure_hidden",
            subject=at.indicator_id,
            where=f"{at.region_code}, {at.year}",
            remedy="choose a figure that is shown, or write about the indicator in a session",
        )
    values = {
        "release_id": figure.release_id, "indicator_id": at.indicator_id, "region_code": at.region_code,
        "year": at.year, "age": at.age, "sex": at.sex,
    }  # fmt: skip
    table = schema.figure_ref
    found = write.connection.execute(
        sa.select(table.c.id).where(*(table.c[name] == value for name, value in values.items()))
    ).scalar_one_or_none()
    if found is not None:
        return str(found)
    made = {"id": new_id(), **values, "value": figure.value, "lower": figure.lower, "upper": figure.upper}
    write.insert(table, made, "pinned")
    return str(made["id"])


def figure_of(row: Mapping[str, object]) -> Figure:
    """The figure that a row of `figure_ref` holds."""
    at = Selection(
        str(row["indicator_id"]),
        str(row["region_code"]),
        int(str(row["year"])),
        str(row["age"]),
        str(row["sex"]),
    )

    def number(name: str) -> float | None:
        return None if row[name] is None else float(str(row[name]))

    return Figure(str(row["release_id"]), at, number("value"), number("lower"), number("upper"))


@needs(Right.READ)
def pinned_figures(store: Store, subject: Subject, /, ids: list[str]) -> dict[str, Figure]:
    """The figures of some references, by id."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(schema.figure_ref).where(schema.figure_ref.c.id.in_(ids))
        ).mappings()
        return {str(row["id"]): figure_of(dict(row)) for row in rows}


def kept_releases(store: Store) -> set[str]:
    """The releases that something refers to: clearing up leaves them alone."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.union(
                sa.select(schema.figure_ref.c.release_id),
                sa.select(schema.session_item.c.release_id),
            )
        )
        return {str(row[0]) for row in rows}
