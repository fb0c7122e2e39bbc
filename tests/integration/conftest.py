"""The demo region, built once for all tests that look at the whole system."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from datawerkplaats.settings import PROJECT_ROOT


def materialise(data_dir: Path, extra: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Builds and publishes as `make materialise` does; the caller looks at the exit code and at what was printed."""
    environment = {**os.environ, "DWP_DATA_DIR": str(data_dir), "DWP_SOURCE": "demo", **(extra or {})}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.materialise"], cwd=PROJECT_ROOT, env=environment,
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo region has been built and published; shared, so a test that writes takes a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "demo_region" / "data"
    with FileLock(shared / "demo_region.lock"):  # of several workers one builds it
        if not (folder / "publish" / "current.json").exists():
            run = materialise(folder)
            assert run.returncode == 0, run.stdout + run.stderr
    return folder
