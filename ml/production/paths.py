"""Where the risk model reads and writes, and what decides whether anything has to be done again. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.snapshot import ABSENT, Provenance

PANEL = "ml_panel_waves"
RISK_AREAS = "ml_risk_areas"
POPULATION = "cbs_key_figures_85984ned"
POLYGONS = "pdok_wijk_2024"
# A dbt project of its own: a build of the warehouse has no model of a person.
PANEL_PROJECT = PROJECT_ROOT / "dbt_project" / "panel"
YEAR = 2024  # of population and boundaries
DESIGNS = (
    "onset_anxiety_complaints_0_11",
    "onset_anxiety_complaints_12_17",
    "onset_anxiety_complaints_18_29",
    "onset_restless_behaviour_0_11",
    "onset_restless_behaviour_12_17",
    "onset_restless_behaviour_18_29",
)
TABLES = ("models", "skill", "subgroups", "contributions", "calibration", "areas")


def models_dir(settings: Settings) -> Path:
    """The registry: one folder per model, below it one per run."""
    return settings.data_dir / "models" / settings.source / "registry"


def deliveries_dir(settings: Settings) -> Path:
    """What the risk model delivers to the house, as any partner would."""
    return settings.data_dir / "models" / settings.source / "deliveries"


def delivery(settings: Settings) -> Path:
    """The area estimates as a file."""
    return deliveries_dir(settings) / f"{RISK_AREAS}.parquet"


def tables_dir(settings: Settings) -> Path:
    """The tables of the models, as JSON for dbt."""
    return settings.data_dir / "models" / settings.source / "tables"


def panel_folder(settings: Settings) -> Path:
    """The wave files of the panel snapshot in use, as delivered."""
    return settings.inputs_dir / PANEL / "raw"


def panel_home(settings: Settings) -> Path:
    """Where the panel is staged: rows per person, for whoever builds alone."""
    return settings.data_dir / "models" / settings.source / "panel"


def panel_file(settings: Settings) -> Path:
    """The staged panel in use, a DuckDB file."""
    return panel_home(settings) / "person_waves.duckdb"


def snapshot_id(settings: Settings, source_id: str) -> str:
    """The snapshot of a source in use, `absent` where there is none."""
    made = Provenance.read(settings.inputs_dir / source_id)
    return made.snapshot_id if made else ABSENT


def effort(settings: Settings) -> str:
    """How much evaluation a run gets: the example region has to be quick."""
    return "quick" if settings.source == "demo" else "full"


@lru_cache
def code_hash() -> str:
    """A hash of the risk model's code and designs."""
    root = PROJECT_ROOT / "ml"
    return _hash_of([*root.rglob("*.py"), *root.rglob("*.yml"), *root.rglob("*.csv"), *_panel_models()])


def _panel_models() -> list[Path]:
    """The panel's dbt project: SQL, declarations and texts."""
    project = PROJECT_ROOT / "dbt_project" / "panel"
    return [path for path in project.rglob("*.*") if path.suffix in (".sql", ".yml", ".md")]


@lru_cache
def staging_hash() -> str:
    """A hash of what decides how a delivery is staged: declarations, SQL and the Python around it."""
    root = PROJECT_ROOT / "ml"
    names = (
        "base/feature_set",
        "base/recode",
        "panel_data/refusals",
        "panel_data/wave_files",
        "production/declarations",
        "production/staged",
    )
    sets = (root / "designs" / "feature_sets").glob("*.yml")
    return _hash_of([*(root / f"{name}.py" for name in names), *sets, *_panel_models()])


@lru_cache
def fitting_hash() -> str:
    """A hash of the code that decides what a model learns: other code makes another run, which waits for its own release."""
    root = PROJECT_ROOT / "ml"
    names = (
        "base/dataset",
        "base/feature_set",
        "base/recode",
        "base/splits",
        "model/train",
        "panel_data/features",
        "panel_data/history",
        "panel_data/staging",
        "panel_data/wave_files",
    )
    code = [*(root / "estimators").rglob("*.py"), *(root / f"{name}.py" for name in names)]
    return _hash_of([*code, *(path for path in _panel_models() if path.suffix == ".sql")])


def _hash_of(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(PROJECT_ROOT).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def key_of(settings: Settings, *more: str) -> str:
    """What decides the outcome of a step: panel, population, code, effort and what the step adds."""
    parts = [snapshot_id(settings, source) for source in (PANEL, POPULATION, POLYGONS)]
    return hashlib.sha256("|".join([*parts, code_hash(), effort(settings), *more]).encode()).hexdigest()[:16]


def read_json(path: Path) -> Any:
    """The content of a JSON file; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file at once or not at all."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True))


def write_tables(settings: Settings, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Write every table that dbt reads; one that is not given is empty."""
    for name in TABLES:
        write_json(tables_dir(settings) / f"{name}.json", tables.get(name, []))


def ensure_tables(settings: Settings) -> None:
    """Empty tables where the risk model has not run, so that dbt always finds them."""
    for name in TABLES:
        if not (tables_dir(settings) / f"{name}.json").exists():
            write_json(tables_dir(settings) / f"{name}.json", [])
