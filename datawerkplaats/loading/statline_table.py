"""What a StatLine service says of a table, and what takes its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from datawerkplaats.loading.statline_page import Row
from datawerkplaats.loading.web import Received


@dataclass(frozen=True)
class TableInfo:
    """What the service's catalogue says about a table; `columns` does not count the row number `ID`. `rows` is
    None where a `condition` asks for part of the table: the service does not say how many rows that gives.
    """

    table: str
    title: str
    modified: str
    rows: int | None
    columns: int
    condition: str = ""


class RowSink(Protocol):
    """Takes rows part by part."""

    def add(self, rows: list[Row]) -> None:
        """Take rows of the current part."""

    def keep_part(self, received: Received) -> None:
        """The current part is complete."""

    def start_over(self) -> None:
        """Forget all rows: one of them came from a wrong part."""
