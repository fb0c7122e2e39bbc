"""Skill, calibration and utility, in worlds whose truth is known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from ml.evaluation.figures import Figure, Sizes
from ml.evaluation.trial import AGES
from ml.panel.risk import Scenario
from ml.panel.world import Dials

MODELS = ("founding", "logistic_splines", "glass_box", "boosting")
LARGE_WORLDS = 3


def trials(sizes: Sizes) -> Iterator[Figure]:
    """Skill, calibration, utility and the founding figures, means over fresh worlds."""
    from ml.evaluation.trial import run_trial

    started, worked = time.perf_counter(), time.process_time()
    rows = [
        r
        for seed in sizes.worlds_from()
        for r in run_trial(Dials(seed=seed, ages=AGES), sizes.people, MODELS)
    ]
    yield from summarise(rows, f"{sizes.people}")
    yield "ci_evaluation_minutes", (time.perf_counter() - started) / 60, None
    yield "ci_evaluation_processor_minutes", (time.process_time() - worked) / 60, None


def scenarios(sizes: Sizes) -> Iterator[Figure]:
    """The default model beside boosting where the truth is a plain sum, and where interactions rule."""
    from ml.evaluation.trial import run_trial

    models = ("glass_box", "boosting")
    shapes: tuple[Scenario, ...] = ("additive", "interaction")
    for shape in shapes:
        rows = [
            r
            for seed in sizes.worlds_from(sizes.compared_worlds)
            for r in run_trial(Dials(seed=seed, ages=AGES, scenario=shape), sizes.people, models)
        ]
        mean = {m: float(np.mean([r["skill"] for r in rows if r["model"] == m])) for m in models}
        yield f"skill_{sizes.people}_{shape}", mean["glass_box"], mean["boosting"]


def summarise(rows: list[dict[str, Any]], label: str) -> Iterator[Figure]:
    """The lines of a set of trials, for the default model beside the founding one."""

    def mean(model: str, figure: str) -> float:
        return float(np.mean([r[figure] for r in rows if r["model"] == model]))

    ours, theirs = "glass_box", "founding"
    yield f"skill_{label}", mean(ours, "skill"), mean(theirs, "skill")
    for model in ("logistic_splines", "boosting"):
        there = {r["world"] for r in rows if r["model"] == model}
        beside = float(np.mean([r["skill"] for r in rows if r["model"] == ours and r["world"] in there]))
        yield f"skill_{label}_{model}", mean(model, "skill"), beside
        yield f"skill_{label}_{model}_worlds", len(there), None
    # XGBoost is judged by the same figures as the glass box: it may be the one that is released.
    yield f"calibration_slope_{label}_boosting", mean("boosting", "slope"), None
    yield f"ici_{label}_boosting", mean("boosting", "ici"), None
    yield f"skill_{label}_worst_world", min(r["skill"] for r in rows if r["model"] == ours), None
    yield f"calibration_slope_{label}", mean(ours, "slope"), None
    yield f"calibration_slope_{label}_founding", mean(theirs, "slope"), None
    yield (
        f"calibration_in_the_large_{label}",
        abs(mean(ours, "in_the_large")),
        abs(mean(theirs, "in_the_large")),
    )
    yield f"ici_{label}", mean(ours, "ici"), mean(theirs, "ici")
    yield (
        f"net_benefit_share_10_{label}",
        mean(ours, "net_benefit_share_10"),
        mean(theirs, "net_benefit_share_10"),
    )
    yield (
        f"net_benefit_share_20_{label}",
        mean(ours, "net_benefit_share_20"),
        mean(theirs, "net_benefit_share_20"),
    )
    reached, ceiling = mean(ours, "sensitivity_at_specificity_76"), mean(ours, "ceiling_at_specificity_76")
    yield f"founding_groups_at_once_{label}", reached, mean(theirs, "sensitivity_at_specificity_76")
    yield f"founding_groups_at_once_{label}_specificity", mean(ours, "specificity_there"), None
    yield f"founding_groups_at_once_{label}_threshold", mean(ours, "threshold_there"), None
    yield (
        f"founding_groups_at_once_{label}_worlds_above",
        sum(r["sensitivity_at_specificity_76"] > 0.6 for r in rows if r["model"] == ours),
        None,
    )
    yield f"founding_groups_at_once_{label}_ceiling", ceiling, reached
    yield f"roc_above_founding_{label}", mean(ours, "roc_above_founding"), None
    yield (
        f"subgroups_observed_expected_{label}",
        mean(ours, "subgroups_right"),
        mean(theirs, "subgroups_right"),
    )
    yield f"subgroups_observed_expected_{label}_subgroups", mean(ours, "subgroups"), None
    yield f"subgroups_observed_expected_{label}_worst_ratio", mean(ours, "subgroup_worst"), None
    for model in (ours, "boosting"):
        yield f"training_processor_seconds_{label}_{model}", mean(model, "processor_seconds"), None


def large(sizes: Sizes) -> Iterator[Figure]:
    """Skill, calibration and utility with many people, of every model in the same few worlds."""
    from ml.evaluation.trial import run_trial

    rows = [
        r
        for seed in sizes.worlds_from(LARGE_WORLDS)
        for r in run_trial(Dials(seed=seed, ages=AGES), sizes.people, MODELS)
    ]
    yield from summarise(rows, f"{sizes.people}")
