"""Building on the national data, against the same compiled SQL run bare, and a second run in which nothing changed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.bench.processes import measured
from tests.proofs.registry import Measured, Room

# Runs what dbt compiled, in dbt's own order and without dbt: the limit that its build can approach.
BARE = """
import json, sys, duckdb
plan = json.load(open(sys.argv[1]))
con = duckdb.connect(sys.argv[2], config={"threads": 2, "memory_limit": "2GB"})
for step in plan:
    if step["kind"] == "test":
        con.execute(f"select count(*) from ({step['sql']})").fetchall()
    else:
        con.execute(f"create schema if not exists {step['schema']}")
        con.execute(f"create {step['kind']} {step['schema']}.{step['name']} as {step['sql']}")
con.execute("checkpoint")
"""


def figures(room: Room) -> Iterator[Measured]:
    """Yields `rerun_vs_first`, `national_vs_bare_sql`, `national_memory_vs_bare_sql` and `dbt_vs_bare_duckdb`."""
    work = room.work
    data_dir = work / "national"
    environment = {
        "DWP_SOURCE": "files",
        "DWP_FILES": str(room.reference_data),
        "DWP_DATA_DIR": str(data_dir),
    }
    materialise = [sys.executable, "-m", "orchestration.materialise"]
    first = measured(materialise, environment)
    again = measured(materialise, environment)
    yield "rerun_vs_first", again.wall_s, first.wall_s

    # Nothing is loaded any more: catalogue, marts, checks, disclosure control and publication, with every import.
    whole = measured([*materialise, "--force"], environment)

    target = work / "target"
    dbt_environment = {
        "DWP_INPUTS_DIR": str(data_dir / "inputs" / "files"),
        "DWP_COMPILED_CATALOGUE_DIR": str(data_dir / "catalogue"),
        "DWP_MODEL_TABLES_DIR": str(data_dir / "models" / "files" / "tables"),
        "DWP_WAREHOUSE_PATH": str(work / "dbt" / "warehouse.duckdb"),
        "DWP_REGION": "NL",
        "DWP_MODE": "files",
        "DWP_CORES": "2",
        "DBT_PROFILES_DIR": str(PROJECT_ROOT / "dbt_project"),
    }
    (work / "dbt").mkdir()
    dbt = str(Path(sys.executable).parent / "dbt")
    places = [
        "--project-dir",
        str(PROJECT_ROOT / "dbt_project"),
        "--target-path",
        str(target),
        "--log-path",
        str(work / "dbt"),
    ]
    # A build parses only what changed since the last one: what it costs day by day starts from a parsed project.
    measured([dbt, "parse", *places], dbt_environment)
    built = measured([dbt, "build", *places, "--exclude-resource-type", "unit_test"], dbt_environment)
    plan = work / "plan.json"
    plan.write_text(json.dumps(_bare_plan(target)))
    (work / "bare").mkdir()
    bare = measured(
        [sys.executable, "-c", BARE, str(plan), str(work / "bare" / "warehouse.duckdb")], os.environ
    )
    yield "national_vs_bare_sql", whole.wall_s, bare.wall_s
    yield "national_memory_vs_bare_sql", whole.peak_mb, bare.peak_mb
    yield "dbt_vs_bare_duckdb", built.wall_s, bare.wall_s


def _bare_plan(target: Path) -> list[dict[str, str]]:
    """The statements dbt ran, in its order: seeds and models as they were materialised, tests as counts."""
    manifest = json.loads((target / "manifest.json").read_text())["nodes"]
    steps = []
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        if result["unique_id"] not in manifest:
            continue  # an exposure: nothing is run for it
        node = manifest[result["unique_id"]]
        if node["resource_type"] == "test":
            steps.append({"kind": "test", "sql": result["compiled_code"]})
            continue
        sql = result["compiled_code"]
        if node["resource_type"] == "seed":
            sql = f"select * from read_csv('{PROJECT_ROOT / 'dbt_project' / node['original_file_path']}')"
        kind = (
            node["config"]["materialized"] if node["config"]["materialized"] in ("table", "view") else "table"
        )
        steps.append({"kind": kind, "schema": node["schema"], "name": node["alias"], "sql": sql})
    return steps
