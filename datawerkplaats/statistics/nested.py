"""Limits for figures over areas that lie within larger areas: the delete-one-cluster jackknife.

Wijken of one gemeente resemble each other (one policy, one labour market, one survey region), so that 190 wijken in 12
gemeenten know less than 190 strangers. Limits that take them for strangers are far too narrow. Leaving out one gemeente at a time
shows how much a figure hangs on each of them, whatever the correlation inside.

Source: Efron B & Stein C, Ann Stat 1981;9:586-596 (jackknife variance); Cameron AC, Gelbach JB & Miller DL, Rev Econ Stat
2008;90:414-427 (clusters, and Student's t with G - 1 degrees of freedom when they are few).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from datawerkplaats.statistics.distributions import student_quantile
from datawerkplaats.statistics.reasons import Floats

MINIMUM_CLUSTERS = 6
Integers = npt.NDArray[np.int64]


def numbered(clusters: npt.ArrayLike) -> tuple[Integers, int]:
    """The clusters as numbers from 0, and how many there are."""
    names, number = np.unique(np.asarray(clusters), return_inverse=True)
    return np.asarray(number, dtype=np.int64).ravel(), int(names.size)


def cluster_sums(parts: Floats, number: Integers, count: int) -> Floats:
    """Sums of the rows of `parts` (areas x anything) per cluster."""
    sums = np.zeros((count, *parts.shape[1:]))
    np.add.at(sums, number, parts)
    return sums


def jackknife_error(without: Floats) -> Floats:
    """The standard error of a figure from its values with each of G clusters left out (rows): sqrt((G-1)/G sum (t - mean t)^2)."""
    count = without.shape[0]
    return np.asarray(
        np.sqrt((count - 1) / count * np.sum((without - without.mean(axis=0)) ** 2, axis=0)), dtype=np.float64
    )


def student_limits(value: float, error: float, clusters: int, confidence: float) -> tuple[float, float]:
    """value -/+ t error, with t at G - 1 degrees of freedom."""
    half = float(student_quantile((1 + confidence) / 2, clusters - 1)) * error
    return value - half, value + half


def student_p_value(value: float, error: float, clusters: int) -> float:
    """The two-sided p value of 'it is nought' at G - 1 degrees of freedom."""
    if error == 0:
        return 0.0 if value else 1.0
    return float(2 * special.stdtr(clusters - 1, -abs(value) / error))
