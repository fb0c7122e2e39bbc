"""Counts of events by area and period, and from when an area has an approach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER = 10_000  # the start of an area that has no approach


@dataclass(frozen=True)
class Panel:
    """Areas × periods. A hidden or missing count is no number, and people are then taken as 0.

    Args:
        events: Counts, areas × periods.
        people: Those among whom they are counted, areas × periods, in persons (or an expected count, for an index).
        starts: Per area the number of the first period with the approach; `NEVER` without.
    """

    events: Floats
    people: Floats
    starts: Ints

    def __post_init__(self) -> None:
        if self.events.shape != self.people.shape or self.starts.shape != self.events.shape[:1]:
            raise ValueError("events and people have one shape, and starts one number per area")

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return int(self.events.shape[1])

    @property
    def seen(self) -> Bools:
        """Which counts are known."""
        return np.isfinite(self.events) & (self.people > 0)

    def known(self) -> tuple[Floats, Floats]:
        """Events and people with 0 in the place of what is not known."""
        seen = self.seen
        return np.where(seen, self.events, 0.0), np.where(seen, self.people, 0.0)

    def before(self, period: int) -> Panel:
        """The panel as it was before a period, nobody started."""
        starts = np.full(self.starts.shape, NEVER)
        return Panel(self.events[:, :period], self.people[:, :period], starts)
