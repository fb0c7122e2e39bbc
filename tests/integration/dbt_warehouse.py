"""Builds a warehouse with dbt inside the test process, for tests that look at what comes out."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.partners.release import protect_deliveries
from datawerkplaats.warehouse_inputs.compile import check_measures, compile_catalogue
from ml.production.paths import ensure_tables, tables_dir
from orchestration import steps

PROJECT = PROJECT_ROOT / "dbt_project"


def build_warehouse(
    settings: Settings, root: Path, *arguments: str, measures_checked: bool = True
) -> dict[str, str]:
    """The status of every dbt node after compiling the catalogue and building from the current snapshots."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    catalogue = load_catalogue(settings.catalogue_dir)
    compile_catalogue(catalogue, settings)
    if measures_checked:
        check_measures(catalogue, settings)
    environment = {
        "DWP_INPUTS_DIR": settings.inputs_dir,
        "DWP_COMPILED_CATALOGUE_DIR": settings.compiled_catalogue_dir,
        "DWP_MODEL_TABLES_DIR": tables_dir(settings),
        "DWP_WAREHOUSE_PATH": settings.warehouse_path,
        "DWP_REGION": settings.region,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    ensure_tables(settings)
    options = {
        "--project-dir": PROJECT,
        "--profiles-dir": PROJECT,
        "--target-path": root / "target",
        "--log-path": root / "logs",
        "--log-level": "none",
    }
    flat = [str(part) for option in options.items() for part in option]
    # dbt keeps the file of an earlier build open in this process.
    DuckDBConnectionManager.close_all_connections()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, str(value))
        try:
            outcome = dbtRunner().invoke(["build", *flat, *arguments])
        finally:
            DuckDBConnectionManager.close_all_connections()
    assert outcome.exception is None, outcome.exception
    return {row.node.name: str(row.status) for row in outcome.result}


@dataclass(frozen=True)
class NationalWarehouse:
    """The whole country as really delivered: the warehouse file and the status of every dbt node."""

    path: Path
    statuses: dict[str, str]


def national_warehouse(reference_data: Path, factory: pytest.TempPathFactory) -> NationalWarehouse:
    """The warehouse of the reference data; of several test processes one builds it, all only read it."""
    base = factory.getbasetemp()
    root = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "national"
    kept = root / "statuses.json"
    with FileLock(f"{root}.lock"):
        settings = Settings(
            _env_file=None, source="files", files=reference_data, data_dir=root / "data", region="Drenthe"
        )
        if not kept.exists():
            catalogue = load_catalogue(settings.catalogue_dir)
            for source in catalogue.sources.values():
                steps.ingest(source, settings)
            protect_deliveries(catalogue, settings)
            statuses = build_warehouse(settings, root, "--exclude-resource-type", "unit_test")
            kept.write_text(json.dumps(statuses), encoding="utf-8")
    return NationalWarehouse(settings.warehouse_path, json.loads(kept.read_text(encoding="utf-8")))
