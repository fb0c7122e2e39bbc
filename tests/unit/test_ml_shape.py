"""What a card says of the kind of model: read from the one that is put forward, and true of no other."""

from __future__ import annotations

from ml.base.splits import grouped_folds
from ml.cards.shape import shape
from ml.estimators import AdditiveLogistic, AveragedAdditive, BoostedTrees, FoundingBoosting, Prevalence
from tests.unit.test_ml_models import invented

HELD = AdditiveLogistic(monotone=True, penalties=(500.0, 300.0))


def test_shape__of_curves_tells_bends_direction_and_products_that_are_there() -> None:
    data, _ = invented(3_000, 3, product=0.6)
    folds = grouped_folds(data, 3, 1)
    plain = shape("glass_box", HELD.fit(data.take(folds != 0), folds[folds != 0]), HELD, "quick")
    assert (
        "at most 2 bends and at least 50 rows" in plain["handling"]
        and "in the direction that is known" in plain["handling"]
    )
    assert "trees" not in plain["handling"] + plain["sum_of"]
    assert plain["search"] == "All settings were fixed beforehand."
    assert plain["recalibrated"].startswith("The mean risk is set")
    averaged = AveragedAdditive(1)
    told = shape("glass_box", averaged.fit(data, folds), averaged, "full")
    assert "of two predictors in any direction" in told["handling"]
    assert told["search"].startswith("Nothing is chosen on folds")
    free = AdditiveLogistic(monotone=False)
    searched = shape("logistic_splines", free.fit(data, folds), free, "full")
    assert ", in any direction" in searched["handling"]
    assert searched["search"] == "Penalties are chosen on held-out log loss."
    assert searched["recalibrated"].startswith("Log odds are recalibrated")


def test_shape__of_trees_tells_what_they_begin_from_and_what_they_may_do() -> None:
    data, _ = invented(600)
    folds = grouped_folds(data, 3, 1)
    begun = BoostedTrees(1, rounds=7, start=HELD)
    both = shape("boosting", begun.fit(data, folds), begun, "quick")
    assert both["handling"].startswith("One piecewise-linear curve per predictor")
    assert (
        "On top of their sum 7 boosted trees of depth 2, each about one predictor, held in"
        in both["handling"]
    )
    assert both["sum_of"] == "the sum of the curves and the trees"
    alone = BoostedTrees(1, rounds=3, start=None, fixed={"constrained": 0.0, "additive": 0.0})
    told = shape("boosting", alone.fit(data, folds), alone, "full")
    assert "curve" not in told["handling"] + told["sum_of"]
    assert "free in what they combine, not held in" in told["handling"]
    founding = FoundingBoosting(1)
    assert (
        shape("founding", founding.fit(data, folds), founding, "full")["search"]
        == "All settings were fixed beforehand."
    )
    nobody = Prevalence()
    assert shape("prevalence", nobody.fit(data, folds), nobody, "full")["handling"] == "No predictor is used."
