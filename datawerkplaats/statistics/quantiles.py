"""Areas divided into equal groups, so that areas with the same value are always in the same group.

Source: the rule of PHEindicatormethods (phe_quantile): rank with ties at the minimum, then
q = floor((k + 1) - ceil(((n + 1) - rank) / (n / k))), with 0 read as 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.reasons import Floats, Reasons, as_floats, first_reason


@dataclass(frozen=True)
class Quantiles:
    """The group of each area, 1 to k, NaN with a reason where it has none."""

    group: Floats
    reason: Reasons


def quantile_groups(values: npt.ArrayLike, groups: int = 5, *, highest_first: bool = False) -> Quantiles:
    """The group (1..`groups`) of each value; group 1 holds the lowest values unless `highest_first`.

    None of the areas gets a group where there are fewer areas with a value than groups.
    """
    v = as_floats(values)
    known = ~np.isnan(v)
    n = int(known.sum())
    group = np.full(v.shape, np.nan)
    enough = n >= groups
    if enough:
        ordered = -v[known] if highest_first else v[known]
        rank = np.searchsorted(np.sort(ordered), ordered) + 1
        # (n + 1 - rank) * k / n is kept in whole numbers: a quotient that ought to be 3 must not become 4 by
        # rounding.
        steps = -((-(n + 1 - rank).astype(np.int64) * groups) // n)
        group[known] = np.maximum(groups + 1 - steps, 1)
    return Quantiles(
        group, first_reason(v.shape, ("fewer_areas_than_groups", not enough), ("missing_input", ~known))
    )
