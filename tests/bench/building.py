"""Building the whole country: seconds of the processor, memory and bytes, beside the same compiled SQL run bare and a bare copy."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from datawerkplaats import publication
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication import Publication
from tests.bench.processes import Run, measured
from tests.proofs.registry import Measured, Room

MATERIALISE = [sys.executable, "-m", "orchestration.materialise"]
# Runs what dbt compiled, in dbt's own order and without dbt: the limit that its build can approach.
BARE = """
import json, sys, duckdb
plan = json.load(open(sys.argv[1]))
con = duckdb.connect(sys.argv[2], config={"threads": 2, "memory_limit": "2GB", "preserve_insertion_order": False})
for step in plan:
    if step["kind"] == "test":
        con.execute(f"select count(*) from ({step['sql']})").fetchall()
    else:
        con.execute(f"create schema if not exists {step['schema']}")
        con.execute(f"create {step['kind']} {step['schema']}.{step['name']} as {step['sql']}")
con.execute("checkpoint")
"""
# Publishes the warehouse into a folder of its own, without the gates, which are no copying.
PUBLISH = """
import sys
from pathlib import Path
from datawerkplaats import publication
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.publication import Release
from datawerkplaats.publication.tables import parts
warehouse, manifest, catalogue, folder = map(Path, sys.argv[1:])
folder.mkdir()
publication.publish(
    folder, warehouse, publication.public_tables(manifest), Release("files", "NL", "bench"), parts=parts(load_egress(catalogue))
)
"""
# The least that a copy of the same tables costs: sorted, into a file and as Parquet, nothing hidden, looked at or told.
COPY = """
import sys, duckdb
from pathlib import Path
from datawerkplaats.publication import public_tables
from datawerkplaats.publication.tables import sort_columns
warehouse, manifest, folder = map(Path, sys.argv[1:])
folder.mkdir()
con = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
con.execute(f"attach '{warehouse}' as {warehouse.stem} (read_only)")
con.execute(f"attach '{folder / 'copy.duckdb'}' as target")
wanted = [(one.schema, one.name) for one in public_tables(manifest)] + [("raw", "measure"), ("raw", "observation")]
for schema, name in wanted:
    columns = [row[0] for row in con.execute(f"describe {warehouse.stem}.{schema}.{name}").fetchall()]
    con.execute(f"create schema if not exists target.{schema}")
    order = ", ".join(sort_columns(columns))
    con.execute(f"create table target.{schema}.{name} as from {warehouse.stem}.{schema}.{name} order by {order}")
    con.execute(f"copy target.{schema}.{name} to '{folder / name}.parquet' (format parquet, compression zstd)")
con.execute("checkpoint target")
"""


def figures(room: Room) -> Iterator[Measured]:
    """Yields what the first build, nothing changed and everything anew cost, and what of it is memory, bytes and copying."""
    data_dir = room.work / "national_build"
    environment = {
        "DWP_SOURCE": "files",
        "DWP_FILES": str(room.reference_data),
        "DWP_DATA_DIR": str(data_dir),
    }
    first = measured(MATERIALISE, environment)
    unchanged = measured(MATERIALISE, environment)
    yield "national_first_cpu", first.cpu_s, None
    yield "national_unchanged_cpu", unchanged.cpu_s, first.cpu_s

    # Nothing is loaded any more: catalogue, marts, checks, disclosure control and publication, with every import.
    forced = measured([*MATERIALISE, "--force"], environment)
    built, bare = bare_sql(room, data_dir)
    yield "national_forced_cpu", forced.cpu_s, bare.cpu_s
    yield "national_forced_s", forced.wall_s, bare.wall_s
    yield "national_untold", forced.untold, None
    yield "national_peak", forced.peak_mb, bare.peak_mb
    yield "dbt_vs_bare_duckdb", built.cpu_s, bare.cpu_s
    yield from event_log(data_dir)
    yield from release(publication.current(data_dir / "publish"))
    yield from copied(room, data_dir)


def bare_sql(room: Room, data_dir: Path) -> tuple[Run, Run]:
    """What dbt took for all models and tests, and what its statements take without it."""
    work = room.work
    target = work / "target"
    environment = {
        "DWP_INPUTS_DIR": str(data_dir / "inputs" / "files"),
        "DWP_COMPILED_CATALOGUE_DIR": str(data_dir / "catalogue"),
        "DWP_MODEL_TABLES_DIR": str(data_dir / "models" / "files" / "tables"),
        "DWP_WAREHOUSE_PATH": str(work / "dbt" / "warehouse.duckdb"),
        "DWP_REGION": "NL",
        "DWP_MODE": "files",
        "DWP_ENGINE_CORES": "2",
        "DBT_PROFILES_DIR": str(PROJECT_ROOT / "dbt_project"),
    }
    (work / "dbt").mkdir()
    dbt = str(Path(sys.executable).parent / "dbt")
    places = [
        *("--project-dir", str(PROJECT_ROOT / "dbt_project")),
        *("--target-path", str(target)),
        *("--log-path", str(work / "dbt")),
    ]
    # A build parses only what changed since the last one: what it costs day by day starts from a parsed project.
    measured([dbt, "parse", *places], environment)
    built = measured([dbt, "build", *places, "--exclude-resource-type", "unit_test"], environment)
    plan = work / "plan.json"
    plan.write_text(json.dumps(_bare_plan(target)))
    (work / "bare").mkdir()
    bare = [sys.executable, "-c", BARE, str(plan), str(work / "bare" / "warehouse.duckdb")]
    return built, measured(bare, os.environ)


def event_log(data_dir: Path) -> Iterator[Measured]:
    """What Dagster keeps of a run of everything."""
    kept = (data_dir / "dagster" / "history" / "runs").glob("*-*.db")
    newest = max(kept, key=lambda path: path.stat().st_mtime)
    with closing(sqlite3.connect(newest)) as con:
        (events,) = con.execute("select count(*) from event_logs").fetchone()
    yield "event_log_events", events, None
    yield "event_log_mb", newest.stat().st_size / 1e6, None


def release(made: Publication) -> Iterator[Measured]:
    """How large it is: megabytes of the file and of its Parquet without the deliveries, bytes per observation."""
    tables: list[dict[str, Any]] = made.manifest["tables"]
    parquet = {table["parquet"]["path"]: int(table["parquet"]["bytes"]) for table in tables}
    rows = next(int(table["rows"]) for table in tables if table["name"] == "fct_observation")
    yield "release_file_mb", made.path.stat().st_size / 1e6, None
    yield "release_parquet_mb", sum(parquet.values()) / 1e6, None
    yield "release_bytes_per_observation", made.path.stat().st_size / rows, None


def copied(room: Room, data_dir: Path) -> Iterator[Measured]:
    """Publishing beside a bare sorted copy of the same tables."""
    warehouse, manifest = data_dir / "warehouse.duckdb", data_dir / "dbt" / "target" / "manifest.json"
    keys = {"DWP_KEYS_DIR": str(room.work / "keys_of_copy"), "DWP_DATA_DIR": str(room.work / "data_of_copy")}
    catalogue = PROJECT_ROOT / "catalogue"
    places = [str(path) for path in (warehouse, manifest, catalogue, room.work / "published")]
    made = measured([sys.executable, "-c", PUBLISH, *places], keys)
    bare = measured(
        [sys.executable, "-c", COPY, str(warehouse), str(manifest), str(room.work / "copied")], keys
    )
    yield "publish_vs_bare_copy", made.cpu_s, bare.cpu_s
    yield "publish_peak_vs_bare_copy", made.peak_mb, bare.peak_mb


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
