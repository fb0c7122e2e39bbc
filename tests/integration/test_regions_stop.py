"""A declared crosswalk that does not sum to one stops the build before a source is read, and nothing served changes."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from datawerkplaats.base.settings import get_settings
from datawerkplaats.regions import changes
from orchestration import materialise


def served(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a publication folder with its bytes and time, but for how the last run ended."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "last_run.json"
    }


def test_materialise__weights_that_do_not_sum_to_one_stop_before_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "crosswalks"
    shutil.copytree(changes.FOLDER, wrong)
    path = wrong / changes.REAL
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    place = next(i for i, row in enumerate(rows) if row[0] == "GM0788" and row[2] == "GM0824")
    rows[place][5] = "0.3"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    data = tmp_path / "data"
    (data / "publish").mkdir(parents=True)
    (data / "publish" / "current.json").write_text('{"id": "served"}', encoding="utf-8")
    before = served(data / "publish")
    monkeypatch.setattr(changes, "FOLDER", wrong)
    monkeypatch.setenv("DWP_DATA_DIR", str(data))
    get_settings.cache_clear()
    try:
        assert materialise.main([]) == 1
    finally:
        get_settings.cache_clear()
    told = capsys.readouterr().err
    assert "gemeente_changes.csv, line" in told
    assert "GM0788: 0.3 + " in told and "= 0.890877" in told
    assert "What to do: give every part of the area its share" in told
    assert served(data / "publish") == before
    assert not (data / "warehouse.duckdb").exists()
    assert not (data / "snapshots").exists()
