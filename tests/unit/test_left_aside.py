"""What is left beside a snapshot: why a delivery was refused, and nothing of the delivery; nothing of a broken run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.ingest import _refuse, load_source
from datawerkplaats.loading.snapshot import SnapshotFolder


@pytest.mark.parametrize("source_id", ["ml_panel_waves", "rivm_health_50090ned"])
def test_refused_rows_are_not_copied_aside(tmp_path: Path, source_id: str) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    source = load_source(PROJECT_ROOT / "catalogue", source_id)
    delivered = tmp_path / "delivered.csv"
    delivered.write_text("person;answer\nP1;3\n")
    problem = DataProblem("not_a_number", subject=source_id, where="answer")
    _refuse(source, settings, SnapshotFolder(source, settings), problem, [delivered])
    (aside,) = (path for path in settings.rejected_dir.rglob("*") if path.is_file())
    (told,) = json.loads(aside.read_text())["files"]
    assert (told["name"], told["bytes"], len(told["sha256"])) == ("delivered.csv", 19, 64)
    assert "P1" not in aside.read_text()


def test_workspace__is_empty_and_what_a_broken_run_left_is_gone(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    folder = SnapshotFolder(load_source(PROJECT_ROOT / "catalogue", "rivm_health_50090ned"), settings)
    left = folder.root / ".building-0"
    left.mkdir(parents=True)
    (left / "data.parquet").write_text("half")
    made = folder.workspace()
    assert [path.name for path in made.iterdir()] == ["raw"] and not left.exists()


def test_absence__has_no_rows(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    folder = SnapshotFolder(load_source(PROJECT_ROOT / "catalogue", "ml_panel_waves"), settings)
    folder.accept_absence()
    assert (
        json.loads((folder.pointer / "provenance.json").read_text())["rows"] == 0 and folder.current() is None
    )
