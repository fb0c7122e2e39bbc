"""One design from the panel in use to a registered run, judged at the gate; the champion stays where nothing better is approved."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from ml.audit.report import make_report
from ml.base.risk_models import risk_model
from ml.cards.fill import model_card
from ml.cards.html import render
from ml.model.registry import champion, promote, register, withdraw
from ml.model.train import train
from ml.panel_data.staging import PersonWaves
from ml.production import staged
from ml.production.data_of_design import dataset, design_of
from ml.production.drift import remember_origin
from ml.production.paths import (
    PANEL,
    fitting_hash,
    key_of,
    models_dir,
    read_json,
    snapshot_id,
    write_json,
)
from ml.production.promotion import gate

# In the example region nobody is described and nothing is decided, so an open gate is enough.
DEMO_APPROVAL = "voorbeeldregio: vanzelf, op synthetische gegevens"


def learn(settings: Settings, model_id: str, waves: PersonWaves | None = None) -> dict[str, Any]:
    """What training came to: the run, whether its gate is open, and its figures.

    Raises:
        DataProblem: If the panel or the design is not right; the champion stays in place.
    """
    folder, key = models_dir(settings), key_of(settings, [risk_model(settings.catalogue_dir, model_id)])
    design = design_of(settings, model_id)
    run = train(design, dataset(settings, model_id, waves or staged.read(settings)))
    # Other code may learn something else from the same data: a released run is never written over by it.
    identity = hashlib.sha256(f"{run.run_id}|{fitting_hash()}".encode()).hexdigest()[:16]
    run = replace(run, run_id=identity)
    report = make_report(run)
    report["card"] = model_card(run, report)
    home = register(run, folder, report)
    folder.chmod(0o700)  # reports hold exact counts of people: what goes out is in `model_tables`
    remember_origin(settings, model_id, run.run_id)
    write_text(home / "report.html", render(report, report["card"]))
    pointer = champion(folder, model_id)
    earlier = read_json(folder / model_id / pointer["run_id"] / "report.json") if pointer else None
    if settings.source == "demo" and pointer and (earlier is None or gate(earlier)):
        # What was released by itself does not outlive the gate that it passed once.
        withdraw(folder, model_id)
        pointer, earlier = None, None
    # What was made with another effort is not to be compared.
    comparable = earlier if earlier and earlier.get("effort", "full") == design.effort else None
    refusals = gate(report, None if pointer and pointer["run_id"] == run.run_id else comparable)
    failures = [refusal.en for refusal in refusals]
    if settings.source == "demo" and not failures and not (pointer and pointer["run_id"] == run.run_id):
        promote(folder, model_id, run.run_id, approved_by=DEMO_APPROVAL, failures=failures)
    state = {
        "key": key,
        "model_id": model_id,
        "run_id": run.run_id,
        "panel": snapshot_id(settings, PANEL),
        "put_forward": run.choice.model,
        "reason": run.choice.reason_en,
        "rows": len(run.data),
        "events": run.data.events,
        "failures": failures,
        "failures_nl": [refusal.nl for refusal in refusals],
        "auroc": _figure(report, "AUROC"),
        "calibration_slope": _figure(report, "calibrationSlope"),
        "effort": design.effort,
    }
    write_json(folder / model_id / "last.json", state)
    return state


def _figure(report: dict[str, Any], metric: str) -> float:
    wanted = ("cross-validation", report["choice"]["model"], metric)
    rows = report["evaluationStatistics"]
    return float(next(r["value"] for r in rows if (r["evaluation"], r["model"], r["metric"]) == wanted))
