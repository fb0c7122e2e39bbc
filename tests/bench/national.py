"""The national publication that several benchmarks look at: built once, of the files as delivered."""

from __future__ import annotations

import os
import sys

from datawerkplaats.base.settings import get_settings
from tests.bench.processes import measured
from tests.proofs.registry import Room


def publish_national(room: Room) -> None:
    """Builds the publication unless an earlier benchmark has, and points the pages to it."""
    data_dir = room.work / "national"
    environment = {
        "DWP_SOURCE": "files",
        "DWP_FILES": str(room.reference_data),
        "DWP_DATA_DIR": str(data_dir),
    }
    if not (data_dir / "publish" / "current.json").exists():
        measured([sys.executable, "-m", "orchestration.materialise"], environment)
    os.environ.update(environment)
    get_settings.cache_clear()
