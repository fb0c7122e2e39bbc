"""The first run after installing, as a newcomer sees it: the example region by the clock, with and without training.

It runs on a copy of the code without compiled files of its own, in a folder where nothing was ever built.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.bench.processes import Run, measured
from tests.proofs.registry import Measured, Room

# What `make materialise` needs of a checkout.
_CODE = ("catalogue", "datawerkplaats", "data_quality", "dbt_project", "demo", "ml", "orchestration")
_FILES = ("requirements.lock", "dagster.yaml", "pyproject.toml")
# The same build while Dagster's lists are kept in memory: what is more without that is what writing them costs.
_IN_MEMORY = """
import sys
from datawerkplaats.base.settings import get_settings
from orchestration.materialise import main, prepare_dagster
prepare_dagster(get_settings())
import dagster as dg
dg.DagsterInstance.get = staticmethod(dg.DagsterInstance.ephemeral)
sys.exit(main(["--force"]))
"""
MATERIALISE = ("-m", "orchestration.materialise")


def figures(room: Room) -> Iterator[Measured]:
    """Yields what the first run takes, trained and with models from before, and what everything anew takes after it."""
    code = checkout(room.work / "first_code")
    trained, kept = room.work / "first_data", room.work / "first_again"
    first = run(code, trained)
    yield "first_run_s", first.wall_s, first.cpu_s / 2
    yield "first_run_cpu", first.cpu_s, None
    yield "first_run_untold", first.untold, None
    yield "first_run_peak", first.peak_mb, None
    keep_models(trained, kept)
    again = run(code, kept)
    yield "first_run_with_models_s", again.wall_s, first.wall_s
    yield "first_run_with_models_cpu", again.cpu_s, first.cpu_s
    unchanged = run(code, trained)
    yield "demo_unchanged_cpu", unchanged.cpu_s, first.cpu_s
    forced = run(code, trained, *MATERIALISE, "--force")
    yield "demo_forced_cpu", forced.cpu_s, first.cpu_s
    yield "demo_forced_untold", forced.untold, None
    in_memory = run(code, trained, "-c", _IN_MEMORY)
    yield "event_log_cpu", forced.cpu_s - in_memory.cpu_s, forced.cpu_s


def checkout(folder: Path) -> Path:
    """A copy of the code as somebody has it who has just cloned it."""
    for name in _CODE:
        shutil.copytree(
            PROJECT_ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "target", "logs")
        )
    for name in _FILES:
        shutil.copy(PROJECT_ROOT / name, folder / name)
    return folder


def keep_models(earlier: Path, folder: Path) -> None:
    """A data folder in which only what was trained is left, as the cache of CI or of a machine that is set up again."""
    shutil.copytree(earlier / "models", folder / "models")


def run(code: Path, data_dir: Path, *arguments: str) -> Run:
    """`make materialise` in a checkout; each checkout reads its own code."""
    environment = {
        "DWP_SOURCE": "demo",
        "DWP_DATA_DIR": str(data_dir),
        "DWP_CATALOGUE_DIR": str(code / "catalogue"),
        "PYTHONPATH": str(code),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return measured([sys.executable, *(arguments or MATERIALISE)], environment, folder=code)
