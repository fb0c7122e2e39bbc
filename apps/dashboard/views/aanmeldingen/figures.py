"""Which areas have surely more or fewer registrations than was to be expected, when many areas are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.dashboard.data.registrations import Counted
from datawerkplaats.statistics import false_discovery_adjusted, poisson_p_value

SURE = 0.05
MORE, FEWER, AS_EXPECTED, HIDDEN = "more", "fewer", "as_expected", "hidden"


@dataclass(frozen=True)
class Judged:
    """An area with the verdict on it."""

    area: Counted
    verdict: str

    @property
    def apart(self) -> float:
        """How far it lies from what was expected, in persons; 0 where that is not known."""
        if self.area.registered is None or self.area.expected is None:
            return 0.0
        return self.area.registered - self.area.expected


def judged(areas: list[Counted]) -> list[Judged]:
    """A verdict per area: of the areas that are named, one in twenty at most is named by chance (Benjamini & Hochberg 1995).

    The chance of a count is that of a Poisson number with the expected mean, in both directions.
    """
    known = [i for i, area in enumerate(areas) if area.registered is not None and area.expected]
    verdicts = [HIDDEN] * len(areas)
    if known:
        counts = np.array([areas[i].registered for i in known], dtype=float)
        means = np.array([areas[i].expected for i in known], dtype=float)
        sure = false_discovery_adjusted(poisson_p_value(counts, means)) < SURE
        for i, is_sure, count, mean in zip(known, sure, counts, means, strict=True):
            verdicts[i] = AS_EXPECTED if not is_sure else MORE if count > mean else FEWER
    return [Judged(area, verdict) for area, verdict in zip(areas, verdicts, strict=True)]


def furthest(found: list[Judged], most: int, *, is_ranked: bool) -> list[Judged]:
    """The areas that a picture has room for: those with a verdict first, the most persons from expected on top.

    Where areas may not be put in order, those with a verdict by name.
    """
    known = [item for item in found if item.verdict != HIDDEN]
    if not is_ranked:
        return [item for item in known if item.verdict != AS_EXPECTED][:most] or known[:most]
    chosen = sorted(known, key=lambda item: (item.verdict == AS_EXPECTED, -abs(item.apart)))[:most]
    return sorted(chosen, key=lambda item: -(item.area.ratio or 0.0))
