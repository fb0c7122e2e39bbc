"""Areas that resemble an area, and why: the distance is the sum of what each characteristic adds.

Source: the NHS Model Health System peer method: cap each characteristic at its mean plus five standard
deviations, take the square root, standardise, and order by weighted Euclidean distance. Outcomes are kept
out, else areas would be compared with areas chosen for having the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.reasons import Floats, as_floats

_CAP_IN_SD = 5


@dataclass(frozen=True)
class Neighbours:
    """The nearest areas in order: position, distance, and per characteristic its part of the squared
    distance.

    `contributions` has a row per neighbour and a column per name in `variables`; each row sums to the squared
    distance.
    """

    positions: npt.NDArray[np.int64]
    distance: Floats
    contributions: Floats
    variables: tuple[str, ...]
    excluded: tuple[str, ...]
    reason: str


def standardised(characteristics: npt.ArrayLike) -> Floats:
    """Each column capped at mean + 5 SD, square-rooted and standardised; a column without variation becomes
    0.
    """
    x = as_floats(characteristics)
    x = np.sqrt(np.minimum(x, np.nanmean(x, axis=0) + _CAP_IN_SD * np.nanstd(x, axis=0)))
    centred = x - np.nanmean(x, axis=0)
    spread = np.nanstd(x, axis=0)
    flat = spread <= 1e-12 * np.abs(np.nanmean(x, axis=0))
    return np.where(flat, 0.0, centred / np.where(flat, 1.0, spread))


def nearest_areas(
    characteristics: npt.ArrayLike,
    area: int,
    variables: Sequence[str],
    *,
    k: int = 5,
    weights: npt.ArrayLike | None = None,
    is_outcome: Sequence[bool] | None = None,
) -> Neighbours:
    """The `k` areas (rows) nearest to row `area`; ties in the order of the rows.

    Args:
        characteristics: One row per area, one column per variable, all 0 or higher; areas with a gap are no
            neighbour.
        area: The row to find neighbours for.
        variables: Names of the columns.
        k: How many neighbours.
        weights: Weight per variable, 1 if absent.
        is_outcome: Which variables are outcomes: these take no part, whatever their weight.
    """
    x = as_floats(characteristics)
    outcome = (
        np.zeros(len(variables), dtype=bool) if is_outcome is None else np.asarray(is_outcome, dtype=bool)
    )
    w = (np.ones(len(variables)) if weights is None else as_floats(weights))[~outcome]
    used = tuple(name for name, out in zip(variables, outcome, strict=True) if not out)
    excluded = tuple(name for name, out in zip(variables, outcome, strict=True) if out)
    x = x[:, ~outcome]
    complete = np.atleast_1d(~np.isnan(x).any(axis=1))
    candidates = np.flatnonzero(complete & (np.arange(len(x)) != area))
    reason = ""
    if not used or not complete[area]:
        reason = "missing_input"
    elif bool((x < 0).any() or (w < 0).any() or np.isnan(w).any()):
        reason = "invalid_input"
    elif candidates.size + 1 < 5:
        reason = "fewer_than_5_areas"
    if reason:
        empty = np.empty(0)
        return Neighbours(
            np.empty(0, dtype=np.int64), empty, np.empty((0, len(used))), used, excluded, reason
        )
    z = standardised(x)
    parts = w * (z[candidates] - z[area]) ** 2
    order = np.argsort(parts.sum(axis=1), kind="stable")[:k]
    return Neighbours(candidates[order], np.sqrt(parts[order].sum(axis=1)), parts[order], used, excluded, "")
