"""The release of a model by name: only with decisions of the region that hold for it, and with a line in the log of the house.

In the example region an open gate of the figures is enough: nobody is described there and nothing is decided.
"""

from __future__ import annotations

from typing import Any

from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import accounts, declarations, gate, released
from datawerkplaats.governance.artefacts import RISK_AREAS
from datawerkplaats.governance.predictions import HOUSE, house_store, is_begun
from datawerkplaats.governance.reliance import RUN
from datawerkplaats.workplace.store import Store
from ml.base.problems import DataProblem
from ml.model.registry import champion, promote, roll_back
from ml.production.paths import models_dir, read_json


def approve(settings: Settings, model_id: str, by: str) -> None:
    """Release the last run of a model.

    Raises:
        DataProblem: `not_promoted` if there is no run, a gate is closed or nobody signs; `not_decided` without a decision.
    """
    folder = models_dir(settings)
    last = read_json(folder / model_id / "last.json")
    if last is None:
        raise DataProblem(
            "not_promoted", subject=model_id, expected="a run", found="none", remedy="train the model first"
        )
    system = _require_decision(settings, model_id, last["run_id"])
    promote(folder, model_id, last["run_id"], approved_by=by, failures=last["failures"])
    _note(settings, system, model_id)


def back(settings: Settings, model_id: str, by: str) -> None:
    """Put the champion before back in use.

    Raises:
        DataProblem: `not_promoted` if there is none or nobody signs; `not_decided` without a decision that holds for it.
    """
    folder = models_dir(settings)
    system = _require_decision(settings, model_id, str((champion(folder, model_id) or {}).get("previous")))
    roll_back(folder, model_id, approved_by=by)
    _note(settings, system, model_id)


def blocking(settings: Settings, model_id: str, run_id: str) -> list[gate.Blocker]:
    """What the register has against the release of a run."""
    asked = declarations.load(settings.catalogue_dir)
    store, system = _registered(settings)
    if store is None or not system:
        sentence = ("Het model staat nog niet in het register.", "The model is not in the register yet.")
        return gate.unregistered(asked, "area_model", RISK_AREAS, sentence)
    return gate.candidate_blockers(store, HOUSE, asked, system, _measures(settings, model_id, run_id))


def _registered(settings: Settings) -> tuple[Store | None, str]:
    if not is_begun(settings):
        return None, ""
    store = house_store(settings)
    known = {one.name: one.id for one in accounts.systems(store, HOUSE)}
    return store, known.get(RISK_AREAS, "")


def _require_decision(settings: Settings, model_id: str, run_id: str) -> str:
    """The id of the system in the register; empty in the example region, where nothing has to be decided."""
    if settings.source == "demo":
        return ""
    found = blocking(settings, model_id, run_id)
    if found:
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        raise DataProblem(
            "not_decided",
            subject=f"{model_id}/{run_id}",
            expected="answers and decisions on the phases decide and develop",
            found="; ".join(one.en.rstrip(".") for one in found[:3]) + more,
            remedy="answer and decide on the page Vragen, then approve again",
        )
    return _registered(settings)[1]


def _note(settings: Settings, system: str, model_id: str) -> None:
    pointer = champion(models_dir(settings), model_id)
    if system and pointer:
        what = f"model {model_id}/{pointer['run_id']}"
        asked = declarations.load(settings.catalogue_dir)
        released.release(
            house_store(settings), RUN, asked, system, str(pointer["artefact_sha256"]), what, found=[]
        )


def _measures(settings: Settings, model_id: str, run_id: str) -> dict[str, Any]:
    """What bounds are held against, of one run: nothing where its report is away, so that a bound is not kept."""
    report = read_json(models_dir(settings) / model_id / run_id / "report.json")
    if report is None:
        return {"auroc_lower": None, "gap": None, "slope": None}
    chosen = report["choice"]["model"]
    row = {
        one["metric"]: one
        for one in report["evaluationStatistics"]
        if one["evaluation"] == "cross-validation" and one["model"] == chosen
    }
    shown = [one["auroc"] for one in report["demographicSummary"] if one["shown"]]
    return {
        "auroc_lower": row["AUROC"]["lower"],
        "slope": row["calibrationSlope"]["value"],
        "gap": round(max(shown) - min(shown), 4) if shown else None,
    }
