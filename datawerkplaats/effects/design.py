"""Which comparison a plan and its data allow: a rule, not a choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from datawerkplaats.effects.interrupted import LEAST_POINTS
from datawerkplaats.effects.panel import NEVER, Panel

Kind = Literal["compared", "staggered", "interrupted", "none"]
Why = Literal["", "short_before", "short_after", "few_events", "no_comparison"]
LEAST_BEFORE, LEAST_AFTER, LEAST_EVENTS, LEAST_DONORS = 5, 2, 20, 10
LOOKS = 5  # every new period is a look; after the last one the word stays what it is


@dataclass(frozen=True)
class Design:
    """The comparison, or none and why.

    Args:
        kind: `compared`: with areas without an approach, one start; `staggered`: with areas that have none or not yet;
            `interrupted`: with the own line before, where there is no comparison and the series is long; `none`.
        why: What is missing for `none`.
        found: How much of it there is.
        needed: How much there should be.
    """

    kind: Kind
    why: Why = ""
    found: float = 0
    needed: float = 0


def planned_looks(spread: int = 0) -> tuple[int, ...]:
    """Periods since the first start after which is looked.

    Args:
        spread: Periods between the first and the last start: so much later the last look is.
    """
    return tuple(range(LEAST_AFTER, LEAST_AFTER + LOOKS + spread))


def design(panel: Panel, *, before_start: bool = False) -> Design:
    """The design for a panel with its starts.

    Args:
        panel: Counts, people and starts.
        before_start: Only what is known before: nothing is asked of the time after.
    """
    treated = panel.starts < NEVER
    first = int(panel.starts.min())
    if first < LEAST_BEFORE:
        return Design("none", "short_before", first, LEAST_BEFORE)
    after = panel.periods - first
    if not before_start and after < LEAST_AFTER:
        return Design("none", "short_after", after, LEAST_AFTER)
    events, _ = panel.known()
    per_period = float(events[treated, :first].sum()) / first
    expected = per_period * max(after, LEAST_AFTER)
    if expected < LEAST_EVENTS:
        return Design("none", "few_events", round(expected), LEAST_EVENTS)
    donors = int((panel.seen.all(-1) & ~treated).sum())
    if donors < LEAST_DONORS:
        return (
            Design("interrupted")
            if first >= LEAST_POINTS
            else Design("none", "no_comparison", donors, LEAST_DONORS)
        )
    several = np.unique(panel.starts[treated]).size > 1
    return Design("staggered" if several else "compared")
