"""Areas that resemble an area, and areas that fall outside what chance explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Cube
from apps.dashboard.data.release import Row
from datawerkplaats.statistics import (
    Clusters,
    FunnelLimits,
    Neighbours,
    clusters,
    dispersion,
    funnel_limits_proportion,
    nearest_areas,
    outside_limits,
)

HEAVY = 2.0
LEAST_COUNTED = 5
FIRM = 95.0  # an area is named only beyond the outer limits, those of 99.8 %
MOST_PARTS = 6  # as many colours as everyone can tell apart
LEAST_KNOWN = 0.8  # a characteristic that is known in fewer areas would leave too many of them out


def characteristics(cube: Cube, marts: dict[str, str]) -> list[str]:
    """What areas may be compared on: counted determinants that are known nearly everywhere; never an indicator or outcome."""
    return [
        key
        for key, column in cube.columns.items()
        if marts[key] == "determinant"
        and not cube.modelled[key]
        and (~np.isnan(column)).mean() >= LEAST_KNOWN
    ]


def _matrix(cube: Cube, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """One column per characteristic; a score that goes below zero starts at its lowest, for only distances count."""
    if not names:
        return np.empty((len(cube.codes), 0))
    x = np.column_stack([cube.columns[name] for name in names])
    return np.asarray(x - np.minimum(np.nanmin(x, axis=0), 0.0), dtype=np.float64)


def similar(
    cube: Cube, area: int, names: list[str], marts: dict[str, str], k: int, heavy: list[str]
) -> Neighbours:
    """The `k` areas nearest to an area; a characteristic in `heavy` counts twice."""
    return nearest_areas(
        _matrix(cube, names),
        area,
        names,
        k=k,
        weights=[HEAVY if name in heavy else 1.0 for name in names],
        is_outcome=[marts[name] != "determinant" for name in names],
    )


def largest_parts(neighbours: Neighbours) -> list[tuple[str, npt.NDArray[np.float64]]]:
    """The characteristics that add most over all neighbours, each with its part per neighbour; '' holds all others together."""
    order = np.argsort(-neighbours.contributions.sum(axis=0), kind="stable")
    pieces = [(neighbours.variables[i], neighbours.contributions[:, i]) for i in order[:MOST_PARTS]]
    if len(order) > MOST_PARTS:
        pieces.append(("", neighbours.contributions[:, order[MOST_PARTS:]].sum(axis=1)))
    return pieces


def first_area(cube: Cube, names: list[str]) -> str:
    """The area to open with: one of the region of which all characteristics are known, so that there is something to see."""
    whole = np.ones(len(cube.codes), dtype=bool)
    for name in names:
        whole &= ~np.isnan(cube.columns[name])
    for wanted in (whole & cube.focus, whole, cube.focus):
        if wanted.any():
            return cube.codes[int(np.flatnonzero(wanted)[0])]
    return cube.codes[0]


def groups(cube: Cube, names: list[str], marts: dict[str, str], k: int, heavy: list[str]) -> Clusters:
    """All areas in `k` groups on the same characteristics and weights as the similar areas; outcomes never take part."""
    used = tuple(name for name in names if marts[name] == "determinant")
    return clusters(
        _matrix(cube, used), used, k=k, weights=[HEAVY if name in heavy else 1.0 for name in used]
    )


@cached(16)
def cached_groups(
    key: tuple[object, ...],
    _cube: Cube,
    names: tuple[str, ...],
    _marts: dict[str, str],
    k: int,
    heavy: tuple[str, ...],
) -> Clusters:
    """The groups, computed once per publication, level, extent and choice."""
    return groups(_cube, list(names), _marts, k, list(heavy))


@dataclass(frozen=True)
class Funnel:
    """A funnel plot: sizes, figures, the overall figure, limits on a grid of sizes, and what lies outside."""

    places: np.ndarray
    benchmark: float
    grid: np.ndarray
    limits: FunnelLimits
    outside: np.ndarray  # per place -1 below, 0 within, 1 above the 99.8 % limits
    is_wide: bool  # the areas differ more than chance explains, and the limits allow for that


def is_counted(cube: Cube, indicator: str) -> bool:
    """Whether a funnel plot can be made: shares of which the number of people is known in at least five areas."""
    n, value = cube.denominators[indicator], cube.columns[indicator]
    return not cube.modelled[indicator] and int((~np.isnan(value) & (n > 0)).sum()) >= LEAST_COUNTED


def counted_per(row: Row) -> float:
    """What a share or rate is per, 100 for per cents; 0 for a figure that is no count of people, such as one per 100 expected."""
    if row["unit"] == "%":
        return 100.0
    return float(row.get("counted_per") or 0.0) if row.get("interval_method") in ("wilson", "byar") else 0.0


def funnel(cube: Cube, indicator: str, per: float = 100.0) -> Funnel | None:
    """Which areas lie outside the limits around the overall share, `per` so many people; None without denominators.

    Where areas differ more than chance explains, the limits are as much wider: what lies outside then stands out among areas that
    all differ, and not merely because it is large.
    """
    n, value = cube.denominators[indicator], cube.columns[indicator]
    if not is_counted(cube, indicator):
        return None
    places = np.flatnonzero(~np.isnan(value) & (n > 0))
    benchmark = float(np.sum(value[places] * n[places]) / np.sum(n[places]))
    low, high = float(n[places].min()), float(n[places].max())
    grid = np.geomspace(max(low, 1.0), max(high, low + 1.0), 60)
    share = benchmark / per
    spread = dispersion(value[places] / per, np.sqrt(share * (1 - share) / n[places]), share)
    own = funnel_limits_proportion(n[places], share, per, spread)
    side, level = outside_limits(value[places], own)
    outside = np.where(level > FIRM, side, 0).astype(int)
    drawn = funnel_limits_proportion(grid, share, per, spread)
    return Funnel(places, benchmark, grid, drawn, outside, not spread.is_chance_only)
