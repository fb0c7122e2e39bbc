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
from data_quality.auditor.attack import TOLERANCE, whole_width
from data_quality.auditor.verdict import Finding

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CELL = ["region_code", "age_band", "sex"]
_FEW = 3.0


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
        low = np.concatenate([told[0][base_rows], (last - self.margin[-1])[last_rows], [change[0]]])
        high = np.concatenate([told[1][base_rows], (last + self.margin[-1])[last_rows], [change[1]]])
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


def judged(
    chain: Chain, cell: int, counts: tuple[float, float], own: tuple[float, float], found: Range, base: int,
    onlooker: Onlooker, threshold: float,
) -> list[Finding]:  # fmt: skip
    """What is wrong with the range that an onlooker is left with for a cell.

    Args:
        chain: The releases.
        cell: Which cell.
        counts: The true count before and now; NaN before where it is not known.
        own: The onlooker's own people in it, before and now.
        found: The range.
        base: The base release.
        onlooker: Who looks.
        threshold: The rule's.
    """
    name = "|".join((*(str(part) for part in chain.cells.loc[cell, CELL]), f"since {base}"))
    told: list[Finding] = []

    def find(kind: str, low: float, high: float) -> None:
        told.append(Finding(kind, name, low, high, onlooker.name))

    now, change = counts[1], counts[1] - counts[0]
    holds = found.low - TOLERANCE <= now <= found.high + TOLERANCE
    if holds and own[1] < now < threshold:
        if whole_width(np.array(found.low), np.array(found.high)) < 1:
            find("worked_out", found.low, found.high)
        elif found.low > own[1] + TOLERANCE or (
            onlooker.now is None and not onlooker.size_known and found.high < threshold - TOLERANCE
        ):
            find("too_narrow", found.low, found.high)
    others = change - (own[1] - own[0])
    right = found.least - TOLERANCE <= change <= found.most + TOLERANCE
    if right and 0 < abs(others) < threshold:
        nobody = own[1] - own[0]
        far = min(threshold, counts[0]) if change < 0 else threshold
        if whole_width(np.array(found.least), np.array(found.most)) < 1:
            find("change_worked_out", found.least, found.most)
        elif (
            not onlooker.size_known and not found.least - TOLERANCE <= nobody <= found.most + TOLERANCE
        ) or (
            onlooker.now is None
            and not onlooker.size_known
            and (found.most < far - TOLERANCE if change > 0 else found.least > -far + TOLERANCE)
        ):
            find("change_too_narrow", found.least, found.most)
    return told


def attack_chain(
    chain: Chain,
    before: Sequence[Floats],
    now: Floats,
    onlookers: Sequence[Onlooker],
    threshold: float,
    *,
    bases: Sequence[int] | None = None,
    supposing: Sequence[bool] = (False,),
) -> tuple[list[Finding], int]:
    """All findings in the last release of a chain, and how many cells were attacked.

    Args:
        chain: The releases.
        before: Per earlier release the true counts of `chain.cells`; NaN where they are not known.
        now: The true counts of today.
        onlookers: Who attacks: the outsider, each partner, who knows sizes.
        threshold: The rule's.
        bases: From which earlier releases; all where none is given.
        supposing: Whether everybody may have changed (True), or only the cell attacked (False).
    """
    findings: list[Finding] = []
    attacked = 0
    for base in bases if bases is not None else range(len(before)):
        change = now - before[base]
        few = (now > 0) & (now < threshold)
        moved = (change != 0) & (np.abs(change) < threshold)
        for cell in np.flatnonzero(few | moved):
            target = chain.inside[cell]
            attacked += 1
            for onlooker in onlookers:
                own = tuple(
                    float(known[target].sum()) if known is not None else 0.0
                    for known in (onlooker.before, onlooker.now)
                )
                within = (-np.inf, np.inf)
                if onlooker.size_known:
                    if not moved[cell]:
                        continue
                    within = (change[cell] - _FEW, change[cell] + _FEW)
                for all_change in supposing:
                    found = chain.ranges(
                        target,
                        base,
                        onlooker,
                        change=within,
                        all_change=all_change,
                        of=(few[cell], moved[cell]),
                    )
                    if found is None:
                        continue
                    findings += judged(
                        chain, int(cell), (before[base][cell], now[cell]), (own[0], own[1]), found, base,
                        onlooker, threshold,
                    )  # fmt: skip
                    if onlooker.size_known and _adds(
                        found, within, before[base][cell], change[cell], threshold
                    ):
                        name = "|".join(str(part) for part in chain.cells.loc[cell, CELL])
                        findings.append(Finding("size_told", name, found.least, found.most, onlooker.name))
    return findings, attacked


def _adds(found: Range, knew: tuple[float, float], count: float, change: float, threshold: float) -> bool:
    """Whether releases narrow what somebody knew of the size of a change, inside the range that the rule protects.

    That is from 0 to the threshold, or as far down; never more people than there were.
    """
    inside = (0.0, threshold) if change > 0 else (-min(threshold, count), 0.0)
    least, most = max(knew[0], inside[0]), min(knew[1], inside[1])
    return bool(found.least > least + TOLERANCE or found.most < most - TOLERANCE)
