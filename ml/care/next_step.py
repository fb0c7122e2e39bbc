"""Learning the next step of care: multinomial logit against the last two steps alone, boosted trees and popularity.

Sex, origin and district are not among what it learns from; they are for the audit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from datawerkplaats.catalogue.care import care_factors, care_kinds
from ml.care.staged import Cohort
from ml.care.suggest import FEWEST, SHOWN, SIMILAR, Floats, Ints, Moment, NextStep, encoded

FOLDS = 5
PENALTY = 1.0
ROUNDS, DEPTH = 40, 4  # of the boosted trees
SMOOTH = 10.0


@dataclass(frozen=True)
class Choices:
    """Every choice after a first step: what was known before it, what was chosen, and who it was about."""

    at: Moment
    chosen: Ints
    client: Ints
    family: Ints
    kinds: int

    def __len__(self) -> int:
        return len(self.chosen)

    def take(self, rows: NDArray[Any]) -> Choices:
        """The same with only these rows."""
        at = self.at
        part = Moment(at.last[rows], at.before[rows], at.tried[rows], at.need[rows], at.age[rows])
        return Choices(part, self.chosen[rows], self.client[rows], self.family[rows], self.kinds)


def choices_of(cohort: Cohort) -> Choices:
    """The choices of a cohort, in the order of its steps; each knows what came before and nothing of what came after."""
    factors, kinds = care_factors(), len(care_kinds().kinds)
    used = [position for position, factor in enumerate(factors) if factor.choice]
    most = np.array([factors[position].most for position in used], dtype=np.float32)
    client, kind = cohort.step_client, cohort.step_kind
    is_first = np.append(True, client[1:] != client[:-1])
    is_second = np.append(False, is_first[:-1]) & ~is_first
    last = np.append(0, kind[:-1])
    before = np.append([0, 0], kind[:-2])[: len(kind)]
    before = np.where(is_second, kinds, before)
    tried = np.zeros((len(kind), kinds), dtype=bool)
    start = np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    step = np.arange(len(kind)) - start
    for back in range(1, int(step.max(initial=0)) + 1):
        rows = np.flatnonzero(step >= back)
        tried[rows, kind[rows - back]] = True
    rows = np.flatnonzero(~is_first)
    need = cohort.answer[client[rows]][:, used] / most - 0.5
    _, family = np.unique(cohort.family, return_inverse=True)
    at = Moment(last[rows], before[rows], tried[rows], need.astype(np.float32), cohort.age[client[rows]])
    return Choices(at, kind[rows], client[rows], family[client[rows]].astype(np.int64), kinds)


def folds_of(choices: Choices, seed: int, folds: int = FOLDS) -> Ints:
    """The fold of each choice; families stay whole."""
    families = int(choices.family.max()) + 1
    return np.asarray(np.random.default_rng([seed, 501]).integers(0, folds, families)[choices.family])


def fit_logit(choices: Choices) -> tuple[Floats, Floats]:
    """Weights and biases of the multinomial logit (scikit-learn), a row per kind; a kind that was never chosen stays out."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=PENALTY, max_iter=300, tol=1e-3)
    model.fit(encoded(choices.at, choices.kinds), choices.chosen)
    weight = np.zeros((choices.kinds, model.coef_.shape[1]))
    bias = np.full(choices.kinds, -30.0)
    weight[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return weight, bias


def softmax(logit: Floats) -> Floats:
    """Rows of probabilities."""
    weight = np.exp(logit - logit.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def held_out_logits(choices: Choices, folds: Ints) -> Floats:
    """Log odds of every choice by a model that has not seen its family."""
    out = np.empty((len(choices), choices.kinds), dtype=np.float32)
    for fold in np.unique(folds):
        weight, bias = fit_logit(choices.take(folds != fold))
        here = folds == fold
        out[here] = encoded(choices.take(here).at, choices.kinds) @ weight.T + bias
    return np.asarray(out, dtype=np.float64)


def best_temperature(logit: Floats, chosen: Ints) -> float:
    """By what the log odds are divided so that held-out probabilities are as sure as they are right."""
    rows = np.arange(len(chosen))

    def loss(temperature: float) -> float:
        return float(-np.log(np.maximum(softmax(logit / temperature)[rows, chosen], 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.7, 1.5), method="bounded", options={"xatol": 1e-3}).x)


def popularity(train: Choices, test: Choices) -> Floats:
    """What was chosen most of all, whatever came before."""
    share = np.bincount(train.chosen, minlength=train.kinds) + 0.5
    return np.tile(share / share.sum(), (len(test), 1))


def markov(train: Choices, test: Choices) -> Floats:
    """What was chosen after the same two steps, leaning on the last one where that was seldom."""
    k = train.kinds
    counts = np.zeros((k + 1, k + 1, k))
    np.add.at(counts, (train.at.last, train.at.before, train.chosen), 1)
    overall = np.bincount(train.chosen, minlength=k) + 0.5
    one = counts.sum(axis=1) + SMOOTH * overall / overall.sum()
    one /= one.sum(axis=1, keepdims=True)
    two = counts + SMOOTH * one[:, None]
    return np.asarray((two / two.sum(axis=2, keepdims=True))[test.at.last, test.at.before])


def trees(train: Choices, test: Choices) -> Floats:
    """Boosted trees on the same columns."""
    import xgboost as xgb

    settings = {"objective": "multi:softprob", "num_class": train.kinds, "max_depth": DEPTH, "eta": 0.2, "nthread": 1,
                "subsample": 0.8, "colsample_bytree": 0.6, "min_child_weight": 10, "seed": 1}  # fmt: skip
    matrix = xgb.DMatrix(encoded(train.at, train.kinds), train.chosen)
    booster = xgb.train(settings, matrix, ROUNDS)
    return np.asarray(booster.predict(xgb.DMatrix(encoded(test.at, train.kinds))), dtype=np.float64)


def hits(probability: Floats, chosen: Ints) -> NDArray[np.bool_]:
    """Whether what was chosen is among the three most probable."""
    return np.asarray((top(probability) == chosen[:, None]).any(axis=1))


def top(probability: Floats) -> Ints:
    """The three most probable kinds of each row."""
    return np.asarray(np.argpartition(-probability, SHOWN, axis=1)[:, :SHOWN])


def learn(choices: Choices, temperature: float, *, synthetic: bool) -> NextStep:
    """The model on all choices, with its support."""
    weight, bias = fit_logit(choices)
    kinds = tuple(one.id for one in care_kinds().kinds)
    fields = [factor for factor in care_factors() if factor.choice]
    return NextStep(
        kinds, tuple(one.id for one in fields), tuple(one.most for one in fields), weight, bias, temperature,
        _support(choices, kinds), _means(choices, kinds), synthetic,
    )  # fmt: skip


def _support(choices: Choices, kinds: tuple[str, ...]) -> dict[str, tuple[int, dict[str, int]]]:
    names = (*kinds, "")
    counts = np.zeros((len(kinds) + 1, len(kinds) + 1, len(kinds)), dtype=np.int64)
    np.add.at(counts, (choices.at.before, choices.at.last, choices.chosen), 1)
    found = {}
    for before, last in np.argwhere(counts.sum(axis=2) >= SIMILAR):
        row = counts[before, last]
        chosen = {kinds[kind]: int(row[kind]) for kind in np.flatnonzero(row >= FEWEST)}
        found[f"{names[before]}>{names[last]}"] = (int(row.sum()), chosen)
    return found


def _means(choices: Choices, kinds: tuple[str, ...]) -> dict[str, list[float]]:
    pair = choices.at.last * len(kinds) + choices.chosen
    found = {}
    for key in np.flatnonzero(np.bincount(pair) >= SIMILAR):
        last, following = divmod(int(key), len(kinds))
        mean = np.nanmean(choices.at.need[pair == key], axis=0)
        found[f"{kinds[last]}>{kinds[following]}"] = [round(float(value), 3) for value in mean]
    return found


def shuffled(choices: Choices, seed: int) -> Choices:
    """The same moments with what was chosen dealt out at random: nothing is left to learn but popularity."""
    order = np.random.default_rng([seed, 502]).permutation(len(choices))
    return replace(choices, chosen=choices.chosen[order])
