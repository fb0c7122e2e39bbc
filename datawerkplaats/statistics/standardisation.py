"""Rates made comparable between areas of different age and sex: direct and indirect standardisation.

Sources: Dobson A et al., Stat Med 1991;10:457-462 (limits of weighted Poisson sums); Breslow & Day, IARC 1987
(indirect standardisation); the variance of events that recur in the same person is the Poisson variance of
the number of persons with f events, weighted by f^2. Rows are areas, columns are the bands of the standard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.intervals import Estimate, poisson_interval, withheld
from datawerkplaats.statistics.reasons import Floats, Reasons, as_floats, first_reason

MINIMUM_EVENTS = 10


@dataclass(frozen=True)
class IndirectRate(Estimate):
    """A ratio or rate with the observed and expected events it was made of."""

    observed: Floats
    expected: Floats
    reference_rate: Floats


def _check_bands(
    x: Floats, n: Floats, missing_as_zero: bool, *standard: Floats
) -> tuple[Floats, Floats, Reasons]:
    missing = np.isnan(x) | np.isnan(n)
    if missing_as_zero:
        x, n = np.nan_to_num(x), np.where(np.isnan(n) & np.isnan(x), 0.0, n)
        missing = np.isnan(n)
    reason = first_reason(
        x.shape[:1],
        ("missing_input", missing.any(axis=1) | any(np.isnan(part).any() for part in standard)),
        (
            "invalid_input",
            (x < 0).any(axis=1) | (n < 0).any(axis=1) | any((part < 0).any() for part in standard),
        ),
    )
    return x, n, reason


def directly_standardised_rate(
    events: npt.ArrayLike,
    population: npt.ArrayLike,
    standard: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    multiplier: float = 100_000.0,
    persons_by_frequency: npt.ArrayLike | None = None,
    missing_as_zero: bool = False,
) -> Estimate:
    """The rate each area would have with the standard's age structure, with Dobson's limits.

    value = sum(x w / n) / sum(w); var = sum(x (w/n)^2) / sum(w)^2; limit = value + sqrt(var / O) (Byar(O) -
    O). Withheld below 10 events in all.

    Args:
        events: Events per area (rows) and band (columns).
        population: Population per area and band, each above 0.
        standard: Standard population per band.
        confidence: Confidence of the limits.
        multiplier: What the rate is expressed per.
        persons_by_frequency: Persons with 1, 2, 3... events per area, band and frequency, for events that
            recur in a person.
        missing_as_zero: Count a band without a number of events as none, as some registries deliver it.
    """
    x, n = np.atleast_2d(as_floats(events)), np.atleast_2d(as_floats(population))
    w = as_floats(standard)
    x, n, reason = _check_bands(x, n, missing_as_zero, w)
    reason[(reason == "") & (n == 0).any(axis=1)] = "invalid_input"
    total = x.sum(axis=1)
    reason[(reason == "") & (total < MINIMUM_EVENTS)] = "fewer_than_10_events"
    with np.errstate(all="ignore"):
        value = (x * w / n).sum(axis=1) / w.sum()
        spread = x
        if persons_by_frequency is not None:
            persons = np.nan_to_num(as_floats(persons_by_frequency)).reshape(*x.shape, -1)
            spread = (persons * np.arange(1, persons.shape[2] + 1) ** 2).sum(axis=2)
        variance = (spread * (w / n) ** 2).sum(axis=1) / w.sum() ** 2
        count = poisson_interval(total, confidence)
        scale = np.sqrt(variance / total)
        lower, upper = (value + scale * (limit - total) for limit in (count.lower, count.upper))
    return withheld(Estimate(value * multiplier, lower * multiplier, upper * multiplier, reason))


def _indirect(
    area: tuple[npt.ArrayLike, npt.ArrayLike],
    reference: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    confidence: float,
    missing_as_zero: bool,
    factor: float | None = None,
    multiplier: float = 100_000.0,
) -> IndirectRate:
    x, n = (np.atleast_2d(as_floats(part)) for part in area)
    reference_x, reference_n = (as_floats(part) for part in reference)
    x, n, reason = _check_bands(x, n, missing_as_zero, reference_x, reference_n)
    with np.errstate(all="ignore"):
        observed, expected = x.sum(axis=1), (n * reference_x / reference_n).sum(axis=1)
        rate = np.full(observed.shape, reference_x.sum() / reference_n.sum() * multiplier)
        reason[(reason == "") & ~(expected > 0)] = "invalid_input"
        scale = (rate if factor is None else factor) / expected
        count = poisson_interval(observed, confidence)
        plain = withheld(Estimate(observed * scale, count.lower * scale, count.upper * scale, reason))
    return IndirectRate(plain.value, plain.lower, plain.upper, reason, observed, expected, rate)


def indirectly_standardised_ratio(
    events: npt.ArrayLike,
    population: npt.ArrayLike,
    reference_events: npt.ArrayLike,
    reference_population: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    factor: float = 100.0,
    missing_as_zero: bool = False,
) -> IndirectRate:
    """Observed over expected events (SMR) times `factor`, with Byar limits (exact below 10)."""
    return _indirect(
        (events, population),
        (reference_events, reference_population),
        confidence=confidence,
        missing_as_zero=missing_as_zero,
        factor=factor,
    )


def indirectly_standardised_rate(
    events: npt.ArrayLike,
    population: npt.ArrayLike,
    reference_events: npt.ArrayLike,
    reference_population: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    multiplier: float = 100_000.0,
    missing_as_zero: bool = False,
) -> IndirectRate:
    """Observed over expected events times the reference's crude rate, with Byar limits (exact below 10)."""
    return _indirect(
        (events, population),
        (reference_events, reference_population),
        confidence=confidence,
        missing_as_zero=missing_as_zero,
        multiplier=multiplier,
    )
