"""The trees that begin where a sum ends: what they begin from, what they may look at together, and which are tried."""

from __future__ import annotations

import numpy as np
import pytest

from ml.base.splits import grouped_folds
from ml.estimators import AdditiveLogistic, BoostedTrees
from ml.estimators.tree_search import DEFAULT, search
from ml.metrics import auroc
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
