"""The cheapest way to move a count without changing any published sum: one linear program over part of the
table.

A flow is a change of the counts that keeps every sum and every count above what an onlooker knows of it. If
all cells that carry flow are hidden, the onlooker cannot tell the table from the changed one. Solved with
HiGHS through SciPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from datawerkplaats.disclosure.cells import Bools, Floats, Integers, LinkedTable

_CARRIES = 1e-6


@dataclass(frozen=True)
class Part:
    """A piece of the table that no sum ties to the rest: the places of its cells, its own sums, and these
    for rises and falls side by side."""

    places: Integers
    relations: sparse.csr_array
    both_ways: sparse.csc_array


def parts_of(table: LinkedTable, open_cells: Bools) -> list[Part]:
    """The independent pieces of the cells that may carry flow."""
    places = np.flatnonzero(open_cells)
    inside = table.relations[:, places]
    inside = inside[np.flatnonzero(np.diff(inside.indptr) > 0)]
    ties = sparse.csr_array(abs(inside))
    _, label = sparse.csgraph.connected_components(ties.T @ ties, directed=False)
    order = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    by_column = inside.tocsc()
    pieces = []
    for members in np.split(order, cuts):
        own = by_column[:, members].tocsr()
        own = own[np.flatnonzero(np.diff(own.indptr) > 0)]
        pieces.append(Part(places[members], own, sparse.csc_array(sparse.hstack([own, -own]))))
    return pieces


def cheapest_flow(
    part: Part, cost: Floats, room_down: Floats, room_up: Floats, wanted: dict[int, float]
) -> Floats | None:
    """The cheapest flow that moves each wanted cell (place in the part) by its amount; None where there is
    none.

    min sum c (f+ + f-) with A (f+ - f-) = 0, 0 <= f- <= room_down, 0 <= f+ <= room_up and f = wanted.
    """
    n = part.places.size
    down, up = np.zeros((n, 2)), np.zeros((n, 2))
    down[:, 1], up[:, 1] = room_down, room_up
    for place, amount in wanted.items():
        up[place] = max(amount, 0.0)
        down[place] = max(-amount, 0.0)
    solution = optimize.linprog(
        np.concatenate([cost, cost]),
        A_eq=part.both_ways,
        b_eq=np.zeros(part.relations.shape[0]),
        bounds=np.vstack([up, down]),
        method="highs-ds",
    )
    if solution.x is None:
        return None
    flow = np.asarray(solution.x[:n] - solution.x[n:], dtype=np.float64)
    flow[np.abs(flow) < _CARRIES] = 0.0
    return flow
