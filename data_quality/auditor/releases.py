"""All releases as one system: what follows from a chain of publications for somebody who assumes that what was not said to
change did not change.

Two states of the same people are unknown: before (`x`) and now (`y`), by atom. Everything that was published up to a base
release tells of `x`, everything in the last one of `y`, each figure give or take its margin. The attacker takes one cell
and supposes that only there people came or went, and where a whole area was told to have changed: everywhere else `y` is
`x`, remainders included. Where that contradicts the figures he goes by the totals alone, and where these contradict him by no
more than the margins. What is left of his range for the cell is held against the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, sparse

from data_quality.auditor.atoms import Atoms, atoms_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CELL = ["region_code", "age_band", "sex"]


@dataclass(frozen=True)
class Onlooker:
    """Somebody with the people he knows of himself, before and now, by atom; `size_known` within a few of each change."""

    name: str
    before: Floats | None = None
    now: Floats | None = None
    size_known: bool = False


@dataclass(frozen=True)
class Range:
    """What is left for a cell now, and for how much it changed."""

    low: float
    high: float
    least: float
    most: float


class Chain:
    """The releases of one measure in one period, the last of which is judged.

    Args:
        releases: Per release its rows: the keys of `CELL`, parent_code, value (NaN where hidden) and margin.
        with_rest: Areas with people of whom nobody knows in which part of them they live.
        stated: Whether an attacker goes by the margins that are stated; else by this share of them (who reads the
            code knows more of how far figures are off).
    """

    def __init__(
        self, releases: Sequence[pd.DataFrame], with_rest: frozenset[str], *, stated: float = 1.0
    ) -> None:
        rows = pd.concat(releases, ignore_index=True)
        self.cells = rows.drop_duplicates(CELL)[[*CELL, "parent_code"]].reset_index(drop=True)
        self.atoms: Atoms = atoms_of(self.cells, with_rest=with_rest)
        self.counts = sparse.csr_array(self.atoms.counts[self.atoms.place(self.cells)])
        self.inside: Bools = self.counts.toarray() > 0
        self.totals: Bools = (
            self.cells["age_band"].isin(["all", "total"]) & self.cells["sex"].isin(["total", ""])
        ).to_numpy()
        self.value = np.full((len(releases), len(self.cells)), np.nan)
        self.margin = np.zeros_like(self.value)
        index = pd.MultiIndex.from_frame(self.cells[CELL])
        for r, release in enumerate(releases):
            place = index.get_indexer(pd.MultiIndex.from_frame(release[CELL]))
            self.value[r, place] = release["value"]
            self.margin[r, place] = stated * release["margin"]

    def place(self, rows: pd.DataFrame) -> Integers:
        """The places of cells in `cells`, -1 where a cell is in no release."""
        return pd.MultiIndex.from_frame(self.cells[CELL]).get_indexer(pd.MultiIndex.from_frame(rows[CELL]))

    def ranges(
        self,
        target: Bools,
        base: int,
        onlooker: Onlooker,
        *,
        change: tuple[float, float] = (-np.inf, np.inf),
        all_change: bool = False,
        of: tuple[bool, bool] = (True, True),
    ) -> Range | None:
        """The ranges of a set of atoms, if only there people came or went since the release `base`; None if that cannot be.

        Args:
            target: The atoms.
            base: The release up to which everything tells of the state before.
            onlooker: Who looks.
            change: Between which numbers the target changed, as far as he knows that by himself.
            all_change: Whether he supposes nothing: everybody may have changed.
            of: Whether the count of now is looked at, and the change; what is not is left without bounds.
        """
        told = self._told(base)
        free = (
            np.ones(self.inside.shape[1], dtype=bool) if all_change else target | self._told_to_change(base)
        )
        everything = np.ones(len(self.cells), dtype=bool)
        ways = [(told, everything), (told, self.totals), (self._margins(base), everything)]
        for bounds, used in ways[2:] if all_change else ways:
            found = self._solve(target, free, bounds, used, onlooker, change, of)
            if found is not None:
                return found
        return None

    def _margins(self, base: int) -> tuple[Floats, Floats]:
        return self.value[base] - self.margin[base], self.value[base] + self.margin[base]

    def _told(self, base: int) -> tuple[Floats, Floats]:
        """What a trusting reader takes each cell to be: a figure that stayed the same is as exact as when it first came."""
        low, high = self._margins(base)
        for r in range(base):
            same = (self.value[r] == self.value[base]) | np.isnan(self.value[base])
            same &= ~np.isnan(self.value[r])
            for later in range(r + 1, base):
                same &= (self.value[later] == self.value[r]) | np.isnan(self.value[later])
            low = np.where(same, np.fmax(low, self.value[r] - self.margin[r]), low)
            high = np.where(same, np.fmin(high, self.value[r] + self.margin[r]), high)
        return low, high

    def _told_to_change(self, base: int) -> Bools:
        """The atoms of the smallest cells whose figure is not what it was in the base release."""
        last = self.value[-1]
        differs = np.flatnonzero(~np.isnan(last) & ~np.isnan(self.value[base]) & (last != self.value[base]))
        free = np.zeros(self.inside.shape[1], dtype=bool)
        for cell in differs:
            here = self.inside[cell]
            smaller = [c for c in differs if c != cell and (self.inside[c] <= here).all()]
            if not smaller and self.cells["region_code"][cell][:2] not in ("PV", "GM"):
                free |= here
        return free

    def _solve(
        self,
        target: Bools,
        free: Bools,
        told: tuple[Floats, Floats],
        used: Bools,
        onlooker: Onlooker,
        change: tuple[float, float],
        of: tuple[bool, bool],
    ) -> Range | None:
        atoms, moved = self.inside.shape[1], np.flatnonzero(free)
        before = np.zeros(atoms) if onlooker.before is None else onlooker.before
        now = np.zeros(atoms) if onlooker.now is None else onlooker.now
        base_rows = np.flatnonzero(~np.isnan(told[0]) & used)
        last = self.value[-1]
        last_rows = np.flatnonzero(~np.isnan(last) & used & (self.inside & free).any(axis=1))
        still = np.where(free, 0.0, 1.0)
        # He knows of his own people elsewhere that they did change.
        known = 0.0 if onlooker.before is None or onlooker.now is None else still * (now - before)
        elsewhere = self.counts[last_rows] @ (known + np.zeros(atoms))
        later = self.counts[last_rows]
        wanted = sparse.csr_array(target[moved].astype(float)[None, :])
        rows = sparse.block_array(
            [
                [self.counts[base_rows], sparse.csr_array((base_rows.size, moved.size))],
                [later.multiply(still[None, :]), later[:, moved]],
                [sparse.csr_array(-target.astype(float)[None, :]), wanted],
            ],
            format="csc",
        )
        low = np.concatenate(
            [told[0][base_rows], (last - self.margin[-1])[last_rows] - elsewhere, [change[0]]]
        )
        high = np.concatenate(
            [told[1][base_rows], (last + self.margin[-1])[last_rows] - elsewhere, [change[1]]]
        )
        floor = np.concatenate([before, now[moved]])
        aims = (
            np.concatenate([np.zeros(atoms), target[moved].astype(float)]),
            np.concatenate([-target.astype(float), target[moved].astype(float)]),
        )
        found = []
        for wanted_too, aim in zip(of, aims, strict=True):
            for sign in (1.0, -1.0):
                if not wanted_too:
                    found.append(-sign * np.inf)
                    continue
                solution = optimize.milp(
                    sign * aim,
                    constraints=optimize.LinearConstraint(rows, low, high),
                    bounds=optimize.Bounds(floor, np.inf),
                )
                if solution.status == 2:
                    return None
                found.append(float(aim @ solution.x) if solution.x is not None else -sign * np.inf)
        return Range(*found)
