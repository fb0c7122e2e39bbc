"""What runs in the packed folder: the model on the data of the other place, and aggregates of it in OHDSI's table names.

No row leaves: counts are told in tens and shares in hundredths, as everything about participants (`ml.production.disclosed`), and a
group of fewer than ten with or without the outcome is left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from datawerkplaats.base.files import write_text
from ml.audit.report import THRESHOLDS, evaluation_statistics
from ml.audit.subgroups import subgroup_table
from ml.base.dataset import Dataset
from ml.base.design import CohortDesign, Design, load_design
from ml.base.feature_set import load_feature_set
from ml.base.problems import DataProblem
from ml.metrics import calibration_curve, threshold_table
from ml.model.registry import artefact_of, load
from ml.panel_data.features import build_dataset
from ml.panel_data.staging import read_panel
from ml.panel_data.tables import build_table_dataset
from ml.production.disclosed import calibration_rows, is_enough, rounded, rounded_count

Rows = list[dict[str, Any]]
MODEL, DESIGN = "model", "design.json"
COUNTS = ("populationSize", "outcomeCount")


def evaluate(bundle: Path, data: Path, out: Path) -> dict[str, Any]:
    """The tables, written as JSON, and what they are about.

    Raises:
        DataProblem: If the model is not the one that was packed, or the data do not have what the design names.
    """
    packed = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    model, manifest = load(bundle / MODEL)
    if artefact_of(manifest) != packed["artefact_sha256"]:
        raise DataProblem(
            "model_damaged", subject=packed["model_id"], expected="the model that was packed", remedy="pack it again"
        )  # fmt: skip
    design = load_design(bundle / MODEL / DESIGN)
    people = _people(design, data)
    absent = next((c["name"] for c in manifest["columns"] if c["name"] not in people.names), None)
    if absent is not None:
        raise DataProblem(
            "schema_mismatch", subject=packed["model_id"], where=absent, expected="every feature of the model",
            remedy="deliver the question, or have the model trained without it",
        )  # fmt: skip
    order = [people.names.index(column["name"]) for column in manifest["columns"]]
    tables = tables_of(design, people, model.predict(np.ascontiguousarray(people.values[:, order])))
    about = {name: packed[name] for name in ("model_id", "run_id", "artefact_sha256")}
    result = {**about, "participants": rounded_count(len(people)), "tables": sorted(tables)}
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        write_text(out / f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    write_text(out / "result.json", json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return result


def _people(design: Design, folder: Path) -> Dataset:
    if isinstance(design, CohortDesign):
        features = load_feature_set(design.source.feature_set)
        return build_dataset(design, features, read_panel(folder, features), need_outcome=True).labelled()
    return build_table_dataset(design, folder)


def tables_of(design: Design, people: Dataset, probability: np.ndarray) -> dict[str, Rows]:
    """The aggregates as they may leave."""
    threshold = design.thresholds[min(1, len(design.thresholds) - 1)]
    figures = evaluation_statistics(people, probability, "external", "model", seed=design.seed)
    groups = subgroup_table(people, probability, design.subgroups, threshold, seed=design.seed)
    shown = [f"{name}{end}" for name in ("auroc", "observed_expected") for end in ("", "_lower", "_upper")]
    cuts = threshold_table(probability, people.outcome, THRESHOLDS, people.weight)
    return {
        "evaluationStatistics": [
            {
                "evaluation": row["evaluation"],
                "metric": row["metric"],
                "count": rounded_count(row["value"]) if row["metric"] in COUNTS else None,
                **{k: None if row["metric"] in COUNTS else rounded(row[k]) for k in ("value", "lower", "upper")},
            }
            for row in figures
        ],
        "demographicSummary": [
            {
                "subgroup": row["subgroup"],
                "category": row["value"],
                "people": rounded_count(row["n"]),
                "events": rounded_count(row["events"]),
                **{name: rounded(row.get(name)) if row["shown"] else None for name in shown},
            }
            for row in groups
            if is_enough(row["n"], row["events"])
        ],
        "calibrationSummary": calibration_rows(calibration_curve(probability, people.outcome, people.weight)),
        "thresholdSummary": [
            {name: rounded(row[name]) for name in ("threshold", "sensitivity", "specificity", "ppv", "npv")}
            for row in cuts
            if is_enough(len(people), float((probability >= row["threshold"]).sum()))
        ],
    }  # fmt: skip
