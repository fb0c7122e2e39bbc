"""What kind of model a card is about: said of the model that is put forward, and of no other."""

from __future__ import annotations

from ml.estimators.additive import FittedAdditive
from ml.estimators.base import Fitted
from ml.estimators.fitted_trees import FittedTrees

CURVES = (
    "one piecewise-linear curve per predictor with knots at thirds, at least 50 people on every stretch, "
    "in the direction that is known"
)


def shape(model: Fitted, effort: str) -> dict[str, str]:
    """How predictors are handled, what the output is a sum of, and what was chosen: for the checklists."""
    search = (
        "Penalties and rounds were fixed beforehand."
        if effort == "quick"
        else "Penalties and trees are chosen on held-out log loss."
    )
    if isinstance(model, FittedAdditive):
        return {
            "handling": f"{CURVES[0].upper()}{CURVES[1:]}.",
            "sum_of": "the sum of the curves",
            "search": search,
        }
    if isinstance(model, FittedTrees):
        told = model.about["parameters"]
        held = "1" in str(told.get("monotone_constraints", ""))
        apart = (
            "each about one predictor or a pair that the curves name"
            if "interaction_constraints" in told
            else "free in what they combine"
        )
        trees = (
            f"{model.about['rounds']} boosted trees of depth {told['max_depth']}, {apart}, "
            f"{'held in' if held else 'not held in'} the known directions"
        )  # fmt: skip
        if model.start is None:
            return {
                "handling": f"{trees[0].upper()}{trees[1:]}.",
                "sum_of": "the sum of the trees",
                "search": search,
            }
        return {
            "handling": f"{CURVES[0].upper()}{CURVES[1:]}; on top of their sum {trees}.",
            "sum_of": "the sum of the curves and the trees",
            "search": search,
        }
    return {"handling": "No predictor is used.", "sum_of": "the share of events alone", "search": search}
