"""The demo's services answer as the real ones: a plain, a paging and the public Python client read them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely

from demo import transport, wire
from demo.transport import DemoTransport
from demo.wire import ensure_deliveries
from tests.province import SMALL, deliveries

pytestmark = pytest.mark.busy

TABLES = ("50090NED", "84799NED", "50140NED", "85067NED")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_deliveries(tmp_path_factory.mktemp("demo") / "7", 7, SMALL)


@pytest.fixture
def client(folder: Path) -> Iterator[httpx.Client]:
    with httpx.Client(transport=DemoTransport(folder), base_url="https://dataderden.cbs.nl") as client:
        yield client


def _follow(client: httpx.Client, url: str) -> list[list[dict[str, Any]]]:
    pages = []
    while url:
        body = client.get(url).raise_for_status().json()
        pages.append(body["value"])
        url = body.get("odata.nextLink", "")
    return pages


@pytest.mark.parametrize("table", TABLES)
def test_feed__every_entity_of_the_service_document_answers(client: httpx.Client, table: str) -> None:
    document = client.get(f"/ODataFeed/odata/{table}?$format=json").json()
    assert document["odata.metadata"] == f"https://dataderden.cbs.nl/ODataFeed/OData/{table}/$metadata"
    for entity in document["value"]:
        body = client.get(entity["url"] + "?$format=json").raise_for_status().json()
        assert body["odata.metadata"].endswith(f"{table}/$metadata#Cbs.OData.WebAPI.{entity['name']}")
        assert body["value"] or entity["name"] == "CategoryGroups"


@pytest.mark.parametrize("table", TABLES)
def test_catalogue__counts_are_those_of_the_feed(client: httpx.Client, table: str) -> None:
    [row] = client.get(f"/ODataCatalog/Tables?$format=json&$filter=Identifier eq '{table}'").json()["value"]
    [rows] = _follow(client, f"/ODataFeed/odata/{table}/TypedDataSet?$format=json")
    assert row["RecordCount"] == len(rows)
    assert row["ColumnCount"] == len(rows[0]) - 1
    assert row["Title"].endswith("(fictief: Veenland)")
    assert row["FeedUrl"].startswith("https://dataderden.cbs.nl/ODataFeed/")
    [info] = client.get(f"/ODataFeed/odata/{table}/TableInfos?$format=json").json()["value"]
    assert (info["Modified"], info["Identifier"]) == (row["Modified"], table)
    listed = [r["Identifier"] for r in client.get("/ODataCatalog/Tables").json()["value"]]
    assert listed[: len(TABLES)] == list(TABLES)
    assert len(listed) == len(set(listed)) > 30


def test_feed__pages_of_ten_thousand_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wire.PAGE_ROWS == 10_000
    # As many as the real service gives at once need a large province: a small one shows the same in pages of 500.
    for module in (wire, transport):
        monkeypatch.setattr(module, "PAGE_ROWS", 500)
    folder = ensure_deliveries(tmp_path / "7", 7, SMALL)
    with httpx.Client(transport=DemoTransport(folder), base_url="http://127.0.0.1:9/mirror") as client:
        pages = _follow(client, "/ODataFeed/odata/50090NED/UntypedDataSet?$format=json")
        areas = len({row["WijkenEnBuurten"] for page in pages for row in page})
        assert areas >= 1 + 4 + 24 + 80
        assert [len(page) for page in pages] == [500, 8 * areas - 500]
        assert [row["ID"] for page in pages for row in page] == list(range(sum(map(len, pages))))
        refused = client.get("/ODataApi/odata/50090NED/UntypedDataSet?$format=json")
        assert refused.status_code == 500
        assert "500 records" in refused.json()["odata.error"]["message"]["value"]
        limited = _follow(client, "/ODataFeed/odata/50090NED/UntypedDataSet?$top=600&$select=ID,Perioden")
        assert [len(page) for page in limited] == [500, 100]
        assert set(limited[1][0]) == {"ID", "Perioden"}


def test_feed__skip_top_select_and_filter(client: httpx.Client) -> None:
    url = "/ODataFeed/odata/50090NED/UntypedDataSet"
    [everything] = _follow(client, url)
    [some] = _follow(client, f"{url}?$format=json&$skip=5&$top=3")
    assert some == everything[5:8]
    condition = "Perioden eq '2020JJ00' and Leeftijd eq '20300'"
    [chosen] = _follow(client, f"{url}?$format=json&$filter={condition}&$select=WijkenEnBuurten,Eenzaam_29")
    assert chosen == [
        {"WijkenEnBuurten": r["WijkenEnBuurten"], "Eenzaam_29": r["Eenzaam_29"]}
        for r in everything
        if (r["Perioden"], r["Leeftijd"]) == ("2020JJ00", "20300")
    ]
    either = "(Perioden eq '2016JJ00' or Perioden eq '2012JJ00') and (Leeftijd eq '80200')"
    [chosen] = _follow(client, f"{url}?$format=json&$filter={either}")
    assert chosen == [
        r for r in everything if r["Perioden"] in ("2012JJ00", "2016JJ00") and r["Leeftijd"] == "80200"
    ]


@pytest.mark.parametrize(
    ("url", "status", "message"),
    [
        ("/ODataFeed/odata/99999NED/TypedDataSet", 404, "99999NED"),
        ("/ODataFeed/odata/50090NED/Kleur", 404, "Kleur"),
        ("/ODataFeed/odata/50090NED/TypedDataSet?$select=Kleur", 400, "Kleur"),
        ("/ODataFeed/odata/50090NED/TypedDataSet?$skip=-1", 400, "$skip"),
        ("/ODataFeed/odata/50090NED/TypedDataSet?$filter=ID gt 3", 400, "ID gt 3"),
        ("/cbs/wijkenbuurten/1999/wfs/v1_0?request=GetFeature&typeName=wijken", 404, "1999"),
        ("/cbs/wijkenbuurten/2022/wfs/v1_0?request=GetFeature&typeName=../ready", 404, "not found"),
        ("/elders", 404, "not found"),
    ],
)
def test_services__refuse_what_does_not_exist(
    client: httpx.Client, url: str, status: int, message: str
) -> None:
    answer = client.get(url)
    assert answer.status_code == status
    assert message in answer.json()["odata.error"]["message"]["value"]


@pytest.mark.parametrize(
    ("layer", "code", "count"),
    [("gemeenten", "gemeentecode", 4), ("wijken", "wijkcode", None), ("buurten", "buurtcode", 80)],
)
@pytest.mark.parametrize("year", [2020, 2022, 2024])
def test_wfs__polygons_with_the_properties_of_the_real_service(
    client: httpx.Client, layer: str, code: str, count: int | None, year: int
) -> None:
    url = f"/cbs/wijkenbuurten/{year}/wfs/v1_0?service=WFS&version=2.0.0&request=GetFeature"
    body = client.get(f"{url}&typeName={layer}&outputFormat=application/json&srsName=EPSG:4326").json()
    assert body["type"] == "FeatureCollection"
    assert "fictief" in body["title"]
    features = body["features"]
    assert count is None or len(features) == count
    assert len({f["properties"][code] for f in features}) == len(features)
    for feature in features:
        properties = feature["properties"]
        assert {code, code.replace("code", "naam"), "gemeentecode", "gemeentenaam", "aantal_inwoners"} <= set(
            properties
        )
        assert properties["jaar"] == year
        assert "fictief" in properties["bron"]
        assert shapely.from_geojson(json.dumps(feature)).is_valid
    again = client.get(f"{url}&typeNames=wijkenbuurten:{layer}&count=2&startIndex=1").json()["features"]
    assert again == features[1:3]


def test_wfs__polygons_of_2024_are_those_of_2022_and_2020_differs(client: httpx.Client) -> None:
    def codes(year: int) -> dict[str, Any]:
        features = client.get(f"/cbs/wijkenbuurten/{year}/wfs/v1_0?typeName=wijken").json()["features"]
        return {f["properties"]["wijkcode"]: f["geometry"] for f in features}

    assert codes(2024) == codes(2022) != codes(2020)


def test_codes__health_is_of_2020_and_only_one_gemeente_misses_its_polygons() -> None:
    with httpx.Client(transport=DemoTransport(deliveries()), base_url="https://service.pdok.nl") as client:
        [rows] = _follow(client, "/ODataFeed/odata/50090NED/UntypedDataSet?$select=WijkenEnBuurten")
        delivered = {r["WijkenEnBuurten"].strip() for r in rows}
        drawn: set[str] = set()
        for layer, code in (("gemeenten", "gemeentecode"), ("wijken", "wijkcode"), ("buurten", "buurtcode")):
            body = client.get(f"/cbs/wijkenbuurten/2022/wfs/v1_0?typeName={layer}").json()
            drawn |= {f["properties"][code] for f in body["features"]}
    missing = {code for code in delivered - drawn if not code.startswith("NL")}
    assert {code[2:6] for code in missing} == {"9907"}
    assert sum(code.startswith("WK") for code in missing) == 17


def test_deliveries__are_made_once_and_again_for_another_generator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ensure_deliveries(tmp_path / "7", 7, SMALL)
    first = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.json")}
    monkeypatch.setattr(wire, "write_deliveries", lambda *_: pytest.fail("written again"))
    ensure_deliveries(folder, 7, SMALL)
    monkeypatch.undo()

    monkeypatch.setattr(wire, "GENERATOR_VERSION", "other")
    (folder / "stale.json").write_text("{}")
    ensure_deliveries(folder, 7, SMALL)
    assert not (folder / "stale.json").exists()
    after = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.json")}
    assert {p for p in first if first[p] != after[p]} == {Path("ready.json")}
    assert _left(tmp_path) == ["7"]


def test_deliveries__a_failed_generation_leaves_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ensure_deliveries(tmp_path / "7", 7, SMALL)
    before = (folder / "ready.json").read_bytes()
    monkeypatch.setattr(wire, "_write_table", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        ensure_deliveries(folder, 8, SMALL)
    assert (folder / "ready.json").read_bytes() == before
    assert _left(tmp_path) == ["7"]


def test_deliveries__what_a_killed_generation_left_is_cleared(tmp_path: Path) -> None:
    half = tmp_path / ".7-abcdef" / "ODataFeed"
    half.mkdir(parents=True)
    (half / "half.json").write_text("{")
    ensure_deliveries(tmp_path / "7", 7, SMALL)
    assert _left(tmp_path) == ["7"]


def test_deliveries__of_three_at_once_one_makes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problems: list[BaseException] = []
    written: list[Path] = []
    write = wire.write_deliveries

    def told(folder: Path, *arguments: Any) -> None:
        written.append(folder)
        write(folder, *arguments)

    monkeypatch.setattr(wire, "write_deliveries", told)

    def make() -> None:
        try:
            ensure_deliveries(tmp_path / "7", 7, SMALL)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(written) == 1
    assert _left(tmp_path) == ["7"]
    assert (tmp_path / "7" / "ready.json").exists()


def _left(folder: Path) -> list[str]:
    """What lies there beside the lock, which stays."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".7.lock")


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """The transport behind a real socket, for a client that cannot take a transport."""
    transport = DemoTransport(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = transport.handle_request(
                httpx.Request("GET", f"http://{self.headers['Host']}{self.path}")
            )
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("table", ["50090NED", "50140NED"])
def test_public_client__reads_the_demo_unchanged(
    served: str, client: httpx.Client, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cbsodata = pytest.importorskip("cbsodata")
    monkeypatch.setattr(cbsodata.options, "use_https", False)
    monkeypatch.setattr(cbsodata.options, "catalog_url", served)
    read = cbsodata.get_data(table)
    [rows] = _follow(client, f"/ODataFeed/odata/{table}/TypedDataSet")
    assert len(read) == len(rows)
    measures = [k for k in rows[0] if k.rpartition("_")[2].isdigit()]
    assert [[r[m] for m in measures] for r in read] == [[r[m] for m in measures] for r in rows]
    assert "fictief" in cbsodata.get_info(table)["Title"]
