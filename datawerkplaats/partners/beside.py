"""What is told of a wijk that is empty only because a small one lies beside it: that it has what is left of its gemeente.

The figure and its margin follow from figures that everybody has: the gemeente less the parts that are shown and those who are
usually of unknown wijk, of which at most 2k persons (k: the threshold; k more per further small part) are somebody else's. So it
gives away nothing but which of the empty ones is not small, as a small wijk that is empty by itself does; and the small one may
still have nobody, or k (see docs/decisions/0094-told-beside-a-small-one.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import Counted, Key, level_of
from datawerkplaats.partners.history import Released
from datawerkplaats.statistics.distributions import poisson_quantile

_LEVEL = "wijk"
_UNLIKELY = 0.01


@dataclass(frozen=True)
class Beside:
    """A figure in persons, and how far it may be off at most."""

    value: float
    margin: float


def usual_rest(parts: Sequence[Counted]) -> float:
    """The share of the people of gemeenten of whom no wijk is known, over all gemeenten and years of a source.

    Also where figures that are shown do not tell it: those of a year to come may.
    """
    whole = inside = 0.0
    for part in parts:
        for parent, wijken in part.sums:
            if all(key in part.cells and level_of(key[0]) == _LEVEL for key in wijken):
                whole += float(part.cells[parent].sum())
                inside += float(sum(part.cells[key].sum() for key in wijken))
    return max(whole - inside, 0.0) / whole if whole else 0.0


def told_beside(
    part: Counted,
    shown: Mapping[Key, float],
    hidden: Collection[Key],
    micro: Micro,
    released: Released,
    usual: float = 0.0,
) -> dict[Key, Beside]:
    """The hidden cells that can be told as what is left of the area that they lie in.

    Args:
        part: The counts of one source in one year.
        shown: The figures of the cells that are not hidden.
        hidden: The cells that stay empty.
        micro: The declaration of the source.
        released: What publications have said: a cell that they only ever hid stays so.
        usual: Of which share of an area's people it is usually not known in which part they live (`usual_rest`).
    """
    threshold = micro.rule.threshold
    tied = Counter(key for _, parts in part.sums for key in parts)
    tied.update(parent for parent, parts in part.sums if any(key in part.cells for key in parts))
    found = _told_so_before(part, hidden, threshold, released)
    for parent, parts in part.sums:
        if parent not in shown or any(key not in part.cells for key in parts):
            continue
        counts = {key: float(part.cells[key].sum()) for key in parts if key in hidden}
        large = [key for key, count in counts.items() if count >= threshold]
        small = len(counts) - len(large)
        if len(large) != 1 or not small or level_of(large[0][0]) != _LEVEL or tied[large[0]] > 1:
            continue
        key = large[0]
        told = (part.source_id, part.year, *key)
        if released.was_beside(told) or released.was_hidden(told):
            continue
        left = shown[parent] - sum(shown[other] for other in parts if other not in hidden)
        margin = float(math.ceil(threshold * (small + 1) / 2))
        # As many as there hardly ever are fewer of unknown wijk are not reckoned to any: the small one might have k.
        value = left - float(poisson_quantile(_UNLIKELY, usual * shown[parent])) - margin
        if abs(value - counts[key]) <= margin and value >= threshold:
            found[key] = Beside(value, margin)
    return found


def _told_so_before(
    part: Counted, hidden: Collection[Key], threshold: int, released: Released
) -> dict[Key, Beside]:
    """What an earlier publication told of the same rows is told again, whatever the rule or other figures are by now."""
    found: dict[Key, Beside] = {}
    for key in hidden:
        told = released.latest.get((part.source_id, part.year, *key))
        if told is None or told.value is None or told.upper is None or told.value < threshold:
            continue
        margin = told.upper - told.value
        if abs(told.value - float(part.cells[key].sum())) <= margin:
            found[key] = Beside(told.value, margin)
    return found
