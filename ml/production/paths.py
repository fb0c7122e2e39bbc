"""Where the risk model reads and writes, and what decides whether anything has to be done again. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.snapshot import ABSENT, Provenance
from ml.base.design import RiskModel
from ml.base.risk_models import risk_model

PANEL = "ml_panel_waves"
RISK_AREAS = "ml_risk_areas"
# What the invented panel of the example region is drawn over; a model names its own in `published.inhabitants`.
POPULATION = "cbs_key_figures_85984ned"
POLYGONS = "pdok_wijk_2024"
# A dbt project of its own: a build of the warehouse has no model of a person.
PANEL_PROJECT = PROJECT_ROOT / "dbt_project" / "panel"
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


# Where settings come from and how files are kept: imported everywhere, and no figure is decided there.
BESIDE = ("datawerkplaats.base", "datawerkplaats.loading")
PANEL_MODELS = tuple(f"dbt_project/panel/**/*.{kind}" for kind in ("sql", "yml", "md"))


@lru_cache
def work_hash() -> str:
    """A hash of everything that decides what the risk model delivers: code, declarations, texts of the card."""
    return code_hash(
        ["ml.production.pipeline", "ml.production.demo_panel"],
        ["ml/**/*.yml", "ml/**/*.csv", *PANEL_MODELS],
        beside=BESIDE,
        root=PROJECT_ROOT,
    )


@lru_cache
def staging_hash() -> str:
    """A hash of what decides how a delivery is staged: declarations, SQL and the Python around it."""
    return code_hash(
        ["ml.production.staged"],
        ["ml/designs/feature_sets/*.yml", *PANEL_MODELS],
        beside=BESIDE,
        root=PROJECT_ROOT,
    )


@lru_cache
def fitting_hash() -> str:
    """A hash of the code that decides what a model learns: other code makes another run, which waits for its own release."""
    return code_hash(
        ["ml.model.train", "ml.panel_data.features"],
        ["dbt_project/panel/**/*.sql"],
        beside=BESIDE,
        root=PROJECT_ROOT,
    )


def key_of(settings: Settings, models: Iterable[RiskModel], *more: str) -> str:
    """What decides the outcome of a step: panel and population of its models, their designs, code, effort and the rest."""
    sources, designs = {PANEL: None}, []
    for model in models:
        whose = model.published.inhabitants
        sources |= {model.published.panel: None, whose.source: None, whose.boundaries: None}
        designs.append(model.model_dump_json())
    parts = [snapshot_id(settings, source) for source in sources]
    text = "|".join([*parts, work_hash(), effort(settings), *designs, *more])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def last_state(settings: Settings, model_id: str) -> dict[str, Any] | None:
    """What the last training of a model came to; None if there was none."""
    state: dict[str, Any] | None = read_json(models_dir(settings) / model_id / "last.json")
    return state


def known_state(settings: Settings, model_id: str) -> dict[str, Any] | None:
    """What training would come to now, if that is known: nothing that decides it has changed, and the run is still there."""
    state = last_state(settings, model_id)
    if not state or state["key"] != key_of(settings, [risk_model(settings.catalogue_dir, model_id)]):
        return None
    run = models_dir(settings) / model_id / state["run_id"] / "manifest.json"
    return state if run.exists() else None


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
