"""What moved the scores: held-out permutation importance per topic and feature, beside the floor of pure noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Column, Dataset
from ml.base.splits import groups
from ml.estimators.additive import FittedAdditive
from ml.estimators.base import Fitted
from ml.estimators.fitted_trees import FittedTrees
from ml.metrics import aurocs
from ml.metrics.resampling import family_counts

Floats = NDArray[np.float64]
NOISE = "noise_floor"
RANK_NOISE = float(np.sqrt(2.0))
LABEL = {
    "nl": "relatieve bijdrage aan de score van dit model; zegt niets over oorzaken",
    "en": "relative contribution to this model's score; says nothing about causes",
}


@dataclass(frozen=True)
class Importance:
    """One feature or topic with the loss of AUROC when its values are shuffled, and the interval of its rank."""

    name: str
    loss: float
    lower: float
    upper: float
    rank: int
    rank_lower: int
    rank_upper: int


def with_noise(data: Dataset, seed: int) -> Dataset:
    """The dataset with one feature of pure noise more, drawn before training: the zero line of the list."""
    rng = np.random.default_rng([seed, 21])
    return data.with_column(Column(NOISE, "continuous", 0, NOISE, NOISE), rng.standard_normal(len(data)))


def _permuted_scores(
    model: Fitted, data: Dataset, members: list[NDArray[np.int64]], repeats: int, seed: int
) -> list[Floats]:
    """Per set of columns the scores after shuffling those columns together: repeats x rows."""
    rng = np.random.default_rng([seed, 22])
    shuffles = [rng.permutation(len(data)) for _ in range(repeats)]
    if isinstance(model, FittedAdditive):
        # Each curve adds its own part: shuffling a column shuffles that part and nothing else.
        parts = model.contributions(data.values)
        total = model.slope * model.log_odds(data.values)
        sums = [parts[:, columns].sum(axis=1) for columns in members]
        return [np.stack([total - part + part[order] for order in shuffles]) for part in sums]
    # Of trees it is what they see that is shuffled, as of curves: the answers with open questions filled.
    seen = (
        model.start.imputer.complete(data.values)
        if isinstance(model, FittedTrees) and model.start
        else data.values
    )
    out = []
    for columns in members:
        scores = []
        for order in shuffles:
            changed = seen.copy()
            changed[:, columns] = changed[order][:, columns]
            scores.append(model.predict(changed))
        out.append(np.stack(scores))
    return out


def permutation_importance(
    model: Fitted,
    data: Dataset,
    outcome: NDArray[np.floating],
    *,
    by_topic: bool,
    repeats: int = 2,
    draws: int = 100,
    seed: int = 0,
) -> list[Importance]:
    """Loss of AUROC on held-out data per feature or topic, largest first, with bootstrap intervals of loss and rank."""
    keys = [c.topic if by_topic else c.name for c in data.columns]
    names = list(dict.fromkeys(keys))
    members = [np.flatnonzero(np.array(keys) == name) for name in names]
    scores = _permuted_scores(model, data, members, repeats, seed)
    base = model.predict(data.values)
    counts = family_counts(groups(data), draws, seed)

    def losses(weights: NDArray[np.float32]) -> Floats:
        full = aurocs(base, outcome, weights)
        return np.stack(
            [full - np.mean([aurocs(row, outcome, weights) for row in table], axis=0) for table in scores],
            axis=1,
        )

    point = losses(np.ones((1, len(data)), dtype=np.float32))[0]
    drawn = losses(counts) if draws else point[None, :]
    # Ranks of near equals jump about: a resample of them is as far from its sample as that is from the truth, so the noise of both
    # is needed for an interval that holds (Hall and Miller 2009, who take smaller resamples for it).
    noisy = point + RANK_NOISE * (drawn - point)
    ranks = (-noisy).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    rank_low, rank_high = np.quantile(ranks, [0.025, 0.975], axis=0)
    order = np.argsort(-point)
    return [
        Importance(
            names[i],
            float(point[i]),
            float(low[i]),
            float(high[i]),
            position + 1,
            int(np.floor(rank_low[i])),
            int(np.ceil(rank_high[i])),
        )
        for position, i in enumerate(order)
    ]


def relative(importances: list[Importance]) -> dict[str, float]:
    """Shares of the total positive loss, for display as 'relatieve bijdrage'."""
    total = sum(max(i.loss, 0.0) for i in importances) or 1.0
    return {i.name: max(i.loss, 0.0) / total for i in importances}


def share_without_effect(importances: list[Importance], active: set[str]) -> tuple[float, float]:
    """Share of importance on features without effect, and the share of truly active ones among the first ten."""
    shares = relative(importances)
    wasted = sum(share for name, share in shares.items() if name not in active)
    top = [i.name for i in importances[:10]]
    return wasted, sum(name in active for name in top) / len(top)


def rank_coverage(shown: list[Importance], true: list[Importance]) -> tuple[float, float]:
    """The share of features whose true rank lies in the interval shown for it, and how wide those intervals are."""
    position = {i.name: i.rank for i in true}
    inside = [i.rank_lower <= position[i.name] <= i.rank_upper for i in shown]
    return float(np.mean(inside)), float(np.mean([i.rank_upper - i.rank_lower for i in shown]))
