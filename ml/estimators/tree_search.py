"""Which trees: a small seeded search (Optuna) around a sound default, for few rows and for many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import optuna

BUDGET, UNGUIDED = 40, 12
# The first candidate is a sound default; the search draws the others around it, the later ones where losses were low.
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
DEFAULT_MANY: dict[str, float] = {
    "max_depth": 4,
    "min_child_weight": 5.0,
    "reg_lambda": 10.0,
    "colsample_bytree": 0.8,
    "subsample": 0.8,
    "constrained": 0.0,
    "additive": 0.0,
}
# A candidate's held-out loss after each part of the data: what is clearly worse after one part is not asked about the others.
Trial = Callable[[dict[str, float], Callable[[float], bool]], float | None]


def search(
    trial: Trial, budget: int, seed: int, fixed: dict[str, float], *, many: bool
) -> list[dict[str, float]]:
    """Candidates, best first; those that were given up half-way are left out.

    Args:
        trial: Tries a candidate: is called with it and with what is to be told after each part (whether to give up), and
            returns the loss over all parts, or None when it gave up.
        budget: How many candidates; with one the default is taken without a search.
        seed: Of the draws.
        fixed: What is not searched.
        many: Whether there are so many rows that trees may be deep and free.
    """
    default = {**(DEFAULT_MANY if many else DEFAULT), **fixed}
    if budget == 1:
        return [default]
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=UNGUIDED),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=UNGUIDED),
    )
    study.enqueue_trial(default, skip_if_exists=True)
    tried: list[tuple[float, int, dict[str, float]]] = []
    for number in range(budget):
        asked = study.ask()
        candidate = {**(_drawn_many if many else _drawn)(asked), **fixed}
        parts: list[float] = []

        def give_up(loss: float, asked: optuna.Trial = asked, parts: list[float] = parts) -> bool:
            parts.append(loss)
            asked.report(loss, len(parts))
            return asked.should_prune()

        loss = trial(candidate, give_up)
        if loss is None:
            study.tell(asked, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(asked, loss)
            tried.append((loss, number, candidate))
    return [candidate for _, _, candidate in sorted(tried, key=lambda one: one[:2])]


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
