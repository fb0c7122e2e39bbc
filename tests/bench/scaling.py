"""What the whole country costs at 1, 3 and 10 times its rows: loading, catalogue, marts, checks and publication in one process."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tests.bench.processes import Run, measured
from tests.proofs.registry import Measured, Room

TIMES = (1, 3, 10)
# The two large tables. One has years: a copy tells of 20 years earlier per copy. The other has none: its gemeenten get numbers
# above those in use, 400 per copy, so that a copy tells of areas of its own. Every key stays unique and well-formed.
HEALTH = """
copy (
    select d.* replace (
        cast(row_number() over () - 1 as varchar) as "ID",
        cast(cast(left("Perioden", 4) as integer) - 20 * k as varchar) || substr("Perioden", 5) as "Perioden"
    )
    from read_parquet('{delivered}') as d, range({copies}) as copies (k)
) to '{target}' (format parquet, compression zstd)
"""
KEY_FIGURES = """
copy (
    with delivered as (
        select *, dense_rank() over (order by substr("WijkenEnBuurten", 3, 4)) as place from read_parquet('{delivered}')
    )
    select d.* exclude (place) replace (
        cast(row_number() over () - 1 as integer) as "ID",
        case when k = 0 then "WijkenEnBuurten" else
            left("WijkenEnBuurten", 2) || cast(1600 + 400 * k + place as varchar) || substr("WijkenEnBuurten", 7)
        end as "WijkenEnBuurten"
    )
    from delivered as d, (select cast(range as integer) as k from range({copies})) as copies
    where k = 0 or left("WijkenEnBuurten", 2) != 'NL'
) to '{target}' (format parquet, compression zstd)
"""
COPIED = {"50090NED/UntypedDataSet.parquet": HEALTH, "84799NED/TypedDataSet.parquet": KEY_FIGURES}


def figures(room: Room) -> Iterator[Measured]:
    """Yields what each size took (seconds of the processor, MB), and at 10 times against 1 time microseconds per observation."""
    runs: dict[int, tuple[Run, int]] = {}
    for times in TIMES:
        deliveries = multiplied(room.reference_data, room.work / f"deliveries_{times}", times)
        runs[times] = build(deliveries, room.work / f"times_{times}")
        run, rows = runs[times]
        yield f"scale_{times}x_cpu", run.cpu_s, None
        yield f"scale_{times}x_observations", rows, None
        yield f"scale_peak_{times}x", run.peak_mb, None
    (least, rows), (most, many) = runs[TIMES[0]], runs[TIMES[-1]]
    yield "scale_us_per_observation", most.cpu_s / many * 1e6, least.cpu_s / rows * 1e6


def multiplied(reference_data: Path, folder: Path, times: int) -> Path:
    """A folder of deliveries with the large tables `times` times over and the others as they are."""
    folder.mkdir(parents=True)
    for path in reference_data.rglob("*"):
        target = folder / path.relative_to(reference_data)
        if path.is_dir():
            target.mkdir(exist_ok=True)
            continue
        copy = next((sql for name, sql in COPIED.items() if path.as_posix().endswith(name)), None)
        if copy is None or times == 1:
            shutil.copy(path, target)  # a link would be refused at the door
            continue
        with duckdb.connect() as con:
            con.execute(copy.format(delivered=path, target=target, copies=times))
    return folder


def build(deliveries: Path, data_dir: Path) -> tuple[Run, int]:
    """Loads, builds and publishes; what that took, and the number of observations that were published."""
    environment = {"DWP_SOURCE": "files", "DWP_FILES": str(deliveries), "DWP_DATA_DIR": str(data_dir)}
    run = measured([sys.executable, "-m", "orchestration.materialise"], environment)
    pointer = json.loads((data_dir / "publish" / "current.json").read_text())
    manifest = json.loads((data_dir / "publish" / f"manifest_{pointer['publication_id']}.json").read_text())
    published = {table["name"]: int(table["rows"]) for table in manifest["tables"]}
    return run, published["fct_observation"]
