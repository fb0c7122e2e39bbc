"""Life expectancy from an abridged life table, with limits that count the last, open age band too.

Sources: Chiang CL, The Life Table and its Construction, 1968 (Chiang II: an infant that dies lived a tenth of its year,
others half of their band); Silcocks PBS, Jenner DA & Reza R, J Epidemiol Community Health 2001;55:38-43 (variance of
the open band); Eayres DP & Williams ES, J Epidemiol Community Health 2004;58:243-249 (at least 5,000 person-years).
OHID's package holds the same rules.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.intervals import Estimate, critical_value
from datawerkplaats.statistics.reasons import as_floats, first_reason

AGES = (0, 1, *range(5, 95, 5))  # first ages of the bands; the last one is open
_LIVED_BY_INFANTS, _LIVED_BY_OTHERS = 0.1, 0.5
_LEAST_PERSON_YEARS = 5_000
_WIDEST = 20.0  # years; a wider interval says nothing


def life_expectancy(
    deaths: npt.ArrayLike, population: npt.ArrayLike, *, ages: npt.ArrayLike = AGES, confidence: float = 0.95
) -> Estimate:
    """Remaining years of life at the start of each age band, with limits.

    M = d/P; q = nM / (1 + n(1 - a)M); L = n(l_next + a(l - l_next)), in the open band l/M; e = sum of L / l.
    Var(e) = sum(l^2 ((1 - a)n + e_next)^2 q^2(1 - q)/d) / l^2, with (l/M)^2 / d for the open band.

    Args:
        deaths: Deaths per age band, one row per area or a single row.
        population: Person-years, shaped as `deaths`.
        ages: First age of each band, ascending from 0; the last band is open.
        confidence: Confidence of the limits.

    Returns:
        An estimate shaped as `deaths`; a value whose 95 per cent interval is wider than 20 years is withheld.
    """
    d, people, start = as_floats(deaths), as_floats(population), as_floats(ages)
    width = np.append(np.diff(start), np.nan)
    lived = np.where(start == 0, _LIVED_BY_INFANTS, _LIVED_BY_OTHERS)
    with np.errstate(all="ignore"):
        rate = d / people
        dying = np.minimum(width * rate / (1 + width * (1 - lived) * rate), 1.0)
        dying[..., -1] = 1.0
        alive = np.ones_like(rate)
        alive[..., 1:] = np.cumprod(1 - dying[..., :-1], axis=-1)
        later = np.concatenate([alive[..., 1:], np.zeros_like(alive[..., :1])], axis=-1)
        years = width * (later + lived * (alive - later))
        years[..., -1] = alive[..., -1] / rate[..., -1]
        left = np.flip(np.cumsum(np.flip(years, -1), -1), -1)
        expected = left / alive
        following = np.concatenate([expected[..., 1:], np.zeros_like(expected[..., :1])], axis=-1)
        share = np.where(d > 0, dying**2 * (1 - dying) / d, 0.0)
        parts = alive**2 * ((1 - lived) * width + following) ** 2 * share
        parts[..., -1] = (alive[..., -1] / rate[..., -1]) ** 2 / d[..., -1]
        error = np.sqrt(np.flip(np.cumsum(np.flip(parts, -1), -1), -1)) / alive

    def any_band(condition: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        return np.broadcast_to(np.any(condition, axis=-1, keepdims=True), d.shape)

    reason = first_reason(
        d.shape,
        ("missing_input", any_band(np.isnan(d) | np.isnan(people))),
        ("invalid_input", any_band((d < 0) | (people <= 0) | (d > people))),
        ("fewer_than_5000_person_years", people.sum(axis=-1, keepdims=True) <= _LEAST_PERSON_YEARS),
        ("no_deaths_in_last_band", d[..., -1:] == 0),
        ("interval_too_wide", 2 * critical_value(0.95) * error > _WIDEST),
    )
    half = critical_value(confidence) * error
    value, lower, upper = (
        np.where(reason == "", part, np.nan) for part in (expected, expected - half, expected + half)
    )
    return Estimate(value, lower, upper, reason)
