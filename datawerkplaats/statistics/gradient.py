"""Inequality over areas: groups of areas along a ladder, their figures, and SII, RII and PAF with limits for nested areas.

`inequality` takes groups whose errors are known. Areas are no groups of strangers: what differs between areas of one rung,
and what areas of one gemeente share, is far more than the chance that a share of so many people carries. So the limits here come
from leaving out one larger area at a time (`nested`); limits by chance alone were 15 to 38 times too narrow for wijken.

Sources: as in `inequality` and `nested`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics import nested
from datawerkplaats.statistics.inequality import Inequality
from datawerkplaats.statistics.quantiles import quantile_groups
from datawerkplaats.statistics.reasons import Floats, as_floats

GROUPS = 5


@dataclass(frozen=True)
class AreaInequality:
    """The groups from most to least deprived, each with its figure and 95 % limits, and the measures over them."""

    group: Floats  # per area 1 (most deprived) .. GROUPS, NaN where not known
    value: Floats
    lower: Floats
    upper: Floats
    population: Floats
    measures: Inequality
    clusters: int


def _measures(sums: Floats, totals: Floats) -> tuple[Floats, Floats, Floats]:
    """SII as most minus least deprived, RII likewise, and log(1 - PAF), for rows of group sums w*y and w."""
    y, share = sums / totals, totals / totals.sum(axis=1, keepdims=True)
    rank = np.cumsum(share, axis=1) - share / 2
    mean, centre = np.sum(share * y, axis=1), np.sum(share * rank, axis=1)
    slope = np.sum(share * (rank - centre[:, None]) * y, axis=1) / np.sum(
        share * (rank - centre[:, None]) ** 2, axis=1
    )
    most = mean - slope * centre
    least = most + slope
    return most - least, most / least, y[:, -1] / mean


def area_inequality(
    values: npt.ArrayLike,
    population: npt.ArrayLike,
    ladder: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    is_model_estimate: bool = False,
) -> AreaInequality:
    """SII, RII and PAF (per cent) over fifths of areas along `ladder`, the highest rung being the most deprived.

    SII is the figure at the most deprived end minus that at the other end, in the unit of `values`; RII their ratio; PAF the
    part that would fall away if every group had the figure of the least deprived. Limits: SII as it is, RII and 1 - PAF on
    the log scale.

    Args:
        values: One figure per area.
        population: What each area weighs.
        ladder: The determinant that orders the areas.
        clusters: The larger area that each lies in; each area itself where there is none.
        confidence: Confidence of all limits.
        is_model_estimate: Modelled figures get no measures: their predictors include the ladder itself.
    """
    y, w, rung = as_floats(values), as_floats(population), as_floats(ladder)
    known = ~(np.isnan(y) | np.isnan(rung)) & (w > 0)
    split = quantile_groups(np.where(known, rung, np.nan), GROUPS, highest_first=True).group
    nothing = np.full(GROUPS, np.nan)
    number, count = nested.numbered(np.asarray(clusters)[known])

    def refused(reason: str) -> AreaInequality:
        none = ((np.nan, np.nan),)
        measures = Inequality(np.nan, np.nan, np.nan, np.nan, none, none, none, reason)
        return AreaInequality(split, nothing, nothing, nothing, nothing, measures, count)

    if not known.any() or np.isnan(split[known]).any():
        return refused("fewer_areas_than_groups")
    member = split[known][:, None] == np.arange(1, GROUPS + 1)
    if not member.any(axis=0).all():
        return refused("quantile_missing")
    weight = member * w[known][:, None]
    by_cluster = nested.cluster_sums(np.stack([weight * y[known][:, None], weight], axis=1), number, count)
    whole = by_cluster.sum(axis=0)
    value, total = whole[0] / whole[1], whole[1]
    left = whole - by_cluster
    if count < nested.MINIMUM_CLUSTERS or (left[:, 1] <= 0).any():
        one = refused("fewer_than_6_clusters")
        return AreaInequality(split, value, nothing, nothing, total, one.measures, count)
    with np.errstate(all="ignore"):
        sii, rii, rest = (float(part[0]) for part in _measures(whole[:1], whole[1:]))
        without = _measures(left[:, 0], left[:, 1])
        group_error = nested.jackknife_error(left[:, 0] / left[:, 1])

    def limits(centre: float, drawn: Floats, back: Callable[[float], float]) -> tuple[float, float]:
        error = float(nested.jackknife_error(drawn))
        low, high = (back(end) for end in nested.student_limits(centre, error, count, confidence))
        return min(low, high), max(low, high)

    ends = [
        nested.student_limits(float(at), float(error), count, confidence)
        for at, error in zip(value, group_error, strict=True)
    ]
    is_ratio_known = rii > 0 and bool((without[1] > 0).all()) and rest > 0 and bool((without[2] > 0).all())
    none = (float("nan"), float("nan"))
    with np.errstate(all="ignore"):
        measures = Inequality(
            sii,
            rii if is_ratio_known else float("nan"),
            100 * (1 - rest) if is_ratio_known else float("nan"),
            float("nan"),
            (limits(sii, without[0], float),),
            (
                limits(np.log(rii), np.log(without[1]), lambda end: float(np.exp(end)))
                if is_ratio_known
                else none,
            ),
            (
                limits(np.log(rest), np.log(without[2]), lambda end: 100 * (1 - float(np.exp(end))))
                if is_ratio_known
                else none,
            ),
            "",
        )
    if is_model_estimate:
        measures = refused("modelled_series").measures
    return AreaInequality(
        split,
        value,
        np.array([low for low, _ in ends]),
        np.array([high for _, high in ends]),
        total,
        measures,
        count,
    )
