"""Reading what is served while others publish, and going back, on a small warehouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import Publication, Reader, verify
from datawerkplaats.publication.manifest import second_manifest
from tests.publication_example import CHECKS, PUBLIC, release, warehouse


def publish(folder: Path, stamp: str = "s1", shift: float = 0.0, rows: int = 40) -> Publication:
    source = warehouse(folder / "warehouse.duckdb", stamp, rows, shift)
    return publication.publish(folder / "publish", source, PUBLIC, release(stamp), CHECKS)


def test_reader__without_publication_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="make materialise"):
        Reader(tmp_path).connect()


def test_reader__open_connection_survives_publishing_and_clearing(tmp_path: Path) -> None:
    publish(tmp_path, "s0")
    con = Reader(tmp_path / "publish").connect()
    for number in range(1, 7):
        publish(tmp_path, f"s{number}")
    assert con.sql("select distinct snapshot_id from indicator.fct_indicator").fetchall() == [("s0",)]
    con.close()
    with Reader(tmp_path / "publish").connect() as new:
        assert new.sql("select distinct snapshot_id from indicator.fct_indicator").fetchall() == [("s6",)]


def test_reader__file_that_vanishes_after_the_pointer_was_read_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = publish(tmp_path, "s1"), publish(tmp_path, "s2")
    old.path.unlink()
    answers = [old, new]
    monkeypatch.setattr(publication, "current", lambda _: answers.pop(0))
    opened = Reader(tmp_path / "publish").open()
    assert opened.publication == new
    opened.connection.close()


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_reader__damaged_file_is_refused_and_rollback_helps(tmp_path: Path, damage: str) -> None:
    first, second = publish(tmp_path, "s1"), publish(tmp_path, "s2")
    verify._verified.clear()
    content = bytearray(second.path.read_bytes())
    second.path.chmod(0o644)
    if damage == "flip":
        content[len(content) // 2] ^= 1
    written = {"cut": bytes(content[: len(content) // 2]), "flip": bytes(content), "empty": b""}
    second.path.write_bytes(written[damage])
    with pytest.raises(DataProblem, match="dwp rollback") as caught:
        Reader(tmp_path / "publish").connect()
    assert second.path.name in caught.value.sentence()
    assert publication.rollback(tmp_path / "publish") == first
    Reader(tmp_path / "publish").connect().close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"publication_id": "a", "history": ["b"]}'])
def test_current__damaged_pointer_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "current.json").write_text(text)
    with pytest.raises(DataProblem, match=r"current\.json"):
        publication.current(tmp_path)


def test_current__damaged_manifest_is_a_sentence(tmp_path: Path) -> None:
    made = publish(tmp_path)
    for copy in (made.manifest_path, second_manifest(made.parquet_dir)):
        copy.write_text("{}")
    with pytest.raises(DataProblem, match="manifest"):
        publication.current(tmp_path / "publish")


def test_rollback__to_the_previous_and_to_a_named_one(tmp_path: Path) -> None:
    first, second, third = (publish(tmp_path, stamp) for stamp in ("s1", "s2", "s3"))
    folder = tmp_path / "publish"
    assert publication.rollback(folder) == second
    assert publication.rollback(folder) == first
    with pytest.raises(DataProblem, match="at least two"):
        publication.rollback(folder)
    assert publication.rollback(folder, third.id) == third
    assert publication.current(folder) == third
    with pytest.raises(DataProblem, match=third.id):
        publication.rollback(folder, "20200101_000000_000")


def test_rollback__damaged_parquet_is_refused(tmp_path: Path) -> None:
    first, second = publish(tmp_path, "s1"), publish(tmp_path, "s2")
    (first.parquet_dir / "indicator" / "fct_indicator.parquet").unlink()
    with pytest.raises(DataProblem, match=r"fct_indicator\.parquet"):
        publication.rollback(tmp_path / "publish")
    assert publication.current(tmp_path / "publish") == second
