"""Builds a warehouse with dbt inside the test process, for tests that look at what comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.compile import check_measures, compile_catalogue
from datawerkplaats.settings import PROJECT_ROOT, Settings

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
        "DWP_WAREHOUSE_PATH": settings.warehouse_path,
        "DWP_REGION": settings.region,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
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
