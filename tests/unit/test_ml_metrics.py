"""Measures against values worked out by hand or by another library."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from ml.audit.drift import psi
from ml.audit.transport import pool, recalibrate_locally
from ml.audit.uncertainty import abstention_table, make_conformal, unlike
from ml.metrics import (
    auprc,
    auroc,
    aurocs,
    brier,
    calibration,
    calibration_curve,
    cluster_bootstrap,
    decision_curve,
    net_benefit,
    scaled_brier,
    sensitivities,
    threshold_table,
)
from ml.metrics.thresholds import WHY_NOT_ACCURACY, attainable_share
from ml.model.train import required_rows

RNG = np.random.default_rng(1)
RISK = RNG.beta(2, 10, 20_000)
OUTCOME = (RNG.random(20_000) < RISK).astype(float)


def test_discrimination__agrees_with_another_library_ties_included() -> None:
    score = np.round(RISK, 2)
    assert auroc(score, OUTCOME) == pytest.approx(roc_auc_score(OUTCOME, score), abs=1e-12)
    assert auprc(score, OUTCOME) == pytest.approx(average_precision_score(OUTCOME, score), abs=1e-9)
    assert brier(RISK, OUTCOME) == pytest.approx(brier_score_loss(OUTCOME, RISK), abs=1e-12)
    weight = RNG.random(20_000)
    assert auroc(score, OUTCOME, weight) == pytest.approx(
        roc_auc_score(OUTCOME, score, sample_weight=weight), abs=1e-12
    )


def test_discrimination__with_true_risks_is_the_expectation_over_outcomes() -> None:
    drawn = [auroc(RISK, (RNG.random(len(RISK)) < RISK).astype(float)) for _ in range(20)]
    assert auroc(RISK, RISK) == pytest.approx(np.mean(drawn), abs=0.003)
    assert scaled_brier(np.full(len(RISK), OUTCOME.mean()), OUTCOME) == pytest.approx(0.0, abs=1e-12)


def test_calibration__is_one_and_zero_for_true_risks_and_shows_what_was_done_to_them() -> None:
    honest = calibration(RISK, OUTCOME)
    assert honest.slope == pytest.approx(1.0, abs=0.06)
    assert honest.in_the_large == pytest.approx(0.0, abs=0.05)
    assert honest.ici < 0.008
    log_odds = np.log(RISK / (1 - RISK))
    overfitted = calibration(1 / (1 + np.exp(-(2.0 * log_odds + 1.0))), OUTCOME)
    assert overfitted.slope == pytest.approx(0.5, abs=0.04)
    assert overfitted.ici > 0.02
    doubled = calibration(np.minimum(2 * RISK, 0.99), OUTCOME)
    assert doubled.observed_expected == pytest.approx(0.5, abs=0.03)
    assert doubled.in_the_large < -0.5


def test_calibration__is_sound_in_small_samples_too() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        risk = 1 / (1 + np.exp(-rng.normal(-2.0, rng.uniform(0.3, 1.5), 500)))
        quality = calibration(risk, (rng.random(500) < risk).astype(float))
        assert quality.ici < 0.08, seed
        assert abs(quality.in_the_large) < 0.6


def test_calibration_curve__holds_the_observed_share_within_its_interval() -> None:
    rows = calibration_curve(RISK, RISK)
    assert len(rows) == 10
    assert all(r["lower"] <= r["observed"] <= r["upper"] for r in rows)
    assert all(abs(r["observed"] - r["predicted"]) < 1e-9 for r in rows)


def test_thresholds__on_a_case_worked_out_by_hand() -> None:
    p, y = np.array([0.1, 0.2, 0.3, 0.4, 0.8]), np.array([0, 0, 1, 0, 1])
    row = threshold_table(p, y, [0.25])[0]
    assert row["sensitivity"] == 1.0
    assert row["specificity"] == pytest.approx(2 / 3)
    assert row["ppv"] == pytest.approx(2 / 3)
    assert row["npv"] == 1.0
    assert row["flagged_per_1000"] == pytest.approx(600)
    assert row["net_benefit"] == pytest.approx(2 / 5 - 1 / 5 * (0.25 / 0.75))
    assert net_benefit(p, y, 0.9) == 0.0
    assert attainable_share(p, p, y, 0.25) == pytest.approx(1.0)
    # Whoever acts on everybody gets the default and nothing above it.
    assert attainable_share(np.full(len(p), 0.9), p, y, 0.25) == pytest.approx(0.0, abs=1e-12)


def test_decision_curve__crosses_zero_for_everybody_at_the_prevalence() -> None:
    rows = decision_curve(RISK, RISK)
    share = RISK.mean()
    for row in rows:
        assert (row["everybody"] > 0) == (row["threshold"] < share)
        assert row["model"] >= max(row["everybody"], 0) - 1e-9


def test_bootstrap__of_families_is_wider_than_of_persons() -> None:
    family = np.repeat(np.arange(400), 10)
    values = np.repeat(RNG.normal(size=400), 10)
    whole = cluster_bootstrap(lambda w: float(np.average(values, weights=w)), family, draws=200)
    single = cluster_bootstrap(lambda w: float(np.average(values, weights=w)), np.arange(4000), draws=200)
    assert whole.upper - whole.lower > 2 * (single.upper - single.lower)
    assert whole.lower < whole.value < whole.upper


def test_drift__stays_under_its_chance_level_until_something_moves() -> None:
    still = [psi(*(RNG.normal(size=(2, 1500)))) for _ in range(60)]
    assert np.mean([value > chance for value, chance in still]) < 0.08
    value, chance = psi(RNG.normal(size=1500), RNG.normal(0.4, 1, 1500))
    assert value > chance


def test_sample_size__is_that_of_riley_for_a_hundred_parameters() -> None:
    assert required_rows(100, 0.15, 0.75) == pytest.approx(8_000, rel=0.06)
    assert required_rows(100, 0.15, 0.72) == pytest.approx(11_100, rel=0.06)
    assert required_rows(100, 0.08, 0.75) == pytest.approx(14_300, rel=0.06)


def test_pooling__gives_a_wider_interval_for_the_next_area_than_for_the_mean() -> None:
    truth = RNG.normal(1.0, 0.3, 40)
    pooled = pool(truth + RNG.normal(0, 0.1, 40), np.full(40, 0.01))
    assert pooled.mean == pytest.approx(1.0, abs=0.15)
    assert pooled.tau == pytest.approx(0.3, abs=0.1)
    assert pooled.prediction_upper - pooled.prediction_lower > 3 * (pooled.upper - pooled.lower)


def test_accuracy_and_f1__are_only_named_to_say_why_not() -> None:
    import re
    from pathlib import Path

    import ml

    assert "81 %" in WHY_NOT_ACCURACY["nl"]
    for path in Path(ml.__file__).parent.rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r"accuracy_score|f1_score|\baccuracy\s*=", line, re.I):
                pytest.fail(f"{path.name}:{number} computes a measure that is not used here")


def test_conformal_sets__cover_events_and_others_alike_and_abstain_more_when_more_is_asked() -> None:
    folds = RNG.integers(0, 5, len(OUTCOME))
    rows = abstention_table(RISK, OUTCOME, folds)
    for row in rows:
        assert row["coverage_events"] == pytest.approx(row["level"], abs=0.02)
        assert row["coverage_others"] == pytest.approx(row["level"], abs=0.02)
    assert rows[0]["no_advice"] < rows[1]["no_advice"] < rows[2]["no_advice"]


def test_abstention__of_people_who_left_half_open_or_are_unlike_anyone() -> None:
    from tests.unit.test_ml_models import invented

    data = invented(300)[0]
    strange = data.take(np.arange(3))
    strange.values[:] = np.nan_to_num(strange.values)
    strange.values[0, :6] = np.nan
    strange.values[1, :4] = 40.0
    assert unlike(strange, data).tolist() == [True, True, False]


def test_sensitivities__are_those_of_the_threshold_that_just_exceeds_the_specificity() -> None:
    weight = RNG.random(len(RISK)) + 0.5
    for asked, row in zip(
        (0.5, 0.76, 0.95), sensitivities(RISK, OUTCOME, (0.5, 0.76, 0.95), weight), strict=True
    ):
        table = threshold_table(RISK, OUTCOME, [row["threshold"]], weight)[0]
        assert table["sensitivity"] == pytest.approx(row["sensitivity"])
        assert table["specificity"] == pytest.approx(row["specificity"])
        below = float(np.sort(RISK)[np.searchsorted(np.sort(RISK), row["threshold"]) - 1])
        assert row["specificity"] > asked >= threshold_table(RISK, OUTCOME, [below], weight)[0]["specificity"]


def test_aurocs__are_the_single_one_under_each_row_of_weights_ties_included() -> None:
    score, weights = RISK[:3_000].round(2), RNG.integers(0, 3, (4, 3_000)).astype(np.float32)
    expected = [roc_auc_score(OUTCOME[:3_000], score, sample_weight=w) for w in weights]
    assert aurocs(score, OUTCOME[:3_000], weights) == pytest.approx(expected, abs=1e-6)


def test_local_recalibration__undoes_what_another_place_did_to_the_slope() -> None:
    log_odds = np.log(RISK / (1 - RISK))
    elsewhere = 1 / (1 + np.exp(-(0.8 + 0.6 * log_odds)))
    outcome = (np.random.default_rng(5).random(len(RISK)) < elsewhere).astype(float)
    assert calibration(RISK, elsewhere).slope == pytest.approx(0.6, abs=0.01)
    few = recalibrate_locally(RISK[:4_000], outcome[:4_000])
    assert calibration(few(RISK), elsewhere).slope == pytest.approx(1.0, abs=0.1)
    assert np.mean(few(RISK)) == pytest.approx(elsewhere.mean(), abs=0.02)


# What the library crepes 0.9.1 gives for these people, per class and without smoothing: the chance of somebody as strange.
CALIBRATED = [0.02, 0.05, 0.05, 0.08, 0.11, 0.15, 0.2, 0.22, 0.3, 0.34, 0.4, 0.55, 0.6, 0.71]
FELL_ILL = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1]
NEW = [0.01, 0.05, 0.15, 0.22, 0.31, 0.45, 0.6, 0.9]
BY_CREPES = {
    "other": [1.0, 0.9, 0.6, 0.4, 0.3, 0.2, 0.1, 0.1],
    "event": [1 / 6, 1 / 6, 1 / 3, 1 / 2, 1 / 2, 2 / 3, 5 / 6, 1.0],
}


@pytest.mark.parametrize("coverage", [0.25, 0.55, 0.75, 0.85, 0.95])
def test_conformal__says_what_a_library_of_others_says(coverage: float) -> None:
    other, event = make_conformal(np.array(CALIBRATED), np.array(FELL_ILL)).sets(np.array(NEW), coverage)
    assert other.tolist() == [chance > 1 - coverage for chance in BY_CREPES["other"]]
    assert event.tolist() == [chance > 1 - coverage for chance in BY_CREPES["event"]]
