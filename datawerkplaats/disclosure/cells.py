"""The table to protect: cells with their counts and the sums that tie them together.

Every published table, of this release and of earlier ones, goes into one `Cells` with one set of relations,
because protecting linked tables one by one protects none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datawerkplaats.base.errors import DataProblem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Strings = npt.NDArray[np.str_]
Integers = npt.NDArray[np.int64]

REST = "rest"
_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Cells:
    """Counts with what protecting them needs to know; all arrays have one entry per cell.

    Attributes:
        cell_id: A name that is unique over all linked tables and releases.
        level: The region level (region, gemeente, wijk, buurt), or `rest` for what is never published.
        block: The area a cell is treated in; cells of different blocks are protected in one go.
        value: The confidential count.
        is_total: Whether the cell is a total over one of its other dimensions.
        upper: The most it can be as everybody knows (a population); infinite where nobody knows.
        lower: The least it can be as everybody knows; 0 but for a rest, of which the usual size is known.
        public_before: Already published in an earlier release, so that hiding it now would protect nothing.
        own: Per partner (columns) its own share of each count, which that partner knows; may have no columns.
    """

    cell_id: Strings
    level: Strings
    block: Strings
    value: Floats
    is_total: Bools
    upper: Floats
    public_before: Bools
    own: Floats
    lower: Floats

    def __len__(self) -> int:
        return len(self.cell_id)


def make_cells(
    cell_id: Sequence[str],
    level: Sequence[str],
    value: npt.ArrayLike,
    *,
    block: Sequence[str] | None = None,
    is_total: npt.ArrayLike = False,
    upper: npt.ArrayLike = np.inf,
    public_before: npt.ArrayLike = False,
    own: npt.ArrayLike | None = None,
) -> Cells:
    """A checked `Cells`, with the defaults of a table without partners or an earlier release.

    Raises:
        DataProblem: If an id occurs twice, or a count is missing, negative or more than its upper bound.
    """
    n, ids = len(cell_id), np.asarray(cell_id, dtype=str)
    counts = np.asarray(value, dtype=np.float64)
    most = np.broadcast_to(np.asarray(upper, dtype=np.float64), (n,)).copy()
    if len(np.unique(ids)) != n:
        names, times = np.unique(ids, return_counts=True)
        raise DataProblem(
            "duplicate_key",
            subject="cells to protect",
            found=str(names[times > 1][0]),
            remedy="give every cell of every linked table its own id",
        )
    wrong = np.flatnonzero(~(counts >= 0) | (counts > most))
    if wrong.size:
        raise DataProblem(
            "not_a_number",
            subject="cells to protect",
            where=str(ids[wrong[0]]),
            expected="a count of 0 or more, and not above its population",
            remedy="leave cells without a count out of the table",
        )
    return Cells(
        cell_id=ids,
        level=np.asarray(level, dtype=str),
        block=np.asarray(ids if block is None else block, dtype=str),
        value=counts,
        is_total=np.broadcast_to(np.asarray(is_total, dtype=bool), (n,)).copy(),
        upper=most,
        public_before=np.broadcast_to(np.asarray(public_before, dtype=bool), (n,)).copy(),
        own=np.zeros((n, 0)) if own is None else np.asarray(own, dtype=np.float64).reshape(n, -1),
        lower=np.zeros(n),
    )


@dataclass(frozen=True)
class LinkedTable:
    """Cells and the matrix of their sums: every row of `relations` times the counts is 0 (parent +1, parts
    -1).
    """

    cells: Cells
    relations: sparse.csr_array
    names: tuple[str, ...]


def link(cells: Cells, sums: Iterable[tuple[str, Sequence[str]]]) -> LinkedTable:
    """The table with its sums (parent id, ids of its parts); parts that fall short get a cell `rest`.

    A rest cell is what the parts leave unexplained (cases without a wijk, say). It is never published and
    nobody knows it, which itself protects. Parts that exceed their parent are no sum and are left out.

    Raises:
        DataProblem: If a sum names a cell that is not in the table.
    """
    place = {name: i for i, name in enumerate(cells.cell_id.tolist())}
    rows: list[tuple[str, list[int]]] = []
    rest_names, rest_values, rest_blocks, rest_own = [], [], [], []
    size = len(cells)
    for parent, parts in sums:
        unknown = [name for name in (parent, *parts) if name not in place]
        if unknown:
            raise DataProblem(
                "missing_column",
                subject="sums of the cells to protect",
                where=parent,
                found=f"{unknown[0]} is not in the table",
                remedy="add the cell or leave it out of the sum",
            )
        members = [place[parent], *(place[name] for name in parts)]
        short = cells.value[members[0]] - cells.value[members[1:]].sum()
        if short < -_SUM_TOLERANCE:
            continue
        if short > _SUM_TOLERANCE:
            rest_names.append(f"{REST}|{parent}|{len(rows)}")
            rest_values.append(short)
            rest_blocks.append(str(cells.block[members[0]]))
            rest_own.append(np.maximum(cells.own[members[0]] - cells.own[members[1:]].sum(axis=0), 0))
            members.append(size + len(rest_names) - 1)
        rows.append((parent, members))
    if rest_names:
        rest = make_cells(
            rest_names,
            [REST] * len(rest_names),
            rest_values,
            block=rest_blocks,
            own=np.reshape(rest_own, (len(rest_names), cells.own.shape[1])),
        )
        cells = _joined(cells, rest)
    lengths = [len(members) for _, members in rows]
    columns = np.array([place for _, members in rows for place in members], dtype=np.int64)
    signs = np.full(len(columns), -1.0)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    signs[starts[:-1]] = 1.0
    matrix = sparse.csr_array((signs, columns, starts), shape=(len(rows), len(cells)))
    return LinkedTable(cells, matrix, tuple(parent for parent, _ in rows))


def _joined(first: Cells, second: Cells) -> Cells:
    return replace(
        first,
        **{name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in vars(first)},
    )
