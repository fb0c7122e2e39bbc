"""From a delivery to the two tools of the care table: trained, examined, judged at their gates, registered by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from ml.audit.report import make_report
from ml.cards.fill import model_card
from ml.care import escalation, next_step_audit, registry, staged
from ml.care.next_step_audit import SLOPE, UNEQUAL
from ml.care.registry import TOOLS, Registered, Tool
from ml.care.staged import Cohort
from ml.estimators.additive import FittedAdditive
from ml.model.run import Run
from ml.model.train import train
from ml.production.pipeline import one_thread
from ml.production.promotion import Refusal, gate

POPULATION = "0-17"


def models_dir(settings: Settings) -> Path:
    """Where the tools are registered."""
    return staged.care_dir(settings) / "models"


def learn(settings: Settings, delivered: Path | None = None) -> dict[Tool, dict[str, Any]]:
    """What training came to per tool; the same delivery and code train only once.

    Raises:
        DataProblem: If the delivery is not right; what was registered stays, and its decision with it.
    """
    path = staged.stage(settings, delivered)
    key = hashlib.sha256(
        f"{path.with_name('staged.json').read_text(encoding='utf-8')} {_code()}".encode()
    ).hexdigest()[:16]
    folder = models_dir(settings)
    known = {tool: registry.last(folder, tool) for tool in TOOLS}
    if not all(one and one["key"] == key for one in known.values()):
        with one_thread():
            for made in examine(staged.read(path), folder, key):
                known[made.manifest["tool"]] = {
                    "artefact": made.artefact,
                    "failures": made.manifest["failures"],
                }
    return {tool: dict(one or {}) for tool, one in known.items()}


def examine(cohort: Cohort, folder: Path, key: str = "") -> Iterator[Registered]:
    """Both tools, learned from a cohort, examined and registered."""
    model, report = next_step_audit.examine(cohort)
    slope, gap = report["slope_top_3"], max(one["gap"] for one in report["hit_gaps"])
    about = {
        "failures": report["failures"], "synthetic": cohort.synthetic, "key": key,
        "measures": {"slope": slope, "gap": gap, "population": POPULATION},
        "findings": _findings(len(cohort), slope, gap, f"hit@3 {report['hit_at_3']['value']:.3f}"),
        "shown": {"hit_at_3": report["hit_at_3"], "silent_share": report["silent_share"], "slope": slope},
    }  # fmt: skip
    yield registry.register(folder, "next_step", {"model.json": model.state()}, report, about)
    yield _escalation(cohort, folder, key)


def _escalation(cohort: Cohort, folder: Path, key: str) -> Registered:
    data = escalation.dataset(cohort)
    full, chosen = train(escalation.design(), data), escalation.backward(data)
    form = escalation.dataset(cohort, chosen.fields)
    design = escalation.design(chosen.fields)
    short = train(design, form, estimators=escalation.of_form(design.seed))
    glass_box = short.fitted["glass_box"]
    assert isinstance(glass_box, FittedAdditive)
    reports = [_report(run) for run in (full, short)]
    lost = escalation.loss(full, short)
    refusals = [one for report in reports for one in [*gate(report), *own_rules(report)]]
    if not lost.value <= escalation.LOSS:
        refusals.append(
            Refusal(
                "loss",
                f"het formulier verliest {lost.value:.3f} AUROC",
                f"the form loses {lost.value:.3f} AUROC",
            )
        )
    row = {r["metric"]: r for r in reports[1]["evaluationStatistics"] if r["model"] == short.choice.model}
    slope, auroc = row["calibrationSlope"]["value"], row["AUROC"]
    gap = max(one["auroc_gap"] for one in reports[1]["fairnessGaps"])
    contents = {
        "model.json": short.fitted[short.choice.model].state(),
        "full.json": full.fitted[full.choice.model].state(),
        "resampled.json": [one.state() for one in escalation.resampled(form, glass_box)],
        # The order of the columns, for who reads the model; the form asks the most important field first.
        "form.json": {"columns": form.names, "asked": chosen.fields, "average": round(float(form.outcome.mean()), 4),
                      "ages": [float(cohort.age.min()), float(cohort.age.max())]},
        "patterns.json": escalation.patterns(data),
    }  # fmt: skip
    about = {
        "failures": [asdict(one) for one in refusals], "synthetic": cohort.synthetic, "key": key,
        "measures": {"auroc_lower": auroc["lower"], "slope": slope, "gap": gap, "population": POPULATION},
        "findings": _findings(len(cohort), slope, gap, f"AUROC {auroc['value']:.3f}, ondergrens {auroc['lower']:.3f}"),
        "shown": {"auroc": auroc["value"], "loss": asdict(lost), "slope": slope, "fields": len(chosen.fields),
                  "put_forward": short.choice.model},
    }  # fmt: skip
    report = {"full": reports[0], "short": reports[1], "loss": asdict(lost), "path": chosen.path}
    return registry.register(folder, "escalation_24m", contents, report, about)


def _report(run: Run) -> dict[str, Any]:
    report = make_report(run)
    report["card"] = model_card(run, report)
    return report


def own_rules(report: dict[str, Any]) -> list[Refusal]:
    """What a tool beside one person has to keep beyond the gate of the risk model: a narrower slope, and equal groups."""
    found = []
    wanted = ("cross-validation", report["choice"]["model"], "calibrationSlope")
    slope = next(
        float(r["value"])
        for r in report["evaluationStatistics"]
        if (r["evaluation"], r["model"], r["metric"]) == wanted
    )
    if not SLOPE[0] <= slope <= SLOPE[1]:
        found.append(
            Refusal("calibrationSlope", f"kalibratiehelling {slope:.2f}", f"calibration slope {slope:.2f}")
        )
    for row in report["demographicSummary"]:
        if row["shown"] and (
            row["observed_expected_lower"] > UNEQUAL or row["observed_expected_upper"] < 1 / UNEQUAL
        ):
            what = f"{row['subgroup']}={row['value']} {row['observed_expected']:.2f}"
            found.append(
                Refusal(
                    "unequal",
                    f"bij gelijke antwoorden andere uitkomsten: {what}",
                    f"other outcomes at equal answers: {what}",
                )
            )
    return found


def _findings(clients: int, slope: float, gap: float, skill: str) -> dict[str, str]:
    """What the house found, per question that it can answer itself."""
    return {
        "training_data": f"Getraind op trajecten van {clients // 10 * 10} verzonnen jongeren; geen rij is van een echt kind.",
        "representativeness": "De jongeren zijn verzonnen: het model vertegenwoordigt niemand en is alleen om te oefenen.",
        "subgroups": f"Geslacht, herkomst en leeftijd apart beoordeeld; het grootste verschil is {gap:.3f}.",
        "subgroups_measured": f"Verschil per groep {gap:.3f}; bij gelijke vragen krijgt geen groep zeker andere hulp.",
        "reliability_required": "Drempels voor onderscheid, kalibratie, groepen, lekken en herkenbaarheid gelden altijd.",
        "reliability_measured": f"{skill}; kalibratiehelling {slope:.2f}; kruisvalidatie per gezin.",
        "security": "Invoer blijft in het geheugen van de sessie; een test zoekt kanaries in elk bestand en logboek.",
        "access": "Rijen van personen zijn op geen scherm te zien en staan in geen publicatie.",
        "monitoring": "Geteld wordt alleen per dag, vanaf tien keer gebruik.",
    }  # fmt: skip


@lru_cache
def _code() -> str:
    return code_hash(
        ["ml.care.train"],
        ["catalogue/care/*.yml"],
        beside=("datawerkplaats.base", "datawerkplaats.loading"),
        root=PROJECT_ROOT,
    )
