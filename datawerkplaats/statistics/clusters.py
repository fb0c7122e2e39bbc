"""Groups of areas that resemble each other, what sets each group apart, and how firm it is.

Groups by k-means (Lloyd SP, IEEE Trans Inf Theory 1982;28:129-137) from spread starting points (Arthur & Vassilvitskii,
SODA 2007:1027-1035), the best of several starts. How firm a group is: the mean overlap (Jaccard) with its nearest group when
areas are drawn anew (Hennig C, Comput Stat Data Anal 2007;52:258-271): from 0.75 firm, below 0.6 not to be relied upon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.neighbours import standardised
from datawerkplaats.statistics.reasons import Floats, as_floats

Groups = npt.NDArray[np.int64]
Firmness = Literal["firm", "fair", "loose"]
_STARTS, _ROUNDS, _DRAWS = 6, 40, 20
_MOST_DRAWN = 800  # enough to see whether a group comes back, and quick with all wijken of the country
FIRM, FAIR = 0.75, 0.6


@dataclass(frozen=True)
class Clusters:
    """Per area its group (-1 where a characteristic is missing), and per group its centre and stability, or a reason.

    `centres` has a row per group and a column per variable, in standard deviations from the mean of all areas. Groups are in
    order of size, the largest first; `typical` is the area nearest to each centre.
    """

    group: Groups
    centres: Floats
    sizes: Groups
    stability: Floats
    typical: Groups
    variables: tuple[str, ...]
    reason: str

    def stands_out(self, group: int, most: int = 3, least: float = 0.5) -> list[tuple[str, float]]:
        """The variables in which a group lies furthest from the mean, at most `most` and at least `least` deviations."""
        order = np.argsort(-np.abs(self.centres[group]), kind="stable")[:most]
        found = [(self.variables[i], float(self.centres[group][i])) for i in order]
        return [item for item in found if abs(item[1]) >= least]

    def firmness(self, group: int) -> Firmness:
        """How far a group comes back when areas are drawn anew."""
        value = self.stability[group]
        return "firm" if value >= FIRM else "fair" if value >= FAIR else "loose"


def _distances(z: Floats, centres: Floats) -> Floats:
    squared = (z**2).sum(axis=1)[:, None] - 2 * z @ centres.T + (centres**2).sum(axis=1)[None, :]
    return np.asarray(np.maximum(squared, 0.0), dtype=np.float64)


def _one_start(z: Floats, k: int, random: np.random.Generator) -> tuple[Groups, float]:
    chosen = [int(random.integers(len(z)))]
    nearest = _distances(z, z[chosen]).min(axis=1)
    for _ in range(k - 1):
        total = nearest.sum()
        chance = nearest / total if total > 0 else None
        chosen.append(int(random.choice(len(z), p=chance)))
        nearest = np.minimum(nearest, _distances(z, z[chosen[-1:]])[:, 0])
    centres, group = z[chosen], np.full(len(z), -1, dtype=np.int64)
    for _ in range(_ROUNDS):
        far = _distances(z, centres)
        new = far.argmin(axis=1)
        if (new == group).all():
            break
        group = new
        count = np.bincount(group, minlength=k)
        sums = np.column_stack([np.bincount(group, column, k) for column in z.T])
        # A group that lost all its areas starts again at the area that fits worst.
        worst = z[far[np.arange(len(z)), group].argmax()]
        centres = np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], worst)
    return group, float(_distances(z, centres)[np.arange(len(z)), group].sum())


def _k_means(z: Floats, k: int, random: np.random.Generator, starts: int) -> Groups:
    return min((_one_start(z, k, random) for _ in range(starts)), key=lambda found: found[1])[0]


def _overlap(first: Groups, second: Groups, k: int) -> Floats:
    """Per group of the first the Jaccard overlap with the most similar group of the second."""
    both = np.zeros((k, k))
    np.add.at(both, (first, second), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    found = (both / np.maximum(either, 1)).max(axis=1)
    return np.where(both.sum(axis=1) > 0, found, np.nan)


def clusters(
    characteristics: npt.ArrayLike,
    variables: tuple[str, ...],
    *,
    k: int,
    weights: npt.ArrayLike | None = None,
    draws: int = _DRAWS,
    seed: int = 0,
) -> Clusters:
    """`k` groups of areas on standardised characteristics; the same input always gives the same groups.

    Args:
        characteristics: One row per area, one column per variable, all 0 or higher; areas with a gap get no group.
        variables: Names of the columns; no outcomes, else areas would be grouped by their result.
        k: How many groups.
        weights: Weight per variable in the distance, 1 if absent.
        draws: How often areas are drawn anew for the stability.
        seed: Seed of the starting points and draws.
    """
    x = as_floats(characteristics)
    complete = ~np.isnan(x).any(axis=1) if variables else np.zeros(len(x), dtype=bool)
    nothing = np.empty(0)
    group = np.full(len(x), -1, dtype=np.int64)

    def refused(reason: str) -> Clusters:
        return Clusters(group, nothing.reshape(0, 0), group[:0], nothing, group[:0], variables, reason)

    if not variables:
        return refused("missing_input")
    if bool((x < 0).any()) or k < 2:
        return refused("invalid_input")
    if int(complete.sum()) < 5 * k:
        return refused("fewer_areas_than_groups")
    z = standardised(x[complete])
    root = np.sqrt(np.ones(len(variables)) if weights is None else as_floats(weights))
    if not (z * root).any():
        return refused("no_variation")
    random = np.random.default_rng(seed)
    raw = _k_means(z * root, k, random, _STARTS)
    order = np.argsort(-np.bincount(raw, minlength=k), kind="stable")
    place = np.empty(k, dtype=np.int64)
    place[order] = np.arange(k)
    inside = place[raw]
    sizes = np.bincount(inside, minlength=k)
    overlaps = np.empty((draws, k))
    for draw in range(draws):
        drawn = np.unique(random.integers(0, len(z), min(len(z), _MOST_DRAWN)))
        overlaps[draw] = _overlap(inside[drawn], _k_means(z[drawn] * root, k, random, 2), k)
    group[complete] = inside
    centres = np.vstack([z[inside == number].mean(axis=0) for number in range(k)])
    far = _distances(z * root, centres * root)
    typical = np.flatnonzero(complete)[np.where(inside[:, None] == np.arange(k), far, np.inf).argmin(axis=0)]
    return Clusters(group, centres, sizes, np.nanmean(overlaps, axis=0), typical, variables, "")
