"""A run: nested, grouped cross-validation of all models, the choice between them, and the final fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.design import Design, design_hash
from ml.base.problems import DataProblem
from ml.base.splits import grouped_folds, groups
from ml.estimators import Estimator, estimators_for
from ml.metrics import Interval
from ml.model.choice import CHALLENGER, Judged, choose
from ml.model.run import Choice, Run
from ml.model.run_identity import run_identity

QUICK_FOLDS = 3


def required_rows(
    parameters: int, prevalence: float, expected_auroc: float = 0.75, shrinkage: float = 0.9
) -> int:
    """The rows that Riley's criteria ask for: shrinkage, small optimism in R², and a precise overall risk."""
    # A binormal score with this AUROC: its Cox-Snell R² is found by integrating the likelihood over the score.
    from scipy.special import ndtri

    distance = float(np.sqrt(2) * ndtri(expected_auroc))
    grid = np.linspace(-7, 7 + distance, 4001)
    density0 = np.exp(-0.5 * grid**2) / np.sqrt(2 * np.pi)
    density1 = np.exp(-0.5 * (grid - distance) ** 2) / np.sqrt(2 * np.pi)
    mixed = prevalence * density1 + (1 - prevalence) * density0
    p = np.clip(prevalence * density1 / np.maximum(mixed, 1e-300), 1e-12, 1 - 1e-12)
    step = grid[1] - grid[0]
    log_model = float((mixed * (p * np.log(p) + (1 - p) * np.log(1 - p))).sum() * step)
    log_null = prevalence * np.log(prevalence) + (1 - prevalence) * np.log(1 - prevalence)
    r2 = 1 - np.exp(2 * (log_null - log_model))
    r2_max = 1 - np.exp(2 * log_null)
    first = parameters / ((shrinkage - 1) * np.log(1 - r2 / shrinkage))
    small_optimism = r2 / (r2 + 0.05 * r2_max)
    second = parameters / ((small_optimism - 1) * np.log(1 - r2 / small_optimism))
    third = (1.96 / 0.05) ** 2 * prevalence * (1 - prevalence)
    return int(np.ceil(max(first, second, third)))


def train(
    design: Design,
    data: Dataset,
    *,
    models: tuple[str, ...] = (),
    threads: int = 1,
    outer_folds: int | None = None,
    estimators: dict[str, Estimator] | None = None,
) -> Run:
    """The run of a design on its data: reproducible to the bit from design, data hash and seed.

    Args:
        design: The checked design.
        data: Its dataset, outcomes known.
        models: Names of the models; all of them by default.
        threads: For the boosting library.
        outer_folds: Fewer folds than the design asks for, in tests.
        estimators: Other ones than those of the design's effort.
    """
    quick = design.effort == "quick"
    folds = grouped_folds(data, outer_folds or (QUICK_FOLDS if quick else design.split.folds), design.seed)
    _require_both_outcomes(design, data, folds)
    estimators = estimators or estimators_for(design.effort, design.seed, threads)
    names = models or tuple(estimators)
    held_out = {name: np.empty(len(data)) for name in names}
    for fold in np.unique(folds):
        inside, outside = data.take(folds != fold), data.take(folds == fold)
        inner = grouped_folds(inside, design.split.folds, design.seed + 1)
        for name in names:
            held_out[name][folds == fold] = estimators[name].fit(inside, inner).predict(outside.values)
    fitted = {name: estimators[name].fit(data, folds) for name in names}
    needed = {"glass_box", "logistic_splines", CHALLENGER}
    if needed <= set(names):
        shown = {name: data.strata[name] for name in design.subgroups if name in data.strata}
        judged = Judged(data.outcome, data.weight, groups(data), shown, design.seed)
        choice = choose(held_out, judged, design.champion)
    else:
        nothing = Interval(float("nan"), float("nan"), float("nan"))
        choice = Choice(
            names[-1], nothing, nothing, "Eén model, geen vergelijking.", "One model, no comparison."
        )
    share = float(np.average(data.outcome, weights=data.weight))
    data_hash = data.hash()
    return Run(
        design, data, folds, held_out, fitted, choice, data_hash, run_identity(design_hash(design), data_hash, design.seed),
        required_rows(len(data.columns), share),
    )  # fmt: skip


def _require_both_outcomes(design: Design, data: Dataset, folds: NDArray[np.int64]) -> None:
    for fold in np.unique(folds):
        inside = data.outcome[folds == fold]
        if inside.min() == inside.max():
            raise DataProblem(
                "constant_target", subject=design.model_id, where=f"fold {int(fold) + 1} of {int(folds.max()) + 1}",
                found=f"{len(inside)} times {int(inside[0])}", expected="people with and without the outcome",
                remedy="take fewer folds, or units that stay together that are smaller; nothing was trained",
            )  # fmt: skip


def shuffled(data: Dataset, seed: int) -> Dataset:
    """The same data with the outcomes dealt out again over families: nothing is left to learn."""
    component = groups(data)
    _, group = np.unique(component, return_inverse=True)
    rng = np.random.default_rng(seed)
    order = rng.permutation(int(group.max()) + 1)
    # Outcomes move between whole families of the same order, so that sizes and clustering stay.
    keys = np.lexsort((np.arange(len(group)), group))
    new = np.lexsort((np.arange(len(group)), order[group]))
    outcome = np.empty_like(data.outcome)
    outcome[keys] = data.outcome[new]
    return replace(data, outcome=outcome)
