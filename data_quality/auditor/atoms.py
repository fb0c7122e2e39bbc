"""The people nobody can split further: area x age segment x sex, and which of these each published cell
counts.

All sums an onlooker can make follow from this, also between tables with shifted age bands and between
releases: nothing is taken from the tables themselves but their keys.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from data_quality.auditor.published import age_range, parent_of

_SEXES = {"men": (0,), "women": (1,), "total": (0, 1), "": (0, 1)}
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Atoms:
    """Names of areas, bands and sexes, with one matrix that says which atoms (columns) each combination
    counts.
    """

    areas: dict[str, int]
    bands: dict[str, int]
    sexes: dict[str, int]
    parent: Integers
    counts: sparse.csr_array

    def place(self, rows: pd.DataFrame) -> Integers:
        """The row of `counts` for each published row."""
        area = rows["region_code"].map(self.areas).to_numpy(dtype=np.int64)
        band = rows["age_band"].map(self.bands).to_numpy(dtype=np.int64)
        sex = rows["sex"].map(self.sexes).to_numpy(dtype=np.int64)
        return np.asarray((area * len(self.bands) + band) * len(self.sexes) + sex, dtype=np.int64)

    def above(self, place: Integers) -> Integers:
        """The row of the same age and sex in the area above, -1 where there is none."""
        step = len(self.bands) * len(self.sexes)
        parent = self.parent[place // step]
        return np.where(parent < 0, -1, parent * step + place % step)


def atoms_of(rows: pd.DataFrame, *, additive: bool = True) -> Atoms:
    """The atoms of all areas, age bands and sexes that occur in these rows.

    Args:
        rows: All published rows, of every table and release.
        additive: Whether the parts of an area add up to it, as everybody may know; else each area has people
            of its own.
    """
    pairs = rows[["region_code", "parent_code"]].drop_duplicates("region_code")
    areas = {code: i for i, code in enumerate(pairs["region_code"])}
    parent = np.array(
        [areas.get(parent_of(code, up), -1) for code, up in pairs.itertuples(index=False)], dtype=np.int64
    )
    is_leaf = ~np.isin(np.arange(len(areas)), parent) | (not additive)
    leaves = np.flatnonzero(is_leaf)
    inside_area, inside_leaf = [], []
    climbing, leaf = leaves.copy(), np.arange(leaves.size)
    while climbing.size:
        inside_area.append(climbing)
        inside_leaf.append(leaf)
        up = parent[climbing]
        climbing, leaf = up[up >= 0], leaf[up >= 0]
    inside = _ones(np.concatenate(inside_area), np.concatenate(inside_leaf), (len(areas), leaves.size))

    bands = {band: i for i, band in enumerate(rows["age_band"].unique())}
    ranges = [age_range(band) for band in bands]
    edges = sorted({edge for pair in ranges for edge in pair})
    segments = [
        (i, j) for i, (a, b) in enumerate(ranges) for j, edge in enumerate(edges[:-1]) if a <= edge < b
    ]
    within = _ones(*np.array(segments).T, (len(bands), len(edges) - 1))

    sexes = {sex: i for i, sex in enumerate(rows["sex"].unique())}
    members = [(i, j) for sex, i in sexes.items() for j in _SEXES.get(sex, (0, 1))]
    of_sex = _ones(*np.array(members).T, (len(sexes), 2))
    counts = sparse.csr_array(sparse.kron(inside, sparse.kron(within, of_sex), format="csr"))
    counts.eliminate_zeros()  # the product is made of blocks, with stored zeros that would count as people
    return Atoms(areas, bands, sexes, parent, counts)


def _ones(row: Integers, column: Integers, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.ones(row.size), (row, column)), shape=shape)
