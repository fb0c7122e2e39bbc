"""What kind of model a card is about: read from the model that is put forward, and said of no other."""

from __future__ import annotations

import numpy as np

from ml.estimators.additive import FittedAdditive
from ml.estimators.averaged import AveragedAdditive
from ml.estimators.base import Estimator, Fitted
from ml.estimators.curves import MIN_STRETCH
from ml.estimators.fitted_trees import FittedTrees


def shape(name: str, model: Fitted, estimator: Estimator | None, effort: str) -> dict[str, str]:
    """How predictors are handled, what the output is a sum of, what was chosen and whether it was recalibrated.

    Args:
        name: Of the model, as runs name it.
        model: As it was fitted.
        estimator: What fitted it, where that is known.
        effort: Of the design: `full` or `quick`.
    """
    if isinstance(model, FittedAdditive):
        directed = name != "logistic_splines"
        handling, sum_of, slope = _curves(model, directed=directed), "the sum of the curves", model.slope
        search = "Penalties are chosen on held-out log loss."
        if isinstance(estimator, AveragedAdditive):
            search = "Nothing is chosen on folds: how much is held back follows from the data."
    elif isinstance(model, FittedTrees) and model.start is not None:
        handling = f"{_curves(model.start, directed=True)} On top of their sum {_trees(model)}."
        sum_of, slope = "the sum of the curves and the trees", model.slope * model.start.slope
        search = "Penalties and trees are chosen on held-out log loss."
    elif isinstance(model, FittedTrees):
        told = _trees(model)
        handling, sum_of, slope = f"{told[0].upper()}{told[1:]}.", "the sum of the trees", model.slope
        search = "Trees are chosen on held-out log loss."
    else:
        return {
            "handling": "No predictor is used.",
            "sum_of": "the share of events alone",
            "search": "Nothing is chosen.",
            "recalibrated": "Nothing is recalibrated",
        }
    if effort == "quick" or name == "founding":
        search = "All settings were fixed beforehand."
    return {
        "handling": handling,
        "sum_of": sum_of,
        "search": search,
        "recalibrated": "Log odds are recalibrated on held-out predictions"
        if slope != 1.0
        else "The mean risk is set to that of the data, the slope is left as it was fitted",
    }


def _curves(model: FittedAdditive, *, directed: bool) -> str:
    bends = int(np.bincount(model.curves.owner).max()) - 1
    direction = ", in the direction that is known" if directed else ", in any direction"
    number = len(model.curves.pairs)
    pairs = (
        f", and {number} product{'s' if number > 1 else ''} of two predictors in any direction"
        if number
        else ""
    )
    bent = f"with at most {bends} bend{'s' if bends != 1 else ''} and at least {MIN_STRETCH} rows on every stretch"
    return f"One piecewise-linear curve per predictor, {bent}{direction}{pairs}."


def _trees(model: FittedTrees) -> str:
    told = model.about["parameters"]
    held = "held in" if "1" in str(told.get("monotone_constraints", "")) else "not held in"
    free = "free in what they combine"
    if "interaction_constraints" in told:
        pairs = model.start is not None and model.start.curves.pairs
        free = "each about one predictor" + (" or a pair that the curves name" if pairs else "")
    return f"{model.about['rounds']} boosted trees of depth {told['max_depth']}, {free}, {held} the known directions"
