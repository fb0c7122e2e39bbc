"""The checklists and the model card of a run, with nothing left empty."""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np

from ml.base.design import CohortDesign, design_hash
from ml.base.feature_set import read_yaml
from ml.base.problems import DataProblem
from ml.cards.declared import conditions, told_of
from ml.cards.shape import shape
from ml.estimators import estimators_for
from ml.model.run import Run

HERE = Path(__file__).parent
TRIPOD_ITEMS, DEVELOPMENT_ITEMS, EVALUATION_ITEMS = 52, 16, 18


def _metric(report: dict[str, Any], model: str, metric: str) -> str:
    row = next(
        r
        for r in report["evaluationStatistics"]
        if (r["evaluation"], r["model"], r["metric"]) == ("cross-validation", model, metric)
    )
    interval = "" if row["lower"] is None else f" [{row['lower']:.3f}; {row['upper']:.3f}]"
    return f"{row['value']:.3f}{interval}"


def facts(run: Run, report: dict[str, Any]) -> dict[str, Any]:
    """Every name that a checklist may use, from the run and its report."""
    design, data, model = run.design, run.data, run.choice.model
    cohort, told = isinstance(design, CohortDesign), told_of(design)
    later_outcome = cohort or bool(getattr(design.target, "horizon", ""))
    if isinstance(design, CohortDesign):
        low, high = design.population.age
        population = f"people aged {low}-{high} free of {design.population.free_of} at the index wave"
        excluded = ", ".join(design.features.exclude)
        index = " or ".join(design.population.index_waves)
        eligibility = (
            f"took part at index wave {index}, aged {low}-{high}, free of {design.population.free_of}"
        )
        waves = design.target.horizon_waves
        horizon = f"{waves} wave{'s' if waves > 1 else ''} later" + (
            f" (about {4 * waves} years)" if design.synthetic else ""
        )
        informant = {"chi": "a parent", "ach": "the young person", "adu": "the adult"}
        who = " or ".join(informant[i] for i in np.unique(data.strata["informant"]))
        assessors = f"Answered by {who}"
    else:
        population, eligibility = conditions(design), f"{conditions(design)} and a known outcome"
        excluded = (
            told["excluded"] if not design.known_leak else "nothing: this variant shows a leak on purpose"
        )
        horizon = design.target.horizon or "measured at the same moment as the predictors (cross-sectional)"
        assessors = told["assessors"]
    shown = [r for r in report["demographicSummary"] if r["shown"]]
    transport = "; ".join(
        f"left out one by one ({name}): pooled AUROC {t['pooled_auroc']['mean']:.3f}, "
        f"next area [{t['pooled_auroc']['prediction_lower']:.3f}; "
        f"{t['pooled_auroc']['prediction_upper']:.3f}], mean drop {t['mean_drop']:+.3f}"
        for name, t in report["transport"].items()
    )
    later = [
        r for r in report["evaluationStatistics"] if r["evaluation"] == "temporal" and r["model"] == model
    ]
    value = {r["metric"]: r["value"] for r in later}
    temporal = (
        f"Later period: AUROC {value['AUROC']:.3f}, slope {value['calibrationSlope']:.2f}"
        if later
        else "No later period in these data"
    )
    synthetic = data.synthetic
    origins = dict.fromkeys(column.variable for column in data.columns if column.topic == "origin")
    return {
        "title": design.title.en,
        "model_id": design.model_id,
        "run_id": run.run_id,
        "population": population,
        "eligibility": eligibility,
        "outcome": data.target,
        "horizon": horizon,
        "rows": len(data),
        "events": data.events,
        "families": report["sample"]["families"],
        "features": len(data.columns),
        "rows_needed": run.minimum_rows,
        "model": model,
        "models": ", ".join(run.fitted),
        "enough": "That is enough."
        if report["sample"]["enough"]
        else "That is not enough: read the results with care.",
        "auroc": _metric(report, model, "AUROC"),
        "auprc": _metric(report, model, "AUPRC"),
        "brier": _metric(report, model, "brier score scaled"),
        "slope": _metric(report, model, "calibrationSlope"),
        "citl": _metric(report, model, "calibrationInLarge intercept"),
        "ici": _metric(report, model, "ICI"),
        "excluded": excluded,
        "source": design.source.feature_set if isinstance(design, CohortDesign) else design.source.file,
        "data_label": told["data"] if synthetic else f"Real data: {told['data']}.",
        "representativeness": told["represents"],
        "periods": ", ".join(str(p) for p in np.unique(data.period)),
        "setting": told["setting"],
        "assessors": assessors,
        "missing": f"{float(np.isnan(data.values).mean()):.0%}",
        "folds": int(run.folds.max()) + 1,
        "flow": "; ".join(f"{row['step']}: {row['rows']}" for row in report["attrition"]),
        "reason": run.choice.reason_en,
        **shape(
            model, run.fitted[model], estimators_for(design.effort, design.seed).get(model), design.effort
        ),
        "transport": transport or "Not by area: the data have no areas or too few events in them",
        "temporal": temporal,
        "thresholds": ", ".join(f"{t:.2f}" for t in design.thresholds),
        "subgroups": ", ".join(design.subgroups) or "none in these data",
        "subgroup_results": "; ".join(
            f"{r['subgroup']} {r['value']}: AUROC {r['auroc']:.2f}, O/E {r['observed_expected']:.2f}"
            for r in shown
        )
        or "none with 100 events",
        "gaps": "; ".join(
            f"{g['subgroup']}: AUROC {g['auroc_gap']:.2f}, missed share {g['false_negative_rate_gap']:.2f}"
            for g in report["fairnessGaps"]
        )
        or "too few events per group",
        "allowed_use": design.allowed_use.en,
        "seed": design.seed,
        "design_hash": design_hash(design)[:16],
        "data_hash": run.data_hash[:16],
        "ethics": told["ethics"],
        "sharing": told["sharing"],
        "origin_used": f"Origin is among the predictors ({', '.join(origins)})."
        if origins
        else "Origin is not a predictor.",
        "interpretation": f"{run.choice.reason_en} Shuffled outcomes give AUROC {report['shuffled_target_auroc']:.2f}: "
        "the method itself leaks nothing.",
        "limitations": ("" if later_outcome else "Cross-sectional: association, not onset. ")
        + f"Limitations of the data: {told['limitations']}. "
        + ("Tested on later rows of the same data; " if later else "")
        + "not evaluated elsewhere in this run."
        + (
            " Quick setting: three folds, no search of penalties, no founding baseline, few resamples, not left out by area."
            if design.effort == "quick"
            else ""
        ),
        "findings": "; ".join(f"{f['subject']}: {f['check']}" for f in report["leakage"]) or "nothing",
        "audited": "nothing"
        + "".join(
            f"; {topic} was expected to tell much and not looked at as a whole: {why.rstrip('.')}"
            for topic, why in report["strong_topics"].items()
        ),
        "real_data": not synthetic,
        "leakage_free": report["leakage_free"],
        "prospective": later_outcome,
        "enough_rows": report["sample"]["enough"],
        "enough_events": data.events >= 200,
        "temporal_done": bool(later),
    }


def _filled(template: str, names: dict[str, Any], where: str) -> str:
    for _, name, _, _ in Formatter().parse(template):
        if name and not str(names.get(name, "")).strip():
            raise DataProblem(
                "card_incomplete",
                subject=where,
                found=f"nothing for {name}",
                remedy="let the run report it, or state why not",
            )
    text = template.format(**names).strip()
    if not text:
        raise DataProblem(
            "card_incomplete", subject=where, found="an empty answer", remedy="write the answer"
        )
    return text


def tripod(names: dict[str, Any], path: Path = HERE / "tripod_ai.yml") -> list[dict[str, str]]:
    """The 52 sub-items with their answers.

    Raises:
        DataProblem: If one is absent or stays empty.
    """
    rows = read_yaml(path)
    if len({row["item"] for row in rows}) != TRIPOD_ITEMS:
        raise DataProblem(
            "card_incomplete",
            subject=path.name,
            expected=f"{TRIPOD_ITEMS} sub-items",
            found=str(len(rows)),
            remedy="add the item",
        )
    return [
        {
            "item": row["item"],
            "topic": row["topic"],
            "answer": _filled(row.get("answer") or "", names, f"{path.name} {row['item']}"),
        }
        for row in rows
    ]


def probast(names: dict[str, Any], path: Path = HERE / "probast_ai.yml") -> list[dict[str, str]]:
    """The 16 and 18 questions with answer and evidence.

    Raises:
        DataProblem: If one is absent or stays empty.
    """
    content = read_yaml(path)
    counts = (len(content["development"]), len(content["evaluation"]))
    if counts != (DEVELOPMENT_ITEMS, EVALUATION_ITEMS):
        raise DataProblem(
            "card_incomplete",
            subject=path.name,
            expected="16 and 18 questions",
            found=str(counts),
            remedy="add the question",
        )
    out = []
    for part in ("development", "evaluation"):
        for row in content[part]:
            template = (
                row["answer"]
                if "when" not in row
                else row["if_true"]
                if names[row["when"]]
                else row["if_false"]
            )
            verdict, _, evidence = _filled(template, names, f"{path.name} {row['id']}").partition(": ")
            if verdict not in ("yes", "probably yes", "probably no", "no") or not evidence:
                raise DataProblem(
                    "card_incomplete",
                    subject=path.name,
                    where=row["id"],
                    expected="a verdict and its evidence",
                    remedy="write both",
                )
            out.append(
                {
                    "part": part,
                    "id": row["id"],
                    "domain": row["domain"],
                    "question": row["question"],
                    "answer": verdict,
                    "evidence": evidence,
                }
            )
    return out


def model_card(run: Run, report: dict[str, Any]) -> dict[str, Any]:
    """Purpose, limits, results and both checklists of a run, as plain data.

    Raises:
        DataProblem: If any part stays empty.
    """
    names = facts(run, report)
    return {
        "model_id": run.design.model_id,
        "run_id": run.run_id,
        "synthetic": run.data.synthetic,
        "title": run.design.title.model_dump(),
        "allowed_use": run.design.allowed_use.model_dump(),
        "choice": {"model": run.choice.model, "nl": run.choice.reason_nl, "en": run.choice.reason_en},
        "results": {
            k: names[k]
            for k in ("rows", "events", "auroc", "auprc", "slope", "citl", "ici", "temporal", "transport")
        },
        "tripod_ai": tripod(names),
        "probast_ai": probast(names),
    }
