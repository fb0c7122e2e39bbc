"""Polygons and the classification of regions, from a service and from files."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.ingest import ingest_source, load_source

CATALOGUE = PROJECT_ROOT / "catalogue"


def clockwise(ring: list[list[float]]) -> bool:
    # Some slivers in the reference files have no area, hence no direction.
    from shapely.geometry import Polygon

    (x, y), *_ = ring
    moved = [(a - x, b - y) for a, b in ring]
    twice_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(moved))
    return twice_area <= 0 or Polygon(ring).area == 0


def data(settings: Settings, source_id: str) -> list[dict[str, Any]]:
    return list(pq.read_table(settings.inputs_dir / source_id / "data.parquet").to_pylist())


def feature(code: str, water: str = "NEE") -> dict[str, Any]:
    outer, hole = (
        [[6, 53], [7, 53], [7, 54], [6, 54], [6, 53]],
        [[6.2, 53.2], [6.2, 53.4], [6.4, 53.4], [6.2, 53.2]],
    )
    properties = {"gemeentecode": code, "gemeentenaam": "Súdwest", "water": water}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [outer, hole]},
    }


def test_map_service__pages_are_joined_water_left_out_and_rings_turned(settings: Settings) -> None:
    features = [feature(f"GM{n:04d}") for n in range(1, 1_500)] + [feature("GM0001", "JA")]

    def respond(request: httpx.Request) -> httpx.Response:
        query = parse_qs(request.url.query.decode())
        assert request.url.path == "/cbs/wijkenbuurten/2022/wfs/v1_0" and query["typeName"] == ["gemeenten"]
        start, count = int(query["startIndex"][0]), int(query["count"][0])
        return httpx.Response(
            200, json={"type": "FeatureCollection", "features": features[start : start + count]}
        )

    live = settings.model_copy(update={"source": "live"})
    result = ingest_source(load_source(CATALOGUE, "pdok_gemeente_2022"), live, httpx.MockTransport(respond))
    rows = data(live, "pdok_gemeente_2022")
    assert result.status == "new" and len(rows) == 1_499
    assert list(rows[0]) == ["region_code", "region_name", "geometry_geojson", "properties_json"]
    assert (rows[0]["region_code"], rows[0]["region_name"]) == ("GM0001", "Súdwest")
    outer, hole = json.loads(rows[0]["geometry_geojson"])["coordinates"]
    assert clockwise(outer) and clockwise(hole[::-1])
    assert json.loads(rows[0]["properties_json"])["water"] == "NEE"


def test_map_service__unreachable_is_absent_with_a_notice(settings: Settings) -> None:
    def nowhere(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    live = settings.model_copy(update={"source": "live", "http_retries": 1})
    result = ingest_source(load_source(CATALOGUE, "pdok_wijk_2022"), live, httpx.MockTransport(nowhere))
    assert result.status == "absent" and result.problem and result.problem.code == "service_unavailable"
    assert data(live, "pdok_wijk_2022") == []


@pytest.mark.parametrize(
    ("source_id", "count", "first"),
    [
        ("pdok_gemeente_2022", 345, "GM0014"),
        ("pdok_wijk_2022", 3_340, "WK001400"),
        ("pdok_wijk_2024", 3_475, "WK099899"),
    ],
)
def test_files__polygons_of_the_reference_folder(
    source_id: str, count: int, first: str, settings: Settings, reference_data: Path
) -> None:
    files = settings.model_copy(update={"source": "files", "files": reference_data})
    assert ingest_source(load_source(CATALOGUE, source_id), files).status == "new"
    rows = data(files, source_id)
    assert len(rows) == count and rows[0]["region_code"] == first
    for row in rows:
        geometry = json.loads(row["geometry_geojson"])
        polygons = (
            geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        )
        assert all(clockwise(rings[0]) for rings in polygons), row["region_code"]


def test_files__classification_takes_names_and_fills_gaps(settings: Settings, reference_data: Path) -> None:
    files = settings.model_copy(update={"source": "files", "files": reference_data})
    result = ingest_source(load_source(CATALOGUE, "cbs_regions_85067ned"), files)
    assert result.provenance
    assert (
        "11 rows of gemeente_2022_ggd_corop_provincie.csv without gemeente_code are left out"
        in result.provenance.notes
    )
    assert "corop_code is not delivered" in result.provenance.notes
    rows = {row["gemeente_code"]: row for row in data(files, "cbs_regions_85067ned")}
    assert len(rows) == 345
    assert rows["GM0106"] == {
        "gemeente_code": "GM0106",
        "gemeente_name": "Assen",
        "ggd_region_code": None,
        "ggd_region_name": "GGD Drenthe",
        "corop_code": None,
        "corop_name": "Noord-Drenthe",
        "province_code": None,
        "province_name": "Drenthe",
    }
    assert sum(row["province_name"] == "Drenthe" for row in rows.values()) == 12
    assert rows["GM0820"]["gemeente_name"] == "Nuenen, Gerwen en Nederwetten"


def test_service__classification_follows_the_titles_and_not_the_numbers(settings: Settings) -> None:
    groups = {
        10: "Codes en namen van gemeenten",
        20: "COROP-gebieden",
        30: "GGD-regio's",
        40: "Provincies",
        50: "Landsdelen",
    }
    columns = {
        "Code_1": 10,
        "Naam_2": 10,
        "Code_90": 20,
        "Naam_91": 20,
        "Code_7": 30,
        "Naam_8": 30,
        "Code_3": 40,
        "Naam_4": 40,
        "Code_5": 50,
        "Naam_6": 50,
    }
    properties = [
        {"ID": number, "Key": "", "Title": title, "Type": "TopicGroup", "ParentID": None}
        for number, title in groups.items()
    ]
    properties += [
        {
            "ID": 100 + n,
            "Key": key,
            "Title": key.split("_")[0],
            "Type": "Topic",
            "ParentID": parent,
            "Datatype": "String",
        }
        for n, (key, parent) in enumerate(columns.items())
    ]
    values = {
        "Code_1": "GM1680",
        "Naam_2": "Aa en Hunze    ",
        "Code_90": "CR07  ",
        "Naam_91": "Noord-Drenthe",
        "Code_7": "GG0401",
        "Naam_8": "GGD Drenthe",
        "Code_3": "PV22  ",
        "Naam_4": "Drenthe     ",
        "Code_5": "LD01",
        "Naam_6": "Noord",
    }
    entry = {"Identifier": "85067NED", "Title": "", "Modified": "2022", "RecordCount": 1, "ColumnCount": 11}
    answers: dict[str, list[dict[str, Any]]] = {
        "Tables": [entry],
        "DataProperties": properties,
        "TypedDataSet": [{"ID": 0, "RegioS": "GM1680", **values}],
        "RegioS": [],
    }
    live = settings.model_copy(update={"source": "live"})
    transport = httpx.MockTransport(
        lambda r: httpx.Response(200, json={"value": answers[r.url.path.rsplit("/", 1)[1]]})
    )
    result = ingest_source(load_source(CATALOGUE, "cbs_regions_85067ned"), live, transport)
    assert result.problem is None
    assert data(live, "cbs_regions_85067ned") == [
        {
            "gemeente_code": "GM1680",
            "gemeente_name": "Aa en Hunze",
            "ggd_region_code": "GG0401",
            "ggd_region_name": "GGD Drenthe",
            "corop_code": "CR07",
            "corop_name": "Noord-Drenthe",
            "province_code": "PV22",
            "province_name": "Drenthe",
        }
    ]
