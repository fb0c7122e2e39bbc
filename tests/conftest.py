"""Fixtures shared by all tests: where the reference data is, a StatLine stand-in, settings in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

# One thread of arithmetic per process, set before anything imports numpy: the tables here are small, and threads that wait
# for each other on a busy machine cost many times what they save (the estimates for small areas: 26 s of processor time, or 3).
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

from datawerkplaats.base.settings import PROJECT_ROOT, Settings  # noqa: E402
from tests.in_memory import use_memory  # noqa: E402
from tests.lasting_keys import sign_with_lasting_keys  # noqa: E402

REFERENCE_DATA = Path(os.environ.get("DWP_REFERENCE_DATA", PROJECT_ROOT.parent / "shared" / "data"))
STATLINE_SERVER = REFERENCE_DATA.parent / "tools" / "statline_server.py"
REFERENCE_REQUIRED = os.environ.get("DWP_REQUIRE_REFERENCE") == "1"


use_memory()
sign_with_lasting_keys()

# Properties in the suite: few examples, the same ones at every run, and no clock. Many and anew:
# `make prove ONLY=suite.properties`.
hypothesis.settings.register_profile("suite", max_examples=20, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("full", max_examples=300, deadline=None)
hypothesis.settings.load_profile("suite")

# Fixtures with a process behind them.
BUSY = {
    "statline_server",
    "demo",
    "small",
    "warm",
    "one_browser",
    "listening_browser",
    "small_dashboard",
    "rich_dashboard",
}


# Folders whose tests wait for a whole build: they begin, so that no worker is left with one at the end. Of `-n 3` the first worker
# gets them all and builds one after the other, while the others do the many small ones and then take over from the end.
BUILDING = ("integration", "backtests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a process is busy, also by way of another fixture; whoever waits for a build goes first."""
    for item in items:
        if BUSY & set(_fixtures(item)):
            item.add_marker("busy")
    items.sort(key=lambda item: item.path.parent.name not in BUILDING and "demo" not in _fixtures(item))


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))


def _reference_or_skip(path: Path) -> Path:
    if path.exists():
        return path
    message = f"the reference data is not here: {path} (set DWP_REFERENCE_DATA to the folder that holds it)"
    if REFERENCE_REQUIRED:
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with real Dutch statistics; the test is skipped where it is absent (and fails in CI)."""
    return _reference_or_skip(REFERENCE_DATA)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Demo settings whose data folder is the test's own; code that calls `get_settings` sees them too."""
    from datawerkplaats.base import settings as module

    monkeypatch.setenv("DWP_DATA_DIR", str(tmp_path / "data"))
    module.get_settings.cache_clear()
    yield module.get_settings()
    module.get_settings.cache_clear()


@pytest.fixture
def statline_server(
    reference_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., str]]:
    """A function that starts the StatLine stand-in (with faults as arguments) and returns its base address.

    It reads all tables of its folder before it answers: `only` names the one that a test needs.
    """
    tool = _reference_or_skip(STATLINE_SERVER)
    processes: list[subprocess.Popen[str]] = []

    def start(*faults: str, data: Path | None = None, only: str = "") -> str:
        if only:
            data = tmp_path_factory.mktemp("statline")
            (data / only).symlink_to(reference_data / "statline" / only)
        process = subprocess.Popen(
            [sys.executable, str(tool), "--data", str(data or reference_data / "statline"), *faults],
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        return process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.wait()
