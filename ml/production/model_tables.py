"""The released models as small tables: what they are for, what they are worth, for whom, and what moves them.

Only aggregates: a cell of fewer than ten people, or with fewer than ten of either outcome, is left empty; counts and shares are
told as `disclosed` rounds them, because two models may be about the same people.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from datawerkplaats.base.settings import Settings
from ml.base.feature_set import load_feature_set
from ml.base.risk_models import model_ids
from ml.model.registry import champion
from ml.production.area_estimates import AreaRisk
from ml.production.data_of_design import design_of
from ml.production.disclosed import calibration_rows, is_enough, needed_about, rounded, rounded_count
from ml.production.paths import last_state, models_dir, read_json

THRESHOLD = 0.20
LOSS_DECIMALS = 4  # a difference of mean losses over all participants: no share of a count
Rows = list[dict[str, Any]]


def tables_of_models(settings: Settings, areas: list[AreaRisk]) -> dict[str, Rows]:
    """The tables of `paths.TABLES`, over the released run of each model, or its last run while none is released."""
    tables: dict[str, Rows] = {
        "areas": [{**asdict(row), "participants": rounded_count(row.participants)} for row in areas]
    }
    for model_id in model_ids(settings.catalogue_dir):
        for name, rows in _of_model(settings, model_id).items():
            tables.setdefault(name, []).extend(rows)
    return tables


def _of_model(settings: Settings, model_id: str) -> dict[str, Rows]:
    folder, state = models_dir(settings), last_state(settings, model_id)
    pointer = champion(folder, model_id)
    run_id = pointer["run_id"] if pointer else state["run_id"] if state else None
    report = read_json(folder / model_id / run_id / "report.json") if run_id else None
    manifest = read_json(folder / model_id / run_id / "manifest.json") if run_id else None
    if report is None or manifest is None:
        return {}
    design = design_of(settings, model_id)
    key = {"model_id": model_id, "run_id": run_id}
    card = report["card"]
    waiting = bool(state and state["run_id"] != run_id)
    model = {
        **key,
        "indicator_id": design.published.indicator_id,
        "target": design.target.name,
        "age_band": design.age_band,
        "title_nl": design.title.nl,
        "title_en": design.title.en,
        "informant_nl": design.published.informant.nl,
        "informant_en": design.published.informant.en,
        "is_released": pointer is not None,
        "not_released_because": ""
        if pointer or not state
        else "; ".join(state["failures"]) or "nobody has approved it yet",
        "not_released_because_nl": ""
        if pointer or not state
        else "; ".join(state.get("failures_nl", state["failures"])) or "niemand heeft het nog goedgekeurd",
        "challenger_run_id": state["run_id"] if waiting and state else "",
        "challenger_held_back_because": "; ".join(state["failures"]) if waiting and state else "",
        "approved_by": pointer["approved_by"] if pointer else "",
        "approved_at": pointer["approved_at"] if pointer else "",
        "put_forward": report["choice"]["model"],
        "choice_nl": report["choice"]["reason_nl"],
        "choice_en": report["choice"]["reason_en"],
        "allowed_use_nl": design.allowed_use.nl,
        "allowed_use_en": design.allowed_use.en,
        "is_synthetic": bool(report["synthetic"]),
        "effort": report.get("effort", "full"),
        "horizon_years": 4 * design.target.horizon_waves,
        "participants": rounded_count(report["sample"]["rows"]),
        "events": rounded_count(report["sample"]["events"]),
        "rows_needed": needed_about(report["sample"]["rows_needed"]),
        "features": report["sample"]["features"],
        "excluded": ", ".join(design.features.exclude),
        "limitations": next((row["answer"] for row in card["tripod_ai"] if row["item"] == "26"), ""),
        "tripod_items": len(card["tripod_ai"]),
        "probast_items": len(card["probast_ai"]),
        "membership_auc": rounded(report["privacy"]["auc"]),
        "smallest_cell": rounded_count(report["privacy"]["smallest_cell"]),
        "shuffled_auroc": rounded(report["shuffled_target_auroc"]),
        "score_psi": rounded((report.get("drift") or {}).get("score_psi")),
        "seed": manifest["seed"],
        "design_hash": manifest["design_hash"][:16],
        "data_hash": manifest["data_hash"][:16],
        "artefact_sha256": manifest.get("files", {}).get(f"model_{manifest.get('put_forward')}.json", ""),
    }
    return {
        "models": [model],
        "skill": [{**key, **row} for row in _skill(report)],
        "subgroups": [{**key, **row} for row in _subgroups(report)],
        "contributions": [{**key, **row} for row in _contributions(report, design.source.feature_set)],
        "calibration": [{**key, **row} for row in calibration_rows(report["calibrationSummary"])],
    }


def _skill(report: dict[str, Any]) -> Rows:
    """Every figure per competing model, and for the one put forward what acting above the threshold would mean."""
    rows = [
        {
            "competitor": row["model"],
            **{k: row[k] for k in ("evaluation", "metric", "value", "lower", "upper")},
        }
        for row in report["evaluationStatistics"]
    ]
    at = min(report["thresholdSummary"], key=lambda row: abs(row["threshold"] - THRESHOLD))
    named = {name: at[name] for name in ("threshold", "sensitivity", "specificity", "ppv", "npv")}
    named |= {
        "flagged": at["flagged_per_1000"] / 1000,
        "prevalence": report["sample"]["events"] / report["sample"]["rows"],
    }
    chosen = report["choice"]["model"]
    rows += [
        {
            "competitor": chosen,
            "evaluation": "threshold",
            "metric": name,
            "value": value,
            "lower": None,
            "upper": None,
        }
        for name, value in named.items()
    ]
    return [
        {**row, **{name: rounded(row[name]) for name in ("value", "lower", "upper")}}
        for row in rows
        if row["value"] == row["value"]
    ]


def _subgroups(report: dict[str, Any]) -> Rows:
    rows = []
    figures = (
        "auroc",
        "auroc_lower",
        "auroc_upper",
        "observed_expected",
        "observed_expected_lower",
        "observed_expected_upper",
    )
    for row in report["demographicSummary"]:
        enough = is_enough(row["n"], row["events"])
        shown = enough and row["shown"]
        rows.append(
            {
                "subgroup": row["subgroup"],
                "category": row["value"],
                "people": rounded_count(row["n"]) if enough else None,
                "events": rounded_count(row["events"]) if enough else None,
                "is_shown": bool(shown),
                **{name: rounded(row.get(name)) if shown else None for name in figures},
            }
        )
    return rows


def _contributions(report: dict[str, Any], feature_set: str) -> Rows:
    titles = load_feature_set(feature_set).topics
    explained = report["explanations"]
    rows = []
    for topic in explained["topics"]:
        title = titles.get(topic["name"])
        rows.append(
            {
                "topic": topic["name"],
                "title_nl": title.nl if title else topic["name"],
                "title_en": title.en if title else topic["name"],
                "share": rounded(explained["relative"][topic["name"]]),
                **{name: rounded(topic[name], LOSS_DECIMALS) for name in ("loss", "lower", "upper")},
                **{name: topic[name] for name in ("rank", "rank_lower", "rank_upper")},
                "is_floor": topic["name"] == "noise_floor",
            }
        )
    return rows
