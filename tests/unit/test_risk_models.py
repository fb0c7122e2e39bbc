"""Risk models are files of the catalogue: one more age band is a model and an indicator, and everything else follows."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from apps.dashboard.views.risico import sentences
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.loading.ingest import ingest_source, load_source
from datawerkplaats.loading.snapshot import SnapshotFolder
from ml.base.risk_models import model_ids, risk_models
from ml.production import area_estimates, paths
from ml.production.data_of_design import design_of
from ml.production.model_tables import tables_of_models
from ml.production.population import Population

BAND, MEASURE = (12, 22), "young_anxiety_onset_pct"
# An id says nothing: no part of it is the target, the band or the measure.
MODEL, INDICATOR = "sixth", "risk_of_young_anxiety"
REPORT = {
    "card": {"tripod_ai": [{"item": "26", "answer": "Few people."}], "probast_ai": []},
    "choice": {"model": "glass_box", "reason_nl": "Zo", "reason_en": "So"},
    "synthetic": True,
    "sample": {"rows": 900, "events": 120, "rows_needed": 800, "features": 102},
    "privacy": {"auc": 0.5, "smallest_cell": 12},
    "shuffled_target_auroc": 0.5,
    "evaluationStatistics": [],
    "thresholdSummary": [
        {
            "threshold": 0.2,
            "sensitivity": 0.6,
            "specificity": 0.7,
            "ppv": 0.3,
            "npv": 0.9,
            "flagged_per_1000": 200,
        }
    ],
    "demographicSummary": [],
    "explanations": {"topics": [], "relative": {}},
    "calibrationSummary": [],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A house with a sixth age band of one target: two files more than the repository has."""
    catalogue = tmp_path / "catalogue"
    shutil.copytree(PROJECT_ROOT / "catalogue", catalogue)
    model = yaml.safe_load((catalogue / "models/onset_anxiety_complaints_12_17.yml").read_text())
    model["model_id"], model["population"]["age"] = MODEL, list(BAND)
    model["published"].update(measure=MEASURE, indicator_id=INDICATOR)
    (catalogue / f"models/{MODEL}.yml").write_text(yaml.safe_dump(model))
    indicator = yaml.safe_load(
        (catalogue / "indicators/outcome/risk_anxiety_onset_12_17_pct.yml").read_text()
    )
    indicator["definition"]["measure"], indicator["population"] = MEASURE, "young_people_12_22"
    indicator["none_known"] = True  # no intervention names the copy
    (catalogue / f"indicators/outcome/{INDICATOR}.yml").write_text(yaml.safe_dump(indicator))
    return Settings(_env_file=None, data_dir=tmp_path / "data", catalogue_dir=catalogue, cores=1)


def estimate(settings: Settings, model_id: str) -> area_estimates.AreaRisk:
    design = design_of(settings, model_id)
    figures: dict[str, Any] = dict.fromkeys(area_estimates.FIGURES, 15.0)
    year = design.published.inhabitants.year
    return area_estimates.AreaRisk(
        model_id=model_id, run_id="r", region_code="GM9901", region_level="gemeente", year=year, **figures,
        people=500, participants=9, reason=None,
    )  # fmt: skip


def test_sixth_age_band__is_two_files_from_declaration_to_tables(settings: Settings) -> None:
    own = {path.relative_to(settings.catalogue_dir) for path in settings.catalogue_dir.rglob("*.yml")}
    assert (
        len(
            own
            - {
                path.relative_to(PROJECT_ROOT / "catalogue")
                for path in (PROJECT_ROOT / "catalogue").rglob("*.yml")
            }
        )
        == 2
    )
    # Declarations: the source that is delivered to has the column without being edited, present or absent.
    assert MEASURE in load_catalogue(settings.catalogue_dir).sources[paths.RISK_AREAS].reader.columns
    source = load_source(settings.catalogue_dir, paths.RISK_AREAS)
    SnapshotFolder(source, settings).accept_absence()
    assert MEASURE in pq.read_schema(settings.inputs_dir / paths.RISK_AREAS / "data.parquet").names
    # Design: found, and about whom it says.
    assert {*model_ids(settings.catalogue_dir)} - {*model_ids(PROJECT_ROOT / "catalogue")} == {MODEL}
    assert design_of(settings, MODEL).age_band == "12-22"
    people = (np.array([150.0]), np.array([100.0]), np.array([400.0]))
    population = Population(
        ["WK990101"],
        ["GM9901"],
        ["GM9901"],
        np.array([0]),
        people,
        np.ones((1, 1)),
        np.ones((1, 1)),
        np.ones((1, 2), dtype=np.int64),
    )
    assert population.cells(*BAND).sum() == pytest.approx(3 * 10 + 8 * 10)
    # Tables: the delivery, loaded as any source, and what the pages read of the model.
    area_estimates.write_delivery(settings, [estimate(settings, MODEL)])
    result = ingest_source(source, settings.model_copy(update={"files": paths.deliveries_dir(settings)}))
    assert result.status == "new"
    rows = pq.read_table(settings.inputs_dir / paths.RISK_AREAS / "data.parquet").to_pylist()
    assert [row[MEASURE] for row in rows] == [15.0] * 3
    home = paths.models_dir(settings) / MODEL
    paths.write_json(home / "last.json", {"run_id": "r", "failures": []})
    paths.write_json(home / "r" / "report.json", REPORT)
    paths.write_json(home / "r" / "manifest.json", {"seed": 1, "design_hash": "d", "data_hash": "d"})
    (model,) = tables_of_models(settings, [estimate(settings, MODEL)])["models"]
    told = (model["target"], model["age_band"], model["indicator_id"], model["informant_en"])
    assert told == ("anxiety_complaints", "12-22", INDICATOR, "self-report by young people")
    assert sentences.ages(model["age_band"], "nl") == "12 tot en met 22 jaar"


def test_delivery__gives_every_model_its_own_column_and_its_own_year(settings: Settings) -> None:
    models = [*risk_models(settings.catalogue_dir)]
    rows = [estimate(settings, model_id) for model_id in models]
    rows = [dataclasses.replace(row, value=float(number)) for number, row in enumerate(rows)]
    rows[-1] = dataclasses.replace(rows[-1], year=2025)
    area_estimates.write_delivery(settings, rows)
    table = [
        row for row in pq.read_table(paths.delivery(settings)).to_pylist() if row["margin_code"] == "MW00000"
    ]
    assert [row["period_code"] for row in table] == ["2024JJ00", "2025JJ00"]
    for number, (model_id, model) in enumerate(risk_models(settings.catalogue_dir).items()):
        values = [row[model.published.measure] for row in table]
        assert values == ([None, float(number)] if model_id == models[-1] else [float(number), None])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("indicator_id", "risk_of_nothing", "risk_of_nothing"),
        ("source", "nowhere", "nowhere"),
        ("measure", "anxiety_onset_0_11_pct", "published.measure"),
    ],
)
def test_catalogue__refuses_a_model_that_nothing_reads(
    settings: Settings, field: str, value: str, words: str
) -> None:
    path = settings.catalogue_dir / f"models/{MODEL}.yml"
    model = yaml.safe_load(path.read_text())
    model["published"][field] = value
    path.write_text(yaml.safe_dump(model))
    with pytest.raises(DataProblem) as caught:
        load_catalogue(settings.catalogue_dir)
    assert f"models/{MODEL}.yml" in caught.value.sentence("en") and words in caught.value.sentence("en")


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("model_id", "seventh", "model_id"),
        ("published", None, "published"),
        ("population", {"age": [18, 70]}, "population"),
    ],
)
def test_risk_models__a_file_that_is_not_right_is_named_with_its_field(
    settings: Settings, field: str, value: object, where: str
) -> None:
    path = settings.catalogue_dir / f"models/{MODEL}.yml"
    model = yaml.safe_load(path.read_text())
    model[field] = {**model[field], **value} if isinstance(value, dict) else value
    path.write_text(yaml.safe_dump(model))
    with pytest.raises(DataProblem) as caught:
        risk_models(settings.catalogue_dir)
    assert f"{MODEL}.yml" in caught.value.sentence("en") and where in caught.value.sentence("en")
