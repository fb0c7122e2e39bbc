"""Which delivered column is which declared one: by its name, by its stem when the edition's number
changed, or by its place in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.measures import EDITION_NUMBER, ROW_NUMBER
from datawerkplaats.catalogue.sources import PERIOD_NAME, Source
from datawerkplaats.loading.readers.values import NUMBER, REGION_CODE


def stem(column: str) -> str:
    """The column's name without the number that differs per edition of a table."""
    return EDITION_NUMBER.sub("", column)


class ColumnNames:
    """The columns of one delivery against the declaration of its source.

    Args:
        source: The declaration.
        delivered: Column names as delivered.
        properties: The table's DataProperties, if there are any.
        subject: The table or file, for messages.

    Raises:
        DataProblem: `missing_column`, naming the table and the column.
    """

    def __init__(
        self, source: Source, delivered: Sequence[str], properties: Sequence[dict[str, Any]], subject: str
    ) -> None:
        self._delivered, self.subject = list(delivered), subject
        self.notes: list[str] = []
        # The GeoJSON reader gives the declared columns itself.
        accepted = {} if source.reader.kind == "geojson" else source.reader.columns
        # Per column that is written, the delivered columns it takes its value from: the first that is not
        # empty. Two that say different things in one row are refused.
        self.taken: dict[str, list[str]] = (
            _mapped(source, self._delivered, properties, subject)
            if accepted
            else {name: [name] for name in self._delivered}
        )
        # Delivered columns that look as much like a declared one as the column that was found by its own name
        # alone: they may not contradict it.
        self.rivals = _rivals(source, self._delivered, self.taken) if accepted else {}
        self.is_mapped = bool(accepted)
        self.notes += [f"{column} is not delivered" for column, names in self.taken.items() if not names]
        self.written = list(self.taken)
        required = [self.find(name) for name in source.required_columns]
        self.notes += [
            f"{a} is delivered as {b}"
            for a, b in zip(source.required_columns, required, strict=True)
            if a != b
        ]
        self.keys = [self.find(name) for name in source.keys]
        dimensions = {stem(name) for name in source.dimension_columns}
        texts = {str(p.get("Key")) for p in properties if str(p.get("Datatype")).lower() == "string"}
        untyped = source.reader.kind == "statline_v3" and source.reader.entity == "UntypedDataSet"
        self.dimensions = {name for name in self.written if stem(name) in dimensions or name in texts}
        self.measures = [name for name in self.written if name not in self.dimensions and name != ROW_NUMBER]
        self.numbers = set() if untyped else set(self.measures)
        geo = None if accepted else source.reader.geo_dimension
        geo = geo or next((name for name in source.keys if name.endswith("_code")), None)
        self.region = self.find(geo) if geo else None
        # A StatLine table holds all its years; of other tables each file is an edition.
        self.is_edition = source.reader.table is None
        self.period = self.find(source.period_column) if source.period_column else None

    def find(self, declared: str) -> str:
        """The written column that a declared one is.

        Raises:
            DataProblem: `missing_column` if there is none, or more than one with the same stem.
        """
        if declared in self.taken:
            return declared
        similar = [name for name in self.written if stem(name) == stem(declared)]
        if len(similar) == 1:
            return similar[0]
        raise missing(self.subject, declared, similar or self._delivered)


def missing(subject: str, column: str, found: Iterable[str]) -> DataProblem:
    """The problem of a column that is not there."""
    names = list(found)
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    # Without a heading the first row stands where the names should be: what is in it is not repeated.
    if any(NUMBER.fullmatch(name) or REGION_CODE.fullmatch(name.strip()) for name in names):
        shown = "figures or codes where names of columns should be"
    return DataProblem(
        "missing_column",
        subject=subject,
        where=f"column {column}",
        expected=column,
        found=shown or "no columns",
        remedy="ask the publisher for the column, or name its new one in the source's file in the catalogue",
    )


def ambiguous(subject: str, where: str, column: str, candidates: Iterable[str]) -> DataProblem:
    """The problem of a declared column that could be taken from either of two delivered ones."""
    names = list(candidates)
    return DataProblem(
        "ambiguous_column",
        subject=subject,
        where=where,
        expected=f"one delivered column for {column}, or columns that say the same",
        found=" and ".join(names),
        remedy=f"name the right one alone under reader.columns.{column} in the source's file in the catalogue "
        "(a listed name goes before the column's own), or take the other out of the delivery",
    )


def _mapped(
    source: Source, delivered: list[str], properties: Sequence[dict[str, Any]], subject: str
) -> dict[str, list[str]]:
    """Per declared column the delivered ones that were listed for it; its own name counts where none of them is there.

    Raises:
        DataProblem: `missing_column`; `ambiguous_column` if two declared columns would take the same delivered one.
    """
    places = _places(properties)
    stems = [stem(name).lower() for name in delivered]
    # The number at the end differs per edition: a name without it will do, unless two columns share the rest.
    by_name = {short: name for short, name in zip(stems, delivered, strict=True) if stems.count(short) == 1}
    by_name |= {name.strip().lower(): name for name in delivered}
    taken: dict[str, list[str]] = {}
    claimed: dict[str, str] = {}
    for column, accepted in source.reader.columns.items():
        names = [by_name.get(n.lower()) or by_name.get(places.get(n.lower(), "").lower()) for n in accepted]
        own = by_name.get(column.lower())
        taken[column] = list(dict.fromkeys(name for name in names if name)) or ([own] if own else [])
        if not taken[column] and column in source.required_columns:
            raise missing(subject, f"{column} ({' / '.join(accepted)})", delivered)
        for name in taken[column]:
            if (other := claimed.setdefault(name, column)) != column:
                raise _claimed_twice(subject, name, other, column)
    return taken


def _rivals(source: Source, delivered: list[str], taken: dict[str, list[str]]) -> dict[str, list[str]]:
    """Columns with a year that nobody claims, beside one that was found by its own name without being listed."""
    claimed = {name for names in taken.values() for name in names}
    years = [name for name in delivered if PERIOD_NAME.fullmatch(name.strip()) and name not in claimed]
    return {
        column: years
        for column, names in taken.items()
        if names
        and PERIOD_NAME.fullmatch(column)
        and stem(names[0]).lower() not in {stem(name).lower() for name in source.reader.columns[column]}
        and years
    }


def _claimed_twice(subject: str, name: str, one: str, other: str) -> DataProblem:
    return DataProblem(
        "ambiguous_column",
        subject=subject,
        where=f"column {name}",
        expected="one declared column for each delivered one",
        found=f"{one} and {other} both take it",
        remedy=f"take {name} out of reader.columns.{one} or reader.columns.{other} in the source's file in the catalogue",
    )


def _places(properties: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Column by `<topic group>/<topic>` in lower case: titles stay the same over editions, column numbers
    do not.
    """
    titles = {p.get("ID"): str(p.get("Title") or "").strip() for p in properties if p.get("ID") is not None}
    return {
        f"{titles.get(p.get('ParentID'), '')}/{str(p.get('Title') or '').strip()}".lower(): str(p["Key"])
        for p in properties
        if p.get("Key") and p.get("ParentID") is not None
    }
