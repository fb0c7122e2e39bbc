"""The service tells figures with what belongs to them, refuses in sentences, and gives nothing away."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

import pyarrow.parquet
import pytest
from starlette.testclient import TestClient

from apps.api.app import make_app
from datawerkplaats.base.settings import get_settings
from datawerkplaats.publication import Publication
from tests.for_each import for_each

Published = tuple[Path, list[Publication]]


def test_figures__come_with_margin_status_and_release(client: TestClient, published: Published) -> None:
    answer = client.get("/v1/observations", params={"indicator": "lonely_pct", "year": 2022, "page_size": 5})
    told = answer.json()
    assert answer.status_code == 200 and answer.headers["API-Version"]
    assert (told["total"], told["last_page"], len(told["items"])) == (12, 3, 5)
    assert told["release"] == published[1][1].id
    assert all(row["lower"] < row["value"] < row["upper"] for row in told["items"])
    assert 'page=2>; rel="next"' in answer.headers["Link"] and 'rel="prev"' not in answer.headers["Link"]


def test_pages__are_the_whole_without_overlap(client: TestClient) -> None:
    asked: dict[str, str | int] = {"within": "PV99", "page_size": 7}
    first = client.get("/v1/observations", params=asked)
    pages = range(1, first.json()["last_page"] + 1)
    found = [
        (row["indicator_id"], row["region_code"], row["year"])
        for page in pages
        for row in client.get("/v1/observations", params={**asked, "page": page}).json()["items"]
    ]
    assert len(found) == len(set(found)) == first.json()["total"] == 3 * 12 * 2


def test_formats__say_the_same_and_no_text_is_a_formula(client: TestClient, published: Published) -> None:
    asked: dict[str, str | int] = {"indicator": "benefit_pct", "year": 2020}
    rows = client.get("/v1/observations", params=asked).json()["items"]
    text = client.get("/v1/observations", params={**asked, "format": "csv"}).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    table = pyarrow.parquet.read_table(
        io.BytesIO(client.get("/v1/observations", params={**asked, "format": "parquet"}).content)
    )
    dated = [
        {**row, **{name: row[name].isoformat() for name in ("period_start", "period_end")}}
        for row in table.to_pylist()
    ]
    assert dated == rows
    assert [float(line["value"]) if line["value"] else None for line in lines] == [r["value"] for r in rows]
    assert lines[0]["caveats_nl"] == "'=Let op"
    assert table.schema.metadata[b"release"].decode() == published[1][1].id


def test_hidden_figure__is_empty_with_reason_and_holder_in_every_order(client: TestClient) -> None:
    for sort in ("region_code", "value", "-value"):
        rows = client.get(
            "/v1/observations", params={"indicator": "benefit_pct", "year": 2020, "sort": sort}
        ).json()["items"]
        hidden = [row for row in rows if row["region_code"] == "GM0001"]
        assert [(r["value"], r["lower"], r["suppression_reason"], r["withheld_by"]) for r in hidden] == [
            (None, None, "disclosure", "workplace")
        ]
        assert sort == "region_code" or (rows[-1] is not None and rows[-1]["region_code"] == "GM0001")
    assert not any("value" in name for name in client.get("/v1/openapi.json").json()["paths"])


@pytest.mark.parametrize("sort", ["value", "-value"])
def test_area_of_few_residents__has_no_place_in_an_order(client: TestClient, sort: str) -> None:
    rows = client.get(
        "/v1/observations", params={"indicator": "lonely_pct", "year": 2020, "sort": sort}
    ).json()["items"]
    values = [row["value"] for row in rows[:-1]]
    assert values == sorted(values, reverse=sort == "-value")
    assert rows[-1]["region_code"] == "GM0012"
    assert rows[-1]["population"] < 1_000


@for_each(
    "address, status, code, part",
    [
        ("/v1/observations?indicator=loneli_pct", 404, "unknown_indicator", "lonely_pct"),
        ("/v1/observations?indicator=secret_pct", 404, "unknown_indicator", ""),
        ("/v1/indicators/bullied_pct", 404, "indicator_without_figures", "Nobody asks"),
        ("/v1/regions/GM0099", 410, "area_ended", "GM0001 Een"),
        ("/v1/observations?region=GM%27%20or%201=1--", 404, "unknown_area", ""),
        ("/v1/observations?indicator=lonely_pct&year=2019", 404, "year_without_figures", "2020, 2022"),
        ("/v1/observations?page=9999", 404, "page_beyond_end", "1 to 1"),
        ("/v1/observations?page=0", 400, "unknown_parameter", ""),
        ("/v1/observations?page_size=1000000", 400, "unknown_parameter", ""),
        ("/v1/observations?sort=secret", 400, "unknown_parameter", ""),
        ("/v1/observations?indicator=suicide_pct&sort=-value", 400, "not_ranked", ""),
        ("/v1/observations?sort=-value", 400, "not_ranked", ""),
        ("/v1/observations?year=99999999999999999999999999", 400, "unknown_parameter", ""),
        ("/v1/observations?release=20200101_000000_000", 404, "no_publication", ""),
        ("/v1/observations?release=../../etc/passwd", 404, "no_publication", ""),
        ("/v1/releases/..%2f..%2fetc", 404, "unknown_address", ""),
        ("/v1/nothing", 404, "unknown_address", ""),
    ],
)
def test_bad_input__is_a_problem_document(
    client: TestClient, address: str, status: int, code: str, part: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": "en"})
    told = answer.json()
    assert (answer.status_code, told["code"], told["status"]) == (status, code, status), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert part in told["detail"] and re.search(r"\w+.*: .*\.$", told["detail"]), told["detail"]


def test_etag__spares_an_answer_that_is_held_and_follows_the_release(
    client: TestClient, published: Published
) -> None:
    older = published[1][0].id
    newest, named = client.get("/v1/gaps"), client.get(f"/v1/gaps?release={older}")
    assert client.get("/v1/gaps", headers={"If-None-Match": newest.headers["ETag"]}).status_code == 304
    assert newest.headers["ETag"] != named.headers["ETag"]
    assert (
        "immutable" in named.headers["Cache-Control"] and "immutable" not in newest.headers["Cache-Control"]
    )
    asked: dict[str, str | int] = {"indicator": "lonely_pct", "region": "GM0002", "year": 2020}
    now = client.get("/v1/observations", params=asked).json()["items"][0]["value"]
    then = client.get("/v1/observations", params={**asked, "release": older}).json()["items"][0]["value"]
    assert now == 99.5 != then


def test_files__come_whole_and_in_ranges_with_the_sha256_of_the_manifest(
    client: TestClient, published: Published
) -> None:
    older = published[1][0]
    files = client.get(f"/v1/releases/{older.id}").json()["files"]
    names = {file["name"] for file in files}
    assert {"parquet/mart/obs.parquet", "parquet/dcat.jsonld", "parquet/CITATION.cff"} <= names
    for file in files:
        body = client.get(file["href"]).content
        assert hashlib.sha256(body).hexdigest() == file["sha256"]
        part = client.get(file["href"], headers={"Range": "bytes=4-99"})
        assert part.status_code == 206 and part.content == body[4:100]
    assert client.head(files[0]["href"]).headers["accept-ranges"] == "bytes"
    outside = client.get(f"/v1/releases/{older.id}/files/../current.json")
    assert outside.status_code == 404
    assert client.get(f"/v1/releases/{older.id}/files/current.json").status_code == 404


def test_associations__are_told_with_limits_or_refused_with_the_reason(client: TestClient) -> None:
    told = client.get("/v1/associations?first=lonely_pct&second=benefit_pct").json()
    refused = client.get("/v1/associations?first=lonely_pct&second=suicide_pct").json()
    assert told["lower"] < told["correlation"] < told["upper"] and told["areas"] == 11
    periods = told["first_period"], told["second_period"]
    assert periods == ("2022-01-01/2022-12-31", "2021-01-01/2022-12-31"), (
        "one of them counts two years together"
    )
    assert refused["correlation"] is None and refused["refused_because"] == "circular_pair"
    assert refused["guard_reason_nl"] == "ingebouwd"


def test_nothing_but_reading(client: TestClient) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/v1/observations").status_code == 405


def test_fuzz__no_request_ends_in_a_server_error(client: TestClient) -> None:
    """A small part of the proof: a few generated requests per address."""
    from tests.api.fuzz import server_errors  # what it imports takes a second, which every worker would spend

    assert server_errors(client.app, examples=5) == []


def test_themes__tell_who_takes_part_in_which_role(client: TestClient) -> None:
    told = {row["theme_id"]: row for row in client.get("/v1/themes").json()["items"]}
    assert told["lifestyle"] == {"theme_id": "lifestyle", "indicators": 0, "determinants": 1, "outcomes": 1}
    found = client.get("/v1/indicators", params={"theme": "lifestyle"}).json()["items"]
    assert {row["indicator_id"]: row["role"] for row in found} == {
        "benefit_pct": "determinant",
        "lonely_pct": "outcome",
    }
    refused = client.get("/v1/indicators", params={"theme": "astrology"})
    assert refused.status_code == 400 and "lifestyle, mental_health" in refused.text


def test_workplace__tells_the_region_of_its_file(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DWP_REGION", "noord")
    get_settings.cache_clear()
    try:
        with TestClient(make_app(published[0])) as client:
            told = client.get("/v1/workplace").json()
            assert told["product"].endswith(" Noord") and told["region"]["region_id"] == "noord"
            assert {"level": "province", "area": "Drenthe"} in told["region"]["members"]
            assert client.get("/v1/openapi.json").json()["info"]["title"] == told["product"]
    finally:
        get_settings.cache_clear()


def test_workplace__of_the_whole_country_has_no_region(client: TestClient) -> None:
    assert client.get("/v1/workplace").json()["region"] is None
