"""What a card says of the kind of model: true of the one that is put forward, and of no other."""

from __future__ import annotations

from ml.base.splits import grouped_folds
from ml.cards.shape import shape
from ml.estimators import AdditiveLogistic, BoostedTrees, Prevalence
from tests.unit.test_ml_models import invented

HELD = AdditiveLogistic(monotone=True, penalties=(500.0, 300.0))


def test_shape__of_curves_names_no_trees_and_of_trees_what_they_may_do() -> None:
    data, _ = invented(600)
    folds = grouped_folds(data, 3, 1)
    curves = shape(HELD.fit(data, folds), "full")
    assert "trees" not in curves["handling"] + curves["sum_of"]
    both = shape(BoostedTrees(1, rounds=7, start=HELD).fit(data, folds), "quick")
    assert both["handling"].startswith("One piecewise-linear curve per predictor")
    assert "7 boosted trees of depth 2, each about one predictor" in both["handling"]
    assert ", held in the known directions" in both["handling"]
    assert (both["sum_of"], both["search"]) == (
        "the sum of the curves and the trees",
        "Penalties and rounds were fixed beforehand.",
    )
    free = BoostedTrees(1, rounds=3, start=None, fixed={"constrained": 0.0, "additive": 0.0}).fit(data, folds)
    alone = shape(free, "full")
    assert "curve" not in alone["handling"] + alone["sum_of"]
    assert "free in what they combine, not held in" in alone["handling"]
    assert shape(Prevalence().fit(data, folds), "full")["handling"] == "No predictor is used."
