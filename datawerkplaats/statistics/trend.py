"""Whether a figure is changing: the five-point recent trend and the two-point test, never on modelled series.

Source: OHID Fingertips public health technical guidance, trend markers: weighted least squares over the
latest five points, significant where chi-square exceeds 9.5495 (99.8 per cent, 1 df) and no single
point decides the direction. Dutch sources are not yearly, and a missing edition is no break: the line is fitted over the
years themselves, however uneven; what does break a series is a declared change of method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.comparison import Difference, Limits, Polarity, difference_of_estimates
from datawerkplaats.statistics.reasons import Bools, Floats, Reasons, as_floats, first_reason

POINTS = 5
CRITICAL_CHI2 = 9.54953570608324  # the 99.8 % quantile of chi-square with 1 degree of freedom
_FULL_WIDTH = 3.92  # a 95 % interval is 2 x 1.96 standard errors wide


@dataclass(frozen=True)
class Trend:
    """Per series the marker, its judgement by polarity, the fit behind it and the reason where there is none.

    `marker` is increasing, decreasing, no_significant_change or cannot_be_calculated; `judgement` is
    getting_better, getting_worse or empty. `slope` is per year.
    """

    marker: Reasons
    judgement: Reasons
    slope: Floats
    slope_error: Floats
    chi2: Floats
    leave_one_out: Floats
    agrees: Bools
    reason: Reasons


def _weighted_slope(t: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    t = (
        t - t[:, :1] + 1
    )  # years are large and close together; small whole numbers keep a flat line exactly flat
    s_w, s_wt, s_wtt = w.sum(axis=1), (w * t).sum(axis=1), (w * t * t).sum(axis=1)
    determinant = s_w * s_wtt - s_wt**2
    slope = (s_w * (w * t * y).sum(axis=1) - s_wt * (w * y).sum(axis=1)) / determinant
    return slope, np.sqrt(s_w / determinant)


def judge_direction(direction: Floats, polarity: Polarity) -> Reasons:
    """getting_better or getting_worse per series, empty where it does not move or the polarity is neutral."""
    sign = {"higher_is_better": 1.0, "higher_is_worse": -1.0, "neutral": 0.0}[polarity] * direction
    return np.where(sign > 0, "getting_better", np.where(sign < 0, "getting_worse", "")).astype(object)


def recent_trend(
    years: npt.ArrayLike,
    values: npt.ArrayLike,
    lower95: npt.ArrayLike,
    upper95: npt.ArrayLike,
    polarity: Polarity,
    *,
    breaks: Sequence[int] = (),
    is_model_estimate: npt.ArrayLike = False,
) -> Trend:
    """The recent-trend marker of each series (row) over its latest five points.

    t = the years; w = 1/SE^2 with SE = (upper - lower)/3.92; b = (Sw Swty - Swt Swy)/(Sw Swtt - Swt^2); SE_b = sqrt(Sw/(Sw
    Swtt - Swt^2)); chi2 = (b/SE_b)^2. Significant where chi2 > 9.5495 and all five fits that leave one point
    out have the sign of b.

    Args:
        years: The years of the columns, ascending.
        values: One row per series, NaN where a year was not measured.
        lower95: Lower 95 per cent limits, shaped as `values`.
        upper95: Upper 95 per cent limits.
        polarity: Whether higher is better, worse or neither.
        breaks: First years of another method: five points on both sides of one are no series.
        is_model_estimate: Per series; modelled series are refused.
    """
    y, low, high = (np.atleast_2d(as_floats(part)) for part in (values, lower95, upper95))
    when = as_floats(years)
    rows = np.arange(y.shape[0])[:, None]
    known = ~np.isnan(y)
    # The positions of the latest five known points of each row, oldest first; rows with fewer are refused
    # below.
    rank = np.where(known, np.cumsum(known[:, ::-1], axis=1)[:, ::-1], 0)
    picks = np.stack([np.argmax(rank == place, axis=1) for place in range(POINTS, 0, -1)], axis=1)
    y5, low5, high5 = y[rows, picks], low[rows, picks], high[rows, picks]
    t5 = when[picks]
    broken = np.zeros(y.shape[0], dtype=bool)
    for first_year in breaks:
        broken |= (t5[:, 0] < first_year) & (t5[:, -1] >= first_year)
    reason = first_reason(
        (y.shape[0],),
        ("modelled_series", np.broadcast_to(np.asarray(is_model_estimate, dtype=bool), (y.shape[0],))),
        ("fewer_than_5_points", known.sum(axis=1) < POINTS),
        ("broken_series", broken),
        ("interval_required", np.isnan(low5).any(axis=1) | np.isnan(high5).any(axis=1)),
        ("invalid_input", ((low5 > y5) | (y5 > high5) | (low5 == high5)).any(axis=1)),
    )
    with np.errstate(all="ignore"):
        weight = ((high5 - low5) / _FULL_WIDTH) ** -2.0
        slope, error = _weighted_slope(t5, y5, weight)
        chi2 = (slope / error) ** 2
        left_out = np.stack(
            [
                _weighted_slope(t5, y5, np.where(np.arange(POINTS) == i, 0.0, weight))[0]
                for i in range(POINTS)
            ],
            axis=1,
        )
    agrees = (np.sign(left_out) == np.sign(slope)[:, None]).all(axis=1)
    stands = reason == ""
    direction = np.where(stands & agrees & (chi2 > CRITICAL_CHI2), np.sign(slope), 0.0)
    marker = np.select(
        [direction > 0, direction < 0], ["increasing", "decreasing"], "no_significant_change"
    ).astype(object)
    marker[~stands] = "cannot_be_calculated"
    slope, error, chi2 = (np.where(stands, part, np.nan) for part in (slope, error, chi2))
    left_out = np.where(stands[:, None], left_out, np.nan)
    return Trend(
        marker, judge_direction(direction, polarity), slope, error, chi2, left_out, stands & agrees, reason
    )


@dataclass(frozen=True)
class TwoPointChange:
    """The change between two moments with its test, in the words of a trend marker."""

    marker: Reasons
    judgement: Reasons
    change: Difference
    reason: Reasons


def two_point_change(
    earlier: Limits,
    later: Limits,
    polarity: Polarity,
    *,
    confidence: float = 0.95,
    is_model_estimate: npt.ArrayLike = False,
) -> TwoPointChange:
    """Later minus earlier (each value, lower, upper) with a z test: for surveys that are too rare for a
    five-point trend.
    """
    change = difference_of_estimates(later, earlier, confidence=confidence)
    modelled = np.broadcast_to(np.asarray(is_model_estimate, dtype=bool), change.value.shape)
    reason = np.where(modelled, "modelled_series", change.reason).astype(object)
    stands = reason == ""
    plain = withheld_difference(change, reason)
    direction = np.where(plain.significant, np.sign(np.nan_to_num(plain.value)), 0.0)
    marker = np.select(
        [direction > 0, direction < 0], ["increasing", "decreasing"], "no_significant_change"
    ).astype(object)
    marker[~stands] = "cannot_be_calculated"
    return TwoPointChange(marker, judge_direction(direction, polarity), plain, reason)


def withheld_difference(change: Difference, reason: Reasons) -> Difference:
    """The same difference with NaN and no significance wherever there is a reason."""
    stands = reason == ""
    value, lower, upper, p = (
        np.where(stands, part, np.nan) for part in (change.value, change.lower, change.upper, change.p_value)
    )
    return Difference(value, lower, upper, reason, p, change.significant & stands)
