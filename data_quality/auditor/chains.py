"""The verdict on a chain of releases: what every onlooker is left with for every small count and every small change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data_quality.auditor.attack import TOLERANCE, whole_width
from data_quality.auditor.releases import CELL, Chain, Onlooker, Range
from data_quality.auditor.verdict import Finding

Floats = npt.NDArray[np.float64]
_FEW = 3.0


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
        # Who knows the size of a change knows what is left of a figure that he was shown: no release told him.
        elif not onlooker.size_known and (
            found.low > own[1] + TOLERANCE or (onlooker.now is None and found.high < threshold - TOLERANCE)
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
    most: int | None = None,
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
        most: How many cells are attacked per base, the smallest counts first; all where none is given.
    """
    findings: list[Finding] = []
    attacked = 0
    for base in bases if bases is not None else range(len(before)):
        change = now - before[base]
        few = (now > 0) & (now < threshold)
        moved = (change != 0) & (np.abs(change) < threshold)
        cells = np.flatnonzero(few | moved)
        for cell in cells[np.lexsort((np.abs(change[cells]), now[cells], ~few[cells]))][:most]:
            target = chain.inside[cell]
            attacked += 1
            for onlooker in onlookers:
                own = tuple(
                    float(known[target].sum()) if known is not None else 0.0
                    for known in (onlooker.before, onlooker.now)
                )
                # Who does not know how many of his own there were sees no change of others.
                sees = bool(moved[cell]) and (onlooker.now is None or onlooker.before is not None)
                if not (few[cell] or sees):
                    continue
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
                        of=(few[cell], sees),
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

    That is from 0 to the threshold, or as far down; never more people than there were. Who is led to a range without the
    true change in it, since more than he supposed has changed, was told nothing.
    """
    if not found.least - TOLERANCE <= change <= found.most + TOLERANCE:
        return False
    inside = (0.0, threshold) if change > 0 else (-min(threshold, count), 0.0)
    least, most = max(knew[0], inside[0]), min(knew[1], inside[1])
    return bool(found.least > least + TOLERANCE or found.most < most - TOLERANCE)
