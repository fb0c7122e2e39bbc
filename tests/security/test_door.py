"""The door in small: a reader that takes too much is ended, harmful files are refused, canaries come nowhere."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import httpx
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.loading import door
from datawerkplaats.loading.door.apart import apart
from datawerkplaats.loading.door.limits import MB, Limits
from datawerkplaats.loading.door.reply import understood
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.web import WebClient
from tests.province import deliveries
from tests.security import intake, planted
from tests.security.bombs import GOOD
from tests.security.byte_scan import hits
from tests.security.canaries import small_deliveries
from tests.statline_example import source_of

pytestmark = pytest.mark.busy
LITTLE = Limits(memory_bytes=60 * MB, cpu_seconds=1, seconds=3)


def ended(work: object) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        understood(apart(work, "delivery", LITTLE))  # type: ignore[arg-type]
    return caught.value


def too_much_memory() -> IngestResult:
    return IngestResult("new", None, DataProblem("no_rows", subject=str(len(bytearray(500 * MB)))))


def killed() -> IngestResult:
    os.kill(os.getpid(), 9)
    return IngestResult("new", None)


def never_done() -> IngestResult:
    while True:
        pass


def asleep() -> IngestResult:
    time.sleep(60)
    return IngestResult("new", None)


def says_what_it_read() -> IngestResult:
    raise ValueError("GM0001;Sanne de Vries")


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (too_much_memory, "reading_took_too_much"),
        (killed, "reading_took_too_much"),
        (never_done, "reading_took_too_long"),
        (asleep, "reading_took_too_long"),
        (says_what_it_read, "unreadable_file"),
    ],
)
def test_reader__that_ends_without_an_outcome_is_a_sentence(work: object, code: str) -> None:
    assert threading.active_count() < 50
    problem = ended(work)
    assert problem.code == code and problem.remedy
    assert "Sanne" not in problem.sentence()


CASES = [
    "Parquet: 600 million rows in 500 bytes",
    "xlsx: entities that unfold",
    "xlsx: a cell beside the table",
    "csv: a link to the environment",
    "csv: a pipe that nobody writes to",
    "csv: a quotation mark that is never closed",
]


def test_harmful_files__are_refused_and_the_next_good_delivery_loads(tmp_path: Path) -> None:
    found = list(intake.of_files(tmp_path, CASES))
    assert len(found) == len(CASES)
    assert [(one.name, one.wrong) for one in found if one.wrong] == []


def test_sheet__is_read_in_full_whatever_it_says(tmp_path: Path) -> None:
    assert intake.rows_lost(tmp_path) == 0


def test_service__that_leads_elsewhere_or_packs_otherwise_is_not_followed(tmp_path: Path) -> None:
    found = list(
        intake.of_services(
            tmp_path, ["redirect_other_port", "redirect_file", "other_packing", "redirect_round"]
        )
    )
    codes = [one.result.problem.code for one in found if one.result.problem]
    assert codes == ["other_origin", "other_origin", "other_origin", "request_refused"]
    assert [one.wrong for one in found if one.wrong] == []


def test_link__of_the_same_host_is_followed_by_the_protocol_that_was_set() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={})

    with WebClient("https://a.example", transport=httpx.MockTransport(answer)) as web:
        web.get_json("http://a.example/next?$skip=5")
        for elsewhere in (
            "https://b.example/x",
            "https://a.example:8443/x",
            "//b.example/x",
            "ftp://a.example/x",
        ):
            with pytest.raises(DataProblem) as caught:
                web.get_json(elsewhere)
            assert caught.value.code == "other_origin", elsewhere
    assert asked == ["https://a.example/next?$skip=5"]


@pytest.mark.parametrize(
    "source_id", ["leefbaarometer_scores", "rivm_health_50120ned", "pdok_wijk_2022", "partner_youth_care"]
)
def test_canaries__come_nowhere(tmp_path: Path, source_id: str) -> None:
    small = small_deliveries(deliveries(), tmp_path / "small")
    source = planted.all_sources()[source_id]
    planted_here, _, clean, found = planted.trial(source, small, tmp_path, tmp_path / "work", most=1)
    assert planted_here == 6 and clean and found == []


def test_scan__sees_what_is_packed(tmp_path: Path) -> None:
    source, settings = (
        source_of(),
        Settings(_env_file=None, source="files", files=tmp_path / "in", data_dir=tmp_path / "data"),
    )
    (tmp_path / "in").mkdir()
    GOOD[".csv"](tmp_path / "in" / "50090NED.csv")
    assert door.load(ingest_source, source, settings).status == "new"
    places = {place.rpartition("/")[2] for _, place in hits(settings.data_dir, ["GM1003"])}
    assert {"data.parquet", "50090NED.csv.gz"} <= places
