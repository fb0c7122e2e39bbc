"""Registered models: what made them, what they are, who released them. Plain JSON, never pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datawerkplaats.base.files import write_bytes
from ml.base.design import design_hash
from ml.base.problems import DataProblem
from ml.estimators.additive import FittedAdditive
from ml.estimators.base import Fitted
from ml.estimators.fitted_trees import FittedTrees
from ml.estimators.prevalence import FittedPrevalence
from ml.model.run import Run

CHAMPION = "champion.json"


def _bytes(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _write(path: Path, content: bytes) -> None:
    write_bytes(path, content)


def model_from_state(state: dict[str, Any]) -> Fitted:
    """The model that was written down as plain data."""
    if state["kind"] == "additive":
        return FittedAdditive.from_state(state)
    if state["kind"] == "trees":
        return FittedTrees.from_state(state)
    return FittedPrevalence(state["share"])


def register(run: Run, folder: Path, report: dict[str, Any]) -> Path:
    """The folder of the registered run: design, models, report and a manifest with the hash of each.

    The models' bytes depend on nothing but design, data and seed; what was measured about time stays out of them.
    """
    home = folder / run.design.model_id / run.run_id
    home.mkdir(parents=True, exist_ok=True)
    contents = {f"model_{name}.json": _bytes(model.state()) for name, model in run.fitted.items()}
    contents["design.json"] = _bytes(run.design.model_dump(mode="json"))
    contents["report.json"] = _bytes(report)
    manifest = {
        "model_id": run.design.model_id,
        "run_id": run.run_id,
        "design_hash": design_hash(run.design),
        "data_hash": run.data_hash,
        "seed": run.design.seed,
        "put_forward": run.choice.model,
        "reason": {"nl": run.choice.reason_nl, "en": run.choice.reason_en},
        "synthetic": run.data.synthetic,
        "columns": [asdict(c) for c in run.data.columns],
        "versions": _versions(),
        "files": {name: hashlib.sha256(body).hexdigest() for name, body in contents.items()},
    }
    for name, body in contents.items():
        _write(home / name, body)
    _write(home / "manifest.json", _bytes(manifest))
    return home


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "scipy", "xgboost-cpu")}


def load(home: Path, model: str | None = None) -> tuple[Fitted, dict[str, Any]]:
    """A registered model (the one put forward by default) and its manifest.

    Raises:
        DataProblem: If a file is absent or no longer has the bytes that were registered.
    """
    try:
        manifest = json.loads((home / "manifest.json").read_bytes())
        name = f"model_{model or manifest['put_forward']}.json"
        body = (home / name).read_bytes()
    except (OSError, ValueError) as error:
        raise DataProblem(
            "model_damaged", subject=home.name, found=str(error), remedy="register the run again"
        ) from error
    if hashlib.sha256(body).hexdigest() != manifest["files"].get(name):
        raise DataProblem(
            "model_damaged",
            subject=f"{home.name}/{name}",
            expected="the bytes that were registered",
            remedy="register the run again; the same design, data and seed give the same model",
        )
    return model_from_state(json.loads(body)), manifest


def artefact_of(manifest: dict[str, Any]) -> str:
    """The SHA-256 of the file of the model that is put forward: what was examined is what scores."""
    return str(manifest["files"][f"model_{manifest['put_forward']}.json"])


def promote(folder: Path, model_id: str, run_id: str, *, approved_by: str, failures: list[str]) -> Path:
    """The champion's pointer, moved to this run when every gate is open and somebody signs for it.

    Raises:
        DataProblem: If a gate failed or nobody signed; the champion stays in place.
    """
    if failures:
        raise DataProblem(
            "not_promoted",
            subject=f"{model_id}/{run_id}",
            found="; ".join(failures),
            remedy="mend this and train again",
        )
    if not approved_by.strip():
        raise DataProblem(
            "not_promoted",
            subject=f"{model_id}/{run_id}",
            expected="a name that approves",
            remedy="have it approved",
        )
    home = folder / model_id
    _, manifest = load(home / run_id)
    before = champion(folder, model_id)
    pointer = {
        "run_id": run_id,
        "artefact_sha256": artefact_of(manifest),
        "approved_by": approved_by,
        "approved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "previous": before["run_id"] if before else None,
    }
    _write(home / CHAMPION, _bytes(pointer))
    return home / CHAMPION


def withdraw(folder: Path, model_id: str) -> None:
    """Take the champion out of use; its run stays registered."""
    (folder / model_id / CHAMPION).unlink(missing_ok=True)


def champion(folder: Path, model_id: str) -> dict[str, Any] | None:
    """The pointer to the released run, or None."""
    path = folder / model_id / CHAMPION
    return json.loads(path.read_bytes()) if path.exists() else None


def roll_back(folder: Path, model_id: str, *, approved_by: str) -> Path:
    """The pointer moved back to the champion before.

    Raises:
        DataProblem: If there was none.
    """
    now = champion(folder, model_id)
    if not now or not now["previous"]:
        raise DataProblem(
            "not_promoted", subject=model_id, expected="an earlier champion", remedy="promote a run first"
        )
    return promote(folder, model_id, now["previous"], approved_by=approved_by, failures=[])
