"""Regularised boosted trees that begin where the sum of curves ends: constrained in the known directions, stopped early on folds.

They get the answers that the glass box gets (open questions filled by the factor model, inside the fold) and its penalised sum as
the log odds to begin from (`base_margin`). A hundred small effects that add up are what a sum finds cheaply and trees find late;
what is left for the trees is what the sum does not say. Where this was chosen it lifted their skill from .901 to .926.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.odds import logit
from ml.estimators.additive import AdditiveLogistic, FittedAdditive, centred, recalibration
from ml.estimators.base import MANY_ROWS, Floats, Singles, log_loss
from ml.estimators.fitted_trees import FittedTrees
from ml.estimators.imputation import Imputer, fit_imputer
from ml.estimators.tree_search import BUDGET, DEFAULT, search

if TYPE_CHECKING:
    import xgboost as xgb

MAX_ROUNDS = 3000
PATIENCE = 25
LEARNING_RATE, LEARNING_RATE_MANY = 0.03, 0.06
LEARNING_RATE_FIXED = 0.1  # where the number of rounds is given, and is small
# With many rows most candidates are tried on a part of them; the best few are told apart on all.
SEARCH_ROWS, FINALISTS = 30_000, 3
START = AdditiveLogistic(monotone=True)


@dataclass(frozen=True)
class _Before:
    """What comes before the trees: what fills the gaps, and the sum that they begin from."""

    imputer: Imputer | None
    start: FittedAdditive | None

    def matrix(
        self, data: Dataset, threads: int, bins_of: xgb.QuantileDMatrix | None = None
    ) -> xgb.QuantileDMatrix:
        """The data in the library's own form, in the bins of another matrix if given."""
        import xgboost as xgb

        filled = None if self.imputer is None else self.imputer.transform(data.values)
        begins = None if self.start is None or filled is None else self.start.margin(filled)
        return xgb.QuantileDMatrix(
            data.values if filled is None else filled.astype(np.float32), data.outcome, weight=data.weight,
            base_margin=begins, ref=bins_of, max_bin=64, nthread=threads,
        )  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """One way to hold rows out: which of the judged rows, and the matrices to learn from and to judge on."""

    held: NDArray[np.bool_]
    train: xgb.QuantileDMatrix
    test: xgb.QuantileDMatrix


def train_booster(parameters: dict[str, Any], matrix: xgb.DMatrix, rounds: int) -> xgb.Booster:
    """The booster itself; nothing is added around the library's own call, so that training costs what it costs."""
    import xgboost as xgb

    return xgb.train(parameters, matrix, rounds)


@dataclass(frozen=True)
class BoostedTrees:
    """A seeded search, early stopping per fold, and a refit on everything."""

    seed: int = 0
    threads: int = 1
    budget: int = BUDGET
    fixed: dict[str, float] = field(default_factory=dict)
    rounds: int | None = None  # chosen before: no search, and the slope below as recalibration
    rate: float = LEARNING_RATE_FIXED  # with `rounds`
    slope: float = 1.0
    filled: bool = True  # whether open questions are filled first; the trees alone can do without
    start: AdditiveLogistic | None = START  # the sum they begin from; none where gaps stay

    def parameters(
        self,
        signs: NDArray[np.int64],
        candidate: dict[str, float],
        rate: float = LEARNING_RATE,
        pairs: tuple[tuple[int, int], ...] = (),
    ) -> dict[str, Any]:
        """The library's parameters for a candidate.

        Args:
            signs: The direction the field knows of each feature: -1, 0 or 1.
            candidate: What was drawn or given.
            rate: The learning rate.
            pairs: Features that trees about one feature may look at together.
        """
        held = signs if candidate["constrained"] else np.zeros_like(signs)
        # Every tree about one feature, or a pair that works together: what the trees add is a sum of curves, as in a glass box.
        apart = (
            "[" + ",".join([*(f"[{i}]" for i in range(len(signs))), *(f"[{a},{b}]" for a, b in pairs)]) + "]"
        )
        alone = {"interaction_constraints": apart} if candidate["additive"] else {}
        return {
            "objective": "binary:logistic",
            "eval_metric": "logloss",
            "tree_method": "hist",
            "max_bin": 64,
            "eta": rate,
            "monotone_constraints": "(" + ",".join(str(int(s)) for s in held) + ")",
            "nthread": self.threads,
            "seed": self.seed,
            **alone,
            **{name: value for name, value in candidate.items() if name not in ("constrained", "additive")},
            "max_depth": int(candidate["max_depth"]),
        }

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> FittedTrees:
        """The best candidate by held-out log loss, refitted with the mean number of rounds."""
        before = self._before(data, folds, self.start)
        pairs = () if before.start is None else before.start.curves.pairs
        matrix = before.matrix(data, self.threads)
        if self.rounds is not None:
            parameters = self.parameters(data.signs, {**DEFAULT, **self.fixed}, self.rate, pairs)
            return self._final(data, before, matrix, parameters, self.rounds, self.slope)
        many = len(data) >= MANY_ROWS
        rate = LEARNING_RATE_MANY if many else LEARNING_RATE
        # With many rows one fold says enough, and says it of models that have seen as many rows as the last one will.
        numbers = np.unique(folds)[:1] if many else np.unique(folds)
        rows = np.flatnonzero(np.isin(folds, numbers))
        outcome, weight = data.outcome[rows], data.weight[rows]
        parts = [self._part(data, folds, number, rows, before.start) for number in numbers]

        def judged(
            candidate: dict[str, float], on: list[_Part], give_up: Callable[[float], bool]
        ) -> _Judged | None:
            chosen = self.parameters(data.signs, candidate, rate, pairs)
            return _judge(chosen, on, outcome, weight, give_up)

        tried = parts if not many else [self._part(data, folds, numbers[0], rows, before.start, SEARCH_ROWS)]
        judgements: dict[int, _Judged] = {}

        def trial(candidate: dict[str, float], give_up: Callable[[float], bool]) -> float | None:
            found = judged(candidate, tried, give_up)
            if found is None:
                return None
            judgements[id(candidate)] = found
            return found.loss

        best = search(trial, self.budget, self.seed, self.fixed, many=many)
        if many or not judgements:
            judgements = {
                id(c): one for c in best[:FINALISTS] if (one := judged(c, parts, lambda loss: False))
            }
            best = sorted(best[:FINALISTS], key=lambda c: judgements[id(c)].loss)
        found = judgements[id(best[0])]
        # A refit on all folds has more rows than each fit on the others, so it can take a little longer.
        folded = len(np.unique(folds))
        used = int(np.ceil(found.rounds * (folded / (folded - 1)) ** 0.5))
        _, slope = recalibration(logit(found.held_out), outcome, weight)
        trust = float((outcome * weight).sum())
        slope = max(1.0 + trust / (trust + 200.0) * (slope - 1.0), 0.0)
        return self._final(
            data, before, matrix, self.parameters(data.signs, best[0], rate, pairs), used, slope
        )

    def _before(self, data: Dataset, folds: NDArray[np.int64], start: AdditiveLogistic | None) -> _Before:
        """What comes before the trees, learnt from these rows."""
        if start is not None and self.filled:
            fitted = start.fit(data, folds)
            return _Before(fitted.imputer, fitted)
        return _Before(fit_imputer(data.values, data.weight) if self.filled else None, None)

    def _part(
        self,
        data: Dataset,
        folds: NDArray[np.int64],
        number: int,
        rows: NDArray[np.int64],
        whole: FittedAdditive | None,
        most: int | None = None,
    ) -> _Part:
        """A fold held out; what comes before the trees is learnt without it, with the penalties that were found for the whole."""
        inside = np.flatnonzero(folds != number)
        inside = inside[:: -(-len(inside) // most)] if most else inside
        taken = data.take(inside)
        start = None if self.start is None or whole is None else replace(
            self.start, penalties=whole.chosen, slope=whole.slope
        )  # fmt: skip
        before = self._before(taken, folds[inside], start)
        train = before.matrix(taken, self.threads)
        test = before.matrix(data.take(folds == number), self.threads, train)
        return _Part(folds[rows] == number, train, test)

    def _final(
        self, data: Dataset, before: _Before, matrix: xgb.QuantileDMatrix, parameters: dict[str, Any], rounds: int, slope: float
    ) -> FittedTrees:  # fmt: skip
        booster = train_booster(parameters, matrix, rounds)
        # Once log odds are multiplied by a slope, or begin from a sum, a constant keeps the mean risk that of the data.
        shift = 0.0 if slope == 1.0 and before.start is None else self._shift(booster, matrix, slope, data)
        about = self.about(parameters, rounds)
        return FittedTrees(booster, about, shift, slope, self.threads, before.imputer, before.start)

    def about(self, parameters: dict[str, Any], rounds: int) -> dict[str, Any]:
        """What a fitted model tells of how it was made."""
        kept = {name: value for name, value in parameters.items() if name != "nthread"}
        return {
            "kind": "trees",
            "rounds": rounds,
            "parameters": kept,
            "budget": 0 if self.rounds is not None else self.budget,
        }

    def _shift(self, booster: xgb.Booster, matrix: xgb.QuantileDMatrix, slope: float, data: Dataset) -> float:
        raw = slope * logit(np.asarray(booster.predict(matrix), dtype=np.float64))
        return centred(raw, float(np.average(data.outcome, weights=data.weight)), data.weight)


@dataclass(frozen=True)
class _Judged:
    """What a candidate is worth: its held-out loss and probabilities, and the mean number of rounds."""

    loss: float
    rounds: float
    held_out: Floats


def _judge(
    parameters: dict[str, Any], parts: list[_Part], outcome: Singles, weight: Singles, give_up: Callable[[float], bool]
) -> _Judged | None:  # fmt: skip
    """A candidate on each part, stopped early there; None once it is told to give up."""
    import xgboost as xgb

    held_out, rounds, seen = np.empty(len(outcome)), [], np.zeros(len(outcome), dtype=bool)
    loss = np.inf
    for part in parts:
        booster = xgb.train(
            parameters,
            part.train,
            MAX_ROUNDS,
            evals=[(part.test, "held_out")],
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        rounds.append(booster.best_iteration + 1)
        held_out[part.held] = booster.predict(part.test, iteration_range=(0, booster.best_iteration + 1))
        seen |= part.held
        if not weight[seen].any():
            continue
        loss = log_loss(outcome[seen], held_out[seen], weight[seen])
        if give_up(loss) and not seen.all():
            return None
    return _Judged(loss, float(np.mean(rounds)), held_out)


def candidate_of(parameters: dict[str, Any]) -> dict[str, float]:
    """What was tried, of the library's parameters that were made of it: for other features too.

    Args:
        parameters: Those of a fitted model (`about`).
    """
    told = {
        "constrained": float("1" in parameters["monotone_constraints"]),
        "additive": float("interaction_constraints" in parameters),
    }
    return {name: told[name] if name in told else float(parameters[name]) for name in DEFAULT}
