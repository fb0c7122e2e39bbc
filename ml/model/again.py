"""What a run puts forward, fitted once more on other rows: what is examined is what is released, without its search."""

from __future__ import annotations

from ml.estimators import AdditiveLogistic, AveragedAdditive, BoostedTrees, Estimator, estimators_for
from ml.estimators.additive import FittedAdditive
from ml.estimators.boosting import candidate_of
from ml.estimators.fitted_trees import FittedTrees
from ml.model.run import Run


def again(run: Run) -> Estimator:
    """The estimator of the model that is put forward, with the settings that were found for it.

    Args:
        run: The run whose model is refitted: on resamples, on dealt out outcomes, without an area.
    """
    name, seed = run.choice.model, run.design.seed
    fitted = run.fitted[name]
    if isinstance(fitted, FittedTrees):
        found, before = fitted.about["parameters"], fitted.start
        return BoostedTrees(
            seed,
            fixed=candidate_of(found),
            rounds=fitted.about["rounds"],
            rate=found["eta"],
            slope=fitted.slope,
            filled=fitted.imputer is not None or before is not None,
            start=AdditiveLogistic(monotone=True, penalties=before.chosen, slope=before.slope)
            if before is not None
            else None,
        )
    estimator = estimators_for(run.design.effort, seed).get(name)
    if isinstance(fitted, FittedAdditive) and not isinstance(estimator, AveragedAdditive):
        return AdditiveLogistic(monotone=name == "glass_box", penalties=fitted.chosen, slope=fitted.slope)
    assert estimator is not None, f"{name} is no model of a run"
    return estimator
