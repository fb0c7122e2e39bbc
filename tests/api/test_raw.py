"""What open sources delivered: a file of its own in the release, signed with it, and asked by source and measure."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import Publication, raw_path


def test_raw__is_a_file_of_the_release_and_attaches_under_its_name(
    published: tuple[Path, list[Publication]],
) -> None:
    release = published[1][-1]
    path = raw_path(release)
    assert path != release.path and release.manifest["raw"]["file"]["name"] == path.name
    with duckdb.connect() as con:
        con.execute(f"attach '{path}' as raw (read_only)")
        joined = "from raw.observation join raw.measure using (source_id, measure_code)"
        assert con.execute(f"select count(*) {joined}").fetchone() == (24,)
        parquet = release.parquet_dir / "raw" / "observation.parquet"
        assert con.execute(f"select count(*) from '{parquet}'").fetchone() == (24,)
    with duckdb.connect(str(release.path), read_only=True) as con:
        assert con.execute("select count(*) from duckdb_tables() where schema_name = 'raw'").fetchone() == (
            0,
        )


def test_raw__with_other_bytes_is_refused(published: tuple[Path, list[Publication]]) -> None:
    release = published[1][0]
    path = raw_path(release)
    before = path.read_bytes()
    path.chmod(0o644)
    try:
        path.write_bytes(before[:-1] + b"x")
        with pytest.raises(DataProblem) as caught:
            raw_path(release)
        assert caught.value.code == "publication_damaged"
    finally:
        path.write_bytes(before)
        path.chmod(0o444)
    assert raw_path(release) == path


def test_api__lists_measures_by_label_and_gives_their_figures(client: TestClient) -> None:
    found = client.get("/v1/raw/measures", params={"text": "rookt"}).json()
    assert [row["measure_code"] for row in found["items"]] == ["Roker"]
    answer = client.get(
        "/v1/raw/observations", params={"source": "survey", "measure": "Roker", "region": "GM0003"}
    )
    (row,) = answer.json()["items"]
    assert (row["value"], row["label"], row["unit"], row["year"]) == (3.0, "Rookt", "%", 2020)
    csv = client.get("/v1/raw/observations", params={"source": "survey", "measure": "Roker", "format": "csv"})
    assert csv.status_code == 200 and len(csv.text.strip().splitlines()) == 13


def test_api__offers_the_raw_file_of_a_release(
    client: TestClient, published: tuple[Path, list[Publication]]
) -> None:
    release = published[1][-1]
    files = {file["name"] for file in client.get(f"/v1/releases/{release.id}").json()["files"]}
    assert {f"raw_{release.id}.duckdb", "parquet/raw/observation.parquet"} <= files
    answer = client.get(
        f"/v1/releases/{release.id}/files/raw_{release.id}.duckdb", headers={"Range": "bytes=0-15"}
    )
    assert answer.status_code == 206 and len(answer.content) == 16


@pytest.mark.parametrize(
    ("asked", "code", "near"),
    [
        ({"source": "surveys", "measure": "Roker"}, "unknown_source", "survey"),
        ({"source": "survey", "measure": "Rokers"}, "unknown_measure", "Roker"),
        ({"source": "survey' or true --", "measure": "Roker"}, "unknown_source", "survey"),
    ],
)
def test_api__says_what_is_nearest(client: TestClient, asked: dict[str, str], code: str, near: str) -> None:
    answer = client.get("/v1/raw/observations", params=asked)
    assert answer.status_code == 404 and answer.json()["code"] == code and near in answer.json()["expected"]
