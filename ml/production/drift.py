"""Has the panel moved away from what a released model learned from, and do outcomes that came in since bear the model out?

Compared with the very snapshot that it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from datawerkplaats.base.settings import Settings
from ml.base.risk_models import model_ids
from ml.model.registry import champion, load
from ml.production.disclosed import rounded, rounded_count
from ml.production.paths import PANEL, models_dir, read_json, snapshot_id, tables_dir, write_json

if TYPE_CHECKING:
    from ml.base.dataset import Dataset
    from ml.estimators.base import Fitted
    from ml.panel_data.staging import PersonWaves

ORIGIN = "origin.json"


def remember_origin(settings: Settings, model_id: str, run_id: str) -> None:
    """Note from which panel snapshot a run was made."""
    write_json(models_dir(settings) / model_id / run_id / ORIGIN, {"panel": snapshot_id(settings, PANEL)})


def measure_drift(settings: Settings) -> list[dict[str, Any]]:
    """Per released model how far features and scores have moved, and whether that asks for training again.

    Raises:
        DataProblem: If the panel in use cannot be read.
    """
    path, now = tables_dir(settings).parent / "drift.json", snapshot_id(settings, PANEL)
    pointers = {
        model_id: champion(models_dir(settings), model_id) for model_id in model_ids(settings.catalogue_dir)
    }
    key = f"{now}|{sorted((m, p['run_id']) for m, p in pointers.items() if p)}"
    kept = read_json(path)
    if kept and kept["key"] == key:
        return list(kept["models"])
    panels: dict[
        str, PersonWaves
    ] = {}  # of earlier snapshots: models that learned from the same one share it
    rows = [_moved(settings, model_id, p["run_id"], now, panels) for model_id, p in pointers.items() if p]
    write_json(path, {"key": key, "models": rows})
    return rows


def _moved(
    settings: Settings, model_id: str, run_id: str, now: str, panels: dict[str, PersonWaves]
) -> dict[str, Any]:
    origin = (read_json(models_dir(settings) / model_id / run_id / ORIGIN) or {}).get("panel", "")
    row: dict[str, Any] = {
        "model_id": model_id,
        "from_panel": origin,
        "to_panel": now,
        "retrain": False,
        "score_psi": 0.0,
    }
    folder = settings.snapshots_dir / PANEL / origin / "raw"
    if origin == now:
        return row
    if not origin or not folder.exists():
        return {**row, "score_psi": None, "why": "the panel it was made from is no longer kept"}
    from ml.audit.drift import drift, psi, should_retrain
    from ml.production import staged
    from ml.production.data_of_design import dataset

    if origin not in panels:
        panels |= {origin: staged.read_earlier(settings, folder), now: staged.read(settings)}
    before = dataset(settings, model_id, panels[origin], need_outcome=False)
    after = dataset(settings, model_id, panels[now], need_outcome=False)
    model, _ = load(models_dir(settings) / model_id / run_id)
    moved = drift(before, after)
    value, _ = psi(model.predict(before.values), model.predict(after.values))
    standing_out = [d.name for d in moved if d.stands_out]
    outcomes = _outcomes(model, before, after)
    return {
        **row,
        "score_psi": value,
        "features": standing_out[:20],
        "outcomes": outcomes,
        "retrain": should_retrain(moved, value) or bool(outcomes and outcomes["signals"]),
    }


def _outcomes(model: Fitted, before: Dataset, after: Dataset) -> dict[str, Any] | None:
    """What came of people whose outcome the model had not seen, rounded as all that is told of participants; None where few are."""
    from ml.production.outcomes import seen

    fresh = _answered(after) - _answered(before)
    rows = np.flatnonzero([one in fresh for one in _who(after)])
    rows = rows[np.argsort(after.period[rows], kind="stable")]
    data = after.take(rows)
    found = seen(model.predict(data.values), data.outcome.astype(float)) if len(rows) else None
    if found is None:
        return None
    return {
        "people": rounded_count(len(rows)),
        "auroc": rounded(found.auroc),
        "slope": rounded(found.slope),
        "observed_expected": rounded(found.observed_expected),
        "chart": rounded(found.highest, 1),
        "limit": rounded(found.limit, 1),
        "signals": found.signals,
    }


def _who(data: Dataset) -> list[tuple[str, str]]:
    return list(zip(data.person.tolist(), data.period.tolist(), strict=True))


def _answered(data: Dataset) -> set[tuple[str, str]]:
    """Of whom the outcome is known, by the wave that it is counted from."""
    return {one for one, outcome in zip(_who(data), data.outcome, strict=True) if not np.isnan(outcome)}
