"""The national publication that several benchmarks look at: built once, of the files as delivered."""

from __future__ import annotations

import os
import shutil
import sys

from datawerkplaats.base.settings import get_settings
from tests.bench.processes import measured
from tests.postcodes_example import write_addresses
from tests.proofs.registry import Room

# A data folder with the whole country that was built before may be named here; without, it is built.
BUILT = "DWP_PROOF_NATIONAL"
BUILD_SECONDS = "national_build_seconds.txt"


def publish_national(room: Room) -> None:
    """Builds the publication unless an earlier benchmark has, and points the pages to it."""
    if built := os.environ.get(BUILT):
        os.environ.update({"DWP_SOURCE": "files", "DWP_DATA_DIR": built})
        get_settings.cache_clear()
        return
    data_dir, delivered = room.work / "national", room.work / "delivered"
    if not delivered.exists():
        # The files as delivered, and beside them a small list of addresses that is made here.
        shutil.copytree(room.reference_data, delivered)
        write_addresses(delivered, room.reference_data)
    environment = {
        "DWP_SOURCE": "files",
        "DWP_FILES": str(delivered),
        "DWP_DATA_DIR": str(data_dir),
    }
    if not (data_dir / "publish" / "current.json").exists():
        run = measured([sys.executable, "-m", "orchestration.materialise"], environment)
        (room.work / BUILD_SECONDS).write_text(f"{run.wall_s:.0f}", encoding="utf-8")
    os.environ.update(environment)
    get_settings.cache_clear()
