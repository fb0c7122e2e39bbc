"""StatLine's OData v4: what is loaded from it is what v3 would have given, and its faults are sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.result import IngestResult
from tests.statline_example import Service, source_of

BASE = "https://v4.example/odata/v1"
Row = dict[str, Any]
MEASURES = [
    {
        "Identifier": "M1",
        "Index": 28,
        "Title": "Eenzaam",
        "Unit": "%",
        "MeasureGroupId": "G1",
        "DataType": "Double",
    },
    {
        "Identifier": "M2",
        "Index": 11,
        "Title": "0 tot 15 jaar",
        "Unit": "aantal",
        "MeasureGroupId": "G1",
        "DataType": "Long",
    },
    {
        "Identifier": "M3",
        "Index": 1,
        "Title": "Gemeentenaam",
        "Unit": "naam",
        "MeasureGroupId": "G1",
        "DataType": "String",
    },
]


def observations(regions: int) -> list[Row]:
    """Three measures per region: a figure, one that is secret in every second region, and a text."""
    rows: list[Row] = []
    for n in range(regions):
        key = {"RegioS": f"GM{n:04d}", "Perioden": "2020JJ00"}
        secret: Row = (
            {"ValueAttribute": "Confidential", "Value": None}
            if n % 2
            else {"ValueAttribute": "None", "Value": 10 + n}
        )
        rows += [
            {"Measure": "M1", "ValueAttribute": "None", "Value": n + 0.5, **key},
            {"Measure": "M2", **secret, **key},
            {"Measure": "M3", "ValueAttribute": "None", "Value": None, "StringValue": "Naam", **key},
        ]
    return [{"Id": number, **row} for number, row in enumerate(rows)]


@dataclass
class V4:
    """The service, with pages of `page` observations; `answer` may replace the page that starts at a row."""

    rows: list[Row]
    measures: list[Row] = field(default_factory=lambda: MEASURES)
    page: int = 5
    properties: Row = field(default_factory=dict)
    dimensions: list[Row] = field(
        default_factory=lambda: [
            {"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"},
            {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
        ]
    )
    answer: Callable[[int, Row], httpx.Response] | None = None
    requests: list[str] = field(default_factory=list)

    @property
    def transport(self) -> httpx.MockTransport:
        """What an httpx client talks to."""
        return httpx.MockTransport(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(str(request.url))
        catalog, table, name = request.url.path.removeprefix("/odata/v1/").split("/")
        if (catalog, table) != ("CBS", "83765NED"):
            return httpx.Response(404)
        codes = sorted({row["RegioS"] for row in self.rows})
        lists: dict[str, Any] = {
            "Dimensions": self.dimensions,
            "MeasureCodes": self.measures,
            "MeasureGroups": [{"Id": "G1", "Title": "Bevolking", "ParentId": None}],
            "RegioSCodes": [{"Identifier": code, "Title": f"Naam {code}"} for code in codes],
        }
        if name == "Properties":
            about = {
                "Identifier": table,
                "Title": "Voorbeeld",
                "ObservationsModified": "2020-11-06T00:00:00+01:00",
            }
            return httpx.Response(200, json={**about, "ObservationCount": len(self.rows), **self.properties})
        if name in lists:
            return httpx.Response(200, json={"@odata.context": "x", "value": lists[name]})
        start = int(parse_qs(request.url.query.decode()).get("$skip", ["0"])[0])
        body: Row = {"@odata.context": "x", "value": self.rows[start : start + self.page]}
        if start + self.page < len(self.rows):
            body["@odata.nextLink"] = f"{BASE}/CBS/83765NED/Observations?$skip={start + self.page}"
        return self.answer(start, body) if self.answer else httpx.Response(200, json=body)


def declared(**changes: Any) -> Source:
    reader = {
        "kind": "statline_v4",
        "table": "83765NED",
        "service": None,
        "entity": "TypedDataSet",
        **changes,
    }
    return source_of(reader=reader, required_columns=["RegioS", "Perioden", "Eenzaam_28"])


@pytest.fixture
def load(settings: Settings) -> Callable[..., IngestResult]:
    here = settings.model_copy(
        update={"source": "live", "statline_v4_url": BASE, "http_retries": 2, "http_timeout_s": 5.0}
    )

    def once(service: V4, **changes: Any) -> IngestResult:
        return ingest_source(declared(**changes), here, service.transport)

    once.settings = here  # type: ignore[attr-defined]
    return once


def stored(load: Callable[..., IngestResult]) -> list[Row]:
    settings: Settings = load.settings  # type: ignore[attr-defined]
    rows: list[Row] = pq.read_table(settings.inputs_dir / "example_source" / "data.parquet").to_pylist()
    return rows


def test_table__over_several_pages_is_what_v3_gives(
    load: Callable[..., IngestResult], settings: Settings
) -> None:
    service = V4(observations(7))
    result = load(service)
    assert result.status == "new", result.problem
    assert result.provenance and result.provenance.rows == 7 and result.provenance.source_modified
    assert sum(part.rows for part in result.provenance.parts) == 21 and len(result.provenance.parts) == 5
    ours = stored(load)
    typed = [
        {"ID": n, "RegioS": f"GM{n:04d}", "Perioden": "2020JJ00", "Eenzaam_28": n + 0.5,
         "k_0Tot15Jaar_11": None if n % 2 else 10 + n}
        for n in range(7)
    ]  # fmt: skip
    v3 = settings.model_copy(update={"source": "live", "data_dir": settings.data_dir / "v3"})
    source = source_of(reader={"entity": "TypedDataSet"})
    assert ingest_source(source, v3, Service(typed).transport).status == "new"
    theirs = pq.read_table(v3.inputs_dir / "example_source" / "data.parquet")
    here: Settings = load.settings  # type: ignore[attr-defined]
    assert pq.read_schema(here.inputs_dir / "example_source" / "data.parquet") == theirs.schema
    assert ours == theirs.to_pylist()
    labels = pq.read_table(here.inputs_dir / "example_source" / "properties.parquet").to_pylist()
    assert {"Eenzaam_28": "%", "k_0Tot15Jaar_11": "aantal"}.items() <= {
        row["Key"]: row["Unit"] for row in labels
    }.items()
    regions = pq.read_table(here.inputs_dir / "example_source" / "regions.parquet").to_pylist()
    assert regions[3] == {"Key": "GM0003", "Title": "Naam GM0003"}

    before = len(service.requests)
    assert load(service).status == "unchanged"
    assert not any("Observations" in url for url in service.requests[before:])


def broken(kind: str) -> Callable[[int, Row], httpx.Response]:
    def answer(start: int, body: Row) -> httpx.Response:
        if start == 5:
            if kind == "half a page":
                return httpx.Response(200, content=json.dumps(body)[:-40].encode())
            if kind == "rows left out":
                body["value"] = body["value"][:2]
            if kind == "another page":
                body["value"] = []
            if kind == "no answer":
                return httpx.Response(503, headers={"Retry-After": "0"})
        return httpx.Response(200, json=body)

    return answer


GOOD = observations(4)
FAULTS: dict[str, tuple[V4, dict[str, Any], str, list[str]]] = {
    "a table that is not there": (V4(GOOD), {"table": "99999NED"}, "table_not_found", ["CBS/99999NED", "reader.catalog"]),
    "a catalogue that is not there": (V4(GOOD), {"catalog": "CBC"}, "table_not_found", ["CBC/83765NED"]),
    "half a page": (V4(GOOD, answer=broken("half a page")), {}, "page_incomplete", ["83765NED, page 2"]),
    "rows left out": (V4(GOOD, answer=broken("rows left out")), {}, "page_incomplete", ["page 2", "5 rows"]),
    "an empty page": (V4(GOOD, answer=broken("another page")), {}, "page_incomplete", ["page 2"]),
    "a silent service": (V4(GOOD, answer=broken("no answer")), {}, "service_unavailable", ["503"]),
    "fewer rows than the service says": (V4(GOOD, page=99, properties={"ObservationCount": 40}), {}, "page_incomplete", ["page 1"]),
    "no date": (V4(GOOD, properties={"ObservationsModified": None}), {}, "missing_column", ["Properties", "Modified"]),
    "no measures": (V4(GOOD, measures=[]), {}, "missing_column", ["MeasureCodes", "Identifier"]),
    "a figure twice": (V4([*GOOD, {**GOOD[0], "Id": 99}]), {}, "duplicate_key", ["row 13", "measure M1"]),
    "a text for a figure": (V4([{**GOOD[0], "Value": "geheim"}, *GOOD[1:]]), {}, "not_a_number", ["row 1", "measure M1"]),
    "an object for a figure": (V4([{**GOOD[0], "Value": {"geheim": 1}}, *GOOD[1:]]), {}, "not_a_number", ["row 1", "measure M1"]),
    "an observation without a measure": (V4([{"Id": 0}, *GOOD[1:]]), {}, "missing_column", ["row 1"]),
    "an unknown region": (V4([{**row, "RegioS": "XX01"} for row in GOOD[:3]]), {}, "unknown_region", ["RegioS"]),
    "no rows": (V4([]), {}, "no_rows", ["83765NED"]),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_fault__is_a_sentence_and_what_was_loaded_stays(case: str, load: Callable[..., IngestResult]) -> None:
    assert load(V4(observations(2), properties={"ObservationsModified": "2019-01-01"})).status == "new"
    before = stored(load)
    service, changes, code, named = FAULTS[case]
    if case == "an observation without a measure":
        service.dimensions = [{"Identifier": "Id", "Kind": "Dimension"}]
        service.rows = [{"Id": 0, "RegioS": "GM0001"}]
        service.properties = {"ObservationCount": 1}
    result = load(service, **changes)
    assert result.problem is not None and result.problem.code == code, result.problem
    sentence = result.problem.sentence()
    for word in [*named, "What to do"]:
        assert word in sentence
    assert stored(load) == before and "geheim" not in sentence


@pytest.mark.reference
def test_real_metadata__gives_the_names_and_units_of_v3(
    load: Callable[..., IngestResult], reference_data: Path
) -> None:
    folder = reference_data / "odata_fixtures" / "v4_83765NED"
    measures = pq.read_table(folder / "MeasureCodes.parquet").to_pylist()
    about = json.loads((folder / "Metadata.json").read_text(encoding="utf-8"))
    numeric = [row for row in measures if row["DataType"] != "String"]
    rows = [
        {"Id": n, "Measure": row["Identifier"], "ValueAttribute": "None", "Value": float(n), "RegioS": "GM1680",
         "Perioden": "2017JJ00"}
        for n, row in enumerate(numeric)
    ]  # fmt: skip
    service = V4(rows, measures=measures, page=40, properties={**about, "ObservationCount": len(rows)})
    result = ingest_source(
        source_of(reader={"kind": "statline_v4", "table": "83765NED"}, required_columns=["AantalInwoners"]),
        load.settings,  # type: ignore[attr-defined]
        service.transport,
    )
    assert result.problem is None, result.problem
    (row,) = stored(load)
    stems = {name.rsplit("_", 1)[0] for name in row}
    assert {"AantalInwoners", "k_0Tot15Jaar", "Mannen", "Bevolkingsdichtheid"} <= stems
    assert sum(isinstance(value, float) for value in row.values()) == len(numeric)
