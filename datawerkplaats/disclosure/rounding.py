"""Rounding that still adds up: every count to a multiple next to it, every sum kept. The option where empty
cells are not wanted.

Controlled rounding (Cox LH, J Am Stat Assoc 1987;82:520-524) as a mixed-integer program for HiGHS.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, sparse

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.disclosure.cells import REST, Floats, LinkedTable


def round_controlled(table: LinkedTable, base: int = 5, *, seconds: float = 60.0) -> Floats:
    """The counts rounded up or down to multiples of `base` with all sums intact and the smallest total
    change.

    A count that is a multiple already stays. Rest cells, which nobody publishes, take whatever is left.

    Raises:
        DataProblem: If there is no such rounding, or none is found within `seconds`.
    """
    cells, x = table.cells, table.cells.value
    rest = cells.level == REST
    down = np.where(rest, 0.0, np.floor(x / base) * base)
    over = x - down
    moves = ~rest & (over > 0)
    # Unknowns: 1 where a count goes up instead of down; for a rest cell its own value.
    step = np.where(rest, 1.0, float(base))
    solution = optimize.milp(
        np.where(moves, base - 2 * over, 0.0),
        integrality=(~rest).astype(int),
        bounds=optimize.Bounds(0, np.where(rest, np.inf, moves.astype(float))),
        constraints=optimize.LinearConstraint(
            sparse.csc_array(table.relations.multiply(step[None, :])), *(2 * (-(table.relations @ down),))
        ),
        options={"time_limit": seconds, "mip_rel_gap": 0.01},
    )
    if solution.x is None:
        raise DataProblem(
            "disclosure_risk",
            subject="controlled rounding",
            expected=f"a rounding to {base} in which all sums hold",
            found=str(solution.message),
            remedy="hide cells instead of rounding",
        )
    up = np.where(rest, solution.x, np.round(solution.x))
    return np.asarray(down + step * up, dtype=np.float64)
