"""Builds a warehouse with dbt inside the test process, for tests that look at what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.partners.release import protect_deliveries
from datawerkplaats.warehouse_inputs.compile import check_measures, compile_catalogue
from datawerkplaats.warehouse_inputs.staging import write_staging
from ml.production.paths import ensure_tables, tables_dir
from orchestration import steps
from tests.kept_builds import build_key, files_key, kept_build
from tests.postcodes_example import write_addresses

PROJECT = PROJECT_ROOT / "dbt_project"
POSTCODES = "cbs_postcodes_2024"


def _closed() -> None:
    """dbt keeps the file of an earlier build open in this process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    close: Callable[[], None] = DuckDBConnectionManager.close_all_connections
    close()


def build_warehouse(
    settings: Settings, root: Path, *arguments: str, measures_checked: bool = True
) -> dict[str, str]:
    """The status of every dbt node after compiling the catalogue and building from the current snapshots."""
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner

    catalogue = load_catalogue(settings.catalogue_dir)
    compile_catalogue(catalogue, settings)
    write_staging(catalogue)
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
    _closed()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, str(value))
        try:
            outcome = dbtRunner().invoke(["build", *flat, *arguments])
        finally:
            _closed()
    assert outcome.exception is None, outcome.exception
    assert isinstance(outcome.result, RunExecutionResult)
    return {row.node.name: str(row.status) for row in outcome.result.results}


@dataclass(frozen=True)
class NationalWarehouse:
    """The whole country as really delivered: the warehouse file and the status of every dbt node."""

    path: Path
    statuses: dict[str, str]


def national_warehouse(reference_data: Path) -> NationalWarehouse:
    """The warehouse of the reference data; of several test processes and runs one builds it, all only read it."""
    settings = Settings(_env_file=None, source="files", files=reference_data, region="Drenthe")

    def build(root: Path) -> None:
        inside = settings.model_copy(update={"data_dir": root / "data"})
        catalogue = load_catalogue(inside.catalogue_dir)
        # What the country delivers, and a list of addresses that is made here: the real one has eight million.
        made = inside.model_copy(update={"files": write_addresses(root / "made", reference_data).parent})
        for source in catalogue.sources.values():
            steps.ingest(source, made if source.source_id == POSTCODES else inside)
        protect_deliveries(catalogue, inside)
        statuses = build_warehouse(inside, root, "--exclude-resource-type", "unit_test")
        (root / "statuses.json").write_text(json.dumps(statuses), encoding="utf-8")

    key = build_key(settings, files_key(reference_data))
    root = kept_build("national", key, build)
    statuses = json.loads((root / "statuses.json").read_text(encoding="utf-8"))
    return NationalWarehouse(root / "data" / "warehouse.duckdb", statuses)
