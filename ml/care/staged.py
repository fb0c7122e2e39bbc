"""A delivery of trajectories, loaded and checked as any partner's file, staged by dbt, in a data folder of its own.

Nothing here is among the sources of a build: its data folder is `care` below the house's own, so no publication can hold any of it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datawerkplaats.base import dbt
from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.duckdb import connect_read_only, identifier
from datawerkplaats.base.files import locked, move, write_text
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue.care import care_factors, care_kinds
from datawerkplaats.catalogue.models import Source
from datawerkplaats.catalogue.reading import read_declared, validated
from datawerkplaats.loading import door
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.snapshot import Provenance
from ml.base.problems import DataProblem

PROJECT = PROJECT_ROOT / "dbt_project" / "trajectories"
SOURCE = "care_trajectories"
DEMO_CLIENTS = 8_000
_MODELS = ("dbt_project/trajectories/**/*.sql", "dbt_project/trajectories/**/*.yml", "catalogue/care/*.yml")
# Per kind of mistake that the model stg_care__refusals names: code, what was expected, what to do.
_REFUSALS = {
    "double": ("duplicate_key", "every number once", "remove the double line"),
    "no_date": ("input_refused", "a date as 2021-02-28", "correct the date"),
    "backwards": ("input_refused", "a stop on or after the start", "correct the dates"),
    "unknown_answer": ("unknown_category", "J or N, or 0 to 3; empty where it is not known", "correct the answer"),
    "unknown_product": ("unknown_category", "a product code of catalogue/care/kinds.yml", "declare it, or correct the code"),
    "stranger": ("input_refused", "a pseudonym of clienten.csv", "deliver the three files of one extraction"),
    "other_order": ("input_refused", "a decision of the same client and product", "deliver the files of one extraction"),
}  # fmt: skip
_FILES = {"clients": "clienten.csv", "orders": "beschikkingen.csv", "courses": "trajecten.csv"}


@dataclass(frozen=True)
class Cohort:
    """The staged clients and their steps, as arrays; kinds and factors in the order of the catalogue."""

    person: NDArray[np.str_]
    family: NDArray[np.str_]
    age: NDArray[np.float64]
    sex: NDArray[np.str_]
    origin: NDArray[np.str_]
    district: NDArray[np.str_]
    year: NDArray[np.int64]
    answer: NDArray[np.float32]  # clients x factors, nan where not known
    step_client: NDArray[np.int64]  # row of the client, steps in order
    step_kind: NDArray[np.int64]
    step_day: NDArray[np.int64]  # after the intake
    synthetic: bool = True

    def __len__(self) -> int:
        return len(self.person)


def declared_source(catalogue_dir: Path) -> Source:
    """The declaration of the delivery; the fields of the intake come from `factors.yml`, as text."""
    path = catalogue_dir / "care" / "source.yml"
    source = validated(Source, read_declared(path, catalogue_dir, dict), "care/source.yml")
    fields = [one.id for one in care_factors(catalogue_dir)]
    own = {
        "dimension_columns": [*source.dimension_columns, *fields],
        "required_columns": [*source.required_columns, *fields],
    }
    return source.model_copy(update=own)


def apart(settings: Settings) -> Settings:
    """The settings with the data folder of the care table."""
    return settings.model_copy(update={"data_dir": settings.data_dir / "care"})


def care_dir(settings: Settings) -> Path:
    """Where everything of the care table lies."""
    return settings.data_dir / "care" / settings.source


def stage(settings: Settings, delivered: Path | None = None) -> Path:
    """The DuckDB file with the staged delivery, made again only if delivery, declarations or SQL have changed.

    Args:
        settings: The house's settings; in the example region the delivery is made up where none is given.
        delivered: The folder with the three files.

    Raises:
        DataProblem: If there is no delivery, or it is not as declared: what was staged before is gone then.
    """
    folder = delivered or settings.files or _made_up(settings)
    own = apart(settings).model_copy(update={"files": folder})
    source = declared_source(settings.catalogue_dir)
    _all_there(folder)
    result = door.load(ingest_source, source, own)
    if result.problem is not None:
        raise result.problem
    home = care_dir(settings)
    (own.snapshots_dir / SOURCE).chmod(0o700)
    made = Provenance.read(own.inputs_dir / SOURCE)
    key = f"{made.snapshot_id if made else ''} {_staging_hash()}"
    path, kept = home / "trajectories.duckdb", home / "staged.json"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    if path.exists() and kept.exists() and json.loads(kept.read_text(encoding="utf-8"))["key"] == key:
        return path
    path.unlink(missing_ok=True)
    with locked(home / ".lock"):
        _build(own, home, path)
    synthetic = (folder / "LABEL.txt").exists()
    write_text(kept, json.dumps({"key": key, "synthetic": synthetic}))
    return path


def _all_there(folder: Path) -> None:
    """The whole delivery: the loader asks for the main file only."""
    found = {path.parent for path in folder.glob(f"**/{_FILES['clients']}")}
    for name in ("orders", "courses"):
        missing = next((place for place in found if not (place / _FILES[name]).exists()), None)
        if missing is not None:
            raise DataProblem(
                "missing_delivery", subject=_FILES[name], expected="beside clienten.csv", remedy="deliver all three files"
            )  # fmt: skip


def _made_up(settings: Settings) -> Path:
    """The made-up delivery of the example region.

    Raises:
        DataProblem: Outside the example region, where nothing is made up.
    """
    if settings.source != "demo":
        raise DataProblem(
            "missing_delivery", subject=SOURCE, expected="clienten.csv, beschikkingen.csv and trajecten.csv",
            remedy="set DWP_FILES to the folder with the delivery",
        )  # fmt: skip
    from ml.trajectories.draw import draw
    from ml.trajectories.files import write_trajectories
    from ml.trajectories.world import Dials, make_world

    folder = care_dir(settings) / "delivery"
    mark, key = folder / "made.txt", f"{settings.seed} {DEMO_CLIENTS} {_making_hash()}"
    if not (mark.exists() and mark.read_text(encoding="utf-8") == key):
        shutil.rmtree(folder, ignore_errors=True)
        write_trajectories(draw(make_world(Dials(seed=settings.seed % 1000)), DEMO_CLIENTS), folder)
        write_text(mark, key)
    return folder


def _build(own: Settings, home: Path, path: Path) -> None:
    tables, building = home / "declared", home / "building" / path.name
    factors = [
        {"factor": one.id, "factor_number": number, "kind": one.kind}
        for number, one in enumerate(care_factors(own.catalogue_dir))
    ]
    kinds = [
        {"kind": one.id, "kind_number": number, "product": one.product, "is_away": one.away}
        for number, one in enumerate(care_kinds(own.catalogue_dir).kinds)
    ]
    write_text(tables / "factors.json", json.dumps(factors))
    write_text(tables / "kinds.json", json.dumps(kinds))
    shutil.rmtree(building.parent, ignore_errors=True)
    building.parent.mkdir(parents=True)
    os.environ.update(
        DWP_CARE_PATH=str(building), DWP_CARE_TABLES_DIR=str(tables), DWP_CARE_RAW=str(own.inputs_dir / SOURCE / "raw"),
        DWP_CORES=str(own.cores), DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1",
    )  # fmt: skip
    target = home / "dbt" / "target"
    try:
        dbt.manifest(PROJECT, target, f"{_staging_hash()} {home}")
        # An error may quote a line of the delivery: dbt writes down neither what it says nor what came of it.
        results = dbt.build(PROJECT, target, "--no-write-json", "--log-level-file", "none")
        if any(row.is_wrong for row in results):
            raise _problem(building, results)
        move(building, path)
    finally:
        shutil.rmtree(building.parent, ignore_errors=True)


def _problem(path: Path, results: list[dbt.NodeResult]) -> DataProblem:
    """The sentence on a delivery that could not be staged; the place, never what stands there."""
    wrong = next(one for one in results if one.is_wrong)
    if any(one.unique_id.endswith(".stg_care__refusals") and one.status == "success" for one in results):
        with connect_read_only(path) as con:
            row = con.execute(
                "select kind, file, line_number, place from care.stg_care__refusals"
                " order by file, line_number, kind = 'other_order' limit 1"
            ).fetchone()
        if row:
            code, expected, remedy = _REFUSALS[row[0]]
            return DataProblem(
                code, subject=row[1], where=f"row {row[2]}, {row[3]}", expected=expected, remedy=remedy
            )
    missing = next((name for name in _declared_columns() if f'"{name}"' in wrong.message), "")
    return DataProblem(
        "missing_column" if missing else "build_failed", subject="clienten.csv" if missing else wrong.unique_id.split(".")[2],
        where=missing, expected="the column, as catalogue/care/factors.yml declares it" if missing else "",
        remedy="deliver the files anew" if missing else "correct the model in dbt_project/trajectories, or the delivery",
    )  # fmt: skip


def _declared_columns() -> list[str]:
    return [one.id for one in care_factors()]


def read(path: Path) -> Cohort:
    """The staged delivery as arrays."""
    factors, kinds = [one.id for one in care_factors()], [one.id for one in care_kinds().kinds]
    with connect_read_only(path) as con:
        clients = con.sql("select * from care.dim_care_client order by client_number").to_arrow_table()
        steps = con.sql(
            "select client_number, kind, days_after_intake from care.fct_care_step order by client_number, step_number"
        ).to_arrow_table()
    named: dict[str, Any] = {name: np.array(clients.column(name).to_pylist()) for name in
                             ("person", "family", "sex", "origin", "district", "client_number")}  # fmt: skip
    intake = clients.column("intake_on").to_numpy().astype("datetime64[Y]").astype(np.int64) + 1970
    answer = np.column_stack([_floats(clients, name) for name in factors])
    number = {kind: position for position, kind in enumerate(kinds)}
    row = np.searchsorted(named["client_number"], steps.column("client_number").to_numpy())
    kept = path.with_name("staged.json")
    synthetic = json.loads(kept.read_text(encoding="utf-8"))["synthetic"] if kept.exists() else True
    return Cohort(
        named["person"], named["family"], clients.column("age").to_numpy().astype(np.float64), named["sex"], named["origin"],
        named["district"], intake, answer, row.astype(np.int64),
        np.array([number[kind] for kind in steps.column("kind").to_pylist()], dtype=np.int64),
        steps.column("days_after_intake").to_numpy().astype(np.int64), synthetic,
    )  # fmt: skip


def _floats(table: Any, name: str) -> NDArray[np.float32]:
    return np.asarray(table.column(identifier(name).strip('"')).to_numpy(), dtype=np.float32)


@lru_cache
def _staging_hash() -> str:
    return code_hash(
        ["ml.care.staged"],
        list(_MODELS),
        beside=("datawerkplaats.base", "datawerkplaats.loading"),
        root=PROJECT_ROOT,
    )


@lru_cache
def _making_hash() -> str:
    return code_hash(
        ["ml.trajectories.files"],
        ["catalogue/care/*.yml"],
        beside=("datawerkplaats.base",),
        root=PROJECT_ROOT,
    )
