"""Tables of StatLine's OData v4, in which every figure is a row: read page by page and laid out as v3 gives them, a column per
measure, so that what follows cannot tell the two apart.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.content.texts import text_tells
from datawerkplaats.loading.content.watch import problem_of
from datawerkplaats.loading.readers import PIECE
from datawerkplaats.loading.readers.values import Columns
from datawerkplaats.loading.statline import StatlineClient
from datawerkplaats.loading.statline_page import Row
from datawerkplaats.loading.statline_table import TableInfo
from datawerkplaats.loading.table_writer import Part
from datawerkplaats.loading.web import Received
from datawerkplaats.loading.web_answer import AddressNotFoundError

# What stands in ValueAttribute where a value may be used.
_IS_VALUE = frozenset({None, "", "None"})


@dataclass(frozen=True)
class Description:
    """What a table says of itself, in the words of v3: `properties` as DataProperties has them, `columns` per measure code."""

    info: TableInfo
    dimensions: list[str]
    columns: dict[str, str]
    properties: list[Row]


def describe(client: StatlineClient, catalog: str, table: str, scratch: Path) -> Description:
    """The table's description, in one request per list.

    Raises:
        DataProblem: `table_not_found` if the service does not know the table; `missing_column` if it lacks what a table has.
    """
    base = f"{catalog}/{table}"
    try:
        about = client.web.get_json(f"{base}/Properties")
    except AddressNotFoundError as error:
        raise _unknown(client.web.base_url, base) from error
    about = about["value"][0] if isinstance(about.get("value"), list) and about["value"] else about
    lists = {
        name: client.rows_at(f"{base}/{name}", f"{table}, {name}", scratch)
        for name in ("Dimensions", "MeasureCodes", "MeasureGroups")
    }
    modified, count = (
        about.get("ObservationsModified") or about.get("Modified"),
        about.get("ObservationCount"),
    )
    for field, value in (("Modified", modified), ("ObservationCount", count)):
        if value is None:
            raise _incomplete(f"{table}, Properties", field)
    for name in ("Dimensions", "MeasureCodes"):
        if not lists[name] or any("Identifier" not in row for row in lists[name]):
            raise _incomplete(f"{table}, {name}", "Identifier")
    measures = [row for row in lists["MeasureCodes"] if str(row.get("DataType")).lower() != "string"]
    columns = {str(row["Identifier"]): _column(row, number) for number, row in enumerate(measures, 1)}
    properties = [
        {
            "ID": row.get("Id"),
            "Key": "",
            "Title": row.get("Title"),
            "Type": "TopicGroup",
            "ParentID": row.get("ParentId"),
        }
        for row in lists["MeasureGroups"]
    ]
    properties += [
        {"Key": row["Identifier"], "Title": row.get("Title"), "Type": row.get("Kind") or "Dimension"}
        for row in lists["Dimensions"]
    ]
    properties += [
        {
            "ID": row["Identifier"],
            "Key": columns[str(row["Identifier"])],
            "Title": row.get("Title"),
            "Unit": row.get("Unit"),
            "Description": row.get("Description"),
            "Type": "Topic",
            "Datatype": row.get("DataType"),
            "ParentID": row.get("MeasureGroupId"),
        }
        for row in measures
    ]
    return Description(
        info=TableInfo(table, str(about.get("Title") or table), str(modified), int(count), len(columns)),
        dimensions=[str(row["Identifier"]) for row in lists["Dimensions"]],
        columns=columns,
        properties=properties,
    )


def region_names(
    client: StatlineClient, catalog: str, table: str, dimension: str, scratch: Path
) -> list[Row]:
    """Codes and names of a dimension's categories, as v3 calls them."""
    found = client.rows_at(f"{catalog}/{table}/{dimension}Codes", f"{table}, {dimension}Codes", scratch)
    return [{"Key": row.get("Identifier"), "Title": row.get("Title")} for row in found]


class Pivot:
    """Takes observations in any order and gives rows with a column per measure; 8 bytes a figure are in memory."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._place = {code: place for place, code in enumerate(description.columns)}
        self.start_over()

    def start_over(self) -> None:
        """Forgets all rows: one of them came from a wrong page."""
        self._rows: dict[tuple[str, ...], array[float]] = {}
        self.parts: list[Part] = []
        self._taken = 0

    def add(self, rows: list[Row]) -> None:
        """Takes observations.

        Raises:
            DataProblem: `missing_column` or `not_a_number`, naming the observation; `duplicate_key` if a figure comes twice.
        """
        table, names = self._description.info.table, self._description.dimensions
        for row in rows:
            self._taken += 1
            try:
                key = tuple(str(row[name]).strip() for name in names)
                code, value = str(row["Measure"]), row["Value"]
            except KeyError as error:
                raise _incomplete(f"{table}, Observations, row {self._taken}", str(error.args[0])) from error
            place = self._place.get(code)
            if place is None:
                # A text, such as the name of the gemeente: looked at, since the page is kept as it came.
                if told := text_tells(str(row.get("StringValue") or "")):
                    raise problem_of(f"{table}, Observations", f"row {self._taken}", told)
                continue
            figures = self._rows.get(key)
            if figures is None:
                figures = self._rows[key] = array("d", [math.nan]) * len(self._place)
            if value is None or row.get("ValueAttribute") not in _IS_VALUE:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise DataProblem(
                    "not_a_number",
                    subject=f"{table}, Observations",
                    where=f"row {self._taken}, measure {code}",
                    expected="a number, or null",
                    found=type(value).__name__,
                    remedy="ask the publisher for a whole table",
                )
            if not math.isnan(figures[place]):
                raise DataProblem(
                    "duplicate_key",
                    subject=f"{table}, Observations",
                    where=f"row {self._taken}, measure {code}",
                    expected="one figure per measure and combination of categories",
                    found="two",
                    remedy="load again later; if it stays, ask the publisher which is right",
                )
            figures[place] = value

    def keep_part(self, received: Received) -> None:
        """Notes the page that the observations since the last one came from."""
        taken = self._taken - sum(part.rows for part in self.parts)
        self.parts.append(Part(received.path.name, received.url, received.sha256, received.bytes, taken))

    def pieces(self) -> Iterator[Columns]:
        """The rows in pieces, per column; a figure that was not given is None."""
        keys = list(self._rows)
        columns = list(self._description.columns.values())
        for start in range(0, len(keys), PIECE):
            some = keys[start : start + PIECE]
            piece: dict[str, list[Any]] = {"ID": list(range(start, start + len(some)))}
            for number, name in enumerate(self._description.dimensions):
                piece[name] = [key[number] for key in some]
            for place, name in enumerate(columns):
                figures = (self._rows[key][place] for key in some)
                piece[name] = [None if math.isnan(figure) else figure for figure in figures]
            yield piece


def _column(measure: Row, number: int) -> str:
    """The name v3 would give a measure: its title in one word, and a number that may differ per edition."""
    words = re.findall(r"\w+", str(measure.get("Title") or measure["Identifier"]))
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return f"{'k_' if name[:1].isdigit() else ''}{name}_{measure.get('Index') or number}"


def _unknown(base_url: str, base: str) -> DataProblem:
    return DataProblem(
        "table_not_found",
        subject=base,
        where=base_url,
        expected="a table of the service",
        found="HTTP 404",
        remedy="check reader.table and reader.catalog of the source, or deliver the table as a file",
    )


def _incomplete(subject: str, field: str) -> DataProblem:
    return DataProblem(
        "missing_column",
        subject=subject,
        where=f"field {field}",
        expected=field,
        found="none",
        remedy="load again later; if it stays, the service has changed and the reader has to follow",
    )
