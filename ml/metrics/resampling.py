"""Intervals by resampling whole families, so that relatives do not make a result look surer than it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    lower: float
    upper: float


def family_counts(cluster: NDArray[np.integer], draws: int, seed: int) -> NDArray[np.float32]:
    """How often each row is in each bootstrap sample: draws x rows, whole clusters at a time."""
    _, position = np.unique(cluster, return_inverse=True)
    n = int(position.max()) + 1
    rng = np.random.default_rng(seed)
    out = np.empty((draws, len(position)), dtype=np.float32)
    for draw in range(draws):
        out[draw] = np.bincount(rng.integers(0, n, n), minlength=n)[position]
    return out


def cluster_bootstrap(
    statistic: Callable[[NDArray[np.float32]], float],
    cluster: NDArray[np.integer],
    *,
    draws: int = 500,
    seed: int = 0,
) -> Interval:
    """The statistic as a function of row weights, with a percentile interval."""
    counts = family_counts(cluster, draws, seed)
    values = np.array([statistic(row) for row in counts])
    low, high = np.nanquantile(values, [0.025, 0.975])
    return Interval(float(statistic(np.ones(len(cluster), dtype=np.float32))), float(low), float(high))


def paired_bootstrap(
    first: Callable[[NDArray[np.float32]], float], second: Callable[[NDArray[np.float32]], float], cluster: NDArray[np.integer],
    *, draws: int = 500, seed: int = 0,
) -> Interval:  # fmt: skip
    """The difference of two statistics on the same resamples."""
    return cluster_bootstrap(lambda weight: first(weight) - second(weight), cluster, draws=draws, seed=seed)
