"""One report of a run: every figure with its interval, in tables named as in OHDSI's PatientLevelPrediction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from ml.audit.drift import drift, psi
from ml.audit.explain import LABEL, permutation_importance, relative, with_noise
from ml.audit.leakage import RELEASE_AUROC
from ml.audit.leaks import audit
from ml.audit.privacy import membership_attack, smallest_cell
from ml.audit.subgroups import gaps, subgroup_table
from ml.audit.transport import leave_areas_out, pooled_auroc
from ml.audit.uncertainty import abstention_table
from ml.base.dataset import Dataset
from ml.base.design import Temporal
from ml.base.splits import grouped_folds, groups, temporal_split, temporal_split_halves
from ml.metrics import (
    auprc,
    auroc,
    brier,
    calibration,
    calibration_curve,
    cluster_bootstrap,
    decision_curve,
    scaled_brier,
    threshold_table,
)
from ml.metrics.resampling import family_counts
from ml.metrics.thresholds import WHY_NOT_ACCURACY, benefit_at
from ml.model.again import again
from ml.model.run import Run
from ml.model.train import shuffled

MIN_EVENTS_TEMPORAL = 20
THRESHOLDS = [round(0.02 * i, 2) for i in range(1, 21)]


def _resampled(
    measure: Callable[..., float], data: Dataset, probability: np.ndarray, counts: np.ndarray
) -> float:
    """A figure over a resample that holds each row `counts` times."""
    return measure(probability, data.outcome, counts * data.weight)


def evaluation_statistics(
    data: Dataset, probability: np.ndarray, evaluation: str, model: str, *, draws: int = 300, seed: int = 0
) -> list[dict[str, Any]]:
    """The table `evaluationStatistics`: metric, value and interval (clustered by family)."""
    y, w, cluster = data.outcome, data.weight, groups(data)
    quality = calibration(probability, y, w)
    figures: list[tuple[str, float, float | None, float | None]] = [
        ("populationSize", float(len(y)), None, None),
        ("outcomeCount", float(y.sum()), None, None),
        ("calibrationInLarge intercept", quality.in_the_large, None, None),
        ("calibrationSlope", quality.slope, None, None),
        ("ICI", quality.ici, None, None),
        ("observedExpected", quality.observed_expected, None, None),
    ]
    for name, measure in (
        ("AUROC", auroc),
        ("AUPRC", auprc),
        ("brier score", brier),
        ("brier score scaled", scaled_brier),
    ):
        interval = cluster_bootstrap(
            partial(_resampled, measure, data, probability), cluster, draws=draws, seed=seed
        )
        figures.append((name, interval.value, interval.lower, interval.upper))
    return [
        {"evaluation": evaluation, "model": model, "metric": n, "value": v, "lower": lo, "upper": hi}
        for n, v, lo, hi in figures
    ]


def _temporal(run: Run, split: Temporal, draws: int) -> list[dict[str, Any]]:
    data = run.data
    if split.column is None:
        early, late = temporal_split_halves(data, split.train, split.test, run.design.seed)
    else:
        early, late = temporal_split(data, split.train, split.test)
    train, test = data.take(early), data.take(late)
    if min(train.events, test.events) < MIN_EVENTS_TEMPORAL:
        return []
    from ml.estimators import estimators_for

    rows = []
    for name in run.fitted:
        model = estimators_for(run.design.effort, run.design.seed)[name].fit(
            train, grouped_folds(train, run.design.split.folds, run.design.seed)
        )
        rows += evaluation_statistics(
            test, model.predict(test.values), "temporal", name, draws=draws, seed=run.design.seed
        )
    return rows


def _stability(run: Run, refits: int) -> dict[str, float]:
    """Refits on resampled families: how much one person's risk, and the side of the threshold, depends on the sample."""
    data, estimator = run.data, again(run)
    base = estimator.fit(data, run.folds).predict(data.values)
    threshold = run.design.thresholds[min(1, len(run.design.thresholds) - 1)]
    distance, flips = [], []
    for counts in family_counts(groups(data), refits, run.design.seed + 3):
        rows = np.repeat(np.arange(len(data)), counts.astype(int))
        other = estimator.fit(data.take(rows), run.folds[rows]).predict(data.values)
        distance.append(float(np.abs(other - base).mean()))
        flips.append(float(((other >= threshold) != (base >= threshold)).mean()))
    return {
        "refits": refits,
        "mean_absolute_change": float(np.mean(distance)),
        "crosses_threshold": float(np.mean(flips)),
        "threshold": threshold,
    }


def _importance(run: Run) -> dict[str, Any]:
    """Held-out importance per topic and per feature, of the model put forward with a feature of pure noise added."""
    data = with_noise(run.data, run.design.seed)
    held = run.folds == run.folds.max()
    model = again(run).fit(data.take(~held), run.folds[~held])
    test = data.take(held)
    quick = run.design.effort == "quick"
    topics = permutation_importance(
        model, test, test.outcome, by_topic=True, draws=50 if quick else 100, seed=run.design.seed
    )
    features = permutation_importance(
        model,
        test,
        test.outcome,
        by_topic=False,
        repeats=1 if quick else 2,
        draws=0 if quick else 50,
        seed=run.design.seed,
    )
    return {
        "label": LABEL,
        "topics": [asdict(i) for i in topics],
        "features": [asdict(i) for i in features],
        "relative": relative(topics),
    }


# How many refits, shuffled outcomes and resamples stand behind a report.
FULL, QUICK = (20, 3, 300), (3, 1, 60)


def make_report(
    run: Run, *, refits: int | None = None, shuffles: int | None = None, draws: int | None = None
) -> dict[str, Any]:
    """Every table of the report as plain data; what cannot be computed on this design is absent, not empty."""
    data, design, chosen = run.data, run.design, run.choice.model
    usual = QUICK if design.effort == "quick" else FULL
    refits, shuffles, draws = (
        given if given is not None else default
        for given, default in zip((refits, shuffles, draws), usual, strict=True)
    )
    p = run.held_out[chosen]
    threshold = design.thresholds[min(1, len(design.thresholds) - 1)]
    statistics = []
    for name, probability in run.held_out.items():
        statistics += evaluation_statistics(
            data, probability, "cross-validation", name, draws=draws, seed=design.seed
        )
    if design.split.temporal is not None:
        statistics += _temporal(run, design.split.temporal, draws)
    findings = audit(data, run.folds, seed=design.seed, expected=design.strong_topics)
    held_auroc = auroc(p, data.outcome, data.weight)
    sub = subgroup_table(data, p, design.subgroups, threshold, draws=min(draws, 200), seed=design.seed)
    attack = membership_attack(data, again(run), design.seed)
    report: dict[str, Any] = {
        "model_id": design.model_id,
        "effort": design.effort,
        "run_id": run.run_id,
        "synthetic": data.synthetic,
        "known_leak": design.known_leak,
        "source": data.source,
        "attrition": [{"step": step, "rows": n} for step, n in data.flow],
        "choice": {**asdict(run.choice)},
        "sample": {
            "rows": len(data),
            "events": data.events,
            "families": len(np.unique(groups(data))),
            "features": len(data.columns),
            "rows_needed": run.minimum_rows,
            "enough": len(data) >= run.minimum_rows,
        },
        "evaluationStatistics": statistics,
        "thresholdSummary": threshold_table(p, data.outcome, THRESHOLDS, data.weight),
        "calibrationSummary": calibration_curve(p, data.outcome, data.weight),
        "decisionCurve": decision_curve(p, data.outcome, data.weight),
        "predictionDistribution": _distribution(p, data.outcome),
        "demographicSummary": sub,
        "fairnessGaps": gaps(data, p, sub, threshold, draws=min(draws, 200), seed=design.seed),
        "netBenefitAtThreshold": benefit_at(p, data.outcome, threshold, data.weight),
        "covariateSummary": _covariates(data),
        "explanations": _importance(run),
        "stability": _stability(run, refits),
        "abstention": abstention_table(p, data.outcome, run.folds),
        "leakage": [asdict(f) for f in findings],
        "strong_topics": design.strong_topics,
        "leakage_free": not findings and held_auroc <= RELEASE_AUROC,
        "shuffled_target_auroc": _shuffled(run, shuffles),
        "privacy": {**asdict(attack), "smallest_cell": smallest_cell(run.fitted[chosen], data)},
        "why_not_accuracy": WHY_NOT_ACCURACY,
    }
    transport = {}
    for stratum in design.split.leave_one_out if design.effort == "full" else ():
        results = leave_areas_out(data, again(run), stratum, p, seed=design.seed)
        if len(results) >= 3:
            drop = float(np.mean([r.auroc_inside - r.auroc_left_out for r in results]))
            transport[stratum] = {
                "areas": [asdict(r) for r in results],
                "pooled_auroc": asdict(pooled_auroc(results)),
                "mean_drop": drop,
            }
    report["transport"] = transport
    periods = np.unique(data.period)
    if len(periods) > 1:
        before, after = data.take(data.period == periods[0]), data.take(data.period == periods[-1])
        moved = drift(before, after)
        value, chance = psi(p[data.period == periods[0]], p[data.period == periods[-1]])
        report["drift"] = {
            "score_psi": value,
            "by_chance": chance,
            "features": [asdict(d) for d in moved[:20]],
        }
    return report


def _distribution(p: np.ndarray, outcome: np.ndarray) -> list[dict[str, float]]:
    points = [0, 5, 25, 50, 75, 95, 100]
    return [
        {
            "outcome": float(y),
            "n": float((outcome == y).sum()),
            **{f"p{q:02d}": float(np.percentile(p[outcome == y], q)) for q in points},
        }
        for y in (0, 1)
    ]


def _covariates(data: Dataset) -> list[dict[str, Any]]:
    cases = data.outcome == 1
    rows = []
    for position, column in enumerate(data.columns):
        values = data.values[:, position]
        if np.isnan(values).all():
            continue
        one, zero = values[cases], values[~cases]
        spread = float(np.sqrt((np.nanvar(one) + np.nanvar(zero)) / 2)) or 1.0
        rows.append(
            {
                "covariateName": column.name,
                "missing": float(np.isnan(values).mean()),
                "mean": float(np.nanmean(values)),
                "standardizedMeanDiff": float((np.nanmean(one) - np.nanmean(zero)) / spread),
            }
        )
    return rows


def _shuffled(run: Run, times: int) -> float:
    """The mean held-out AUROC when outcomes are dealt out at random: anything but a half means a leak in the method."""
    results = []
    for time in range(times):
        data = shuffled(run.data, run.design.seed + time)
        p = np.empty(len(data))
        for fold in np.unique(run.folds):
            inside = data.take(run.folds != fold)
            p[run.folds == fold] = (
                again(run).fit(inside, run.folds[run.folds != fold]).predict(data.values[run.folds == fold])
            )
        results.append(auroc(p, data.outcome))
    return float(np.mean(results))
