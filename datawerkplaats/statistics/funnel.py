"""Funnel limits: between which values an area of its size is expected if it does not differ from the
benchmark.

Source: Spiegelhalter DJ, Stat Med 2005;24:1185-1202; limits as in OHID Fingertips statistical process
control: the score limits of the benchmark proportion, and Byar limits (exact below 10) of the expected
events.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.intervals import poisson_interval, wilson_interval
from datawerkplaats.statistics.reasons import Floats, Reasons, as_floats


@dataclass(frozen=True)
class FunnelLimits:
    """Control limits at 95 and 99.8 per cent for each size."""

    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats
    reason: Reasons


def funnel_limits_proportion(n: npt.ArrayLike, benchmark: float, multiplier: float = 1.0) -> FunnelLimits:
    """Limits for a proportion at sizes `n`: Wilson limits of E = n * benchmark events out of n."""
    n = as_floats(n)
    wide, narrow = (wilson_interval(n * benchmark, n, level, multiplier) for level in (0.998, 0.95))
    return FunnelLimits(narrow.lower, narrow.upper, wide.lower, wide.upper, narrow.reason)


def funnel_limits_rate(n: npt.ArrayLike, benchmark: float, multiplier: float = 100_000.0) -> FunnelLimits:
    """Limits for a rate at populations `n`: Poisson limits of E = n * benchmark / multiplier events."""
    n = as_floats(n)
    with np.errstate(all="ignore"):
        expected = np.where(n > 0, n * benchmark / multiplier, np.nan)
        scale = multiplier / n
    wide, narrow = (poisson_interval(expected, level) for level in (0.998, 0.95))
    return FunnelLimits(
        narrow.lower * scale, narrow.upper * scale, wide.lower * scale, wide.upper * scale, narrow.reason
    )


def funnel_limits_ratio(expected: npt.ArrayLike, factor: float = 100.0) -> FunnelLimits:
    """Limits for a standardised ratio around `factor` at numbers of expected events."""
    return funnel_limits_rate(expected, factor, factor)
