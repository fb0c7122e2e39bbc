"""Trials in worlds whose truth is known: models trained on the panel's files, judged against what was attainable."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.design import CohortDesign, load_design
from ml.base.feature_set import load_feature_set
from ml.base.splits import grouped_folds
from ml.estimators import make_estimators
from ml.metrics import auroc, calibration
from ml.metrics.thresholds import attainable_share, sensitivities
from ml.panel.draw import WAVES, Panel, draw_panel
from ml.panel.files import pseudonyms, write_panel
from ml.panel.optimum import observed_probability
from ml.panel.world import Dials, World, make_world
from ml.panel_data.features import build_dataset
from ml.panel_data.staging import read_panel

Floats = NDArray[np.float64]
DESIGN = "onset_anxiety_complaints_18_29"
AGES = (18, 29)
TEST_PEOPLE = 8_000
MIN_EVENTS = 100
ROC_GRID = [round(0.05 * i, 2) for i in range(1, 20)]
FOUNDING = {"specificity": 0.76, "sensitivity": 0.60}


@dataclass(frozen=True)
class Exam:
    """Test people of the same world with the truth about them, which no model has seen."""

    data: Dataset
    truth: Floats
    optimum: Floats  # the probability given the answers

    @property
    def best_auroc(self) -> float:
        """The AUROC of the best possible use of the answers."""
        return auroc(self.optimum, self.truth)

    def skill(self, probability: Floats) -> float:
        """The share of the attainable AUROC above chance."""
        return (auroc(probability, self.truth) - 0.5) / (self.best_auroc - 0.5)


def stage(panel: Panel, design: CohortDesign, *, need_outcome: bool) -> Dataset:
    """The dataset of a design, by way of the files that the panel is delivered in."""
    features = load_feature_set(design.source.feature_set)
    with tempfile.TemporaryDirectory() as folder:
        write_panel(panel, Path(folder))
        return build_dataset(design, features, read_panel(Path(folder), features), need_outcome=need_outcome)


def truth_of(panel: Panel, design: CohortDesign, data: Dataset) -> tuple[Floats, Floats]:
    """True risk, and risk given the answers, of the dataset's rows."""
    position = {name: i for i, name in enumerate(pseudonyms(panel))}
    person = np.array([position[name] for name in data.person])
    truth, optimum = np.empty(len(data)), np.empty(len(data))
    target = design.target.name
    for number, wave in enumerate(WAVES):
        here = data.period == wave
        if here.any():
            truth[here] = panel.waves[number].probability[target][person[here]]  # type: ignore[index]
            optimum[here] = observed_probability(panel, number, person[here], target)  # type: ignore[arg-type]
    return truth, optimum


@lru_cache(maxsize=16)
def make_exam(dials: Dials, people: int = TEST_PEOPLE, seed: int = 2) -> Exam:
    """The exam of a world."""
    design = cohort_design()
    panel = draw_panel(make_world(dials), people, seed)
    data = stage(panel, design, need_outcome=False)
    return Exam(data, *truth_of(panel, design, data))


def cohort_design(model_id: str = DESIGN) -> CohortDesign:
    """The design that the trials use."""
    design = load_design(model_id)
    assert isinstance(design, CohortDesign)
    return design


def training_data(world: World, people: int, seed: int = 1) -> Dataset:
    """A training panel of a world, through its files."""
    return stage(draw_panel(world, people, seed), cohort_design(), need_outcome=True)


def judge(exam: Exam, probability: Floats, rival: Floats | None = None) -> dict[str, float]:
    """What predictions are worth in the exam, against the truth rather than against chance outcomes.

    Args:
        exam: The test people with the truth about them.
        probability: The predictions to judge.
        rival: Predictions of the founding model for the same people, to lay the two curves beside each other.
    """
    quality = calibration(probability, exam.truth)
    # Both founding figures at once: the sensitivity of our ROC at their specificity, at a threshold of our own.
    ours = sensitivities(probability, exam.truth, [FOUNDING["specificity"]])[0]
    best = sensitivities(exam.optimum, exam.truth, [FOUNDING["specificity"]])[0]
    above = float("nan")
    if rival is not None:
        pair = [sensitivities(p, exam.truth, ROC_GRID) for p in (probability, rival)]
        above = float(np.mean([a["sensitivity"] > b["sensitivity"] for a, b in zip(*pair, strict=True)]))
    return {
        "auroc": auroc(probability, exam.truth),
        "skill": exam.skill(probability),
        "slope": quality.slope,
        "in_the_large": quality.in_the_large,
        "ici": quality.ici,
        "net_benefit_share_10": attainable_share(probability, exam.optimum, exam.truth, 0.10),
        "net_benefit_share_20": attainable_share(probability, exam.optimum, exam.truth, 0.20),
        "sensitivity_at_specificity_76": ours["sensitivity"],
        "specificity_there": ours["specificity"],
        "threshold_there": ours["threshold"],
        "ceiling_at_specificity_76": best["sensitivity"],
        "roc_above_founding": above,
        **_groups(exam, probability),
    }


def _groups(exam: Exam, probability: Floats) -> dict[str, float]:
    """Observed over expected in every subgroup with at least a hundred events: how many, how many right, the worst."""
    ratios = []
    for name in cohort_design().subgroups:
        for value in np.unique(exam.data.strata[name]):
            here = exam.data.strata[name] == value
            if exam.truth[here].sum() >= MIN_EVENTS:
                ratios.append(float(exam.truth[here].sum() / probability[here].sum()))
    worst = float(np.abs(np.log(ratios)).max())
    return {
        "subgroups": float(len(ratios)),
        "subgroups_right": float(np.mean([0.9 <= r <= 1.1 for r in ratios])),
        "subgroup_worst": float(np.exp(worst)),
    }


def run_trial(dials: Dials, people: int, models: Sequence[str], threads: int = 1) -> list[dict[str, Any]]:
    """One row per model: its figures in one world. The founding model, when asked for, is what the others are laid beside."""
    world = make_world(dials)
    exam = make_exam(dials)
    data = training_data(world, people)
    folds = grouped_folds(data, 5, dials.seed)
    rows = []
    rival: Floats | None = None
    for name in sorted(models, key=lambda m: m != "founding"):
        started, worked = time.perf_counter(), time.process_time()
        fitted = make_estimators(dials.seed, threads)[name].fit(data, folds)
        seconds, processor = time.perf_counter() - started, time.process_time() - worked
        probability = fitted.predict(exam.data.values)
        rival = probability if name == "founding" else rival
        rows.append(
            {
                "world": dials.seed,
                "scenario": dials.scenario,
                "people": people,
                "rows": len(data),
                "events": data.events,
                "model": name,
                "seconds": seconds,
                "processor_seconds": processor,
                "optimum_observed": exam.best_auroc,
                "optimum_full": auroc(exam.truth, exam.truth),
                **judge(exam, probability, rival),
            }
        )
    return rows
