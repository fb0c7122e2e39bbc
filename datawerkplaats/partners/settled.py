"""What is served of a year that was published before and whose rows have changed since: every figure close to the latest
delivery, and no difference between two publications that tells of few persons.

A correction is a table of its own, and is told in steps of 2k persons from the figure that was first shown, with k the rule's
threshold. What was shown stays shown and never falls below k; what was hidden stays hidden. So a figure is at most k off
(2k where the count itself is small), and readers are told 2k.

Whoever knows that only one cell changed, by any number d, sees all figures that hold it move by the same steps and is left with
everything from 2k below to 2k above them: 0 and k are among it whenever d or what is left in the cell is a small count. So
no average over cells and no assumption on what stayed the same brings him nearer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import Counted, Key
from datawerkplaats.partners.history import Released, Told


@dataclass(frozen=True)
class Settled:
    """The figures of a corrected year: counts by cell with the margin readers are told, or rows of shares that stay."""

    hidden: set[Key]
    counts: Mapping[Key, float] = field(default_factory=dict)
    margin: float = 0.0
    stay: Mapping[Key, Told] = field(default_factory=dict)


def settle(parts: Sequence[Counted], micro: Micro, released: Released) -> dict[str, Settled]:
    """Per quantity (persons, or yes and no) what is served of a corrected year.

    Args:
        parts: The quantities of one source in one year.
        micro: Its declaration.
        released: What publications have said.

    Raises:
        DataProblem: `disclosure_risk` if a figure that stays is below the rule of today.
    """
    by_quantity = {part.quantity: part for part in parts}
    if "persons" in by_quantity:
        return {"persons": _settled_counts(by_quantity["persons"], micro, released)}
    settled = _settled_shares(by_quantity["yes"], by_quantity["no"], micro, released)
    return {"yes": settled, "no": settled}


def settled_count(count: float, first: float, latest: float, threshold: int) -> float:
    """The figure that is served of a count that was shown before.

    Args:
        count: The count of today.
        first: The figure that was shown first.
        latest: The figure that was shown last.
        threshold: The rule's.
    """
    step = 2 * threshold
    if abs(count - latest) <= threshold or (count <= threshold and latest <= step):
        return latest
    if count <= threshold:
        # The one figure of the steps from which nobody at all is within reach.
        lowest = first - step * np.floor((first - 1) / step)
        return max(float(lowest), float(threshold))
    return max(first + step * float(np.round((count - first) / step)), float(threshold))


def _settled_counts(part: Counted, micro: Micro, released: Released) -> Settled:
    threshold, base = micro.rule.threshold, micro.rule.rounding_base
    counts: dict[Key, float] = {}
    hidden: set[Key] = set()
    for key, by_partner in part.cells.items():
        count = float(by_partner.sum())
        told = (part.source_id, part.year, *key)
        shown, latest = released.shown.get(told), released.latest.get(told)
        if shown and latest and latest.value is not None:
            counts[key] = settled_count(count, shown[0], latest.value, threshold)
        elif shown is not None or count < threshold:
            hidden.add(key)
            continue
        else:
            counts[key] = settled_count(count, float(threshold), np.inf, threshold)
        if 0 < counts[key] < threshold:
            raise DataProblem(
                "disclosure_risk",
                subject=part.source_id,
                expected="a count that cannot be worked out from what is or was published",
                found="a figure that was shown before is below the rule of today",
                remedy="publish this breakdown at a higher level only",
            )
    return Settled(hidden, counts, margin=2.0 * threshold + base - 1)


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
