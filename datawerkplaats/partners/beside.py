"""What is told of a wijk that is empty only because a small one lies beside it: that it has what is left of its gemeente.

The figure and its margin follow from figures that everybody has: the gemeente less the parts that are shown, of which at most
2k persons (k: the threshold; k more per further small part) are somebody else's. So it gives away nothing but which of the empty
ones is not small, as a small wijk that is empty by itself does; and the small one may still have nobody, or k (see
docs/decisions/0094-told-beside-a-small-one.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scipy import stats

from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import Counted, Key, level_of
from datawerkplaats.partners.history import Released

_LEVEL = "wijk"
# As whoever guesses reckons: from so many areas that tell, and what is less likely than this left out.
_RESTS_TO_TELL, _UNLIKELY = 6, 0.05


@dataclass(frozen=True)
class Beside:
    """A figure in persons, and how far it may be off at most."""

    value: float
    margin: float


def usual_rest(parts: Sequence[tuple[Counted, Mapping[Key, float]]]) -> float:
    """The share of an area's people of whom only that area is known, as shown figures tell; 0 where too few tell.

    Args:
        parts: The counts of a source, a year each, with the figures that are shown of it.
    """
    whole, rests = 0.0, list[float]()
    for part, shown in parts:
        for parent, inside in part.sums:
            is_area = all(key[0] != parent[0] for key in inside)
            if is_area and parent in shown and all(key in shown for key in inside):
                whole += shown[parent]
                rests.append(shown[parent] - sum(shown[key] for key in inside))
    return max(sum(rests), 0.0) / whole if len(rests) >= _RESTS_TO_TELL and whole else 0.0


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
    found: dict[Key, Beside] = {}
    for parent, parts in part.sums:
        if parent not in shown or any(key not in part.cells for key in parts):
            continue
        counts = {key: float(part.cells[key].sum()) for key in parts if key in hidden}
        large = [key for key, count in counts.items() if count >= threshold]
        small = len(counts) - len(large)
        if len(large) != 1 or not small or level_of(large[0][0]) != _LEVEL or tied[large[0]] > 1:
            continue
        key = large[0]
        left = shown[parent] - sum(shown[other] for other in parts if other not in hidden)
        margin = float(math.ceil(threshold * (small + 1) / 2))
        value = left - margin
        # Where more than k are usually of unknown wijk, the small one could not be thought to have k.
        least = float(stats.poisson.ppf(_UNLIKELY, usual * shown[parent])) if usual else 0.0
        tells = value < threshold or least > threshold or abs(value - counts[key]) > margin
        if not tells and not released.was_hidden((part.source_id, part.year, *key)):
            found[key] = Beside(value, margin)
    return found
