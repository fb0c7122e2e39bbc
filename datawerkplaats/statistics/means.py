"""Means with limits, from the number of people and their standard deviation.

Source: Student, Biometrika 1908;6:1-25; the same rule as `phe_mean` of OHID's package.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.distributions import student_quantile
from datawerkplaats.statistics.intervals import Estimate
from datawerkplaats.statistics.reasons import as_floats, first_reason


def mean_interval(
    mean: npt.ArrayLike, deviation: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95
) -> Estimate:
    """mean -/+ t s / sqrt(n), with t at n - 1 degrees of freedom.

    Args:
        mean: Means of the areas.
        deviation: Standard deviations of the people, in the same unit.
        n: Numbers of people (effective ones where a sample is weighted).
        confidence: Confidence of the limits.
    """
    m, s, count = np.broadcast_arrays(as_floats(mean), as_floats(deviation), as_floats(n))
    reason = first_reason(
        m.shape,
        ("missing_input", np.isnan(m) | np.isnan(s) | np.isnan(count)),
        ("invalid_input", (s < 0) | (count < 2)),
    )
    with np.errstate(all="ignore"):
        half = student_quantile((1 + confidence) / 2, count - 1) * s / np.sqrt(count)
    value, lower, upper = (np.where(reason == "", part, np.nan) for part in (m, m - half, m + half))
    return Estimate(value, lower, upper, reason)
