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

from data_quality.auditor.published import EVERYONE, age_range, parent_of

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
    leaf_of: dict[str, int]
    edges: list[int]
    rests: dict[str, int]

    def place(self, rows: pd.DataFrame) -> Integers:
        """The row of `counts` for each published row."""
        area = rows["region_code"].map(self.areas).to_numpy(dtype=np.int64)
        band = rows["age_band"].map(self.bands).to_numpy(dtype=np.int64)
        sex = rows["sex"].map(self.sexes).to_numpy(dtype=np.int64)
        return np.asarray((area * len(self.bands) + band) * len(self.sexes) + sex, dtype=np.int64)

    def known(self, own: pd.DataFrame) -> npt.NDArray[np.float64]:
        """How many people of each atom somebody knows who counts `own` (area, age band, sex and count).

        A row may be finer than an atom: people of a smaller area add up, also beside people of whom only the
        larger area is known. Totals over ages, sexes or areas with parts tell nothing more and are left out.
        """
        n_segments = len(self.edges) - 1
        whole: dict[tuple[int, str], float] = {}
        parts: dict[tuple[int, str], float] = {}
        for area, band, sex, count in own[["region_code", "age_band", "sex", "count"]].itertuples(
            index=False
        ):
            leaf, (first, last) = self.leaf_of.get(_up_to(area, self.areas)), age_range(band)
            segment = int(np.searchsorted(self.edges, first, side="right")) - 1
            if leaf is None or len(_SEXES.get(sex, (0, 1))) > 1 or not 0 <= segment < n_segments:
                continue
            if last > self.edges[segment + 1]:
                continue
            place = ((leaf * n_segments + segment) * 2 + _SEXES[sex][0], str(area))
            if (first, last) == (self.edges[segment], self.edges[segment + 1]):
                whole[place] = float(count)
            else:
                parts[place] = parts.get(place, 0.0) + float(count)
        floor = np.zeros(self.counts.shape[1])
        for (atom, _), count in {**parts, **whole}.items():
            floor[atom] += count
        return floor

    def rest_of(self, area: str) -> sparse.csr_array | None:
        """A row that counts the atoms of whom only this area is known, though it has parts; None where it has none."""
        if area not in self.rests or not area.startswith("GM"):
            return None
        width = (len(self.edges) - 1) * 2
        columns = self.rests[area] * width + np.arange(width)
        return _ones(np.zeros(width, dtype=np.int64), columns, (1, self.counts.shape[1]))

    def above(self, place: Integers) -> Integers:
        """The row of the same age and sex in the area above, -1 where there is none."""
        step = len(self.bands) * len(self.sexes)
        parent = self.parent[place // step]
        return np.where(parent < 0, -1, parent * step + place % step)


def _up_to(area: str, known: dict[str, int]) -> str:
    """The area itself or the first one above it that is known."""
    while area and area not in known:
        area = parent_of(area, "")
    return area


def atoms_of(
    rows: pd.DataFrame,
    *,
    additive: bool = True,
    with_rest: frozenset[str] = frozenset(),
    everyone: tuple[int, int] = EVERYONE,
) -> Atoms:
    """The atoms of all areas, age bands and sexes that occur in these rows.

    Args:
        rows: All published rows, of every table and release.
        additive: Whether the parts of an area add up to it, as everybody may know; else each area has people
            of its own.
        with_rest: Areas with people of whom nobody knows in which part they live.
        everyone: The ages that occur, as everybody may know: nobody outside them hides in a total.
    """
    pairs = rows[["region_code", "parent_code"]].drop_duplicates("region_code")
    areas = {code: i for i, code in enumerate(pairs["region_code"])}
    parent = np.array(
        [areas.get(parent_of(code, up), -1) for code, up in pairs.itertuples(index=False)], dtype=np.int64
    )
    rest = np.array([code in with_rest for code in areas], dtype=bool)
    is_leaf = ~np.isin(np.arange(len(areas)), parent) | rest | (not additive)
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
    ranges = [age_range(band, everyone) for band in bands]
    edges = sorted({edge for pair in ranges for edge in pair})
    segments = [
        (i, j) for i, (a, b) in enumerate(ranges) for j, edge in enumerate(edges[:-1]) if a <= edge < b
    ]
    within = _ones(*_columns(segments), (len(bands), len(edges) - 1))

    sexes = {sex: i for i, sex in enumerate(rows["sex"].unique())}
    members = [(i, j) for sex, i in sexes.items() for j in _SEXES.get(sex, (0, 1))]
    of_sex = _ones(*_columns(members), (len(sexes), 2))
    counts = sparse.csr_array(sparse.kron(inside, sparse.kron(within, of_sex), format="csr"))
    counts.eliminate_zeros()  # the product is made of blocks, with stored zeros that would count as people
    names = list(areas)
    has_parts = np.isin(np.arange(len(areas)), parent) & ~rest
    leaf_of = {names[place]: i for i, place in enumerate(leaves.tolist()) if not has_parts[place]}
    is_above = np.isin(np.arange(len(areas)), parent)
    rests = {names[place]: i for i, place in enumerate(leaves.tolist()) if rest[place] and is_above[place]}
    return Atoms(areas, bands, sexes, parent, counts, leaf_of, edges, rests)


def _columns(pairs: list[tuple[int, int]]) -> tuple[Integers, Integers]:
    rows, columns = np.array(pairs).T
    return rows, columns


def _ones(row: Integers, column: Integers, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.ones(row.size), (row, column)), shape=shape)
