"""The map of Veenland: gemeenten, wijken and buurten with codes, names and polygons in two vintages.

One gemeente gives its wijken and buurten new codes between 2020 and 2022 (17 wijken become 25): its outer
border and the shapes of its buurten stay, the wijk borders do not. Another was two gemeenten until 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from demo.classification import (
    RECODED,
    RECODED_WIJKEN_2020,
    TOWNS,
    Pieces,
    Vintage,
    apply_regrouping,
    regroup,
)
from demo.merger import MERGED_IN, before_merger
from demo.tessellation import (
    SEA,
    Cells,
    Floats,
    Ints,
    grow,
    make_cells,
    outline_radius,
    polygons,
    smooth,
    spread,
)

# In the open North Sea, so that nobody takes the map for a real province.
_CENTRE = (4.6, 54.0)
_KM_PER_DEGREE = (65.4, 111.2)
_RADIUS_KM = 29.0  # for twelve gemeenten
_CELLS_PER_BUURT = 22


@dataclass(frozen=True)
class Scale:
    """How large the region is; the default is Veenland, larger ones are for benchmarks."""

    gemeenten: int = 12
    wijken: int = 190
    buurten: int = 680
    inhabitants: int = 500_000


@dataclass(frozen=True)
class Geography:
    """The map, with per buurt (in 2020 order) its gemeente, wijk, kind, area and how urban it is (0..1)."""

    vintages: dict[int, Vintage]
    province: shapely.Polygon
    gemeente: Ints
    wijk: Ints
    kinds: list[str]
    area_km2: Floats
    urban: Floats
    recoded_gemeente: int

    def classification(self, year: int) -> Vintage:
        """The classification of a year: before the merger of 2019, of 2020 or of 2022."""
        if year < MERGED_IN:
            return before_merger(self.vintages[2020], year)
        return self.vintages[2022 if year >= 2022 else 2020]


def make_geography(seed: int, scale: Scale | None = None) -> Geography:
    """The map for a seed; the same seed gives the same map on every machine."""
    scale = scale or Scale()
    rng = np.random.default_rng([seed, 1])
    cells, centres = _scatter(scale, rng)
    a, b = cells.neighbours
    wobble = np.exp(0.45 * _noise(cells.centres, rng))
    length = np.linalg.norm(cells.centres[a] - cells.centres[b], axis=1)
    hop = (wobble[a] + wobble[b]) * rng.uniform(0.6, 1.4, len(a))
    land = np.flatnonzero(cells.land)

    whole = np.where(cells.land, 0, SEA)
    gemeente = grow(cells, whole, _nearest(cells, land, centres), length * hop)
    sizes = np.bincount(gemeente[land], minlength=scale.gemeenten)
    recoded = min(RECODED, scale.gemeenten - 1)
    n_wijken = _share(scale.wijken, sizes, fixed={recoded: RECODED_WIJKEN_2020} if scale.wijken >= 60 else {})
    n_buurten = np.maximum(_share(scale.buurten, sizes), n_wijken)

    wijk, wijk_gemeente = _divide(cells, gemeente, n_wijken, middle=centres, hop=hop, rng=rng)
    per_wijk = np.concatenate(
        [
            _share(int(n_buurten[g]), np.bincount(wijk[land])[wijk_gemeente == g])
            for g in range(scale.gemeenten)
        ]
    )
    buurt, buurt_wijk = _divide(cells, wijk, per_wijk, middle=None, hop=hop, rng=rng)
    buurt_gemeente = wijk_gemeente[buurt_wijk]

    degrees = smooth(cells, buurt, (np.array(_CENTRE), 1 / np.array(_KM_PER_DEGREE)), 5)
    shapes = polygons(cells, buurt, degrees)
    area = shapely.area(np.array(shapes)) * _KM_PER_DEGREE[0] * _KM_PER_DEGREE[1]
    urban = _urbanity(
        area, np.array([[s.centroid.x, s.centroid.y] for s in shapes]), degrees_of(centres), buurt_gemeente
    )
    kinds = _kinds(buurt_wijk, urban, area, rng)

    pieces = Pieces(cells, buurt, buurt_gemeente, kinds, shapes, polygons(cells, gemeente, degrees), degrees)
    numbers = np.arange(len(wijk_gemeente)) - np.searchsorted(wijk_gemeente, wijk_gemeente)
    groups = {2020: (buurt_wijk, numbers)}
    regrouped = regroup(cells, buurt, np.flatnonzero(buurt_gemeente == recoded), rng)
    groups[2022] = apply_regrouping(buurt_wijk, buurt_gemeente, recoded, regrouped)
    vintages = {
        year: pieces.vintage(year, *group, rng=np.random.default_rng([seed, 2]))
        for year, group in groups.items()
    }
    province = polygons(cells, whole, degrees)[0]
    return Geography(vintages, province, buurt_gemeente, buurt_wijk, kinds, area, urban, recoded)


def degrees_of(km: Floats) -> Floats:
    """Longitude and latitude of positions in km from the centre of the province."""
    result: Floats = np.array(_CENTRE) + km / np.array(_KM_PER_DEGREE)
    return result


def _scatter(scale: Scale, rng: np.random.Generator) -> tuple[Cells, Floats]:
    """Cells over land and sea, denser around the main place of each gemeente, and those places (towns
    first).
    """
    radius = _RADIUS_KM * (scale.gemeenten / 12) ** 0.5
    waves = rng.integers(2**32)

    def is_land(points: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        angle = np.arctan2(points[:, 1], points[:, 0])
        return np.hypot(points[:, 0], points[:, 1] / 1.12) < outline_radius(
            angle, np.random.default_rng(waves), radius
        )

    box = radius * 1.6
    candidates = rng.uniform(-box, box, (6000, 2))
    candidates = candidates[is_land(candidates * 1.22)]
    centres = candidates[spread(candidates, scale.gemeenten, rng)]
    central = np.argsort(np.linalg.norm(centres, axis=1))
    first = central[0]
    far = np.argsort(np.linalg.norm(centres - centres[first], axis=1))
    second = far[min(len(far) - 1, scale.gemeenten * 3 // 4)]
    rest = [i for i in range(scale.gemeenten) if i not in (first, second)]
    rest.sort(key=lambda i: (-centres[i, 1], centres[i, 0]))
    centres = centres[[first, second, *rest]]

    wanted = scale.buurten * _CELLS_PER_BUURT
    weight = np.full(scale.gemeenten, 0.42 / max(1, scale.gemeenten - TOWNS))
    weight[:TOWNS] = (0.34, 0.24)
    width = np.full(scale.gemeenten, 2.1)
    width[:TOWNS] = (3.4, 2.8)
    around = rng.choice(scale.gemeenten, size=int(wanted * 0.52), p=weight / weight.sum())
    dense = centres[around] + rng.normal(size=(len(around), 2)) * width[around, None]
    land_share = np.pi * 1.12 / (2 * 1.6) ** 2
    sparse = rng.uniform(-box, box, (int(wanted * 0.48 / land_share), 2))
    points = np.concatenate([dense[is_land(dense)], sparse])
    cells = make_cells(points, is_land(points))
    return _one_island(cells), centres


def _one_island(cells: Cells) -> Cells:
    """The same cells with every islet that is not joined to the mainland turned into sea."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    a, b = cells.neighbours
    size = len(cells.centres)
    _, part = connected_components(coo_matrix((np.ones(len(a)), (a, b)), shape=(size, size)), directed=False)
    largest = np.bincount(part[cells.land]).argmax()
    return Cells(
        cells.centres, cells.land & (part == largest), cells.vertices, cells.ridge_cells, cells.ridge_vertices
    )


def _noise(points: Floats, rng: np.random.Generator) -> Floats:
    """Smooth noise with standard deviation 1 at each point (km), by adding random waves of 2 to 12 km."""
    result = np.zeros(len(points))
    for length in np.geomspace(2, 12, 24):
        angle, phase = rng.uniform(0, 2 * np.pi, 2)
        result += np.cos(points @ np.array([np.cos(angle), np.sin(angle)]) * 2 * np.pi / length + phase)
    return np.asarray(result / result.std())


def _nearest(cells: Cells, members: Ints, points: Floats) -> Ints:
    from scipy.spatial import cKDTree

    return np.asarray(members[cKDTree(cells.centres[members]).query(points)[1]], dtype=np.int64)


def _share(total: int, sizes: Ints, fixed: dict[int, int] | None = None) -> Ints:
    """`total` divided in proportion to `sizes`, at least one each, by largest remainder."""
    fixed = fixed or {}
    free = np.array([i not in fixed for i in range(len(sizes))])
    left = total - sum(fixed.values())
    exact = np.where(free, left * sizes / sizes[free].sum(), 0)
    result = np.maximum(1, np.floor(exact)).astype(np.int64)
    for position, value in fixed.items():
        result[position] = value
    while result.sum() != total:
        gap = np.where(free & ((result > 1) | (result.sum() < total)), exact - result, np.nan)
        step = 1 if result.sum() < total else -1
        result[np.nanargmax(gap * step)] += step
    return result


def _divide(
    cells: Cells, parent: Ints, counts: Ints, *, middle: Floats | None, hop: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Each parent region cut into `counts` connected children: child per cell, and parent per child.

    Children are numbered by parent and outwards from its main place in `middle` (default: its densest part).
    """
    order = np.argsort(parent, kind="stable")
    bounds = np.searchsorted(parent[order], np.arange(len(counts) + 1))
    sources: list[Ints] = []
    for number, (low, high) in enumerate(pairwise(bounds)):
        members = order[low:high]
        places = cells.centres[members]
        chosen = spread(places, int(counts[number]), rng)
        start = np.median(places, axis=0) if middle is None else middle[number]
        sources.append(members[chosen[np.argsort(np.linalg.norm(places[chosen] - start, axis=1))]])
    owner = np.repeat(np.arange(len(counts)), [len(group) for group in sources])
    return grow(cells, parent, np.concatenate(sources), hop), owner


def _urbanity(area: Floats, centroid: Floats, centres: Floats, gemeente: Ints) -> Floats:
    """How urban each buurt is, 0 (open land) to 1 (town centre): small buurten close to a main place, most
    of all in a town.
    """
    km = np.linalg.norm((centroid - centres[gemeente]) * np.array(_KM_PER_DEGREE), axis=1)
    reach = np.where(gemeente < TOWNS, 4.0, 2.2)
    size = 1 / (1 + (area / 2.0) ** 1.2)
    return np.asarray(
        np.clip(
            size * np.where(gemeente < TOWNS, 1.0, 0.72) * np.exp(-((km / reach / 1.6) ** 2)) + 0.12 * size,
            0,
            1,
        )
    )


def _kinds(wijk: Ints, urban: Floats, area: Floats, rng: np.random.Generator) -> list[str]:
    """Kind of each buurt: the most urban of a wijk is its core, its largest the countryside, a few are
    industrial estates.
    """
    kinds = np.array(["extension"] * len(wijk), dtype=object)
    for number in np.unique(wijk):
        members = np.flatnonzero(wijk == number)
        if len(members) > 2 and area[members].max() > 2.5:
            kinds[members[area[members].argmax()]] = "rural"
        kinds[members[urban[members].argmax()]] = "core"
        if len(members) > 3 and rng.random() < 0.3:
            others = members[kinds[members] == "extension"]
            kinds[others[-1]] = "industrial"
    return [str(k) for k in kinds]
