"""Intervals for proportions, counts and rates, and what a weighted sample does to them.

Sources: Wilson EB, J Am Stat Assoc 1927;22:209-212. Byar: Breslow NE & Day NE, Statistical Methods in Cancer
Research II, IARC 1987. Exact Poisson limits: Garwood F, Biometrika 1936;28:437-442. Design effect: Kish L,
Survey Sampling, 1965.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from datawerkplaats.statistics.distributions import chi_square_quantile, poisson_tails
from datawerkplaats.statistics.reasons import Floats, Reasons, as_floats, first_reason


@dataclass(frozen=True)
class Estimate:
    """Values with their lower and upper limits; NaN with a reason where a figure is withheld."""

    value: Floats
    lower: Floats
    upper: Floats
    reason: Reasons


def critical_value(confidence: float) -> float:
    """The standard normal quantile that leaves (1 - confidence) / 2 in each tail.

    Raises:
        ValueError: If `confidence` is not a share between 0.5 and 1.
    """
    if not 0.5 <= confidence < 1:
        raise ValueError(f"confidence is a share between 0.5 and 1, such as 0.95, not {confidence}")
    return float(special.ndtri(0.5 + confidence / 2))


def withheld(estimate: Estimate) -> Estimate:
    """The same estimate with NaN in every figure that has a reason."""
    hide = estimate.reason != ""
    value, lower, upper = (
        np.where(hide, np.nan, part) for part in (estimate.value, estimate.lower, estimate.upper)
    )
    return Estimate(value, lower, upper, estimate.reason)


def effective_sample_size(n: npt.ArrayLike, design_effect: npt.ArrayLike = 1.0) -> Floats:
    """The size of a simple random sample that is as precise: n / deff."""
    return as_floats(n) / as_floats(design_effect)


def kish_design_effect(weights: npt.ArrayLike) -> float:
    """The design effect of unequal weights: n * sum(w^2) / sum(w)^2, which is 1 + CV(w)^2."""
    w = as_floats(weights)
    return float(w.size * np.sum(w**2) / np.sum(w) ** 2)


def wilson_interval(
    x: npt.ArrayLike,
    n: npt.ArrayLike,
    confidence: float = 0.95,
    multiplier: float = 1.0,
    design_effect: npt.ArrayLike = 1.0,
) -> Estimate:
    """Proportions x / n with Wilson score limits, times `multiplier`.

    limits = (2x + z^2 -/+ z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2)), with x and n divided by the design
    effect.
    """
    x, n, deff = np.broadcast_arrays(as_floats(x), as_floats(n), as_floats(design_effect))
    z = critical_value(confidence)
    reason = first_reason(
        x.shape,
        ("missing_input", np.isnan(x) | np.isnan(n)),
        ("invalid_input", (x < 0) | (n <= 0) | (x > n) | ~(deff > 0)),
    )
    with np.errstate(all="ignore"):
        p, m = x / n, n / deff
        middle, half = 2 * p * m + z**2, z * np.sqrt(z**2 + 4 * p * m * (1 - p))
        # Rounding would leave the limits of 0/n and n/n a hair off 0 and 1.
        lower = np.where(p <= 0, 0.0, (middle - half) / (2 * (m + z**2)))
        upper = np.where(p >= 1, 1.0, (middle + half) / (2 * (m + z**2)))
    return withheld(Estimate(p * multiplier, lower * multiplier, upper * multiplier, reason))


def poisson_interval(x: npt.ArrayLike, confidence: float = 0.95, exact_below: float = 10) -> Estimate:
    """Counts with Byar's limits, and the exact chi-square limits for counts below `exact_below`.

    Byar: x(1 - 1/(9x) - z/(3 sqrt x))^3 and (x+1)(1 - 1/(9(x+1)) + z/(3 sqrt(x+1)))^3.
    Exact: chi2(alpha/2; 2x) / 2 and chi2(1 - alpha/2; 2x + 2) / 2. With `exact_below=0` every limit is
    Byar's; a lower limit that would be negative is then withheld.
    """
    x = as_floats(x)
    z, tail = critical_value(confidence), (1 - confidence) / 2
    with np.errstate(all="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
        upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3
        exact = x < exact_below
        lower = np.where(exact, np.where(x == 0, 0.0, chi_square_quantile(tail, 2 * x) / 2), lower)
        upper = np.where(exact, chi_square_quantile(1 - tail, 2 * x + 2) / 2, upper)
    reason = first_reason(x.shape, ("missing_input", np.isnan(x)), ("invalid_input", x < 0))
    undefined = (reason == "") & ~(lower >= 0)
    reason[undefined] = "limit_undefined"
    value, upper = (np.where((reason == "") | undefined, part, np.nan) for part in (x, upper))
    return Estimate(value, np.where(reason == "", lower, np.nan), upper, reason)


def poisson_p_value(x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
    """The two-sided chance of a count at least this far out for a Poisson number with this mean: twice the smaller tail, 1 at most.

    Source: Breslow NE, Day NE. Statistical methods in cancer research II. IARC 1987, section 2.3 (exact test of an SMR).
    """
    return as_floats(np.minimum(1.0, 2 * np.minimum(*poisson_tails(x, mean))))


def crude_rate(
    x: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95, multiplier: float = 100_000.0
) -> Estimate:
    """Events per `multiplier` person-years with Byar limits (exact below 10 events): x / n * multiplier."""
    x, n = np.broadcast_arrays(as_floats(x), as_floats(n))
    count = poisson_interval(x, confidence)
    reason = np.where(np.isnan(n), "missing_input", np.where(n <= 0, "invalid_input", count.reason)).astype(
        object
    )
    with np.errstate(all="ignore"):
        parts = [part / n * multiplier for part in (count.value, count.lower, count.upper)]
    return withheld(Estimate(parts[0], parts[1], parts[2], reason))
