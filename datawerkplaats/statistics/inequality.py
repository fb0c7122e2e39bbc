"""How much a figure differs along the social ladder: slope and relative index of inequality, attributable
fraction.

Sources: Low A & Low A, J Public Health 2004;26:388-395 (SII); simulation of the limits as in
PHEindicatormethods (phe_sii): draws around each group's value, on the log scale for rates and the logit scale
for proportions; Murray CJL et al., Popul Health Metr 2003;1:1 (population attributable fraction). Groups run
from the most to the least deprived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from datawerkplaats.statistics.intervals import critical_value
from datawerkplaats.statistics.reasons import Floats, as_floats

ValueKind = Literal["value", "rate", "proportion"]
_MINIMUM_GROUPS = 5


@dataclass(frozen=True)
class Inequality:
    """SII, RII and PAF (per cent), each with simulated limits per confidence level, or a reason for none.

    Limits are pairs (lower, upper) in the order of the confidence levels asked for.
    """

    sii: float
    rii: float
    paf: float
    intercept: float
    sii_limits: tuple[tuple[float, float], ...]
    rii_limits: tuple[tuple[float, float], ...]
    paf_limits: tuple[tuple[float, float], ...]
    reason: str


def relative_ranks(population: npt.ArrayLike) -> Floats:
    """The midpoint of each group in the cumulative population, between 0 and 1."""
    share = as_floats(population) / np.sum(as_floats(population))
    return np.asarray(np.cumsum(share) - share / 2, dtype=np.float64)


def _forward(values: Floats, kind: ValueKind) -> Floats:
    if kind == "rate":
        return np.log(values)
    return np.asarray(special.logit(values) if kind == "proportion" else values, dtype=np.float64)


def _back(values: Floats, kind: ValueKind) -> Floats:
    if kind == "rate":
        return np.exp(values)
    return np.asarray(special.expit(values) if kind == "proportion" else values, dtype=np.float64)


def _refused(reason: str, levels: int) -> Inequality:
    none = ((np.nan, np.nan),) * levels
    return Inequality(np.nan, np.nan, np.nan, np.nan, none, none, none, reason)


def _reason(values: Floats, population: Floats, error: Floats, kind: ValueKind, modelled: bool) -> str:
    outside = {
        "value": False,
        "rate": bool((values <= 0).any()),
        "proportion": bool(((values <= 0) | (values >= 1)).any()),
    }
    for code, applies in (
        ("modelled_series", modelled),
        ("fewer_than_5_groups", values.size < _MINIMUM_GROUPS),
        (
            "quantile_missing",
            bool(np.isnan(values).any() or np.isnan(population).any() or (population == 0).any()),
        ),
        ("invalid_input", bool((population < 0).any() or (error < 0).any() or outside[kind])),
        ("interval_required", bool(np.isnan(error).any())),
    ):
        if applies:
            return code
    return ""


def _fit(y: Floats, population: Floats) -> tuple[Floats, Floats]:
    """Intercept and slope of Y sqrt(a) on sqrt(a) and b sqrt(a), for each column of `y`."""
    root = np.sqrt(population / population.sum())
    design = np.column_stack([root, root * relative_ranks(population)])
    return tuple(np.linalg.pinv(design) @ (y * root[:, None]))


def _attributable(y: Floats, population: Floats) -> Floats:
    share = (population / population.sum())[:, None]
    excess = ((y / y[-1:] - 1) * share).sum(axis=0)
    return np.asarray(100 * excess / (excess + 1), dtype=np.float64)


def inequality(
    population: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    lower95: npt.ArrayLike | None = None,
    upper95: npt.ArrayLike | None = None,
    error: npt.ArrayLike | None = None,
    kind: ValueKind = "value",
    transform: bool = False,
    confidence: tuple[float, ...] = (0.95,),
    multiplier: float = 1.0,
    draws: int = 100_000,
    seed: int = 0,
    is_model_estimate: bool = False,
) -> Inequality:
    """SII = b, RII = (a + b) / a and PAF of one area, from the weighted line Y = a + b * rank.

    The rank of a group is the midpoint of its share of the population, the weights are the shares. PAF
    compares every group with the least deprived, the last: sum((y/y_last - 1) p) / (sum(...) + 1).

    Args:
        population: Population of each group, from most to least deprived.
        values: The figure of each group.
        lower95: Lower 95 per cent limits, from which the standard errors follow if `error` is not given.
        upper95: Upper 95 per cent limits.
        error: Standard errors, on the log scale for rates and the logit scale for proportions.
        kind: value (drawn as it is), rate (drawn on the log scale) or proportion (drawn on the logit scale).
        transform: Fit the line on the transformed scale too, and transform its end points back; the limits
            then vary its slope about the mean of the population.
        confidence: Levels of the simulated limits.
        multiplier: Factor for SII; a negative one turns the polarity and inverts RII.
        draws: Number of simulations.
        seed: Seed of the draws: the same input gives the same limits.
        is_model_estimate: Modelled figures are refused: their predictors include the ladder itself.
    """
    y, people = as_floats(values), as_floats(population)
    with np.errstate(all="ignore"):
        if error is None:
            low, high = (
                np.full(y.shape, np.nan) if part is None else as_floats(part) for part in (lower95, upper95)
            )
            spread = (_forward(high, kind) - _forward(low, kind)) / (2 * critical_value(0.95))
        else:
            spread = as_floats(error)
        reason = _reason(y, people, spread, kind, is_model_estimate)
    if reason:
        return _refused(reason, len(confidence))

    def measures(drawn: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        figures = _back(drawn, kind)
        start, slope = _fit(drawn if transform else figures, people)
        if transform:
            # As the reference does: the slope varies, the line keeps turning about the population's mean.
            start = np.sum(_forward(y, kind) * people) / people.sum() - slope / 2
        bottom, top = (
            (_back(start, kind), _back(start + slope, kind)) if transform else (start, start + slope)
        )
        ratio = top / bottom
        return (
            (top - bottom) * multiplier,
            1 / ratio if multiplier < 0 else ratio,
            _attributable(figures, people),
            start,
        )

    centre = _forward(y, kind)[:, None]
    sii, rii, paf, start = (float(part[0]) for part in measures(centre))
    noise = np.random.default_rng(seed).standard_normal((y.size, draws))
    simulated = measures(centre + spread[:, None] * noise)[:3]
    limits = [
        tuple(
            (float(low), float(high))
            for low, high in (np.quantile(part, _tails(level)) for level in confidence)
        )
        for part in simulated
    ]
    return Inequality(sii, rii, paf, start, limits[0], limits[1], limits[2], "")


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2
