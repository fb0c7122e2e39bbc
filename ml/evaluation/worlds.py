"""Skill, utility, explanations and transport, in worlds whose truth is known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from ml.evaluation.figures import Line, Sizes, at_least, at_most, between, line
from ml.panel.world import Dials
from ml.trial import AGES


def trials(sizes: Sizes) -> Iterator[Line]:
    """Skill, calibration, utility and the founding figures, means over worlds of three scenarios."""
    from ml.trial import run_trial

    started, worked = time.perf_counter(), time.process_time()
    models = ("founding", "logistic_splines", "glass_box", "boosting")
    rows = [
        r
        for seed in range(1, sizes.seeds + 1)
        for r in run_trial(Dials(seed=seed, ages=AGES), sizes.people, models)
    ]
    yield from summarise(rows, f"{sizes.people}", skill=0.89, utility=0.78)
    yield at_most("ci_evaluation_minutes", (time.perf_counter() - started) / 60, 10, "minutes")
    yield line("ci_evaluation_processor_minutes", (time.process_time() - worked) / 60, "minutes of one core")
    for scenario in ("additive", "interaction"):
        other = [
            r
            for seed in (1, 2)
            for r in run_trial(
                Dials(seed=seed, ages=AGES, scenario=scenario), sizes.people, ("glass_box", "boosting")
            )
        ]  # type: ignore[arg-type]
        mean = {
            m: float(np.mean([r["skill"] for r in other if r["model"] == m]))
            for m in ("glass_box", "boosting")
        }
        yield line(
            f"skill_{sizes.people}_{scenario}",
            mean["glass_box"],
            "share of optimum",
            compared_with=mean["boosting"],
        )


def summarise(rows: list[dict[str, Any]], label: str, *, skill: float, utility: float) -> Iterator[Line]:
    """The lines of a set of trials, for the default model beside the founding one."""

    def mean(model: str, figure: str) -> float:
        return float(np.mean([r[figure] for r in rows if r["model"] == model]))

    ours, theirs = "glass_box", "founding"
    yield at_least(f"skill_{label}", mean(ours, "skill"), skill, "share of optimum", mean(theirs, "skill"))
    for model in ("logistic_splines", "boosting"):
        yield line(
            f"skill_{label}_{model}",
            mean(model, "skill"),
            "share of optimum",
            compared_with=mean(theirs, "skill"),
        )
    yield line(
        f"skill_{label}_worst_world", min(r["skill"] for r in rows if r["model"] == ours), "share of optimum"
    )
    yield between(f"calibration_slope_{label}", mean(ours, "slope"), 0.9, 1.1, "slope")
    yield line(f"calibration_slope_{label}_founding", mean(theirs, "slope"), "slope")
    yield at_most(
        f"calibration_in_the_large_{label}",
        abs(mean(ours, "in_the_large")),
        0.05,
        "log odds",
        abs(mean(theirs, "in_the_large")),
    )
    yield at_most(f"ici_{label}", mean(ours, "ici"), 0.01, "probability", mean(theirs, "ici"))
    yield at_least(
        f"net_benefit_share_10_{label}",
        mean(ours, "net_benefit_share_10"),
        utility,
        "share of attainable",
        mean(theirs, "net_benefit_share_10"),
    )
    yield line(
        f"net_benefit_share_20_{label}",
        mean(ours, "net_benefit_share_20"),
        "share of attainable",
        compared_with=mean(theirs, "net_benefit_share_20"),
    )
    found = mean(ours, "sensitivity_at_specificity_76")
    yield line(
        f"sensitivity_above_specificity_76_{label}",
        found,
        "share",
        compared_with=mean(theirs, "sensitivity_at_specificity_76"),
        goal="> 0.6",
        met=found > 0.60,
    )


def large(sizes: Sizes) -> Iterator[Line]:
    """The same with 167,000 people, in one world."""
    from ml.trial import run_trial

    if sizes.large:
        rows = run_trial(
            Dials(seed=11, ages=AGES), 167_000, ("founding", "glass_box", "logistic_splines", "boosting")
        )
        yield from summarise(rows, "167000", skill=0.97, utility=0.93)
        yield line(
            "training_seconds_167000",
            next(r["seconds"] for r in rows if r["model"] == "glass_box"),
            "seconds",
        )


def explanations(sizes: Sizes) -> Iterator[Line]:
    """How much of the importance goes to variables without any effect."""
    from ml.estimators import make_estimators
    from ml.estimators.boosting import FittedTrees
    from ml.explain import permutation_importance, share_without_effect
    from ml.panel.items import NAMES
    from ml.panel.world import make_world
    from ml.splits import grouped_folds
    from ml.trial import make_exam, training_data

    wasted, top, gain = [], [], []
    for seed in range(1, min(sizes.seeds, 5) + 1):
        dials = Dials(seed=seed, ages=AGES)
        world, exam = make_world(dials), make_exam(dials)
        active = {NAMES[c] for c in world.risks["anxiety_complaints"].columns} | {"age", "sex_women"}
        data = training_data(world, sizes.people)
        folds = grouped_folds(data, 5, seed)
        model = make_estimators(seed)["glass_box"].fit(data, folds)
        share, right = share_without_effect(
            permutation_importance(
                model, exam.data, exam.truth, by_topic=False, draws=0, repeats=3, seed=seed
            ),
            active,
        )
        wasted.append(share)
        top.append(right)
        founding = make_estimators(seed)["founding"].fit(data, folds)
        assert isinstance(founding, FittedTrees)
        gains = founding.booster.get_score(importance_type="gain")
        total = sum(gains.values())
        gain.append(sum(v for k, v in gains.items() if data.names[int(k[1:])] not in active) / total)
    yield at_most("importance_without_effect", float(np.mean(wasted)), 0.10, "share", float(np.mean(gain)))
    yield at_least("importance_top_10_precision", float(np.mean(top)), 1.0, "share")


def transport(sizes: Sizes) -> Iterator[Line]:
    """Leave-one-gemeente-out against ordinary cross-validation in the same gemeenten."""
    from ml.estimators import AdditiveLogistic, make_estimators
    from ml.estimators.additive import FittedAdditive
    from ml.panel.world import make_world
    from ml.splits import grouped_folds
    from ml.transport import leave_areas_out, pooled_auroc
    from ml.trial import training_data

    drops, widths = [], []
    for seed in range(1, min(sizes.seeds, 3) + 1):
        data = training_data(make_world(Dials(seed=seed, ages=AGES)), sizes.people)
        folds = grouped_folds(data, 10, seed)
        full = make_estimators(seed)["glass_box"].fit(data, grouped_folds(data, 5, seed))
        assert isinstance(full, FittedAdditive)
        light = AdditiveLogistic(monotone=True, penalties=full.chosen, slope=full.slope)
        inside = np.empty(len(data))
        for fold in np.unique(folds):
            inside[folds == fold] = light.fit(data.take(folds != fold), folds[folds != fold]).predict(
                data.values[folds == fold]
            )
        results = leave_areas_out(data, light, "gemeente", inside, minimum_events=15, seed=seed)
        drops += [r.auroc_inside - r.auroc_left_out for r in results]
        pooled = pooled_auroc(results)
        widths.append((pooled.prediction_lower, pooled.prediction_upper))
    yield at_most("leave_one_gemeente_out_drop", float(np.mean(drops)), 0.02, "AUROC")
    yield line(
        "leave_one_gemeente_out_next_lower",
        float(np.mean([w[0] for w in widths])),
        "AUROC, 95 % prediction interval",
    )
    yield line(
        "leave_one_gemeente_out_next_upper",
        float(np.mean([w[1] for w in widths])),
        "AUROC, 95 % prediction interval",
    )
