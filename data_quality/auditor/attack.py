"""What can be worked out: the smallest and largest count each hidden cell can have, given everything
published.

Linear programs over the atoms, solved with HiGHS for all independent pieces of the table at once; every
solution is also a witness for the cells it was not made for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
TOLERANCE = 1e-4
_HELPS = 0.9


class ContradictionError(Exception):
    """The published figures cannot all be true."""


@dataclass(frozen=True)
class Knowledge:
    """What an onlooker knows: low <= counts @ atoms <= high per row, and the bounds of each atom.

    `above` gives for each row the row of the area it lies in, -1 for none.
    """

    counts: sparse.csr_array
    low: Floats
    high: Floats
    above: Integers
    atom_low: Floats
    atom_high: Floats


@dataclass(frozen=True)
class Puzzle:
    """What is left to find out: the atoms that no single row gives away, in pieces that have nothing to do
    with each other.
    """

    known: Floats
    unknown: Integers
    rows: sparse.csr_array
    low: Floats
    high: Floats
    piece: Integers
    atom_low: Floats
    atom_high: Floats


def puzzle_of(knowledge: Knowledge) -> Puzzle:
    """Fill in what follows at once, and split the rest.

    What is published for the parts of an area is taken off the area itself: that changes nothing for the
    onlooker, and keeps one gemeente from tying all its wijken together.

    Raises:
        ContradictionError: If a row leaves nothing unknown and is wrong.
    """
    rows, low, high = _without_published_parts(knowledge)
    exact = low == high
    known = np.where(knowledge.atom_low == knowledge.atom_high, knowledge.atom_low, np.nan)
    while True:
        still = np.isnan(known)
        inside = _of_columns(rows, still)
        offset = rows @ np.where(still, 0.0, known)
        single = np.flatnonzero((np.diff(inside.indptr) == 1) & exact)
        if not single.size:
            break
        first = inside.indptr[single]
        known[inside.indices[first]] = (low - offset)[single] / inside.data[first]
    empty = np.diff(inside.indptr) == 0
    if bool((empty & ((low - offset > TOLERANCE) | (offset - high > TOLERANCE))).any()):
        raise ContradictionError
    unknown, kept = np.flatnonzero(still), np.flatnonzero(~empty)
    inside = sparse.csr_array(inside[kept][:, unknown])
    return Puzzle(
        known=np.nan_to_num(known),
        unknown=unknown,
        rows=inside,
        low=(low - offset)[kept],
        high=(high - offset)[kept],
        piece=_pieces(inside),
        atom_low=knowledge.atom_low[unknown],
        atom_high=knowledge.atom_high[unknown],
    )


def _of_columns(rows: sparse.csr_array, chosen: Bools) -> sparse.csr_array:
    """The rows with these columns alone, all others empty; the same columns stay where they are."""
    stays = chosen[rows.indices]
    before = np.concatenate([[0], np.cumsum(stays)])
    return sparse.csr_array((rows.data[stays], rows.indices[stays], before[rows.indptr]), shape=rows.shape)


def _pieces(rows: sparse.csr_array) -> Integers:
    """Per column the piece it belongs to: columns that share a row are in one, and so on.

    Rows and columns are the two sides of a graph: what ties every column to every other would be far larger.
    """
    n_rows, n_columns = rows.shape
    row = np.repeat(np.arange(n_rows), np.diff(rows.indptr))
    size = n_rows + n_columns
    ties = sparse.csr_array((np.ones(row.size), (row, n_rows + rows.indices)), shape=(size, size))
    _, piece = sparse.csgraph.connected_components(ties, directed=False)
    return np.asarray(piece[n_rows:], dtype=np.int64)


def _without_published_parts(knowledge: Knowledge) -> tuple[sparse.csr_array, Floats, Floats]:
    low, high, above = knowledge.low, knowledge.high, knowledge.above
    exact = low == high
    part = np.flatnonzero((above >= 0) & exact)
    part = part[exact[above[part]]]
    off = sparse.csr_array((np.ones(part.size), (above[part], part)), shape=(low.size, low.size))
    rows = sparse.csr_array(knowledge.counts - off @ knowledge.counts)
    rows.eliminate_zeros()
    taken = off @ np.where(exact, low, 0.0)
    return rows, low - taken, high - taken


@dataclass(frozen=True)
class Bounds:
    """Per target the smallest and largest count shown to be possible, and whether no smaller or larger one
    is.
    """

    low: Floats
    high: Floats
    low_is_least: Bools
    high_is_most: Bools


@dataclass(frozen=True)
class Wanted:
    """How wide the range of each target has to be: from `low` to `high`, or where `any_width` two whole
    numbers.

    `possible` is a count each target is known to be able to have (the true one), NaN where none is.
    """

    low: Floats
    high: Floats
    any_width: Bools
    possible: Floats


def bounds_of(puzzle: Puzzle, targets: sparse.csr_array, wanted: Wanted) -> Bounds:
    """The range of each target (a row over all atoms), sought until it is as wide as wanted.

    It may be wider still; the range of a target that does not get that wide is exact.

    Raises:
        ContradictionError: If no counts at all agree with what is published.
    """
    inside, offset = sparse.csr_array(targets[:, puzzle.unknown]), targets @ puzzle.known
    low, high = np.fmin(wanted.possible, np.inf), np.fmax(wanted.possible, -np.inf)
    least, most = np.zeros(offset.size, dtype=bool), np.zeros(offset.size, dtype=bool)
    fixed = np.diff(inside.indptr) == 0
    low[fixed], high[fixed], least[fixed], most[fixed] = offset[fixed], offset[fixed], True, True
    program = _Program(puzzle)
    for sign, exact in ((1.0, least), (-1.0, most)):
        all_at_once, before = True, inside.shape[0] + 1
        while True:
            short = (low > wanted.low + TOLERANCE) if sign > 0 else (high < wanted.high - TOLERANCE)
            waiting = np.flatnonzero(short & ~exact & ~(wanted.any_width & (whole_width(low, high) >= 1)))
            if not waiting.size:
                break
            # As long as that helps many, push all at once; then one target of every piece, which finds its
            # true extreme.
            all_at_once = all_at_once and waiting.size < _HELPS * before
            before = waiting.size
            chosen = waiting if all_at_once else _apart(waiting, inside, puzzle.piece)
            atoms = program.solve(sign * np.asarray(inside[chosen].sum(axis=0)).ravel())
            found = offset + inside @ atoms
            low, high = np.minimum(low, found), np.maximum(high, found)
            exact[chosen] |= not all_at_once
    return Bounds(low, high, least, most)


def whole_width(low: Floats, high: Floats) -> Floats:
    """How far apart the smallest and largest whole number in a range are; negative where it holds none."""
    return np.asarray(np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE), dtype=np.float64)


def _apart(waiting: Integers, inside: sparse.csr_array, piece: Integers) -> Integers:
    """Targets that share no piece, so that one program finds the extreme of each."""
    taken: set[int] = set()
    chosen: list[int] = []
    for target in waiting.tolist():
        pieces = set(piece[inside.indices[inside.indptr[target] : inside.indptr[target + 1]]].tolist())
        if not pieces & taken:
            taken |= pieces
            chosen.append(target)
    return np.array(chosen, dtype=np.int64)


class _Program:
    """The linear program of a puzzle, to be solved for one aim after another."""

    def __init__(self, puzzle: Puzzle) -> None:
        equal = puzzle.low == puzzle.high
        ranged = np.flatnonzero(~equal)
        rows = puzzle.rows[ranged]
        self.equal_rows, self.equal_to = puzzle.rows[np.flatnonzero(equal)], puzzle.low[equal]
        self.most_rows = sparse.csr_array(sparse.vstack([rows, -rows])) if ranged.size else None
        self.at_most = np.concatenate([puzzle.high[ranged], -puzzle.low[ranged]]) if ranged.size else None
        self.bounds = np.column_stack([puzzle.atom_low, puzzle.atom_high])

    def solve(self, aim: Floats) -> Floats:
        solution = optimize.linprog(
            aim,
            A_ub=self.most_rows,
            b_ub=self.at_most,
            A_eq=self.equal_rows if self.equal_rows.shape[0] else None,
            b_eq=self.equal_to if self.equal_rows.shape[0] else None,
            bounds=self.bounds,
            method="highs",
            # Looking for what can be left out costs more than solving: of 80,000 atoms 18 seconds instead of 0.4.
            options={"presolve": False},
        )
        if solution.x is None:
            raise ContradictionError
        return np.asarray(solution.x, dtype=np.float64)
