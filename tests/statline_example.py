"""A small StatLine service in memory, for tests: pages of four rows, and faults on request."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx

from datawerkplaats.catalogue.sources import Source

PAGE = 4
BASE = "https://statline.example"
Row = dict[str, Any]


def rows_of(count: int) -> list[Row]:
    """Rows of an untyped table: one gemeente per row, with the padding and the two kinds of absence of
    the real service.
    """
    values = ["    12.5", "       .", "", "     7.0"]
    return [
        {
            "ID": n,
            "RegioS": f"GM{n:04d}  ",
            "Perioden": "2020JJ00",
            "Eenzaam_28": values[n % 4],
            "Roker_11": "     1.0",
        }
        for n in range(count)
    ]


def source_of(**changes: Any) -> Source:
    """The declaration that belongs to `rows_of`."""
    reader = {
        "kind": "statline_v3",
        "service": "rivm",
        "table": "50090NED",
        "entity": "UntypedDataSet",
        "geo_dimension": "RegioS",
        "files": ["**/50090NED.*"],
        **changes.pop("reader", {}),
    }
    declared = {
        "source_id": "example_source",
        "title": {"nl": "Voorbeeld", "en": "Example"},
        "publisher": "Example",
        "url_main": "https://example.org",
        "licence": "CC0",
        "citation": "Example",
        "cadence": "yearly",
        "expected_lag_days": 1,
        "region_vintage": 2020,
        "reader": reader,
        "keys": ["RegioS", "Perioden"],
        "dimension_columns": ["RegioS", "Perioden"],
        "required_columns": ["RegioS", "Perioden", "Eenzaam_28"],
        **changes,
    }
    return Source.model_validate(declared)


@dataclass
class Service:
    """Answers as StatLine does; `answer` may replace the answer to a page (its number, how often it was
    asked, the answer).
    """

    rows: list[Row]
    modified: str = "2025-01-01T02:00:00"
    record_count: int | None = None
    links: str = "skip"
    answer: Callable[[int, int, httpx.Response], httpx.Response] | None = None
    properties: list[Row] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    asked: dict[int, int] = field(default_factory=dict)
    base: str = BASE  # where it was asked: the links lead there

    @property
    def transport(self) -> httpx.MockTransport:
        """What an httpx client talks to."""
        return httpx.MockTransport(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        path, query = (
            request.url.path.rstrip("/"),
            {k: v[-1] for k, v in parse_qs(request.url.query.decode()).items()},
        )
        self.base = f"{request.url.scheme}://{request.url.host}"
        self.requests.append(f"{path}?{request.url.query.decode()}")
        if path.endswith("/Tables"):
            count = len(self.rows) if self.record_count is None else self.record_count
            columns = len(self.rows[0]) - 1 if self.rows else 0
            entry = {
                "Identifier": "50090NED",
                "Title": "Voorbeeld",
                "Modified": self.modified,
                "RecordCount": count,
                "ColumnCount": columns,
            }
            return httpx.Response(200, json={"value": [entry]})
        if path.endswith("/DataProperties"):
            return httpx.Response(200, json={"value": self.properties})
        if path.endswith("/RegioS"):
            return httpx.Response(
                200, json={"value": [{"Key": row["RegioS"], "Title": "x"} for row in self.rows]}
            )
        if not path.endswith("DataSet"):
            return httpx.Response(404)
        start = int(query.get("$skip", query.get("after", 0)))
        number = start // PAGE + 1
        self.asked[number] = self.asked.get(number, 0) + 1
        response = self.page(start)
        return self.answer(number, self.asked[number], response) if self.answer else response

    def page(self, start: int) -> httpx.Response:
        """The page from a row on, with its link."""
        body: Row = {"odata.metadata": f"{self.base}/$metadata", "value": self.rows[start : start + PAGE]}
        if start + PAGE < len(self.rows):
            name = "$skip" if self.links == "skip" else "after"
            body["odata.nextLink"] = (
                f"{self.base}/ODataFeed/OData/50090NED/UntypedDataSet/?$format=json&{name}={start + PAGE}"
            )
        return httpx.Response(
            200, content=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        )
