"""What a StatLine v3 service says about a table: DataProperties, TableInfos, dimensions and the catalogue's
row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zlib import crc32

from demo import names

GENERATOR_VERSION = "7"
Row = dict[str, Any]
SUPPRESSED, NOT_MEASURED = "       .", ""


@dataclass(frozen=True)
class Topic:
    """One measure or text column: its key, title, unit, datatype and the titles of the groups it is in."""

    key: str
    title: str
    unit: str
    datatype: Literal["String", "Long", "Double"]
    decimals: int = 0
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: what it is about, its rows as delivered (typed or untyped) and its dimensions."""

    id: str
    title: str
    catalog: str
    source: str
    period: str
    geo: tuple[str, str]
    delivered: Literal["TypedDataSet", "UntypedDataSet"]
    topics: list[Topic]
    dimensions: dict[str, list[Row]]
    rows: list[Row] = field(repr=False)


def category(key: str, title: str, description: str | None = None, **more: str) -> Row:
    """One value of a dimension."""
    return {"Key": key, "Title": title, "Description": description, **(more or {"CategoryGroupID": None})}


VALUE_ONLY = {"Marges": [category("MW00000", "Waarde")]}


def data_properties(table: Table) -> list[Row]:
    """The DataProperties of a table: dimensions first, then topics under their groups."""
    rows: list[Row] = []
    for position, key in enumerate(table.dimensions):
        kind = table.geo[1] if key == table.geo[0] else "TimeDimension" if key == "Perioden" else "Dimension"
        rows.append(_property(len(rows), position, None, kind=kind, key=key, title=key))
    position = len(rows)
    groups: dict[tuple[str, ...], int] = {}
    for topic in table.topics:
        for depth in range(1, len(topic.groups) + 1):
            path = topic.groups[:depth]
            if path not in groups:
                groups[path] = len(rows)
                rows.append(
                    _property(
                        len(rows), None, groups.get(path[:-1]), kind="TopicGroup", key="", title=path[-1]
                    )
                )
        row = _property(
            len(rows), position, groups.get(topic.groups), kind="Topic", key=topic.key, title=topic.title
        )
        relative = (
            ""
            if topic.datatype == "String"
            else "Relative"
            if topic.unit.startswith(("%", "per"))
            else "Absolute"
        )
        row.update(
            Datatype=topic.datatype,
            Unit=topic.unit,
            Decimals=topic.decimals,
            Default="Impossible",
            PresentationType=relative,
        )
        rows.append(row)
        position += 1
    return rows


def _property(
    number: int, position: int | None, parent: int | None, *, kind: str, key: str, title: str
) -> Row:
    description = f"Verzonnen gegevens ({names.FICTIONAL})." if kind == "Topic" else None
    return {
        "odata.type": f"Cbs.OData.{kind}",
        "ID": number,
        "Position": position,
        "ParentID": parent,
        "Type": kind,
        "Key": key,
        "Title": title,
        "Description": description,
    }


def modified(seed: int) -> str:
    """When the tables were last changed: a moment in 2025 that differs between seeds and versions of the
    generator.
    """
    step = crc32(f"{GENERATOR_VERSION}/{seed}".encode()) % (300 * 24 * 60)
    return (datetime(2025, 1, 1, 2, tzinfo=UTC) + timedelta(minutes=step)).strftime("%Y-%m-%dT%H:%M:%S")


def table_info(table: Table, seed: int) -> Row:
    """The single row of TableInfos: it says in every text that the table is fictional."""
    title, notice = (
        f"{table.title} ({names.FICTIONAL})",
        "Verzonnen cijfers over een provincie die niet bestaat.",
    )
    return {
        "ID": 0,
        "Title": title,
        "ShortTitle": title,
        "Identifier": table.id,
        "Summary": f"{notice} Geen echte mensen of plaatsen.",
        "Modified": modified(seed),
        "MetaDataModified": modified(seed),
        "ReasonDelivery": "Nieuw",
        "ExplanatoryText": notice,
        "OutputStatus": "Regulier",
        "Source": f"{table.source} ({names.FICTIONAL})",
        "Language": "nl",
        "Catalog": table.catalog,
        "Frequency": "Onregelmatig",
        "Period": table.period,
        "ShortDescription": f"\n{notice}\n",
        "Description": f"\r\n{notice}\r\n",
        "DefaultPresentation": "graphType=table",
        "DefaultSelection": "",
        "GraphTypes": "Table",
        "SearchPriority": "2",
    }


def catalogue_row(table: Table, seed: int, number: int, base: str) -> Row:
    """The row of the service's catalogue: TableInfos plus counts and addresses."""
    info = table_info(table, seed)
    del info["Description"]
    addresses = {
        name: f"{base}/{kind}/OData/{table.id}"
        for name, kind in (("ApiUrl", "ODataApi"), ("FeedUrl", "ODataFeed"))
    }
    return {
        **info,
        "ID": number,
        "Updated": info["Modified"],
        **addresses,
        "RecordCount": len(table.rows),
        "ColumnCount": len(table.rows[0]) - 1,
    }


def other_form(table: Table) -> list[Row]:
    """The rows in the form in which the table was not delivered: typed as text, or text as typed."""
    numeric = {t.key for t in table.topics if t.datatype != "String"}
    if table.delivered == "TypedDataSet":
        return [
            {k: (SUPPRESSED if v is None else f"{v:>8}") if k in numeric else v for k, v in row.items()}
            for row in table.rows
        ]
    return [
        {
            k: (None if v in (SUPPRESSED, NOT_MEASURED) else float(v)) if k in numeric else v
            for k, v in row.items()
        }
        for row in table.rows
    ]
