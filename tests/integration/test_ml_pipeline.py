"""The whole way: panel files to registered model with filled checklists, the leakage audit, and real data by design alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml.audit.leakage import audit_lineage, audit_statistics, reference_scores, require_clean
from ml.audit.leaks import audit
from ml.audit.report import make_report
from ml.base.dataset import Column, Dataset
from ml.base.design import TableDesign, load_design
from ml.base.problems import DataProblem
from ml.base.splits import grouped_folds, temporal_split
from ml.cards.fill import model_card, probast, tripod
from ml.cards.html import render
from ml.estimators import AdditiveLogistic, FoundingBoosting
from ml.evaluation.one_design import main
from ml.evaluation.planted import examine
from ml.evaluation.trial import AGES, Exam, cohort_design, make_exam, training_data
from ml.metrics import auroc, calibration
from ml.model.registry import load, register
from ml.model.train import train
from ml.panel.world import Dials, make_world
from ml.panel_data.tables import build_table_dataset

DIALS = Dials(seed=21, ages=AGES)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return training_data(make_world(DIALS), 3_000)


@pytest.fixture(scope="module")
def exam() -> Exam:
    return make_exam(DIALS, 1_500)


def test_glass_box__gets_most_of_what_is_attainable(data: Dataset, exam: Exam) -> None:
    folds = grouped_folds(data, 5, 1)
    light = AdditiveLogistic(monotone=True, penalties=(500.0, 80.0))
    ours = light.fit(data, folds).predict(exam.data.values)
    theirs = FoundingBoosting(1).fit(data, folds).predict(exam.data.values)
    assert exam.skill(ours) > 0.82
    assert exam.skill(ours) > exam.skill(theirs) + 0.08
    assert calibration(theirs, exam.truth).slope < 0.65
    assert auroc(exam.optimum, exam.truth) > auroc(ours, exam.truth)


def test_audit__catches_every_planted_leak_and_leaves_honest_features_alone(data: Dataset) -> None:
    missed, false, number = examine(data, 1)
    assert number >= 20
    assert missed == []
    assert len(false) <= 0.05 * len(data.columns)


def test_audit__takes_a_strong_cause_for_what_it_is() -> None:
    # In this world one question carries 30 % of the risk and adds 0.03 to all the others.
    strong = training_data(make_world(Dials(seed=6, ages=AGES)), 5_000)
    folds = grouped_folds(strong, 5, 6)
    reference = reference_scores(strong, folds)
    assert audit_statistics(strong, folds, reference=reference) == []
    told = strong.outcome + np.random.default_rng(1).standard_normal(len(strong))
    leaking = strong.with_column(Column("answer_of_later", "continuous", variable="answer_of_later"), told)
    found = audit_statistics(leaking, folds, reference=reference, first=len(strong.columns))
    assert [(item.subject, item.check) for item in found] == [("answer_of_later", "adds too much")]


def test_release__is_blocked_by_a_finding_and_by_a_score_too_good_to_be_true(data: Dataset) -> None:
    require_clean(audit(data.take(np.arange(1_200))), 0.75, subject="model")
    with pytest.raises(DataProblem, match=r"AUROC 0\.91"):
        require_clean([], 0.91, subject="model")


def test_run__is_registered_with_52_and_34_answers_and_an_empty_one_stops_it(
    data: Dataset, tmp_path: Path
) -> None:
    # Without a search: what is registered does not depend on how long was searched.
    design = cohort_design().model_copy(update={"effort": "quick"})
    some, models = data.take(np.arange(0, len(data), 2)), ("prevalence", "glass_box")
    run = train(design, some, models=models, outer_folds=2)
    report = make_report(run, refits=2, shuffles=1, draws=40)
    card = model_card(run, report)
    assert len(card["tripod_ai"]) == 52
    assert len(card["probast_ai"]) == 34
    assert "SYNTHETIC" in json.dumps(card["tripod_ai"])
    names = {r["metric"] for r in report["evaluationStatistics"]}
    assert {"AUROC", "AUPRC", "brier score", "calibrationSlope", "ICI"} <= names
    assert "SYNTHETISCH" in render(report, card)
    home = register(run, tmp_path, {**report, "card": card})
    again = train(design, some, models=models, outer_folds=2)
    assert again.run_id == run.run_id
    before = {p.name: p.read_bytes() for p in home.glob("model_*.json")}
    register(again, tmp_path, {**report, "card": card})
    assert {p.name: p.read_bytes() for p in home.glob("model_*.json")} == before
    assert np.array_equal(load(home)[0].predict(data.values), run.fitted["glass_box"].predict(data.values))
    checklist = tmp_path / "tripod.yml"
    checklist.write_text(
        (Path(tripod.__code__.co_filename).parent / "tripod_ai.yml")
        .read_text()
        .replace("{source}. {data_label}", "{nobody}")
    )
    from ml.cards.fill import facts

    with pytest.raises(DataProblem, match="nothing for nobody"):
        tripod(facts(run, report), checklist)
    assert {row["answer"] for row in probast(facts(run, report))} <= {
        "yes",
        "probably yes",
        "probably no",
        "no",
    }


@pytest.mark.reference
def test_nhanes__by_a_design_file_alone(reference_data: Path) -> None:
    honest, leaky = (
        load_design(n) for n in ("nhanes_bad_mental_health_days", "nhanes_bad_mental_health_days_leak")
    )
    assert isinstance(honest, TableDesign)
    assert isinstance(leaky, TableDesign)
    data = build_table_dataset(honest, reference_data / "micro")
    assert (len(data), data.events) == (10_586, 1_376)
    early, late = temporal_split(data, ["2009_10"], ["2011_12"])
    train_rows, test = data.take(early), data.take(late)
    model = AdditiveLogistic(monotone=True, penalties=(50.0, 80.0)).fit(
        train_rows, grouped_folds(train_rows, 5, 1)
    )
    p = model.predict(test.values)
    assert auroc(p, test.outcome) == pytest.approx(0.74, abs=0.02)
    assert 0.9 < calibration(p, test.outcome).slope < 1.1
    with_leak = build_table_dataset(leaky, reference_data / "micro")
    assert {f.subject for f in audit_lineage(with_leak)} == {"Depressed", "LittleInterest"}
    assert audit_lineage(data) == []


def test_command__ends_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nhanes_phq9", "--data", str(tmp_path), "--models", str(tmp_path)]) == 12
    assert "nhanes2017_2018_DEMO_J.csv.gz" in capsys.readouterr().err
