"""The demo region, built once for all tests that look at the whole system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from tests.kept_builds import build_key, emptied, kept_build, parsed_by_dbt

# What the run that built the demo region printed, kept beside it.
FIRST_RUN = "first_run.txt"


def materialise(data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Builds and publishes as `make materialise` does; the caller looks at the exit code and at what was printed."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if key == "DWP_KEYS_DIR" or not key.startswith(("DWP_", "DAGSTER_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "orchestration.materialise", *arguments], cwd=PROJECT_ROOT,
        env={**clean, "DWP_DATA_DIR": str(data_dir), **settings}, capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def demo() -> Path:
    """A data folder in which the demo region has been built and published; shared, so a test that writes takes a copy."""

    def build(folder: Path) -> None:
        run = materialise(folder / "data")
        assert run.returncode == 0, run.stdout + run.stderr
        (folder / "data" / FIRST_RUN).write_text(run.stdout)

    return kept_build("demo", build_key(Settings(_env_file=None)), build) / "data"


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the copies of this worker lie, one after the other: at a new place dbt would read its whole project again."""
    return tmp_path_factory.mktemp("copied") / "data"


# What dbt has read of the warehouse's project, and of the panel's in either mode.
PARSED = parsed_by_dbt("dbt/target", *(f"models/{mode}/panel/dbt/target" for mode in ("demo", "files")))


@pytest.fixture
def nothing_yet(place: Path) -> Path:
    """An empty data folder, in which dbt need not read its project again."""
    return emptied(place, PARSED)


@pytest.fixture
def copied(demo: Path, place: Path) -> Path:
    """A copy of the built demo region that a test may spoil."""
    return emptied(place, PARSED, filled_from=demo)
