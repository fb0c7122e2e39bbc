"""What is served of a year that was published before and whose rows have changed since: every figure close to the latest
delivery, and no difference between two publications that tells of few persons.

A correction is a table of its own, and is told in steps of 2k persons from the figure that was first shown, with k the rule's
threshold. What was shown stays shown and never falls below k; what was hidden stays hidden. A figure takes the step below or
above what it should be, so it is less than 2k off (mostly less than k), and readers are told 2k, or two or three
times that where no steps keep quiet: beside all figures, as a margin that only some have would tell where.

Whoever knows that only one cell changed, by any number d, is left with everything from 2k below to 2k above the steps of each
figure that holds it. Ranges end at steps, so 0 and k are among it whenever d or what is left in the cell is a small count
(`steps`: that the steps add up; `onlookers`: that this holds for partners too, who know a part of d).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import Counted, Key
from datawerkplaats.partners.history import Released, Told
from datawerkplaats.partners.onlookers import known_since, narrowed
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.steps import Moving, Sum, steps_that_add_up

# The widest margin, in steps.
_WIDEST = 3


@dataclass(frozen=True)
class Settled:
    """The figures of a corrected year: counts by cell with the margin readers are told, or rows of shares that stay."""

    hidden: set[Key]
    counts: Mapping[Key, float] = field(default_factory=dict)
    margin: float = 0.0
    stay: Mapping[Key, Told] = field(default_factory=dict)


def settle(
    parts: Sequence[Counted], micro: Micro, released: Released, residents: Residents
) -> dict[str, Settled]:
    """Per quantity (persons, or yes and no) what is served of a corrected year.

    Args:
        parts: The quantities of one source in one year.
        micro: Its declaration.
        released: What publications have said.
        residents: How areas lie in one another.

    Raises:
        DataProblem: `disclosure_risk` if a figure that stays is below the rule of today.
    """
    by_quantity = {part.quantity: part for part in parts}
    if "persons" in by_quantity:
        return {"persons": _settled_counts(by_quantity["persons"], micro, released, residents)}
    settled = _settled_shares(by_quantity["yes"], by_quantity["no"], micro, released)
    return {"yes": settled, "no": settled}


def _settled_counts(part: Counted, micro: Micro, released: Released, residents: Residents) -> Settled:
    threshold, base = micro.rule.threshold, micro.rule.rounding_base
    step = 2 * threshold
    counts: dict[Key, float] = {}
    hidden: set[Key] = set()
    moving: dict[Key, Moving] = {}
    first: dict[Key, float] = {}
    for key, by_partner in part.cells.items():
        count = float(by_partner.sum())
        told = (part.source_id, part.year, *key)
        shown, latest = released.shown.get(told), released.latest.get(told)
        if shown and latest and latest.value is not None:
            first[key] = shown[0]
            moving[key] = _moving(count, shown[0], latest.value, threshold)
        elif shown is not None or count < threshold:
            hidden.add(key)
        else:
            # Never told of before: in steps from the threshold.
            counts[key] = threshold + step * float(np.round((count - threshold) / step))
    # In an order of their own: of steps that are equally good the solver takes those that its order leads to.
    others = dict.fromkeys(sorted(hidden), 0.0) | {
        key: -float(shares.sum()) / step
        for key, shares in [*part.inner.items(), *((key, part.cells[key]) for key in counts)]
    }
    sums, known = _sums(part, first, step), known_since(part, micro, released, residents)
    tried = []
    for margin in range(step, _WIDEST * step + 1, step):
        asked = narrowed(part, moving, first, known, threshold, margin)
        found = steps_that_add_up(asked, others, sums, step, part.source_id)
        tried.append((sum(not asked[key].is_quiet(steps) for key, steps in found.items()), margin, found))
        if not tried[-1][0]:
            break
    _, margin, found = min(tried, key=lambda one: one[:2])
    for key, steps in found.items():
        figure = first[key] + step * steps
        counts[key] = max(figure, float(threshold)) if figure else 0.0
        if 0 < first[key] < threshold:
            raise DataProblem(
                "disclosure_risk",
                subject=part.source_id,
                expected="a count that cannot be worked out from what is or was published",
                found="a figure that was shown before is below the rule of today",
                remedy="publish this breakdown at a higher level only",
            )
    return Settled(hidden, counts, margin=float(margin + base - 1))


def _moving(count: float, first: float, latest: float, threshold: int) -> Moving:
    step = 2 * threshold
    lowest = -int((first - 1) // step) if first else 0
    shown_steps = round((latest - first) / step)
    if count <= threshold:
        # The one figure of the steps from which nobody at all is within reach.
        return Moving(count - first, shown_steps, lowest, lowest)
    # Never so low that it is not shown: no more can have left than there were, which others would be told by.
    lowest = -int((first - threshold) // step) if first else 0
    change = count - first
    # The steps on both sides, of which none changes the sign: who fell is not told to have grown.
    least, most = int(np.floor(change / step)), int(np.ceil(change / step))
    return Moving(change, shown_steps, max(least, lowest), max(most, lowest))


def _sums(part: Counted, first: Mapping[Key, float], step: int) -> list[Sum]:
    """How cells add up, with by how many steps the people of whom only the larger area is known may fall."""
    found = []
    for parent, parts in part.sums:
        rest = None
        if any(key[0] != parent[0] for key in parts):
            known = parent in first and all(key in first for key in parts)
            rest = max(first[parent] - sum(first[key] for key in parts), 0.0) / step if known else 0.0
        found.append(Sum(parent, parts, rest))
    return found


def _settled_shares(yes: Counted, no: Counted, micro: Micro, released: Released) -> Settled:
    """Which rows of shares stay as they were: those in which fewer than k answers changed, or which may not be made anew."""
    rule, stay = micro.rule, dict[Key, Told]()
    hidden: set[Key] = set()
    for key in yes.cells:
        told = (yes.source_id, yes.year, *key)
        agreed, asked = float(yes.cells[key].sum()), float((yes.cells[key] + no.cells[key]).sum())
        others = asked - agreed
        allowed = (
            asked >= rule.min_respondents
            and min(agreed, others) >= rule.threshold
            and max(agreed, others) <= rule.group_share * asked
        )
        row = released.latest.get(told)
        if row is None:
            if told in released.shown or not allowed:
                hidden.add(key)
            continue
        had = (row.denominator or 0.0) * (row.value or 0.0) / 100
        same = abs(agreed - had) <= rule.threshold
        same &= abs(others - ((row.denominator or 0.0) - had)) <= rule.threshold
        if same or not allowed:
            stay[key] = row
    return Settled(hidden, stay=stay)
