"""A build is made once per key, a broken one does not count, and old ones are cleared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from tests.kept_builds import KEPT, build_key, copy_of, emptied, kept_build, own_place

pytestmark = pytest.mark.busy


def test_kept_build__is_made_once_per_key(tmp_path: Path) -> None:
    made: list[Path] = []

    def build(folder: Path) -> None:
        made.append(folder)
        (folder / "result").write_text(str(len(made)))

    first = kept_build("demo", "a", build, tmp_path)
    assert kept_build("demo", "a", build, tmp_path) == first
    assert (first / "result").read_text() == "1"
    assert (kept_build("demo", "b", build, tmp_path) / "result").read_text() == "2"
    assert len(made) == 2


def test_kept_build__that_broke_off_begins_anew(tmp_path: Path) -> None:
    def breaks(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        kept_build("demo", "a", breaks, tmp_path)
    folder = kept_build("demo", "a", lambda folder: (folder / "whole").touch(), tmp_path)
    assert (folder / "whole").exists() and not (folder / "half").exists()


def test_kept_build__the_longest_unused_are_cleared(tmp_path: Path) -> None:
    for number, key in enumerate("abcd"):
        folder = kept_build("demo", key, lambda folder: None, tmp_path)
        os.utime(folder / "done", (number, number))
    kept_build("other", "z", lambda folder: None, tmp_path)
    left = {folder.name for folder in tmp_path.iterdir() if folder.is_dir()}
    assert len(left) == KEPT + 1 and {"demo_d", "other_z"} <= left


def test_place__is_of_one_process_and_the_same_in_the_next(tmp_path: Path) -> None:
    told = f"from pathlib import Path; from tests.kept_builds import own_place; print(own_place(Path({str(tmp_path)!r})))"

    def elsewhere() -> Path:
        command = [sys.executable, "-c", told]
        return Path(
            subprocess.run(
                command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
            ).stdout.strip()
        )

    first = elsewhere()
    assert own_place(tmp_path) == own_place(tmp_path) == first, "what has ended keeps no place"
    assert elsewhere() != first


def test_build_key__follows_what_decides() -> None:
    settings = Settings(_env_file=None)
    assert build_key(settings) == build_key(settings)
    others = {
        build_key(settings.model_copy(update={"region": "Drenthe"})),
        build_key(settings, "other files"),
        build_key(settings.model_copy(update={"catalogue_dir": PROJECT_ROOT / "docs"})),
    }
    assert len(others | {build_key(settings)}) == 4


def test_copy__keeps_links_and_is_a_copy(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file").write_text("as it was")
    (folder / "link").symlink_to("deep")
    copied = copy_of(folder, tmp_path / "other")
    (copied / "deep" / "file").write_text("spoilt")
    assert (folder / "deep" / "file").read_text() == "as it was"
    assert (copied / "link").is_symlink() and (copied / "link" / "file").read_text() == "spoilt"


def test_emptied__keeps_the_named_files_and_nothing_else(tmp_path: Path) -> None:
    folder, whole = tmp_path / "place", tmp_path / "whole"
    for home, text in ((folder, "of this place"), (whole, "of the other")):
        (home / "dbt").mkdir(parents=True)
        (home / "dbt" / "manifest.json").write_text(text)
        (home / "dbt" / "manifest.key").touch()
        (home / "dbt" / f"{home.name}.log").touch()
    kept = ["dbt/manifest.json", "dbt/manifest.key", "dbt/never made"]
    emptied(folder, kept, filled_from=whole)
    assert {path.name for path in (folder / "dbt").iterdir()} == {
        "manifest.json",
        "manifest.key",
        "whole.log",
    }
    assert (folder / "dbt" / "manifest.json").read_text() == "of this place"
    emptied(folder, kept)
    assert {path.name for path in folder.rglob("*")} == {"dbt", "manifest.json", "manifest.key"}


def test_emptied__keeps_nothing_that_dbt_was_killed_over(tmp_path: Path) -> None:
    folder, whole = tmp_path / "place", tmp_path / "whole"
    for home, text in ((folder, "half of"), (whole, "the whole of it")):
        (home / "dbt").mkdir(parents=True)
        (home / "dbt" / "manifest.json").write_text(text)
    emptied(folder, ["dbt/manifest.json", "dbt/manifest.key"], filled_from=whole)
    assert (folder / "dbt" / "manifest.json").read_text() == "the whole of it"
