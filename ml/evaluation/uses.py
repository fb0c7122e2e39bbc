"""What a model is used for afterwards: explaining, and travelling to places it has not seen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ml.evaluation.figures import Figure, Sizes
from ml.evaluation.trial import AGES
from ml.panel.world import Dials

# Elsewhere: the same causes, but weaker (a lower optimum) and in more people. What recalibration has to restore.
INCIDENCE_ELSEWHERE, OPTIMUM_ELSEWHERE = 0.22, 0.70
LOCAL_EVENTS, LOCAL_SAMPLES = 200, 10


def explanations(sizes: Sizes) -> Iterator[Figure]:
    """How much of the importance goes to variables without any effect, and whether rank intervals hold."""
    from ml.audit.explain import permutation_importance, rank_coverage, share_without_effect
    from ml.base.splits import grouped_folds
    from ml.estimators import make_estimators
    from ml.estimators.fitted_trees import FittedTrees
    from ml.evaluation.trial import make_exam, training_data
    from ml.panel.items import NAMES
    from ml.panel.world import make_world

    wasted, top, gain, covered, widths = [], [], [], [], []
    for seed in sizes.worlds_from():
        dials = Dials(seed=seed, ages=AGES)
        world, exam = make_world(dials), make_exam(dials)
        active = {NAMES[c] for c in world.risks["anxiety_complaints"].columns} | {"age", "sex_women"}
        data = training_data(world, sizes.people)
        folds = grouped_folds(data, 5, seed)
        model = make_estimators(seed)["glass_box"].fit(data, folds)
        true = permutation_importance(
            model, exam.data, exam.truth, by_topic=False, draws=0, repeats=3, seed=seed
        )
        share, right = share_without_effect(true, active)
        wasted.append(share)
        top.append(right)
        founding = make_estimators(seed)["founding"].fit(data, folds)
        assert isinstance(founding, FittedTrees)
        gains = founding.booster.get_score(importance_type="gain")
        total = sum(gains.values())
        gain.append(sum(v for k, v in gains.items() if data.names[int(k[1:])] not in active) / total)
        # The list as a report shows it: from one sample of people with the outcomes they happened to get.
        rng = np.random.default_rng([seed, 61])
        shown = permutation_importance(
            model,
            exam.data,
            (rng.random(len(exam.truth)) < exam.truth).astype(np.float32),
            by_topic=False,
            repeats=3,
            draws=100,
            seed=seed,
        )
        hold, width = rank_coverage(shown, true)
        covered.append(hold)
        widths.append(width)
    yield "importance_without_effect", float(np.mean(wasted)), float(np.mean(gain))
    yield "importance_top_10_precision", float(np.mean(top)), None
    yield "importance_rank_interval_coverage", float(np.mean(covered)), None
    yield "importance_rank_interval_width", float(np.mean(widths)), None


def transport(sizes: Sizes) -> Iterator[Figure]:
    """Leave-one-gemeente-out against ordinary cross-validation in the same gemeenten."""
    from ml.audit.transport import leave_areas_out, pooled_auroc
    from ml.base.splits import grouped_folds
    from ml.estimators import AdditiveLogistic
    from ml.estimators.averaged import PENALTIES
    from ml.evaluation.trial import training_data
    from ml.panel.world import make_world

    light = AdditiveLogistic(monotone=True, penalties=PENALTIES)
    drops, widths = [], []
    for seed in sizes.worlds_from():
        data = training_data(make_world(Dials(seed=seed, ages=AGES)), sizes.people)
        folds = grouped_folds(data, 10, seed)
        inside = np.empty(len(data))
        for fold in np.unique(folds):
            inside[folds == fold] = light.fit(data.take(folds != fold), folds[folds != fold]).predict(
                data.values[folds == fold]
            )
        results = leave_areas_out(data, light, "gemeente", inside, minimum_events=15, seed=seed)
        drops += [r.auroc_inside - r.auroc_left_out for r in results]
        pooled = pooled_auroc(results)
        widths.append((pooled.prediction_lower, pooled.prediction_upper))
    yield "leave_one_gemeente_out_drop", float(np.mean(drops)), None
    for name, position in (("lower", 0), ("upper", 1)):
        yield f"leave_one_gemeente_out_next_{name}", float(np.mean([w[position] for w in widths])), None


def recalibration(sizes: Sizes) -> Iterator[Figure]:
    """A model moved to where the same causes weigh less, before and after two hundred local events."""
    from ml.audit.transport import recalibrate_locally
    from ml.base.splits import grouped_folds
    from ml.estimators import make_estimators
    from ml.evaluation.trial import make_exam, training_data
    from ml.metrics import calibration
    from ml.panel.world import make_world

    before, after = [], []
    for seed in sizes.worlds_from():
        data = training_data(make_world(Dials(seed=seed, ages=AGES)), sizes.people)
        model = make_estimators(seed)["glass_box"].fit(data, grouped_folds(data, 5, seed))
        there = Dials(seed=seed, ages=AGES, incidence=INCIDENCE_ELSEWHERE, optimum=OPTIMUM_ELSEWHERE)
        exam, local = make_exam(there), training_data(make_world(there), sizes.people)
        moved, known = model.predict(exam.data.values), model.predict(local.values)
        before.append(calibration(moved, exam.truth).slope)
        rng = np.random.default_rng([seed, 62])
        for _ in range(LOCAL_SAMPLES):
            order = rng.permutation(len(local))
            few = order[: int(np.searchsorted(np.cumsum(local.outcome[order]), LOCAL_EVENTS))]
            local_model = recalibrate_locally(known[few], local.outcome[few])
            after.append(calibration(local_model(moved), exam.truth).slope)
    yield "recalibrated_slope_200_local_events", float(np.mean(after)), float(np.mean(before))
    yield (
        "recalibrated_slope_200_local_events_share_within",
        float(np.mean([0.9 <= a <= 1.1 for a in after])),
        None,
    )
    yield "recalibrated_slope_200_local_events_lower", float(np.quantile(after, 0.05)), None
    yield "recalibrated_slope_200_local_events_upper", float(np.quantile(after, 0.95)), None
