"""The layout of a record for the Algoritmeregister, as declared in `catalogue/governance`, and what is wrong with a record."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from datawerkplaats.catalogue.models import Entry
from datawerkplaats.catalogue.reading import read_declared, validated
from datawerkplaats.governance.declarations import Words

RowType = Literal["text", "code", "codes", "month", "contact", "web", "links", "titles"]
_LISTS = ("codes", "links", "titles")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_WEB = re.compile(r"https://[^\s\"'<>]+")
_MAIL = re.compile(r"[^\s@\"'<>?&]+@[^\s@\"'<>?&]+\.[a-z]+")
_FORMS: dict[str, tuple[tuple[re.Pattern[str], ...], str]] = {
    "month": ((_MONTH,), "a month as 2026-01"),
    "web": ((_WEB,), "an address that begins with https://"),
    "contact": ((_MAIL, _WEB), "a mail address, or an address that begins with https://"),
}


class Row(Entry):
    """One row of a record."""

    key: str
    type: RowType
    title: Words
    required: bool = False
    most: int = Field(0, ge=0)
    codes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _codes_where_chosen(self) -> Row:
        if (self.type in ("code", "codes")) != bool(self.codes):
            raise ValueError("'codes' are given exactly where a row is one of them")
        return self

    @property
    def blank(self) -> str | list[Any]:
        """What stands in the row while nothing is known."""
        return [] if self.type in _LISTS else ""


class Tab(Entry):
    """One tab of the register's page."""

    key: str
    title: Words
    rows: tuple[Row, ...] = Field(min_length=1)


class Layout(Entry):
    """The whole layout."""

    version: str
    tabs: tuple[Tab, ...] = Field(min_length=1)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in their order."""
        return tuple(row for tab in self.tabs for row in tab.rows)


@cache
def load_layout(catalogue_dir: Path) -> Layout:
    """The declared layout.

    Raises:
        DataProblem: If the file is missing or not right.
    """
    name = "algorithm_register.yml"
    content = read_declared(catalogue_dir / "governance" / name, catalogue_dir, dict)
    return validated(Layout, content, f"governance/{name}")


def empty(layout: Layout, record: dict[str, Any]) -> list[str]:
    """The obligatory rows in which nothing stands."""
    return [row.key for row in layout.rows if row.required and not record.get(row.key)]


def faults(layout: Layout, record: dict[str, Any]) -> list[str]:
    """What the layout does not take, each with its row; obligatory rows that are empty among them."""
    known = {row.key for row in layout.rows}
    found = [f"{key}: a row that the layout does not have" for key in record if key not in known]
    for row in layout.rows:
        if row.key not in record:
            found.append(f"{row.key}: the row is missing")
        elif record[row.key]:
            found += [f"{row.key}: {fault}" for fault in _of_row(row, record[row.key])]
        elif row.required:
            found.append(f"{row.key}: obligatory and empty")
    return found


def _of_row(row: Row, value: Any) -> list[str]:
    if row.type in _LISTS:
        return _of_list(row, value)
    if not isinstance(value, str):
        return ["a text is expected"]
    found = [f"{len(value)} characters, at most {row.most}"] if row.most and len(value) > row.most else []
    if row.codes and value not in row.codes:
        found.append(f"one of {', '.join(row.codes)} is expected")
    if row.type in _FORMS:
        patterns, told = _FORMS[row.type]
        found += [] if any(one.fullmatch(value) for one in patterns) else [f"{told} is expected"]
    return found


def _of_list(row: Row, value: Any) -> list[str]:
    if not isinstance(value, list):
        return ["a list is expected"]
    if row.type == "codes":
        return [
            *([f"{len(value)} codes, at most {row.most}"] if len(value) > row.most else []),
            *(f"one of {', '.join(row.codes)} is expected" for one in value if one not in row.codes),
        ]
    found = []
    for one in value:
        if not isinstance(one, dict) or set(one) != {"title", "link"} or not one["title"]:
            found.append("a title with its link is expected")
        elif (one["link"] or row.type == "links") and not _WEB.fullmatch(str(one["link"])):
            found.append("a link that begins with https:// is expected")
        elif max(len(str(part)) for part in one.values()) > row.most:
            found.append(f"at most {row.most} characters are expected")
    return found
