"""A deterministic tessellation: small cells that grow into regions whose borders match to the last digit.

Small Voronoi cells are grouped by growing regions over their neighbour graph, so that every region is one
connected piece with an organic edge. All levels draw their rings through the same vertices: a border
between two gemeenten is literally the same sequence of points as the borders of the wijken and buurten
along it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SEA = -1
_RELAXATIONS = 2
_SMOOTHINGS = 4


def outline_radius(angle: Floats, rng: np.random.Generator, radius: float) -> Floats:
    """Distance (km) from the centre to the coast for each angle: a circle with a few low waves."""
    result = np.full_like(angle, radius)
    for wave in range(2, 8):
        size = radius * 0.16 / wave**0.9
        result += size * rng.uniform(0.4, 1.0) * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    return result


@dataclass(frozen=True)
class Cells:
    """Small Voronoi cells: their centres (km), which are land, and the ridges between them.

    `ridges` holds per shared edge the two cells and the two vertices, ordered so that the first cell lies
    to the left when walking from the first vertex to the second.
    """

    centres: Floats
    land: Flags
    vertices: Floats
    ridge_cells: Ints
    ridge_vertices: Ints

    @cached_property
    def neighbours(self) -> tuple[Ints, Ints]:
        """Both cells of every ridge that has land on both sides."""
        both = self.land[self.ridge_cells].all(axis=1)
        return self.ridge_cells[both, 0], self.ridge_cells[both, 1]


def make_cells(points: Floats, land: Flags) -> Cells:
    """Voronoi cells of points (km), after a little relaxation that evens their sizes but keeps their
    density.
    """
    # Late, here and below: whoever reads what was made before has no use for SciPy.
    from scipy.spatial import Voronoi

    for _ in range(_RELAXATIONS):
        diagram = Voronoi(points)
        a, b = diagram.ridge_points.T
        total = np.zeros_like(points)
        np.add.at(total, a, points[b])
        np.add.at(total, b, points[a])
        count = np.bincount(diagram.ridge_points.ravel(), minlength=len(points))[:, None]
        inner = (
            np.abs(points - points.mean(axis=0)).max(axis=1)
            < 0.97 * np.abs(points - points.mean(axis=0)).max()
        )
        points = np.where(inner[:, None], 0.4 * points + 0.6 * total / np.maximum(count, 1), points)
    diagram = Voronoi(points)
    ridge_cells = np.asarray(diagram.ridge_points, dtype=np.int64)
    ridge_vertices = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    finite = (ridge_vertices >= 0).all(axis=1)
    ridge_cells, ridge_vertices = ridge_cells[finite], ridge_vertices[finite]
    start, end = diagram.vertices[ridge_vertices[:, 0]], diagram.vertices[ridge_vertices[:, 1]]
    first = points[ridge_cells[:, 0]]
    cross = (end[:, 0] - start[:, 0]) * (first[:, 1] - start[:, 1]) - (end[:, 1] - start[:, 1]) * (
        first[:, 0] - start[:, 0]
    )
    ridge_vertices = np.where((cross > 0)[:, None], ridge_vertices, ridge_vertices[:, ::-1])
    return Cells(points, land, np.asarray(diagram.vertices), ridge_cells, ridge_vertices)


def grow(cells: Cells, parent: Ints, sources: Ints, step: Floats) -> Ints:
    """Per cell the position in `sources` that reaches it first without leaving its parent region.

    Args:
        cells: The cells.
        parent: Region per cell that may not be left (SEA for water); every region is connected.
        sources: Distinct land cells, at least one in every region.
        step: Cost of crossing each pair of `cells.neighbours`.

    Returns:
        Labels 0..len(sources)-1 per cell, SEA in the water; every label is one connected piece.
    """
    a, b = cells.neighbours
    inside = parent[a] == parent[b]
    return grow_graph(len(parent), a[inside], b[inside], step[inside], sources)


def grow_graph(size: int, a: Ints, b: Ints, step: Floats, sources: Ints) -> Ints:
    """Per node of a graph the position in `sources` that reaches it first over edges a-b (-1: none does)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    graph = coo_matrix((step, (a, b)), shape=(size, size)).tocsr()
    _, _, nearest = dijkstra(graph, directed=False, indices=sources, return_predecessors=True, min_only=True)
    position = np.full(size, -1, dtype=np.int64)
    position[sources] = np.arange(len(sources))
    return np.where(nearest < 0, -1, position[np.maximum(nearest, 0)])


def spread(points: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Numbers of `count` distinct points that lie well spread: denser where the points are denser."""
    if count >= len(points):
        return np.arange(len(points))
    from scipy.cluster.vq import kmeans2
    from scipy.spatial import cKDTree

    start = points[rng.choice(len(points), size=count, replace=False)]
    centres, _ = kmeans2(points, start, minit="matrix", iter=12, missing="warn")
    tree = cKDTree(points)
    taken: dict[int, None] = {}
    for centre in centres:
        near = 4
        while True:
            _, order = tree.query(centre, k=min(near, len(points)))
            free = [int(i) for i in np.atleast_1d(order) if int(i) not in taken]
            if free:
                taken[free[0]] = None
                break
            near *= 4
    return np.fromiter(taken, dtype=np.int64)


def smooth(cells: Cells, finest: Ints, to_degrees: tuple[Floats, Floats], decimals: int) -> Floats:
    """Vertex positions in degrees, with the edges between regions smoothed as far as every region stays
    valid.

    Args:
        cells: The cells.
        finest: Region per cell at the finest level (SEA for water).
        to_degrees: Offset and factor from km to longitude and latitude.
        decimals: Decimals of the result.
    """
    offset, factor = to_degrees
    left, right = finest[cells.ridge_cells[:, 0]], finest[cells.ridge_cells[:, 1]]
    a, b = cells.ridge_vertices[left != right].T
    degree = np.bincount(np.concatenate([a, b]), minlength=len(cells.vertices))[:, None]
    for rounds in range(_SMOOTHINGS, -1, -1):
        position = cells.vertices.copy()
        for _ in range(rounds):
            total = np.zeros_like(position)
            np.add.at(total, a, position[b])
            np.add.at(total, b, position[a])
            position = np.where(degree > 0, 0.5 * position + 0.5 * total / np.maximum(degree, 1), position)
        degrees: Floats = np.round(offset + position * factor, decimals)
        if bool(shapely.is_valid(np.array(polygons(cells, finest, degrees))).all()):
            return degrees
    raise AssertionError("unsmoothed Voronoi cells are always valid polygons")


def polygons(cells: Cells, label: Ints, position: Floats) -> list[shapely.Polygon]:
    """One polygon per label 0..n-1, counter-clockwise, its vertices taken from `position`."""
    left, right = label[cells.ridge_cells[:, 0]], label[cells.ridge_cells[:, 1]]
    border = left != right
    start, end = cells.ridge_vertices[border].T
    owner = np.concatenate([left[border], right[border]])
    tail, head = np.concatenate([start, end]), np.concatenate([end, start])
    order = np.argsort(owner, kind="stable")
    owner, tail, head = owner[order], tail[order], head[order]
    bounds = np.searchsorted(owner, np.arange(label.max() + 2))
    return [_polygon(tail[lo:hi].tolist(), head[lo:hi].tolist(), position) for lo, hi in pairwise(bounds)]


def _polygon(tail: list[int], head: list[int], position: Floats) -> shapely.Polygon:
    following = dict(
        zip(tail, head, strict=True)
    )  # a vertex joins three cells, so a region leaves it at most once
    rings: list[Floats] = []
    while following:
        first, current = next(iter(following.items()))
        del following[first]
        ring = [first]
        while current != first:
            ring.append(current)
            current = following.pop(current)
        points = position[[*ring, first]]
        keep = np.ones(len(points), dtype=bool)
        keep[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
        if keep.sum() >= 4:
            rings.append(points[keep])
    rings.sort(key=lambda ring: -abs(_signed_area(ring)))
    return shapely.Polygon(rings[0], rings[1:])


def _signed_area(ring: Floats) -> float:
    x, y = (ring - ring[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)
