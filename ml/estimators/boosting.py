"""Regularised boosted trees: constrained in the known directions, stopped early on folds that keep families whole.

They get the answers that the glass box gets: open questions filled by the factor model, fitted inside the fold. Trees that have to
find their own way around gaps of 15 % lose more by it than by anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.odds import logit, sigmoid
from ml.estimators.additive import centred, recalibration
from ml.estimators.base import MANY_ROWS, Floats, Singles, log_loss
from ml.estimators.imputation import Imputer, fit_imputer

if TYPE_CHECKING:
    import optuna
    import xgboost as xgb

MAX_ROUNDS = 3000
PATIENCE = 25
BUDGET, UNGUIDED = 6, 3
# The first candidate is a sound default; the search draws the others around it, the last ones where losses were low.
DEFAULT: dict[str, float] = {
    "max_depth": 2,
    "min_child_weight": 20.0,
    "reg_lambda": 10.0,
    "colsample_bytree": 0.3,
    "subsample": 0.6,
    "constrained": 1.0,
    "additive": 1.0,
}
# With many rows the data know more than the field does: a known direction then holds back what two features do together.
BUDGET_MANY = 4
DEFAULT_MANY: dict[str, float] = {
    "max_depth": 4,
    "min_child_weight": 5.0,
    "reg_lambda": 10.0,
    "colsample_bytree": 0.8,
    "subsample": 0.8,
    "constrained": 0.0,
    "additive": 0.0,
}
LEARNING_RATE, LEARNING_RATE_MANY = 0.03, 0.06
LEARNING_RATE_FIXED = 0.1  # where the number of rounds is given, and is small


@dataclass(frozen=True)
class FittedTrees:
    """A booster with its recalibration, and with what fills the gaps, where it was taught on filled answers."""

    booster: xgb.Booster
    about: dict[str, Any]
    shift: float = 0.0
    slope: float = 1.0
    threads: int = 1
    imputer: Imputer | None = None

    def predict(self, values: Singles) -> Floats:
        """Calibrated probabilities."""
        self.booster.set_param({"nthread": self.threads})
        raw = np.asarray(self.booster.inplace_predict(self.seen(values)), dtype=np.float64)
        return (
            raw if (self.shift, self.slope) == (0.0, 1.0) else sigmoid(self.shift + self.slope * logit(raw))
        )

    def seen(self, values: Singles) -> Singles:
        """What the trees look at: the answers, with open questions filled."""
        return values if self.imputer is None else self.imputer.transform(values).astype(np.float32)

    def state(self) -> dict[str, Any]:
        """The booster in its own JSON, and the recalibration."""
        raw = self.booster.save_raw("json").decode("utf-8")
        made = {**self.about, "kind": "trees", "booster": raw, "shift": self.shift, "slope": self.slope}
        return made if self.imputer is None else {**made, "imputer": self.imputer.state()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> FittedTrees:
        """The model that was written down."""
        import xgboost as xgb

        booster = xgb.Booster()
        booster.load_model(bytearray(state["booster"], "utf-8"))
        about = {k: v for k, v in state.items() if k not in ("booster", "shift", "slope", "imputer")}
        imputer = Imputer.from_state(state["imputer"]) if "imputer" in state else None
        return cls(booster, about, state["shift"], state["slope"], imputer=imputer)


def train_booster(parameters: dict[str, Any], matrix: xgb.DMatrix, rounds: int) -> xgb.Booster:
    """The booster itself; nothing is added around the library's own call, so that training costs what it costs."""
    import xgboost as xgb

    return xgb.train(parameters, matrix, rounds)


@dataclass(frozen=True)
class BoostedTrees:
    """A small seeded search with a budget (Optuna), early stopping per fold, and a refit on everything."""

    seed: int = 0
    threads: int = 1
    budget: int = BUDGET
    fixed: dict[str, float] = field(default_factory=dict)
    rounds: int | None = None  # chosen before: no search, and the slope below as recalibration
    rate: float = LEARNING_RATE_FIXED  # with `rounds`
    slope: float = 1.0
    filled: bool = True  # whether open questions are filled first; the trees alone can do without

    def parameters(
        self, signs: NDArray[np.int64], candidate: dict[str, float], rate: float = LEARNING_RATE
    ) -> dict[str, Any]:
        """The library's parameters for a candidate."""
        held = signs if candidate["constrained"] else np.zeros_like(signs)
        # Every tree about one feature only: the sum of the trees is a sum of curves, as in a glass box.
        apart = "[" + ",".join(f"[{i}]" for i in range(len(signs))) + "]"
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

    def candidates(self, *, many: bool = False) -> Iterator[tuple[dict[str, float], Callable[[float], None]]]:
        """The default and a few seeded draws, each with the way to tell how large its held-out loss was."""
        yield {**(DEFAULT_MANY if many else DEFAULT), **self.fixed}, lambda loss: None
        if self.budget == 1:
            return
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        sampler = optuna.samplers.TPESampler(seed=self.seed, n_startup_trials=UNGUIDED)
        study = optuna.create_study(sampler=sampler)
        for _ in range((BUDGET_MANY if many else self.budget) - 1):
            trial = study.ask()
            candidate = _drawn_many(trial) if many else _drawn(trial)

            def tell(loss: float, trial: optuna.Trial = trial) -> None:
                study.tell(trial, loss)

            yield candidate, tell

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> FittedTrees:
        """The best candidate by held-out log loss, refitted with the mean number of rounds."""
        import xgboost as xgb

        if self.rounds is not None:
            ready, imputer = self._ready(data)
            parameters = self.parameters(data.signs, {**DEFAULT, **self.fixed}, self.rate)
            matrix = self._matrix(ready)
            booster = train_booster(parameters, matrix, self.rounds)
            shift = 0.0 if self.slope == 1.0 else self._shift(booster, matrix, self.slope, data)
            about = self.about(parameters, self.rounds)
            return FittedTrees(booster, about, shift, self.slope, self.threads, imputer)
        many = len(data) >= MANY_ROWS
        rate = LEARNING_RATE_MANY if many else LEARNING_RATE
        # With many rows one fold says enough, and says it of models that have seen as many rows as the last one will.
        numbers = np.unique(folds)[:1] if many else np.unique(folds)
        rows = np.flatnonzero(np.isin(folds, numbers))
        pairs = []
        for number in numbers:
            inside, imputer = self._ready(data.take(folds != number))
            train = self._matrix(inside)
            test = self._matrix(_as_seen(data.take(folds == number), imputer), train)
            pairs.append((folds[rows] == number, train, test))
        outcome, weight = data.outcome[rows], data.weight[rows]
        best: tuple[float, dict[str, float], float, Floats] | None = None
        for candidate, tell in self.candidates(many=many):
            parameters, held_out, rounds = (
                self.parameters(data.signs, candidate, rate),
                np.empty(len(rows)),
                [],
            )
            for held, train, test in pairs:
                booster = xgb.train(
                    parameters,
                    train,
                    MAX_ROUNDS,
                    evals=[(test, "held_out")],
                    early_stopping_rounds=PATIENCE,
                    verbose_eval=False,
                )
                rounds.append(booster.best_iteration + 1)
                held_out[held] = booster.predict(test, iteration_range=(0, booster.best_iteration + 1))
            loss = log_loss(outcome, held_out, weight)
            tell(loss)
            if best is None or loss < best[0]:
                best = (loss, candidate, float(np.mean(rounds)), held_out)
        assert best is not None
        _, candidate, mean_rounds, held_out = best
        # A refit on all folds has more rows than each fit on the others, so it can take a little longer.
        folded = len(np.unique(folds))
        used = int(np.ceil(mean_rounds * (folded / (folded - 1)) ** 0.5))
        ready, imputer = self._ready(data)
        matrix = self._matrix(ready)
        parameters = self.parameters(data.signs, candidate, rate)
        booster = train_booster(parameters, matrix, used)
        _, slope = recalibration(logit(held_out), outcome, weight)
        trust = float((outcome * weight).sum())
        slope = 1.0 + trust / (trust + 200.0) * (slope - 1.0)
        shift = self._shift(booster, matrix, slope, data)
        return FittedTrees(booster, self.about(parameters, used), shift, slope, self.threads, imputer)

    def _shift(self, booster: xgb.Booster, matrix: xgb.QuantileDMatrix, slope: float, data: Dataset) -> float:
        """What keeps the mean risk that of the data once log odds are multiplied by a slope."""
        raw = slope * logit(np.asarray(booster.predict(matrix), dtype=np.float64))
        return centred(raw, float(np.average(data.outcome, weights=data.weight)), data.weight)

    def _ready(self, data: Dataset) -> tuple[Dataset, Imputer | None]:
        """The data as the trees see them, and what filled them."""
        imputer = fit_imputer(data.values, data.weight) if self.filled else None
        return _as_seen(data, imputer), imputer

    def _matrix(self, data: Dataset, bins_of: xgb.QuantileDMatrix | None = None) -> xgb.QuantileDMatrix:
        """The data in the library's own form, in the bins of another matrix if given."""
        import xgboost as xgb

        return xgb.QuantileDMatrix(
            data.values, data.outcome, weight=data.weight, ref=bins_of, max_bin=64, nthread=self.threads
        )

    def about(self, parameters: dict[str, Any], rounds: int) -> dict[str, Any]:
        """What a fitted model tells of how it was made."""
        kept = {name: value for name, value in parameters.items() if name != "nthread"}
        return {"kind": "trees", "rounds": rounds, "parameters": kept, "budget": self.budget}


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


def _as_seen(data: Dataset, imputer: Imputer | None) -> Dataset:
    return (
        data if imputer is None else replace(data, values=imputer.transform(data.values).astype(np.float32))
    )


def _drawn(trial: optuna.Trial) -> dict[str, float]:
    """A candidate for few rows: held back, and in the directions that the field knows."""
    return {
        "max_depth": float(trial.suggest_int("max_depth", 1, 3)),
        "min_child_weight": trial.suggest_float("min_child_weight", 10.0, 40.0),
        "reg_lambda": trial.suggest_float("reg_lambda", 3.0, 60.0, log=True),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.15, 0.6),
        "subsample": trial.suggest_float("subsample", 0.5, 0.8),
        "constrained": 1.0,
        "additive": float(trial.suggest_categorical("additive", [0, 1])),
    }


def _drawn_many(trial: optuna.Trial) -> dict[str, float]:
    """A candidate for many rows: deeper, with more features per tree so that two can meet, constrained or not."""
    return {
        "max_depth": float(trial.suggest_int("max_depth", 3, 6)),
        "min_child_weight": trial.suggest_float("min_child_weight", 3.0, 40.0, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 1.0, 60.0, log=True),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.4, 1.0),
        "subsample": trial.suggest_float("subsample", 0.6, 0.9),
        "constrained": float(trial.suggest_categorical("constrained", [0, 1])),
        "additive": 0.0,
    }
