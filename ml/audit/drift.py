"""Has the population moved since the model was made: population stability, tested against chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset

BINS = 10
ALARM = 0.25


@dataclass(frozen=True)
class Drift:
    """PSI of one feature, what chance alone would give, and whether it stands out."""

    name: str
    psi: float
    by_chance: float
    stands_out: bool


def psi(before: NDArray[np.floating], after: NDArray[np.floating]) -> tuple[float, float]:
    """The stability index over tenths of `before` (missing is a class of its own) and its 99 % point under chance."""
    known = before[~np.isnan(before)]
    edges = (
        np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.array([0.0])
    )

    def shares(values: NDArray[np.floating]) -> NDArray[np.float64]:
        position = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
        count = np.bincount(position, minlength=len(edges) + 2)
        return np.asarray((count + 0.5) / (count.sum() + 0.5 * len(count)))

    expected, actual = shares(before), shares(after)
    value = float(((actual - expected) * np.log(actual / expected)).sum())
    from scipy.stats import chi2

    used = int(((expected + actual) > 2.0 / min(len(before), len(after))).sum())
    chance = float(chi2.ppf(0.99, max(used - 1, 1))) * (1 / len(before) + 1 / len(after))
    return value, chance


def drift(before: Dataset, after: Dataset) -> list[Drift]:
    """Every feature's drift, largest first."""
    rows = []
    for position, column in enumerate(before.columns):
        value, chance = psi(before.values[:, position], after.values[:, position])
        rows.append(
            Drift(column.name, value, chance, (value > max(chance, 0.0) and value > 0.1) or value > ALARM)
        )
    return sorted(rows, key=lambda r: -r.psi)


def should_retrain(rows: list[Drift], score_psi: float) -> bool:
    """Retrain when the score itself has moved, or more than a tenth of the features has."""
    return score_psi > 0.1 or sum(r.stands_out for r in rows) > 0.1 * len(rows)
