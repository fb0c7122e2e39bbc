"""The panel as dbt has staged it: rows per person, in a DuckDB file of their own beside the models, never in the warehouse.

A delivery that is refused leaves no file behind and is not read again until it, the declarations or the SQL have changed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datawerkplaats.base import dbt
from datawerkplaats.base.duckdb import connect_read_only, identifier
from datawerkplaats.base.files import locked, move
from datawerkplaats.base.settings import Settings
from ml.base.feature_set import load_feature_set
from ml.base.problems import DataProblem
from ml.panel_data.refusals import refusal
from ml.production.declarations import write_declarations
from ml.production.paths import (
    PANEL,
    PANEL_PROJECT,
    panel_file,
    panel_folder,
    panel_home,
    read_json,
    snapshot_id,
    staging_hash,
    write_json,
)

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from ml.panel_data.staging import PersonWaves

FEATURE_SET = "lifelines_like"
PARTS = ("code", "subject", "where", "expected", "found", "remedy")


def target_dir(settings: Settings) -> Path:
    """dbt's own output on the panel."""
    return panel_home(settings) / "dbt" / "target"


def set_environment(settings: Settings) -> None:
    """Tell dbt where the panel is read, declared and built."""
    os.environ.update(
        DWP_PANEL_PATH=str(_building(settings)),
        DWP_PANEL_TABLES_DIR=str(panel_home(settings) / "declared"),
        DWP_CORES=str(settings.cores),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        DO_NOT_TRACK="1",
    )


def manifest(settings: Settings) -> dict[str, Any]:
    """dbt's manifest of the panel's project as it is now."""
    set_environment(settings)
    _home(settings)
    return dbt.manifest(PANEL_PROJECT, target_dir(settings), f"{staging_hash()} {panel_home(settings)}")


def stage(settings: Settings) -> dict[str, Any]:
    """What the panel in use holds, after dbt has staged it if that was not yet done.

    Raises:
        DataProblem: If a file, column or code of the delivery is not as declared.
    """
    kept_path, key = _kept_path(settings), _key(settings)
    kept: dict[str, Any] | None = read_json(kept_path)
    if kept and kept["key"] == key and "problem" in kept:
        raise DataProblem(**kept["problem"])
    if kept and kept["key"] == key and panel_file(settings).exists():
        return kept
    with _built(settings, panel_folder(settings), kept_path, key) as (path, results):
        made = {"key": key, **_figures(path, results)}
        move(path, panel_file(settings))
    write_json(kept_path, made)
    return made


def is_staged(settings: Settings) -> bool:
    """Whether the panel in use has been staged with the declarations and the SQL of now."""
    kept = read_json(_kept_path(settings))
    return bool(kept and kept["key"] == _key(settings)) and panel_file(settings).exists()


def _kept_path(settings: Settings) -> Path:
    return panel_home(settings) / "staged.json"


def _key(settings: Settings) -> str:
    return f"{snapshot_id(settings, PANEL)}|{staging_hash()}"


def forget(settings: Settings) -> None:
    """Remove the staged panel: without a delivery no row of a person stays."""
    panel_file(settings).unlink(missing_ok=True)
    (panel_home(settings) / "staged.json").unlink(missing_ok=True)


def read(settings: Settings) -> PersonWaves:
    """The panel in use.

    Raises:
        DataProblem: If a file, column or code of the delivery is not as declared.
    """
    stage(settings)
    return read_person_waves(panel_file(settings))


def read_earlier(settings: Settings, folder: Path) -> PersonWaves:
    """The panel of an earlier snapshot, staged anew and not kept.

    Raises:
        DataProblem: If it does not fit the declarations of now.
    """
    with _built(settings, folder) as (path, _):
        return read_person_waves(path)


def read_person_waves(path: Path) -> PersonWaves:
    """The staged panel as arrays, in the order in which it was delivered."""
    import numpy as np

    from ml.panel_data.staging import PersonWaves
    from ml.panel_data.wave_files import questions

    features = load_feature_set(FEATURE_SET)
    asked = [q.name for q in questions(features) if q.role == "question"]
    statuses = [field.name for field in features.statuses]
    digits = [f"{name}__missing" for name in asked]
    known = ["result_number", "person_number", "wave_number", "subject", "is_woman", "age", *statuses]
    with connect_read_only(path) as con:

        def columns(names: list[str]) -> pa.Table:
            selected = ", ".join(identifier(name) for name in names)
            return con.sql(f"select {selected} from panel.fct_panel_person_wave").to_arrow_table()

        table = columns(known)
        order = np.argsort(table.column("result_number").to_numpy(), kind="stable")
        values = _matrix(columns(asked), order, np.dtype(np.float32))
        missing = _matrix(columns(digits), order, np.dtype(np.int8))
        people = con.sql(
            "select * exclude (person_number, person, family), person, family from panel.stg_panel__people order by person_number"
        ).to_arrow_table()
    named = {name: table.column(name).to_numpy()[order] for name in known}
    renamed = {"person": features.key, "family": features.family}
    return PersonWaves(
        tuple(asked),
        named["person_number"].astype(np.int64),
        named["wave_number"].astype(np.int64),
        named["age"],
        named["is_woman"].astype(bool),
        np.array(named["subject"].tolist()),
        values,
        missing,
        {name: named[name] for name in statuses},
        {renamed.get(name, name): np.array(people.column(name).to_pylist()) for name in people.column_names},
    )


def _matrix(table: pa.Table, order: NDArray[np.int64], kind: np.dtype[Any]) -> NDArray[Any]:
    """The columns of a table side by side in this order of rows; nan where there is no value. Each column lies together."""
    import numpy as np

    out = np.empty((table.num_columns, table.num_rows), dtype=kind)
    for number, column in enumerate(table.columns):
        np.take(column.to_numpy(), order, out=out[number])
    return out.T


def _home(settings: Settings) -> Path:
    home = panel_home(settings)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)  # for whoever builds, and nobody else on the machine
    return home


def _building(settings: Settings) -> Path:
    # Under the name that it will have, as views carry the name of the file they were made in.
    return panel_home(settings) / "building" / panel_file(settings).name


@contextmanager
def _built(
    settings: Settings, folder: Path, kept_path: Path | None = None, key: str = ""
) -> Iterator[tuple[Path, list[dbt.NodeResult]]]:
    """A file in which dbt has staged the wave files of a folder; gone afterwards unless it was moved.

    Raises:
        DataProblem: If the delivery is refused; remembered under the key where one is given.
    """
    path = _building(settings)
    with locked(_home(settings) / ".lock"):
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir()
        try:
            write_declarations(folder, load_feature_set(FEATURE_SET), panel_home(settings) / "declared")
            manifest(settings)
            # An error may quote a line of the delivery: dbt writes down neither what it says nor what came of it.
            quiet = ("--no-write-json", "--log-level-file", "none")
            results = dbt.build(PANEL_PROJECT, target_dir(settings), *quiet)
            if any(row.is_wrong for row in results):
                raise _problem(path, results, panel_home(settings))
            yield path, results
        except DataProblem as problem:
            if kept_path and problem.code != "build_failed":
                parts = {part: getattr(problem, part) for part in PARTS}
                write_json(kept_path, {"key": key, "problem": parts})
                panel_file(settings).unlink(missing_ok=True)
            raise
        finally:
            shutil.rmtree(path.parent, ignore_errors=True)


def _problem(path: Path, results: list[dbt.NodeResult], home: Path) -> DataProblem:
    """The sentence on a delivery that dbt could not stage; nothing of what it quotes but the place."""
    if any(row.unique_id.endswith(".stg_panel__refusals") and row.status == "success" for row in results):
        with connect_read_only(path) as con:
            row = con.execute(
                "select kind, file, place, found, expected from panel.stg_panel__refusals order by refusal_number limit 1"
            ).fetchone()
        if row:
            kind, file, place, found, expected = row
            return refusal(kind, file, where=place, found=found, expected=expected)
    wrong = next(one for one in results if one.is_wrong)
    for file in [
        *(read_json(home / "declared" / "files.json")),
        *(read_json(home / "declared" / "people.json")),
    ]:
        for name in ("results", "enumerations", "summary"):
            if name in file and file[f"{name}_path"] in wrong.message:
                return refusal("unreadable", file[name], found=_without_quotation(wrong.message))
    subject = wrong.unique_id.split(".")[2]
    return DataProblem(
        "build_failed",
        subject=subject,
        where="dbt build of the panel",
        found=f"{wrong.failures} rows" if wrong.failures else _without_quotation(wrong.message),
        remedy="correct the model in dbt_project/panel, or the delivery that it reads",
    )


def _without_quotation(message: str) -> str:
    """The lines of an error that say where and what, without the delivered line that DuckDB quotes."""
    lines = [
        line.strip()
        for line in message.splitlines()
        if line.strip().startswith(("CSV Error", "Expected Number", "IO Error", "Invalid", "Value with"))
    ]
    return " ".join(lines)[:200] or message.splitlines()[0][:200]


def _figures(path: Path, results: list[dbt.NodeResult]) -> dict[str, Any]:
    """How much was staged, and how the tests on it went."""
    with connect_read_only(path) as con:
        tables = con.execute("select table_name from duckdb_tables() where schema_name = 'panel'").fetchall()
        rows = {
            name: int((con.execute(f"select count(*) from panel.{identifier(name)}").fetchone() or [0])[0])
            for (name,) in tables
        }
        asked, answered = con.execute(
            "select count(distinct question), sum(people) filter (where missing_digit is null)"
            " from panel.stg_panel__questions left join panel.stg_panel__codes using (question) where role = 'question'"
        ).fetchone() or (0, 0)
    person_waves = rows["fct_panel_person_wave"]
    return {
        "participants": rows["stg_panel__people"],
        "person_waves": person_waves,
        "questions": asked,
        "missing": 1 - float(answered) / (person_waves * asked),
        "rows": rows,
        "seconds": round(sum(row.seconds for row in results), 2),
        "tests": {row.unique_id: row.failures or 0 for row in results if row.unique_id.startswith("test.")},
    }
