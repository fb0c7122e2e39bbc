"""The two workplaces of the proof `crash`: the small region with something to train, and the example region."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import orjson

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from demo.wire import write_deliveries
from tests import small_region
from tests.proofs.building import forget
from tests.proofs.crash_ways import Workplace
from tests.province import SMALL

# What a panel and a risk model need beside what the small region delivers.
_PEOPLE, _WIJKEN, _MODEL = "85984NED", "wfs/2024", "onset_restless_behaviour_12_17"


def small_workplace(folder: Path) -> Workplace:
    """The small region, not yet built, with a panel and one risk model, so that there is training to be killed."""
    workplace = Workplace(folder / "data", folder / "catalogue")
    small_region.write_declarations(workplace.catalogue)
    for path in (workplace.catalogue / "models").glob("*.yml"):
        if path.stem != _MODEL:
            published = next(line for line in path.read_text().splitlines() if "indicator_id:" in line)
            forget(workplace.catalogue, published.split(": ")[1])
            forget(workplace.catalogue, path.stem)
            path.unlink()
    demo = Settings(_env_file=None, data_dir=workplace.data).demo_dir
    small_region.deliver(Settings(_env_file=None, data_dir=workplace.data))
    write_deliveries(folder / "all", Settings.model_fields["seed"].default, SMALL)
    for part in (f"ODataFeed/{_PEOPLE}", _WIJKEN):
        shutil.copytree(folder / "all" / part, demo / part)
    tables = orjson.loads((folder / "all" / "ODataCatalog" / "Tables.json").read_bytes())
    listed = orjson.loads((demo / "ODataCatalog" / "Tables.json").read_bytes())
    listed["value"] += [row for row in tables["value"] if row["Identifier"] == _PEOPLE]
    (demo / "ODataCatalog" / "Tables.json").write_bytes(orjson.dumps(listed))
    shutil.rmtree(folder / "all")
    return workplace


def demo_workplace(folder: Path) -> Workplace:
    """The example region, not yet built, with a catalogue of its own."""
    shutil.copytree(PROJECT_ROOT / "catalogue", folder / "catalogue")
    return Workplace(folder / "data", folder / "catalogue")


PLACES: dict[str, Callable[[Path], Workplace]] = {"small": small_workplace, "demo": demo_workplace}
