"""A small region for whole builds that a test can afford: how a build fails, is killed, or heals.

It is the fictional province at a twentieth of its size, of which seven sources are delivered and all others are absent: two
tables of key figures, a survey, modelled figures, the regions, a file, and a partner's rows per person. Its catalogue is the real
one in which a handful of figures is active and all others are drafts. There is no panel, so that nothing is trained. The code is
the code that everybody runs; only `DWP_DATA_DIR` and `DWP_CATALOGUE_DIR` point here.

In a test, the fixture `small` of `tests/integration/conftest.py` is the built region (read only), `small_copied` a copy of it
that may be spoilt; `warm.materialise(...)` builds in that copy with everything imported before (tests/warm_builds.py), and
`materialise(region.data, **region.settings)` from the command line. A proof takes `built_in(folder)`, which is a copy in a
folder of its own with a catalogue of its own that may be edited (`region.catalogue / ACTIVE["loneliness_djg_pct"]`).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import orjson

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from demo.wire import FILES, stamp, write_deliveries
from tests.kept_builds import PARSED, build_key, copy_of, emptied, kept_build, own_place
from tests.province import SMALL
from tests.warm_builds import clean_environment

# The tables and files that are delivered; no other is known to the region's services.
TABLES = ("84799NED", "85318NED", "50090NED", "50140NED", "85067NED")
DELIVERED_FILES = ("leefbaarometer_scores.csv", "partner_youth_care_synthetic.csv")
# The figures that are made, by their file in the catalogue.
ACTIVE = {
    figure: f"indicators/{mart}/{figure}.yml"
    for mart, figures in {
        "indicator": ("loneliness_djg_pct", "severe_loneliness_djg_pct", "good_mental_health_young_adults_pct"),
        "determinant": ("age_65_plus_pct", "single_person_households_pct", "liveability_score"),
        "outcome": ("youth_care_partners_count", "youth_care_partners_per_1000"),
    }.items()
    for figure in figures
}  # fmt: skip
# What the first build printed, beside the data.
FIRST_RUN = "first_run.txt"


class Region(NamedTuple):
    """A data folder and the catalogue that it is built with."""

    data: Path
    catalogue: Path

    @property
    def settings(self) -> dict[str, str]:
        """Beside the data folder, what a build in it is to be told."""
        return {"DWP_CATALOGUE_DIR": str(self.catalogue)}


def build_and_keep(data: Path, folder: Path, **settings: str) -> None:
    """Build where copies will lie, and keep in a folder what was made and what the run printed."""
    run = materialise(data, **settings)
    assert run.returncode == 0, run.stdout + run.stderr
    (data / FIRST_RUN).write_text(run.stdout)
    (folder / "data").mkdir()
    copy_of(data, folder / "data")


def small_region() -> Region:
    """The built region, made once for all tests, workers and runs; read only.

    It is made where this process puts its copies, so that a build in one of those goes on from what was made.
    """

    def build(folder: Path) -> None:
        region = Region(emptied(own_place(), PARSED), folder / "catalogue")
        write_declarations(region.catalogue)
        deliver(Settings(_env_file=None, data_dir=region.data))
        build_and_keep(region.data, folder, **region.settings)

    key = build_key(Settings(_env_file=None), Path(__file__).read_text(encoding="utf-8"))
    kept = kept_build("small", key, build)
    return Region(kept / "data", kept / "catalogue")


def built_in(folder: Path) -> Region:
    """A copy of the built region, in a folder that does not exist yet, that may be spoilt and built in."""
    kept = small_region()
    folder.mkdir(parents=True)
    (folder / "data").mkdir()
    copy_of(kept.data, folder / "data")
    return Region(folder / "data", Path(shutil.copytree(kept.catalogue, folder / "catalogue")))


def write_declarations(folder: Path) -> None:
    """The catalogue with the figures of `ACTIVE`; all others are drafts, so that whatever names them still holds."""
    shutil.copytree(PROJECT_ROOT / "catalogue", folder)
    for path in folder.glob("indicators/*/*.yml"):
        text = path.read_text(encoding="utf-8")
        if path.stem not in ACTIVE and "\nstatus:" not in text:
            path.write_text(text.rstrip("\n") + "\nstatus: draft\n", encoding="utf-8")


def deliver(settings: Settings) -> None:
    """Write what the region delivers where the fictional province has its own, so that its services answer with this."""
    folder = settings.demo_dir
    write_deliveries(folder, settings.seed, SMALL)
    shutil.rmtree(folder / "wfs")
    for table in (folder / "ODataFeed").iterdir():
        if table.name not in TABLES:
            shutil.rmtree(table)
    for path in (folder / FILES).iterdir():
        if path.name not in DELIVERED_FILES:
            path.unlink()
    listed = folder / "ODataCatalog" / "Tables.json"
    body = orjson.loads(listed.read_bytes())
    body["value"] = [row for row in body["value"] if row["Identifier"] in TABLES]
    listed.write_bytes(orjson.dumps(body))
    (folder / "ready.json").write_bytes(orjson.dumps(stamp(settings.seed)))


def materialise(data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Builds and publishes as `make materialise` does; the caller looks at the exit code and at what was printed."""
    return subprocess.run(
        [sys.executable, "-m", "orchestration.materialise", *arguments], cwd=PROJECT_ROOT,
        env={**clean_environment(), "DWP_DATA_DIR": str(data_dir), **settings},
        capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
