"""The one helper that writes files: whoever reads, or a crash half-way, finds the old content or the new."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem

pytestmark = pytest.mark.busy


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_content_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "made" / "figures.json"
    files.write_text(target, "één\n")
    files.write_text(target, "twee\n")
    assert target.read_bytes() == b"twee\n"
    assert names(target.parent) == ["figures.json"]


def test_while_writing_the_old_content_stays(tmp_path: Path) -> None:
    target = tmp_path / "data.parquet"
    target.write_text("old")
    with files.written(target) as unfinished:
        unfinished.write_text("new, but not ready")
        assert target.read_text() == "old"
        assert unfinished.parent == target.parent and unfinished.suffix == ".parquet"
    assert target.read_text() == "new, but not ready"


def test_a_reader_who_opened_the_old_file_reads_it_to_the_end(tmp_path: Path) -> None:
    """An in-place write would pull the content away under whoever is reading."""
    target = tmp_path / "manifest.json"
    files.write_text(target, "old")
    with target.open() as reader:
        files.write_text(target, "brand new")
        assert reader.read() == "old"
    files.copy(target, tmp_path / "copy.json")
    assert (tmp_path / "copy.json").read_text() == "brand new"


def test_a_failure_leaves_the_old_content_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    with pytest.raises(ValueError, match="half-way"), files.written(target) as unfinished:
        unfinished.write_text("ne")
        raise ValueError("half-way")
    assert target.read_text() == "old" and names(tmp_path) == ["table.csv"]


def test_a_killed_writer_leaves_the_old_content(tmp_path: Path) -> None:
    target = tmp_path / "pointer.json"
    target.write_text("old")
    killed = (
        "import os, sys; from pathlib import Path; from datawerkplaats.base import files\n"
        "with files.written(Path(sys.argv[1])) as unfinished:\n"
        "    unfinished.write_text('ne'); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", killed, str(target)], check=False)
    assert target.read_text() == "old"
    (rest,) = [path for path in tmp_path.iterdir() if path != target]
    assert files.is_left_behind(rest) and not files.is_left_behind(target)


def test_what_a_living_process_writes_is_not_left_behind(tmp_path: Path) -> None:
    with files.written(tmp_path / "a.txt") as unfinished:
        unfinished.write_text("a")
        assert not files.is_left_behind(unfinished)


def test_everything_is_on_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
    )
    files.write_bytes(tmp_path / "a.bin", b"a")
    assert flushed[0].endswith("a.bin") and flushed[0] != "a.bin" and flushed[1] == tmp_path.name
    flushed.clear()
    building = tmp_path / "building"
    building.mkdir()
    (building / "data.parquet").write_bytes(b"rows")
    files.move(building, tmp_path / "final")
    assert flushed == ["data.parquet", "building", tmp_path.name]


def test_a_link_changes_in_one_step(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        files.point(tmp_path / "inputs" / "current", f"../{name}")
        assert (tmp_path / "inputs" / "current").resolve() == tmp_path / name
    assert names(tmp_path / "inputs") == ["current"]


def test_a_folder_in_the_place_of_a_link_is_told_and_stays(tmp_path: Path) -> None:
    copied = tmp_path / "inputs" / "demo" / "rivm_health_50090ned"
    copied.mkdir(parents=True)
    (copied / "data.parquet").write_bytes(b"rows")
    with pytest.raises(DataProblem) as told:
        files.point(copied, "../../snapshots")
    sentence = told.value.sentence("en")
    assert "inputs/demo/rivm_health_50090ned" in sentence and "cp -a" in sentence
    assert names(copied) == ["data.parquet"] and names(copied.parent) == ["rivm_health_50090ned"]


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    with (
        files.locked(tmp_path / ".lock"),
        pytest.raises(BlockingIOError),
        files.locked(tmp_path / ".lock", wait=False),
    ):
        pass
    with files.locked(tmp_path / ".lock", wait=False):
        pass
