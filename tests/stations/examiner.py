"""What an onlooker can work out from everything it saw of a round: linear programs of its own, without the protector's code.

Known are the sums that tie cells together, every bit, every answer to a check, every opened cell and, to a party, its own counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from stations.frame import Frame
from stations.protocol import Opened

Numbers = npt.NDArray[np.float64]
_SLACK = 1e-6


def narrow_cells(
    frame: Frame, opened: Opened, own: npt.NDArray[np.int64], k: int, onlooker: int = -1
) -> list[int]:
    """The failing cells that an onlooker can tell more of than: between its own count and its own count plus k.

    Args:
        frame: The cells and their sums.
        opened: What was opened.
        own: Counts per party and cell: the onlooker's own are what it knows, the others' are only used to fill in answers that
            rest on an own count of the onlooker itself.
        k: The threshold.
        onlooker: Which party looks; -1 for somebody who saw the round and brings nothing.
    """
    size, whole = frame.size, frame.whole
    rows, columns, signs = [], [], []
    mine = np.zeros(whole)
    if onlooker >= 0:
        mine[:size] = own[onlooker]
    for number, one in enumerate(frame.sums):
        for cell, sign in ((one.parent, 1.0), *((part, -1.0) for part in one.parts)):
            rows.append(number)
            columns.append(cell)
            signs.append(sign)
        if one.rest >= 0:
            rows.append(number)
            columns.append(one.rest)
            signs.append(-1.0)
            mine[one.rest] = mine[one.parent] - mine[list(one.parts)].sum()
    ties = sparse.csr_array((signs, (rows, columns)), shape=(len(frame.sums), whole))
    low, high = mine.copy(), np.full(whole, np.inf)
    low[:size] = np.where(opened.passes, np.maximum(mine[:size], k), mine[:size])
    shown = np.flatnonzero(~opened.hidden)
    low[shown] = high[shown] = opened.values[shown]
    told, bound = _answers(opened, own, onlooker, whole)
    found = []
    for cell in np.flatnonzero(~opened.passes).tolist():
        reach = []
        for sign in (1.0, -1.0):
            aim = np.zeros(whole)
            aim[cell] = sign
            solved = optimize.linprog(
                aim, A_ub=told, b_ub=bound, A_eq=ties, b_eq=np.zeros(len(frame.sums)),
                bounds=np.column_stack([low, high]), method="highs",
            )  # fmt: skip
            reach.append(
                sign * solved.fun if solved.status == 0 else -sign * np.inf if solved.status == 3 else np.nan
            )
        least, most = reach
        if not (least <= mine[cell] + _SLACK and most >= mine[cell] + k - _SLACK):
            found.append(cell)
    return found


def _answers(
    opened: Opened, own: npt.NDArray[np.int64], onlooker: int, whole: int
) -> tuple[Numbers | None, Numbers | None]:
    """The checks that were answered with yes, as far as the onlooker can read them."""
    rows, bounds = [], []
    for check in opened.answered:
        if check.own and check.party != onlooker:
            continue
        row = np.zeros(whole)
        for cell, value in check.cells.items():
            row[cell] = -value
        known = sum(value * int(own[check.party][cell]) for cell, value in check.own.items())
        rows.append(row)
        bounds.append(check.constant + known - check.threshold)
    return (np.array(rows), np.array(bounds, dtype=float)) if rows else (None, None)
