"""What a build costs in seconds of the processor: nothing changed, another title, everything anew; and a part equals the whole.

Each is measured in a process of its own, as `make materialise` starts it, on the demo region with a catalogue of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.publication.complete import compare
from tests.proofs.registry import Measured, Room

_INDICATOR = "indicators/indicator/loneliness_djg_pct.yml"
# What a run of Dagster took, as the instance of the data folder tells.
_RUN_SECONDS = """
import dagster as dg
with dg.DagsterInstance.get() as instance:
    record = instance.get_run_records(limit=1)[0]
    print(record.end_time - record.start_time)
"""


@dataclass
class Workplace:
    """A data folder with a catalogue of its own."""

    folder: Path
    # A copy of the project, which is altered with its catalogue; without one the project itself is run.
    code: Path | None = None

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if not self.code:
            shutil.copytree(PROJECT_ROOT / "catalogue", self.catalogue)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def catalogue(self) -> Path:
        """The catalogue that builds read."""
        return (self.code or self.folder) / "catalogue"

    @property
    def settings(self) -> Settings:
        """Where everything is."""
        return Settings(_env_file=None, data_dir=self.data, catalogue_dir=self.catalogue)

    @property
    def deliveries(self) -> Path:
        """What the services of the fictional province answer."""
        return self.settings.demo_dir

    def retitle(self, title: str) -> None:
        """Give an indicator another Dutch title."""
        path = self.catalogue / _INDICATOR
        text, found = re.subn(
            r"(?m)^title:\n  nl: .*$", f'title:\n  nl: "{title}"', path.read_text(encoding="utf-8")
        )
        if not found:
            raise DataProblem("build_failed", subject=path.name, expected="a title over several lines")
        path.write_text(text, encoding="utf-8")

    def build(self, *arguments: str) -> tuple[float, float, str]:
        """Seconds of the processor, seconds by the clock, and what was printed.

        Raises:
            DataProblem: `build_failed` with the last line, if it failed.
        """
        before, start = os.times(), time.perf_counter()
        run = self._python("-m", "orchestration.materialise", *arguments)
        after, seconds = os.times(), time.perf_counter() - start
        if run.returncode:
            raise DataProblem(
                "build_failed", subject="materialise", found=(run.stdout + run.stderr).splitlines()[-1]
            )
        used = after.children_user + after.children_system - before.children_user - before.children_system
        return used, seconds, run.stdout

    def dagster_seconds(self) -> float:
        """How long the last run of Dagster took."""
        return float(
            self._python("-c", _RUN_SECONDS, DAGSTER_HOME=str(self.data / "dagster")).stdout.split()[-1]
        )

    def _python(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DWP_", "DAGSTER_"))
        }
        if "DWP_KEYS_DIR" in os.environ:
            kept["DWP_KEYS_DIR"] = os.environ["DWP_KEYS_DIR"]
        root = self.code or PROJECT_ROOT
        places = {"DWP_DATA_DIR": str(self.data), "DWP_CATALOGUE_DIR": str(self.catalogue)}
        return subprocess.run(
            [sys.executable, *arguments], cwd=root, env={**kept, **places, "PYTHONPATH": str(root), **more},
            capture_output=True, text=True, check=False,
        )  # fmt: skip


def forget(catalogue: Path, name: str) -> None:
    """Take a figure or a model out of a catalogue, also where themes and lists of what helps name it."""
    for figure in catalogue.glob(f"indicators/*/{name}.yml"):
        figure.unlink()
    named = re.compile(rf"(?m)^ *- {name}\n|\b{name}, ?|, *{name}\b")
    for path in (*catalogue.glob("interventions/*.yml"), *catalogue.glob("themes/**/*.yml")):
        text = path.read_text(encoding="utf-8")
        if (kept := named.sub("", text)) != text:
            path.write_text(kept, encoding="utf-8")


def figures(room: Room) -> Iterator[Measured]:
    """Nothing changed, another title, and everything anew, beside which the title's release is laid."""
    workplace = Workplace(room.work / "building")
    first, *_ = workplace.build()
    unchanged, *_ = workplace.build()
    yield "build_unchanged_cpu", unchanged, first
    workplace.retitle("Een ander opschrift")
    titled, _, told = workplace.build()
    if "everything is made again" in told:
        raise DataProblem(
            "build_failed", subject="materialise", expected="a part", found="everything is made again"
        )
    part = publication.current(workplace.data / "publish")
    yield "build_title_cpu", titled, first
    forced, seconds, _ = workplace.build("--force")
    yield "build_forced_cpu", forced, first
    yield "build_outside_dagster_s", seconds - workplace.dagster_seconds(), seconds
    whole = publication.current(workplace.data / "publish")
    yield "build_title_differences", len(compare(whole, part).differences), None
