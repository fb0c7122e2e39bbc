"""Staging the panel of the risk model by dbt, against reading the same wave files in Python, each in a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from tests.bench.processes import measured
from tests.proofs.registry import Measured, Room

PEOPLE = 50_000
BY_PYTHON = """
import sys
from pathlib import Path
from ml.base.feature_set import load_feature_set
from ml.panel_data.staging import read_panel
read_panel(Path(sys.argv[1]), load_feature_set("lifelines_like"))
"""
BY_DBT = """
from datawerkplaats.base.settings import get_settings
from ml.production import staged
staged.stage(get_settings())
"""
# What each model does afterwards.
READ = """
from datawerkplaats.base.settings import get_settings
from ml.production import staged
staged.read(get_settings())
"""


def figures(room: Room) -> Iterator[Measured]:
    """Yields `panel_staging_vs_python` (paid once per delivery), `panel_staging_memory_vs_python` and `panel_read_vs_python`."""
    data_dir = room.work / "panel"
    snapshot = data_dir / "inputs" / "demo" / "ml_panel_waves"
    measured([sys.executable, "-m", "ml.panel", "--out", str(snapshot / "raw"), "--people", str(PEOPLE)])
    fields = dict.fromkeys(("retrieved_at", "sha256", "reader_version"), "")
    lists: dict[str, list[str]] = {name: [] for name in ("urls", "columns", "parts", "notes")}
    made = {
        "source_id": "ml_panel_waves",
        "snapshot_id": "bench",
        "mode": "demo",
        "table": None,
        "source_modified": None,
    }
    (snapshot / "provenance.json").write_text(
        json.dumps({**made, **fields, **lists, "bytes": 0, "rows": PEOPLE})
    )
    environment = {"DWP_DATA_DIR": str(data_dir), "DWP_SOURCE": "demo"}
    python = measured([sys.executable, "-c", BY_PYTHON, str(snapshot / "raw")], environment)
    dbt = measured([sys.executable, "-c", BY_DBT], environment)
    read = measured([sys.executable, "-c", READ], environment)
    yield "panel_staging_vs_python", dbt.wall_s, python.wall_s
    yield "panel_staging_memory_vs_python", dbt.peak_mb, python.peak_mb
    yield "panel_read_vs_python", read.wall_s, python.wall_s
