"""Differences between two figures, an area against a benchmark, and what many tests at once do to
significance.

Sources: Newcombe RG, Stat Med 1998;17:873-890 (method 10, hybrid score); Zou GY & Donner A, Stat Med
2008;27:1693-1702 (the same from two intervals); Benjamini Y & Hochberg Y, J R Stat Soc B 1995;57:289-300. The
benchmark rule is the public one of OHID Fingertips: an interval wholly above or below the benchmark,
strictly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from datawerkplaats.statistics.intervals import Estimate, critical_value, wilson_interval, withheld
from datawerkplaats.statistics.reasons import Bools, Floats, Reasons, as_floats, first_reason

Polarity = Literal["higher_is_better", "higher_is_worse", "neutral"]
Limits = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]


@dataclass(frozen=True)
class Difference(Estimate):
    """First minus second with limits and the two-sided p value of 'no difference'."""

    p_value: Floats
    significant: Bools


@dataclass(frozen=True)
class Benchmarked:
    """The verdict per area, the highest confidence level at which it holds (0, 95 or 99.8) and the reason for
    none.
    """

    verdict: Reasons
    level: Floats
    reason: Reasons


def _two_sided(z: Floats) -> Floats:
    return np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64)


def _difference(
    first: Estimate, second: Estimate, p_value: Floats, reason: Reasons, confidence: float
) -> Difference:
    gap = first.value - second.value
    lower = gap - np.hypot(first.value - first.lower, second.upper - second.value)
    upper = gap + np.hypot(first.upper - first.value, second.value - second.lower)
    plain = withheld(Estimate(gap, lower, upper, reason))
    p_value = np.where(reason == "", p_value, np.nan)
    return Difference(plain.value, plain.lower, plain.upper, reason, p_value, p_value < 1 - confidence)


def difference_of_proportions(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    design_effect: npt.ArrayLike = 1.0,
) -> Difference:
    """x1/n1 - x2/n2 with Newcombe's hybrid score limits and the pooled two-proportion z test.

    z = (p1 - p2) / sqrt(p(1-p)(1/n1 + 1/n2)), p = (x1+x2)/(n1+n2), with effective sample sizes n / deff.
    """
    first = wilson_interval(x1, n1, confidence, design_effect=design_effect)
    second = wilson_interval(x2, n2, confidence, design_effect=design_effect)
    m1, m2 = as_floats(n1) / as_floats(design_effect), as_floats(n2) / as_floats(design_effect)
    with np.errstate(all="ignore"):
        pooled = (first.value * m1 + second.value * m2) / (m1 + m2)
        gap = first.value - second.value
        z = np.where(gap == 0, 0.0, gap / np.sqrt(pooled * (1 - pooled) * (1 / m1 + 1 / m2)))
    reason = np.where(first.reason != "", first.reason, second.reason).astype(object)
    return _difference(first, second, _two_sided(z), reason, confidence)


def difference_of_estimates(
    first: Limits,
    second: Limits,
    *,
    confidence: float = 0.95,
) -> Difference:
    """First minus second from their own (value, lower, upper), whose intervals have this `confidence`.

    Limits as Zou & Donner; z = (v1 - v2) / sqrt(se1^2 + se2^2) with se = (upper - lower) / (2 z).
    """
    parts = np.broadcast_arrays(*(as_floats(part) for part in (*first, *second)))
    v1, l1, u1, v2, l2, u2 = parts
    reason = first_reason(
        v1.shape,
        ("missing_input", np.isnan(v1) | np.isnan(v2)),
        ("interval_required", np.isnan(l1) | np.isnan(u1) | np.isnan(l2) | np.isnan(u2)),
        ("invalid_input", (l1 > v1) | (v1 > u1) | (l2 > v2) | (v2 > u2)),
    )
    none = np.full(v1.shape, "", dtype=object)
    with np.errstate(all="ignore"):
        error = np.hypot(u1 - l1, u2 - l2) / (2 * critical_value(confidence))
        z = np.where(v1 == v2, 0.0, (v1 - v2) / error)
    return _difference(
        Estimate(v1, l1, u1, none), Estimate(v2, l2, u2, none), _two_sided(z), reason, confidence
    )


_WORDS: dict[str, tuple[str, str]] = {
    "higher_is_better": ("worse", "better"),
    "higher_is_worse": ("better", "worse"),
    "neutral": ("lower", "higher"),
}


def compare_with_benchmark(
    limits95: tuple[npt.ArrayLike, npt.ArrayLike],
    limits998: tuple[npt.ArrayLike, npt.ArrayLike],
    benchmark: npt.ArrayLike,
    polarity: Polarity,
    same_area: npt.ArrayLike = False,
) -> Benchmarked:
    """better/worse (lower/higher where neutral), similar or not_compared, at 95 and 99.8 per cent.

    An area differs when its interval lies wholly and strictly on one side of the benchmark. The 99.8 per cent
    limits may be NaN: the verdict is then given at 95. Without a 95 per cent interval there is no verdict.
    """
    parts = np.broadcast_arrays(*(as_floats(part) for part in (*limits95, *limits998, benchmark)))
    low, high, low_strict, high_strict, at = parts
    reason = first_reason(
        low.shape,
        ("same_area", np.broadcast_to(np.asarray(same_area, dtype=bool), low.shape)),
        ("missing_input", np.isnan(at)),
        ("interval_required", np.isnan(low) | np.isnan(high)),
        ("invalid_input", low > high),
    )
    with np.errstate(invalid="ignore"):
        below, above = high < at, low > at
        strictly = (high_strict < at) | (low_strict > at)
    word_below, word_above = _WORDS[polarity]
    verdict = np.where(below, word_below, np.where(above, word_above, "similar")).astype(object)
    level = np.where(below | above, np.where(strictly, 99.8, 95.0), 0.0)
    verdict[reason != ""], level[reason != ""] = "not_compared", np.nan
    return Benchmarked(verdict, level, reason)


def false_discovery_adjusted(p_values: npt.ArrayLike) -> Floats:
    """Benjamini-Hochberg adjusted p values (q): min over j >= i of p_(j) m / j; NaN stays NaN and does not
    count.
    """
    p = as_floats(p_values)
    flat, adjusted = p.ravel(), np.full(p.size, np.nan)
    known = np.flatnonzero(~np.isnan(flat))
    order = known[np.argsort(flat[known], kind="stable")]
    steps = flat[order] * order.size / np.arange(1, order.size + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return adjusted.reshape(p.shape)
