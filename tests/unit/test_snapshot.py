# Long because what may go wrong between a service and a snapshot is one list.
"""Snapshots: named after their content, new only when the content is new, and never half there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.loading import table_writer
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.notices import read_notices
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import HasChangedError, Provenance, SnapshotFolder
from datawerkplaats.loading.table_writer import ContentHash
from tests.statline_example import Service, rows_of, source_of

ID = "example_source"


@pytest.fixture
def live(settings: Settings) -> Settings:
    """Live settings with few tries."""
    return settings.model_copy(update={"source": "live", "http_retries": 2})


def load(live: Settings, service: Service, **changes: Any) -> IngestResult:
    return ingest_source(source_of(**changes), live, service.transport)


def test_ingest__writes_all_parts_of_a_snapshot(live: Settings) -> None:
    properties = [
        {"ID": 1, "Key": "Eenzaam_28", "Title": "Eenzaam", "Unit": "%", "Type": "Topic", "Description": "é"}
    ]
    service = Service(rows_of(9), properties=properties)
    result = load(live, service)
    folder = live.inputs_dir / ID
    assert result.status == "new" and folder.is_symlink(), result.problem
    assert pq.read_table(folder / "data.parquet").to_pylist() == service.rows
    assert pq.read_table(folder / "properties.parquet").to_pylist() == [
        {k: properties[0][k] for k in ("Key", "Title", "Unit", "Description", "Type")}
    ]
    assert pq.read_table(folder / "regions.parquet").to_pylist()[1] == {"Key": "GM0001", "Title": "x"}
    assert sorted(path.name for path in (folder / "raw").iterdir()) == [
        f"page_0000{n}.json.gz" for n in (1, 2, 3)
    ]
    provenance = json.loads((folder / "provenance.json").read_text())
    assert provenance["rows"] == 9 and provenance["mode"] == "live" and provenance["table"] == "50090NED"
    assert provenance["snapshot_id"] == folder.resolve().name == provenance["sha256"][:16]
    assert [part["rows"] for part in provenance["parts"]] == [4, 4, 1]
    assert Provenance.read(folder) == result.provenance
    assert not list(live.snapshots_dir.rglob(".*"))


def test_ingest__unchanged_table_takes_one_request_and_makes_nothing(live: Settings) -> None:
    service = Service(rows_of(9))
    first = load(live, service)
    service.requests.clear()
    again = load(live, service)
    assert (again.status, again.provenance) == ("unchanged", first.provenance)
    assert len(service.requests) == 1
    assert len(list((live.snapshots_dir / ID).iterdir())) == 1


def test_ingest__changed_table_makes_a_new_snapshot_and_keeps_the_old(live: Settings) -> None:
    first = load(live, Service(rows_of(9)))
    rows = rows_of(9)
    rows[3]["Eenzaam_28"] = "    99.0"
    second = load(live, Service(rows, modified="2025-02-01T02:00:00"))
    assert second.status == "new" and first.provenance and second.provenance
    assert first.provenance.snapshot_id != second.provenance.snapshot_id
    assert {path.name for path in (live.snapshots_dir / ID).iterdir()} == {
        first.provenance.snapshot_id,
        second.provenance.snapshot_id,
    }
    assert (live.inputs_dir / ID).resolve().name == second.provenance.snapshot_id


class Moving(Service):
    """A table that gets another version after its first page, as often as `versions` says: all its figures are others then."""

    versions, version = 1, 0

    def _respond(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/Tables"):
            self.modified = f"2025-03-0{1 + self.version}T02:00:00"
        answer = super()._respond(request)
        if path.endswith("DataSet") and b"skip" not in request.url.query and self.version < self.versions:
            self.version += 1
            self.rows = [{**row, "Eenzaam_28": f"    {self.version}.0"} for row in self.rows]
        return answer


def test_ingest__a_table_that_changes_between_two_pages_is_taken_whole(live: Settings) -> None:
    service = Moving(rows_of(9))
    result = load(live, service)
    assert result.provenance and result.provenance.source_modified == "2025-03-02T02:00:00"
    assert set(pq.read_table(live.inputs_dir / ID / "data.parquet")["Eenzaam_28"].to_pylist()) == {"    1.0"}


def test_ingest__a_table_that_goes_on_changing_is_refused_and_what_was_loaded_stays(live: Settings) -> None:
    first = load(live, Service(rows_of(9)))
    service = Moving(rows_of(9))
    service.versions = 8
    result = load(live, service)
    assert (result.status, result.provenance) == ("rejected", first.provenance)
    assert result.problem and result.problem.code == "table_changed"
    assert not [path for path in live.snapshots_dir.rglob("*") if path.name.startswith(".")]


def test_ingest__an_older_version_does_not_take_the_place_of_a_newer_one(live: Settings) -> None:
    first = load(live, Service(rows_of(9)))
    rows = rows_of(9)
    rows[3]["Eenzaam_28"] = "    99.0"
    result = load(live, Service(rows, modified="2024-12-31T02:00:00"))
    assert (result.status, result.provenance) == ("unchanged", first.provenance)
    (notice,) = read_notices(live.publish_dir)
    assert (notice["code"], notice["kind"]) == ("older_delivery", "rejected")
    assert load(live, Service(rows_of(9))).status == "unchanged" and read_notices(live.publish_dir) == []


def test_only_look__sees_what_is_new_and_leaves_everything_as_it_was(live: Settings) -> None:
    first = load(live, Service(rows_of(9)))
    source, folder = source_of(), live.snapshots_dir / ID
    before = sorted(folder.rglob("*"))
    changed = rows_of(9)
    changed[3]["Eenzaam_28"] = "    99.0"
    service = Service(changed, modified="2025-03-02T02:00:00")
    with pytest.raises(HasChangedError):
        ingest_source(source, live, service.transport, only_look=True)
    assert sorted(folder.rglob("*")) == before
    workspace = live.data_dir / "another"
    workspace.mkdir()
    assert first.provenance
    another = replace(first.provenance, snapshot_id="another")
    with pytest.raises(HasChangedError):  # a map is fetched before anybody can tell
        SnapshotFolder(source, live, only_look=True).accept(workspace, another)
    assert not workspace.exists() and sorted(folder.rglob("*")) == before
    same = ingest_source(source, live, Service(rows_of(9)).transport, only_look=True)
    assert (same.status, same.provenance) == ("unchanged", first.provenance)


def test_ingest__another_fictional_province_takes_the_place_whatever_its_moment(live: Settings) -> None:
    demo = live.model_copy(update={"source": "demo"})
    load(demo, Service(rows_of(9)))
    rows = rows_of(9)
    rows[3]["Eenzaam_28"] = "    99.0"
    assert load(demo, Service(rows, modified="2024-12-31T02:00:00")).status == "new"


def test_ingest__same_content_under_a_new_date_is_no_new_snapshot(live: Settings) -> None:
    first = load(live, Service(rows_of(9)))
    service = Service(rows_of(9), modified="2025-02-01T02:00:00")
    assert load(live, service).status == "unchanged"
    service.requests.clear()
    assert load(live, service).status == "unchanged"
    assert len(service.requests) == 1, "the new date is remembered"
    assert first.provenance and [p.name for p in (live.snapshots_dir / ID).iterdir()] == [
        first.provenance.snapshot_id
    ]


def test_ingest__another_declaration_reads_again(live: Settings) -> None:
    service = Service(rows_of(9))
    load(live, service)
    service.requests.clear()
    load(live, service, required_columns=["RegioS", "Roker_11"])
    assert len(service.requests) > 1


def test_ingest__renamed_edition_number_loads_with_a_note(live: Settings) -> None:
    rows = [{("Eenzaam_99" if k == "Eenzaam_28" else k): v for k, v in row.items()} for row in rows_of(5)]
    result = load(live, Service(rows))
    assert result.provenance and result.provenance.notes == ("Eenzaam_28 is delivered as Eenzaam_99",)
    assert "Eenzaam_99" in pq.read_schema(live.inputs_dir / ID / "data.parquet").names


def test_ingest__missing_stem_names_table_and_column(live: Settings) -> None:
    rows = [{("Alleen_28" if k == "Eenzaam_28" else k): v for k, v in row.items()} for row in rows_of(5)]
    result = load(live, Service(rows))
    assert result.status == "rejected" and result.problem
    assert result.problem.sentence().startswith("50090NED, column Eenzaam_28: a column is missing")
    assert not (live.inputs_dir / ID).exists()
    (kept,) = (live.rejected_dir / ID).glob("*/*")
    assert next(file["name"] for file in json.loads(kept.read_text())["files"]) == "page_00001.json.gz"


def test_ingest__key_twice_in_a_table_is_refused_and_loads_once_it_is_right(live: Settings) -> None:
    rows = rows_of(9)
    rows[7]["RegioS"] = rows[2]["RegioS"]
    refused = load(live, Service(rows))
    assert refused.problem and refused.problem.code == "duplicate_key"
    assert "row 3 and in row 8" in refused.problem.sentence()
    assert load(live, Service(rows_of(9))).status == "new", "nothing of the wrong pages is used again"


def test_ingest__lasting_page_fault_keeps_the_page_and_the_old_snapshot(live: Settings) -> None:
    first = load(live, Service(rows_of(9)))
    service = Service(
        rows_of(12),
        answer=lambda number, asked, right: httpx.Response(200, json={"value": []}) if number == 2 else right,
    )
    result = load(live, service)
    assert result.status == "rejected" and result.problem and "page 2" in result.problem.sentence()
    assert result.provenance == first.provenance
    (kept,) = (live.rejected_dir / ID).glob("*/*")
    assert [file["name"] for file in json.loads(kept.read_text())["files"]] == ["refused_page_00002.json.gz"]
    assert [n["kind"] for n in read_notices(live.publish_dir)] == ["rejected"]
    assert load(live, Service(rows_of(12))).status == "new"
    assert read_notices(live.publish_dir) == []


def test_ingest__absent_optional_source_gives_empty_inputs_and_a_notice(live: Settings) -> None:
    nowhere = httpx.MockTransport(lambda _: httpx.Response(200, json={"value": []}))
    result = ingest_source(source_of(required=False), live, nowhere)
    assert result.status == "absent" and result.problem and result.problem.code == "table_not_found"
    table = pq.read_table(live.inputs_dir / ID / "data.parquet")
    assert (table.num_rows, table.column_names) == (0, ["RegioS", "Perioden", "Eenzaam_28"])
    assert [n["kind"] for n in read_notices(live.publish_dir)] == ["absent"]
    assert load(live, Service(rows_of(5)), required=False).status == "new"
    assert read_notices(live.publish_dir) == []


def test_ingest__silent_service_keeps_what_an_optional_source_had(live: Settings) -> None:
    first = load(live, Service(rows_of(5)), required=False)
    fast = live.model_copy(update={"http_retries": 1})
    result = ingest_source(
        source_of(required=False), fast, httpx.MockTransport(lambda _: httpx.Response(503))
    )
    assert (result.status, result.provenance) == ("unchanged", first.provenance)
    assert result.problem and result.problem.code == "service_unavailable"


def test_ingest__live_table_unknown_to_the_service_comes_from_the_folder(
    live: Settings, tmp_path: Path
) -> None:
    (tmp_path / "partner").mkdir()
    (tmp_path / "partner" / "50090NED.csv").write_text("RegioS;Perioden;Eenzaam_28\nGM1680;2020JJ00;1\n")
    with_files = live.model_copy(update={"files": tmp_path / "partner"})
    nowhere = httpx.MockTransport(lambda _: httpx.Response(200, json={"value": []}))
    result = ingest_source(source_of(), with_files, nowhere)
    assert result.status == "new" and result.provenance and result.provenance.urls == ("50090NED.csv",)


VALUES = st.lists(
    st.tuples(st.none() | st.text(max_size=4), st.none() | st.floats(allow_nan=False)),
    min_size=1,
    max_size=20,
)


@given(rows=VALUES, cut=st.integers(0, 20))
def test_content_hash__does_not_depend_on_paging_or_column_order(
    rows: list[tuple[Any, Any]], cut: int
) -> None:
    texts, numbers = [r[0] for r in rows], [r[1] for r in rows]
    whole, parts = ContentHash(), ContentHash()
    whole.update("a", texts)
    whole.update("b", numbers)
    for piece in (slice(None, cut), slice(cut, None)):
        parts.update("b", numbers[piece])
        parts.update("a", texts[piece])
    assert whole.hexdigest() == parts.hexdigest()


@given(rows=VALUES, labels=st.lists(st.text(max_size=3), unique=True, min_size=2, max_size=5))
def test_content_hash__sees_every_change_but_not_the_order_of_labels(
    rows: list[tuple[Any, Any]], labels: list[str]
) -> None:
    def digest(texts: list[Any], names: list[str]) -> str:
        content = ContentHash()
        content.update("a", texts)
        content.add_labels([{"Key": name} for name in names])
        return content.hexdigest()

    texts = [r[0] for r in rows]
    original = digest(texts, labels)
    assert digest(texts, labels[::-1]) == original
    assert digest(texts, labels[1:]) != original
    assert digest([*texts, None], labels) != original
    assert digest([f"{texts[0]}!", *texts[1:]], labels) != original


def test_writer__content_does_not_depend_on_host_or_time(
    live: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(live, Service(rows_of(9)))
    monkeypatch.setattr(table_writer, "ROWS_PER_GROUP", 3)
    elsewhere = live.model_copy(
        update={"rivm_url": "https://mirror.example", "data_dir": live.data_dir / "other"}
    )
    second = load(elsewhere, Service(rows_of(9), modified="2026-01-01T00:00:00"))
    assert first.provenance and second.provenance
    assert first.provenance.snapshot_id == second.provenance.snapshot_id
    assert (
        first.provenance.urls != second.provenance.urls
        or first.provenance.source_modified != second.provenance.source_modified
    )


def test_give_way__puts_the_earlier_snapshot_back_and_keeps_the_refused_one_aside(live: Settings) -> None:
    first = load(live, Service(rows_of(5)))
    second = load(live, Service(rows_of(6), modified="2025-02-01T02:00:00"))
    assert first.provenance and second.provenance and second.status == "new"
    folder = SnapshotFolder(source_of(), live)
    problem = DataProblem("expectation_failed", subject=ID)

    assert folder.give_way(problem)

    assert folder.current() == first.provenance
    (reason,) = (live.rejected_dir / ID).rglob("reason.json")
    assert [file["name"] for file in json.loads(reason.read_text())["files"]] == ["data.parquet"]
    assert not folder.give_way(problem), "there is nothing left to go back to"
