"""The trees that begin where a sum ends: what they begin from, what they may look at together, and which are tried."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.base.design import load_design
from ml.base.splits import grouped_folds
from ml.estimators import AdditiveLogistic, BoostedTrees, imputation
from ml.estimators.base import Singles
from ml.estimators.fitted_trees import FittedTrees
from ml.estimators.tree_search import DEFAULT, search
from ml.metrics import auroc
from ml.model.again import again
from tests.unit.test_ml_again import run_of
from tests.unit.test_ml_models import invented

HELD = AdditiveLogistic(monotone=True, penalties=(500.0, 300.0))


def test_trees__begin_from_the_sum_and_not_from_nothing() -> None:
    data, risk = invented(3_000)
    folds = grouped_folds(data, 3, 1)
    one = BoostedTrees(1, rounds=1, start=HELD).fit(data, folds)
    assert one.start is not None
    apart = one.predict(data.values) - one.start.predict(data.values)
    assert np.abs(apart).max() < 0.02
    alone = BoostedTrees(1, rounds=1, start=None).fit(data, folds)
    assert auroc(one.predict(data.values), risk) > auroc(alone.predict(data.values), risk) + 0.05
    assert np.average(one.predict(data.values)) == pytest.approx(data.outcome.mean(), abs=1e-3)


def test_trees__look_at_two_features_together_only_where_the_sum_has_the_pair() -> None:
    data, _ = invented(200)
    told = BoostedTrees(1).parameters(data.signs, DEFAULT, pairs=((2, 3),))["interaction_constraints"]
    assert told == "[" + ",".join(f"[{i}]" for i in range(len(data.columns))) + ",[2,3]]"


def test_search__tries_forty_with_the_default_first_and_gives_up_what_is_clearly_worse() -> None:
    asked: list[dict[str, float]] = []
    given_up = 0

    def trial(candidate: dict[str, float], give_up: object) -> float | None:
        nonlocal given_up
        asked.append(candidate)
        loss = candidate["reg_lambda"]
        for _ in range(3):
            if give_up(loss):  # type: ignore[operator]
                given_up += 1
                return None
        return loss

    best = search(trial, 40, 1, {"subsample": 0.7}, many=False)
    assert len(asked) == 40
    assert asked[0] == {**DEFAULT, "subsample": 0.7}
    assert given_up > 5
    assert best[0]["reg_lambda"] == min(one["reg_lambda"] for one in asked)
    assert [one["reg_lambda"] for one in best] == sorted(one["reg_lambda"] for one in best)
    assert search(trial, 1, 1, {}, many=False) == [DEFAULT]
    assert len(asked) == 40


def test_slope__never_turns_a_curve_or_the_trees_upside_down_where_there_is_next_to_nothing_to_learn() -> (
    None
):
    data, _ = invented(900)
    for seed in range(6):
        noise = np.random.default_rng(seed).random(len(data)) < 0.2
        dealt = replace(data, outcome=noise.astype(np.float32))
        folds = grouped_folds(dealt, 5, seed)
        made = BoostedTrees(seed, budget=1).fit(dealt, folds)
        assert made.start is not None
        assert min(made.start.slope, made.slope) >= 0.0
        probe = np.zeros((9, len(data.columns)), dtype=np.float32)
        probe[:, 0] = np.linspace(-2, 2, 9)
        assert (np.diff(made.predict(probe)) >= -1e-7).all()


def test_trees__go_on_where_a_fold_has_no_weight_and_again_keeps_the_sum_of_a_model_that_was_read_back() -> (
    None
):
    data, _ = invented(900)
    folds = grouped_folds(data, 5, 1)
    weightless = replace(data, weight=np.where(folds == 0, 0.0, 1.0).astype(np.float32))
    assert np.isfinite(BoostedTrees(1, budget=1).fit(weightless, folds).predict(data.values)).all()
    seed = load_design("nhanes_phq9").seed
    fitted = FittedTrees.from_state(BoostedTrees(seed, budget=1).fit(data, folds).state())
    same = again(run_of("boosting", fitted, data, folds)).fit(data, folds)
    assert np.allclose(same.predict(data.values), fitted.predict(data.values), atol=1e-6)


def test_imputer__is_fitted_once_for_the_models_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = invented(400)
    fitted: list[int] = []
    real = imputation._fit

    def counted(values: Singles, weight: Singles) -> imputation.Imputer:
        fitted.append(len(values))
        return real(values, weight)

    monkeypatch.setattr(imputation, "_fit", counted)
    monkeypatch.setattr(imputation, "_KEPT", {})
    folds = grouped_folds(data, 5, 1)
    for estimator in (
        AdditiveLogistic(monotone=False),
        AdditiveLogistic(monotone=True),
        BoostedTrees(1, budget=1),
    ):
        estimator.fit(data, folds)
    assert len(fitted) == 6
