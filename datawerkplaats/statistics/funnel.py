"""Funnel limits: between which values an area of its size lies if only chance sets it apart from the benchmark.

A limit is the value whose own interval just touches the benchmark, so that "outside the funnel" and "the interval
excludes the benchmark" are one verdict (OHID Fingertips, statistical process control). Limits *around the benchmark*,
as an interval of it, would be too wide on one side and too narrow on the other: 49 false alarms in a thousand
at b = 1 %, n = 300 where one is promised.

Sources: Spiegelhalter DJ, Stat Med 2005;24:1185-1202 (funnels); Wilson EB, J Am Stat Assoc 1927;22:209-212; Garwood F,
Biometrika 1936;28:437-442. Limits that also allow for areas that differ beyond chance: `dispersion`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from datawerkplaats.statistics.dispersion import CHANCE_ONLY, Dispersion
from datawerkplaats.statistics.intervals import critical_value
from datawerkplaats.statistics.reasons import Floats, Reasons, as_floats, first_reason


@dataclass(frozen=True)
class FunnelLimits:
    """Control limits at 95 and 99.8 per cent for each size, in the unit of the figure."""

    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats
    reason: Reasons


def _sizes(sizes: npt.ArrayLike, benchmark: float, is_benchmark_right: bool) -> tuple[Floats, Reasons]:
    sizes = as_floats(sizes)
    reason = first_reason(
        sizes.shape,
        ("missing_input", np.isnan(sizes) | np.isnan(benchmark)),
        ("invalid_input", (sizes <= 0) | (not is_benchmark_right)),
    )
    return np.where(reason == "", sizes, np.nan), reason


def funnel_limits_proportion(
    n: npt.ArrayLike, benchmark: float, multiplier: float = 1.0, dispersion: Dispersion = CHANCE_ONLY
) -> FunnelLimits:
    """Limits for a proportion at sizes `n`: the values whose Wilson interval ends at the benchmark.

    b -/+ z sqrt(phi b(1 - b) / n + tau^2), within 0 and 1, times `multiplier`.

    Args:
        n: Sizes of the areas, in people.
        benchmark: The share b that areas are held against, between 0 and 1.
        multiplier: 100 for per cents.
        dispersion: How much areas differ beyond chance, on the scale of shares; by default only chance counts.
    """
    n, reason = _sizes(n, benchmark, 0 <= benchmark <= 1)
    with np.errstate(all="ignore"):
        error = np.sqrt(dispersion.inflation * benchmark * (1 - benchmark) / n + dispersion.between_variance)

    def at(confidence: float) -> tuple[Floats, Floats]:
        half = critical_value(confidence) * error
        return (
            np.maximum(benchmark - half, 0.0) * multiplier,
            np.minimum(benchmark + half, 1.0) * multiplier,
        )

    return FunnelLimits(*at(0.95), *at(0.998), reason)


def funnel_limits_rate(
    n: npt.ArrayLike, benchmark: float, multiplier: float = 100_000.0, dispersion: Dispersion = CHANCE_ONLY
) -> FunnelLimits:
    """Limits for a rate at populations `n`: the rates whose exact Poisson interval ends at the benchmark.

    With E = n * benchmark / multiplier expected events, the limits are the counts o with P(X <= o; E) = alpha / 2 and
    P(X >= o; E) = alpha / 2, interpolated between whole counts by the incomplete gamma function; a lower limit that no
    count can pass is 0. Where `dispersion` (on the scale of the rate as a fraction of its benchmark) says that areas
    differ beyond chance: E -/+ z sqrt(phi E + tau^2 E^2).
    """
    n, reason = _sizes(n, benchmark, benchmark >= 0)
    with np.errstate(all="ignore"):
        expected = n * benchmark / multiplier
        scale = multiplier / n

    def at(confidence: float) -> tuple[Floats, Floats]:
        tail = (1 - confidence) / 2
        with np.errstate(all="ignore"):
            if dispersion.is_chance_only:
                low = np.where(np.exp(-expected) >= tail, 0.0, special.pdtrik(tail, expected))
                high = np.where(expected == 0, 0.0, special.pdtrik(1 - tail, expected) + 1)
            else:
                half = critical_value(confidence) * np.sqrt(
                    dispersion.inflation * expected + dispersion.between_variance * expected**2
                )
                low, high = np.maximum(expected - half, 0.0), expected + half
            return low * scale, high * scale

    return FunnelLimits(*at(0.95), *at(0.998), reason)


def funnel_limits_ratio(
    expected: npt.ArrayLike, factor: float = 100.0, dispersion: Dispersion = CHANCE_ONLY
) -> FunnelLimits:
    """Limits for a standardised ratio around `factor` at numbers of expected events."""
    return funnel_limits_rate(expected, factor, factor, dispersion)


def outside_limits(values: npt.ArrayLike, limits: FunnelLimits) -> tuple[Floats, Floats]:
    """Per area the side (-1 below, 0 within, 1 above) and the highest level (0, 95 or 99.8) at which it lies outside."""
    y = as_floats(values)
    with np.errstate(invalid="ignore"):
        side = np.where(y > limits.upper95, 1.0, np.where(y < limits.lower95, -1.0, 0.0))
        beyond = (y > limits.upper998) | (y < limits.lower998)
    level = np.where(side == 0, 0.0, np.where(beyond, 99.8, 95.0))
    unknown = np.isnan(y) | (limits.reason != "")
    return np.where(unknown, np.nan, side), np.where(unknown, np.nan, level)
