"""The models that compete, all behind one small interface."""

from __future__ import annotations

from ml.estimators.additive import AdditiveLogistic
from ml.estimators.base import Estimator, Fitted
from ml.estimators.boosting import BoostedTrees
from ml.estimators.founding import FoundingBoosting
from ml.estimators.prevalence import Prevalence

__all__ = [
    "AdditiveLogistic",
    "BoostedTrees",
    "Estimator",
    "Fitted",
    "FoundingBoosting",
    "Prevalence",
    "make_estimators",
]


def make_estimators(seed: int, threads: int = 1) -> dict[str, Estimator]:
    """The models of every report, by name; the first that is explainable and not measurably worse is the default."""
    return {
        "prevalence": Prevalence(),
        "founding": FoundingBoosting(seed=seed, threads=threads),
        "logistic_splines": AdditiveLogistic(monotone=False),
        "glass_box": AdditiveLogistic(monotone=True),
        "boosting": BoostedTrees(seed=seed, threads=threads),
    }
