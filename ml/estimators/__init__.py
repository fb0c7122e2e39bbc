"""The models that compete, all behind one small interface."""

from __future__ import annotations

from ml.estimators.additive import AdditiveLogistic
from ml.estimators.averaged import AveragedAdditive
from ml.estimators.base import Estimator, Fitted
from ml.estimators.boosting import BoostedTrees
from ml.estimators.founding import FoundingBoosting
from ml.estimators.prevalence import Prevalence

__all__ = [
    "AdditiveLogistic",
    "AveragedAdditive",
    "BoostedTrees",
    "Estimator",
    "Fitted",
    "FoundingBoosting",
    "Prevalence",
    "estimators_for",
    "make_estimators",
    "quick_estimators",
]

# What the search chose most often in the trials; the quick setting takes it without looking.
QUICK_PENALTIES = (500.0, 300.0)
QUICK_ROUNDS = 12  # the trees begin from the sum of curves: little is left to learn


def make_estimators(seed: int, threads: int = 1) -> dict[str, Estimator]:
    """The models of every report, by name; the first that is explainable and not measurably worse is the default."""
    return {
        "prevalence": Prevalence(),
        "founding": FoundingBoosting(seed=seed, threads=threads),
        "logistic_splines": AdditiveLogistic(monotone=False),
        "glass_box": AveragedAdditive(seed=seed),
        "boosting": BoostedTrees(seed=seed, threads=threads),
    }


def quick_estimators(seed: int, threads: int = 1) -> dict[str, Estimator]:
    """The models of a quick run: without a search, and without the founding parameters."""
    return {
        "prevalence": Prevalence(),
        "logistic_splines": AdditiveLogistic(monotone=False, penalties=QUICK_PENALTIES),
        "glass_box": AdditiveLogistic(monotone=True, penalties=QUICK_PENALTIES),
        "boosting": BoostedTrees(
            seed=seed,
            threads=threads,
            rounds=QUICK_ROUNDS,
            start=AdditiveLogistic(monotone=True, penalties=QUICK_PENALTIES),
        ),
    }


def estimators_for(effort: str, seed: int, threads: int = 1) -> dict[str, Estimator]:
    """The models of a run of this effort (`full` or `quick`)."""
    return (quick_estimators if effort == "quick" else make_estimators)(seed, threads)
