"""The StatLine client against a service in memory that fails in every way it is known to fail."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.statline import StatlineClient
from datawerkplaats.loading.statline_page import PageStore
from datawerkplaats.loading.statline_table import TableInfo
from datawerkplaats.loading.web import Received, WebClient
from tests.statline_example import BASE, Row, Service, rows_of


class Collected:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.parts: list[str] = []
        self.restarts = 0

    def add(self, rows: list[Row]) -> None:
        self.rows += rows

    def keep_part(self, received: Received) -> None:
        self.parts.append(received.path.name)

    def start_over(self) -> None:
        self.rows, self.parts, self.restarts = [], [], self.restarts + 1


def read(service: Service, folder: Path, attempts: int = 4) -> Collected:
    sink, waits = Collected(), list[float]()
    with WebClient(
        BASE, transport=service.transport, attempts=attempts, parallel=3, sleep=waits.append
    ) as web:
        client = StatlineClient(web)
        client.read_rows(client.table_info("50090NED"), "UntypedDataSet", PageStore(folder / "pages"), sink)
    return sink


@pytest.mark.parametrize("count", [1, 4, 5, 8, 23])
@pytest.mark.parametrize("links", ["skip", "opaque"])
def test_read__every_row_once_and_in_order(count: int, links: str, tmp_path: Path) -> None:
    service = Service(rows_of(count), links=links)
    assert read(service, tmp_path).rows == service.rows
    assert set(service.asked.values()) == {1}


def once(number: int, response: httpx.Response) -> Any:
    """A fault at the first request of one page."""
    return lambda page, asked, right: response if page == number and asked == 1 else right


def page(rows: list[Row], skip: int | None) -> httpx.Response:
    link = {"odata.nextLink": f"{BASE}/x?$format=json&$skip={skip}"} if skip else {}
    return httpx.Response(200, json={"value": rows, **link})


FAULTS = {
    "lost rows": lambda rows: once(3, page([], 12)),
    "short page": lambda rows: once(3, page(rows[8:11], 12)),
    "link to itself": lambda rows: once(3, page(rows[8:12], 8)),
    "link missing": lambda rows: once(3, page(rows[8:12], None)),
    "link after the end": lambda rows: once(6, page(rows[20:], 24)),
    "first page lost": lambda rows: once(1, page([], 4)),
    "first page links to itself": lambda rows: once(1, page(rows[:4], 0)),
    "cut JSON": lambda rows: once(2, httpx.Response(200, content=b'{"value":[{"ID":4},{"ID"')),
    "error page": lambda rows: once(2, httpx.Response(200, content=b"<html>busy</html>")),
    "not found": lambda rows: once(4, httpx.Response(404)),
    "busy": lambda rows: once(4, httpx.Response(503, headers={"Retry-After": "0"})),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_read__a_passing_fault_leads_to_the_right_rows(fault: str, tmp_path: Path) -> None:
    service = Service(rows_of(23))
    service.answer = FAULTS[fault](service.rows)
    assert read(service, tmp_path).rows == service.rows


@pytest.mark.parametrize("fault", ["lost rows", "short page", "link to itself", "link missing"])
def test_read__a_lasting_fault_is_one_sentence_with_table_and_page(fault: str, tmp_path: Path) -> None:
    service = Service(rows_of(23))
    passing = FAULTS[fault](service.rows)
    service.answer = lambda number, asked, right: passing(number, 1, right)
    with pytest.raises(DataProblem, match=r"50090NED, page 3: ") as caught:
        read(service, tmp_path)
    assert caught.value.code in {"page_incomplete", "page_out_of_order"}
    assert caught.value.expected and caught.value.found and caught.value.remedy
    assert service.asked[3] == 4


def test_read__opaque_links_in_a_circle_end_in_a_sentence(tmp_path: Path) -> None:
    service = Service(rows_of(12), links="opaque")
    second = service.page(4)
    service.answer = lambda number, asked, right: second if number > 1 else right
    with pytest.raises(DataProblem, match="does not follow"):
        read(service, tmp_path)


def test_read__fewer_rows_than_the_catalogue_says(tmp_path: Path) -> None:
    service = Service(rows_of(8), links="opaque", record_count=9)
    with pytest.raises(DataProblem) as caught:
        read(service, tmp_path)
    assert caught.value.code in {"row_count_mismatch", "page_incomplete"}
    assert "50090NED" in caught.value.sentence()


def test_read__more_rows_than_the_catalogue_says(tmp_path: Path) -> None:
    with pytest.raises(DataProblem) as caught:
        read(Service(rows_of(9), record_count=7), tmp_path)
    assert caught.value.code in {"row_count_mismatch", "page_incomplete"}


def test_read__goes_on_with_the_pages_of_an_interrupted_run(tmp_path: Path) -> None:
    broken = Service(
        rows_of(23), answer=lambda number, asked, right: httpx.Response(503) if number == 5 else right
    )
    with pytest.raises(DataProblem, match="does not answer"):
        read(broken, tmp_path, attempts=2)
    whole = Service(rows_of(23))
    assert read(whole, tmp_path).rows == whole.rows
    assert 5 in whole.asked
    assert 1 not in whole.asked, "the first page was there already"


def test_read__a_page_damaged_on_disk_is_fetched_again(tmp_path: Path) -> None:
    service = Service(rows_of(23))
    read(service, tmp_path)
    (tmp_path / "pages" / "page_00003.json.gz").write_bytes(b"not gzip")
    again = Service(rows_of(23))
    assert read(again, tmp_path).rows == again.rows
    assert again.asked == {3: 1}


@pytest.mark.parametrize(
    ("header", "expected"), [("7", 7.0), (None, 0.25), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)]
)
def test_retry__waits_as_long_as_the_service_asks(header: str | None, expected: float) -> None:
    answers = [
        httpx.Response(429, headers={"Retry-After": header} if header else {}),
        httpx.Response(200, json={"ok": 1}),
    ]
    waits: list[float] = []
    with WebClient(BASE, transport=httpx.MockTransport(lambda _: answers.pop(0)), sleep=waits.append) as web:
        assert web.get_json("x") == {"ok": 1}
    assert waits == [expected]


def test_retry__backs_off_longer_each_time_and_gives_up_with_a_sentence() -> None:
    waits: list[float] = []

    def silent(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    web = WebClient(BASE, transport=httpx.MockTransport(silent), attempts=5, timeout_s=3, sleep=waits.append)
    with web, pytest.raises(DataProblem, match=r"no answer within 3 s.*5 tries"):
        web.get_json("x")
    assert waits == [0.25, 0.5, 1.0, 2.0]


def test_retry__a_refusal_is_not_tried_again() -> None:
    asked: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(403)

    with (
        WebClient(BASE, transport=httpx.MockTransport(refuse)) as web,
        pytest.raises(DataProblem, match="HTTP 403"),
    ):
        web.get_json("x")
    assert len(asked) == 1


def test_table_info__unknown_table_is_a_sentence() -> None:
    with (
        WebClient(BASE, transport=Service(rows_of(1)).transport) as web,
        pytest.raises(DataProblem, match=r"84799NED.*does not know"),
    ):
        StatlineClient(web).table_info("84799NED")


def test_real_responses__two_pages_with_the_service_s_own_link(reference_data: Path, tmp_path: Path) -> None:
    folder = reference_data / "odata_fixtures" / "v3_untyped_paging"
    entry = next(
        e
        for e in json.loads((folder / "tables_1.json").read_bytes())["value"]
        if e["Identifier"] == "83599NED"
    )
    pages = [(folder / f"tables_{n}.json").read_bytes() for n in (2, 3)]

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("Tables"):
            return httpx.Response(200, json={"value": [entry]})
        return httpx.Response(200, content=pages[int(request.url.params.get("$skip", 0)) // 10_000])

    sink = Collected()
    with WebClient("https://opendata.cbs.nl", transport=httpx.MockTransport(respond)) as web:
        client = StatlineClient(web)
        info = client.table_info("83599NED")
        assert info == TableInfo("83599NED", entry["Title"], entry["Modified"], 15_504, 4)
        client.read_rows(info, "UntypedDataSet", PageStore(tmp_path / "pages"), sink)
    assert [row["ID"] for row in sink.rows] == list(range(15_504))
    assert sink.rows == [row for text in pages for row in json.loads(text)["value"]]


def test_real_responses__typed_table_without_a_second_page(reference_data: Path, tmp_path: Path) -> None:
    folder = reference_data / "odata_fixtures" / "v3_80137ned"
    body = (folder / "meta_8.json").read_bytes()
    rows = json.loads(body)["value"]
    properties = (folder / "meta_7.json").read_bytes()
    sink = Collected()
    transport = httpx.MockTransport(
        lambda r: httpx.Response(200, content=properties if r.url.path.endswith("Properties") else body)
    )
    with WebClient(BASE, transport=transport) as web:
        client = StatlineClient(web)
        client.read_rows(
            TableInfo("80137ned", "", "", len(rows), 15), "TypedDataSet", PageStore(tmp_path / "pages"), sink
        )
        assert (
            client.labels("80137ned", "DataProperties", tmp_path / "labels.gz")
            == json.loads(properties)["value"]
        )
    assert sink.rows == rows


PART = "(Geslacht eq '3000   ' or Geslacht eq '4000   ') and (Perioden eq '2025JJ00')"


def read_part(service: Service, folder: Path) -> Collected:
    sink: Collected = Collected()
    with WebClient(BASE, transport=service.transport, attempts=2, parallel=3, sleep=lambda _: None) as web:
        client = StatlineClient(web)
        info = replace(client.table_info("50090NED"), rows=None, condition=PART)
        client.read_rows(info, "UntypedDataSet", PageStore(folder / "pages"), sink)
    return sink


def test_read__part_of_a_table_is_asked_for_and_its_size_not_known(tmp_path: Path) -> None:
    service = Service(rows_of(23), record_count=80_000_000)
    assert read_part(service, tmp_path).rows == service.rows
    first = next(asked for asked in service.requests if "UntypedDataSet" in asked)
    assert parse_qs(first.partition("?")[2]) == {"$format": ["json"], "$filter": [PART]}
    assert set(service.asked.values()) == {1}


@pytest.mark.parametrize("fault", ["lost rows", "short page", "link to itself"])
def test_read__part_of_a_table_never_loses_rows_between_pages(fault: str, tmp_path: Path) -> None:
    service = Service(rows_of(23), record_count=80_000_000)
    passing = FAULTS[fault](service.rows)
    service.answer = lambda number, asked, right: passing(number, 1, right)
    with pytest.raises(DataProblem, match=r"50090NED, page 3: "):
        read_part(service, tmp_path)
