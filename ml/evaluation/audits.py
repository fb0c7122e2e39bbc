"""Area estimates, leaks, privacy, real data, cost and reporting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from ml.evaluation.figures import Figure, Sizes
from ml.evaluation.trial import AGES
from ml.panel.world import Dials


def areas(sizes: Sizes) -> Iterator[Figure]:
    """The wijk estimates over many invented regions, and over regions where wijken differ more than in the reference trials."""
    from ml.small_area.examine import examine_region
    from ml.small_area.world import HARDER_RESIDUAL_SD

    started, worked = time.perf_counter(), time.process_time()
    # Regions 1-20, 101-108, 301-320 and 401-420 were looked at while method and regions were made.
    first = sizes.first_seed + 120
    seeds = range(first, first + sizes.worlds)
    rows = [examine_region(seed) for seed in seeds]
    minutes, processor = (time.perf_counter() - started) / 60, (time.process_time() - worked) / 60
    mean = _means(rows)
    yield "wijk_rmse", mean["rmse"], mean["rmse_direct"]
    yield "wijk_rmse_worlds", len(rows), None
    yield "wijk_rmse_worlds_met", sum(r["rmse"] <= 2.8 for r in rows), None
    yield "wijk_rmse_attainable", mean["rmse_attainable"], None
    for other in ("gemeente_mean", "regression", "fay_herriot"):
        yield f"wijk_rmse_{other}", mean[f"rmse_{other}"], mean["rmse_direct"]
    yield "wijk_spearman", mean["spearman"], None
    yield "wijk_coverage_90", mean["coverage_90"], None
    yield "wijk_top_tenth_observed", mean["top_tenth_observed"], mean["top_tenth_expected"]
    yield "wijk_minutes_all_worlds", minutes, None
    yield "wijk_processor_minutes_all_worlds", processor, None
    harder = _means([examine_region(seed, residual_sd=HARDER_RESIDUAL_SD) for seed in seeds])
    yield "wijk_rmse_harder", harder["rmse"], harder["rmse_direct"]
    yield "wijk_rmse_harder_attainable", harder["rmse_attainable"], None
    yield "wijk_rmse_harder_fay_herriot", harder["rmse_fay_herriot"], None
    yield "wijk_rmse_harder_gemeente_mean", harder["rmse_gemeente_mean"], None
    yield "wijk_rmse_harder_spearman", harder["spearman"], None
    yield "wijk_rmse_harder_coverage_90", harder["coverage_90"], None


def _means(rows: list[dict[str, Any]]) -> dict[str, float]:
    return {name: float(np.nanmean([r[name] for r in rows])) for name in rows[0]}


def leaks(sizes: Sizes) -> Iterator[Figure]:
    """Planted leaks caught, false alarms, membership, smallest part, shuffled outcomes."""
    from ml.audit.privacy import membership_attack, smallest_cell
    from ml.base.splits import grouped_folds
    from ml.estimators import AdditiveLogistic, make_estimators
    from ml.estimators.additive import FittedAdditive
    from ml.evaluation.planted import examine
    from ml.evaluation.trial import training_data
    from ml.metrics import auroc
    from ml.model.train import shuffled
    from ml.panel.world import make_world

    caught, planted, raised, features, attacks, areas_, cells = 0, 0, 0, 0, [], [], []
    for seed in sizes.worlds_from(sizes.leak_worlds):
        data = training_data(make_world(Dials(seed=seed, ages=AGES)), sizes.people)
        missed, false, number = examine(data, seed)
        caught, planted, raised, features = (
            caught + number - len(missed),
            planted + number,
            raised + len(false),
            features + len(data.columns),
        )
        folds = grouped_folds(data, 5, seed)
        model = make_estimators(seed)["glass_box"].fit(data, folds)
        assert isinstance(model, FittedAdditive)
        light = AdditiveLogistic(monotone=True, penalties=model.chosen, slope=model.slope)
        attacks.append(membership_attack(data, light, seed).auc)
        cells += [smallest_cell(model, data)]
        if seed == sizes.first_seed:
            cells.append(smallest_cell(make_estimators(seed)["boosting"].fit(data, folds), data))
        for again in range(4):
            dealt, p = shuffled(data, seed * 10 + again), np.empty(len(data))
            for fold in np.unique(folds):
                p[folds == fold] = light.fit(dealt.take(folds != fold), folds[folds != fold]).predict(
                    data.values[folds == fold]
                )
            areas_.append(auroc(p, dealt.outcome))
    yield "planted_leaks_caught", caught / planted, None
    yield "false_leak_alarms", raised / features, None
    yield "membership_auc", float(np.mean(attacks)), None
    yield "smallest_part_people", float(min(cells)), None
    yield "shuffled_target_auroc", float(np.mean(areas_)), None


def real_data(sizes: Sizes) -> Iterator[Figure]:
    """NHANES by design files alone: honest, with a leak, and PHQ-9."""
    if sizes.data is None or not (sizes.data / "nhanes_2009_2012.csv.gz").exists():
        return
    from ml.audit.leakage import audit_lineage
    from ml.base.design import TableDesign, load_design
    from ml.base.splits import grouped_folds, temporal_split
    from ml.estimators import make_estimators
    from ml.metrics import auroc, calibration
    from ml.panel_data.tables import build_table_dataset

    values = {}
    for name in ("nhanes_bad_mental_health_days", "nhanes_bad_mental_health_days_leak", "nhanes_phq9"):
        design = load_design(name)
        assert isinstance(design, TableDesign)
        data = build_table_dataset(design, sizes.data)
        if design.split.temporal:
            early, late = temporal_split(data, design.split.temporal.train, design.split.temporal.test)
        else:
            fold = grouped_folds(data, 5, design.seed)
            early, late = np.flatnonzero(fold != 0), np.flatnonzero(fold == 0)
        train, test = data.take(early), data.take(late)
        p = (
            make_estimators(design.seed)["glass_box"]
            .fit(train, grouped_folds(train, 5, design.seed))
            .predict(test.values)
        )
        values[name] = (auroc(p, test.outcome), calibration(p, test.outcome).slope, audit_lineage(data))
        if name == "nhanes_bad_mental_health_days":
            founding = make_estimators(design.seed)["founding"].fit(train, early).predict(test.values)
            values["founding"] = (
                auroc(founding, test.outcome),
                calibration(founding, test.outcome).slope,
                [],
            )
    honest, leaky, phq = (
        values[n]
        for n in ("nhanes_bad_mental_health_days", "nhanes_bad_mental_health_days_leak", "nhanes_phq9")
    )
    yield "nhanes_auroc", honest[0], values["founding"][0]
    yield "nhanes_slope", honest[1], values["founding"][1]
    yield "nhanes_leak_auroc", leaky[0], honest[0]
    yield "nhanes_leak_flagged", float(len(leaky[2])), None
    yield "nhanes_phq9_auroc", phq[0], None
    yield "nhanes_phq9_slope", phq[1], None


def cost(sizes: Sizes) -> Iterator[Figure]:
    """Training and scoring beside the bare library, and memory."""
    from ml.base.splits import grouped_folds
    from ml.estimators.boosting import BoostedTrees
    from ml.evaluation.bench import peak_memory_mb, score_against_bare, train_against_bare
    from ml.evaluation.trial import training_data
    from ml.panel.world import make_world

    data = training_data(make_world(Dials(seed=1, ages=AGES)), sizes.people)
    ours, bare = train_against_bare(data)
    yield "train_vs_bare_xgboost", ours, bare
    model = BoostedTrees(seed=1, rounds=200, filled=False).fit(data, grouped_folds(data, 2, 1))
    ours, bare = score_against_bare(data, model, sizes.scored_rows)
    yield "score_vs_bare_xgboost", ours, bare
    yield "scored_rows", float(sizes.scored_rows), None
    yield "peak_memory", peak_memory_mb(), None


def reporting(sizes: Sizes) -> Iterator[Figure]:
    """The checklists of one run, filled with nothing left empty."""
    from ml.audit.report import make_report
    from ml.cards.fill import model_card
    from ml.evaluation.trial import cohort_design, training_data
    from ml.model.train import train
    from ml.panel.world import make_world

    design = cohort_design()
    run = train(design, training_data(make_world(Dials(seed=1, ages=AGES)), sizes.people), outer_folds=2)
    card = model_card(run, make_report(run, refits=3, shuffles=1, draws=100))
    gain = run.choice.gain_over_glass_box
    yield "boosting_gain_over_glass_box", gain.value, None
    yield "boosting_gain_over_glass_box_lower", gain.lower, None
    yield "boosting_gain_over_glass_box_upper", gain.upper, None
    yield "tripod_ai_items", float(len(card["tripod_ai"])), None
    yield "probast_ai_items", float(len(card["probast_ai"])), None
