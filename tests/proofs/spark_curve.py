"""What growing rows cost two engines: the same models, by the same dbt, on the same two cores.

`python -m tests.proofs.spark_curve <engine> <dbt selector>` makes models in the data folder of the environment, and nothing else.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats.base import dbt
from datawerkplaats.base.duckdb import connect_memory, literal
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from ml.production.paths import ensure_tables
from orchestration import dbt_run, on_spark
from tests.bench.national import publish_national
from tests.bench.processes import Run, measured
from tests.bench.scaling import HEALTH, KEY_FIGURES
from tests.proofs.registry import Measured, Room

TARGETS = {"duckdb": "warehouse", "spark": on_spark.TARGET}
GROWN = {"rivm_health_50090ned": HEALTH, "cbs_key_figures_84799ned": KEY_FIGURES}
# Copies of the country's two large tables, and of these areas a share in hundredths. The large one first: whoever stops the
# other has what it is about.
SIZES = {"10m": (4, 88), "1m": (1, 35)}
COPIES_OF_LAYER = 28
LAYER = "stg_rivm_health_50090ned__observations"
MEMORY_MB = 4000  # what Spark gets too


def figures(room: Room) -> Iterator[Measured]:
    """All growing models, at ten million observations and at one."""
    on_spark.require()
    publish_national(room)
    national = get_settings()
    for name, (copies, share) in SIZES.items():
        settings = grown(national, room.work / f"curve_{name}", copies, share)
        yield from _both(name, settings, f"+tag:{on_spark.TAG}", "core", "fct_observation")


def layer(room: Room) -> Iterator[Measured]:
    """One model, a row per cell of a delivery, at a hundred million rows."""
    on_spark.require()
    publish_national(room)
    settings = grown(get_settings(), room.work / "curve_layer", COPIES_OF_LAYER, 100)
    yield from _both("layer", settings, f"+{LAYER}", "staging", LAYER)


def grown(national: Settings, data: Path, copies: int, share: int) -> Settings:
    """A data folder with what the country loaded, its two large tables so many times over and of them a share of the areas."""
    settings = Settings(_env_file=None, data_dir=data, source=national.source)
    shutil.copytree(national.compiled_catalogue_dir, settings.compiled_catalogue_dir)
    settings.inputs_dir.mkdir(parents=True)
    con = connect_memory()
    for delivery in national.inputs_dir.iterdir():
        target = settings.inputs_dir / delivery.name
        if delivery.name not in GROWN:
            target.symlink_to(delivery.resolve())
            continue
        shutil.copytree(delivery.resolve(), target)
        several, wanted = data / "several.parquet", target / "data.parquet"
        delivered = literal(str(wanted)).strip("'")
        con.execute(GROWN[delivery.name].format(delivered=delivered, target=several, copies=copies))
        con.execute(
            f'copy (from read_parquet({literal(str(several))}) where hash("WijkenEnBuurten") % 100 < {share}) '
            f"to {literal(str(wanted))} (format parquet, compression zstd)"
        )
        several.unlink()
    return settings


def _both(name: str, settings: Settings, select: str, schema: str, table: str) -> Iterator[Measured]:
    """One size on both engines, DuckDB's first; what Spark took beside it."""
    here, there = (_measured(engine, select, settings) for engine in TARGETS)
    con = connect_memory()
    con.execute(f"attach {literal(str(settings.warehouse_path))} as warehouse (read_only)")
    spark = on_spark.folder(settings) / f"{schema}.db" / table / "*.parquet"
    rows = con.execute(f"select count(*) from warehouse.{schema}.{table}").fetchone()
    rows_there = con.execute(f"select count(*) from read_parquet({literal(str(spark))})").fetchone()
    assert rows and rows_there
    yield f"spark_curve_rows_{name}", rows[0], None
    yield f"spark_curve_rows_apart_{name}", abs(rows[0] - rows_there[0]), None
    yield f"spark_curve_wall_{name}", there.wall_s, here.wall_s
    yield f"spark_curve_cpu_{name}", there.cpu_s, here.cpu_s
    yield f"spark_curve_peak_{name}", there.peak_mb, here.peak_mb


def _measured(engine: str, select: str, settings: Settings) -> Run:
    """One engine in a process of its own, with all that it started."""
    places = {
        "DWP_DATA_DIR": str(settings.data_dir),
        "DWP_SOURCE": settings.source,
        "DWP_ENGINE_MEMORY_MB": str(MEMORY_MB),
    }
    return measured([sys.executable, "-m", "tests.proofs.spark_curve", engine, select], places)


def make(engine: str, select: str) -> None:
    """Makes the models of a selector in the data folder of the environment; a single view of DuckDB is written out as Spark does.

    Raises:
        DataProblem: `build_failed` with the first model that went wrong.
    """
    settings = get_settings()
    dbt_run.set_environment(settings)
    os.environ["DWP_SPARK_DIR"] = str(on_spark.folder(settings))
    ensure_tables(settings)
    place, target = settings.data_dir / "dbt" / engine, TARGETS[engine]
    if engine == "spark":
        dbt.operate(dbt_run.PROJECT, place, "register_sources", "--target", target)
    results = dbt.build(
        dbt_run.PROJECT, place, "--target", target, "--select", select, "--exclude-resource-type", "test"
    )
    for row in results:
        if row.is_wrong:
            raise DataProblem(
                "build_failed", subject=row.unique_id, found=row.message, remedy="mend it first"
            )
    if engine == "duckdb" and select == f"+{LAYER}":
        con = connect_memory()
        con.execute(f"set memory_limit = '{MEMORY_MB}MB'; set threads = {settings.cores}")
        con.execute(f"attach {literal(str(settings.warehouse_path))} as warehouse (read_only)")
        written = literal(str(settings.data_dir / "layer.parquet"))
        con.execute(f"copy (from warehouse.staging.{LAYER}) to {written} (format parquet)")


if __name__ == "__main__":
    make(*sys.argv[1:])
