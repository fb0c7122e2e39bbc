"""What was hidden, why, and what that cost: per level cells, events and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from datawerkplaats.disclosure.cells import REST, LinkedTable
from datawerkplaats.disclosure.rules import Sensitive
from datawerkplaats.disclosure.suppression import Suppressed

SECONDARY = "secondary"


@dataclass(frozen=True)
class LevelCost:
    """One row of the report; reasons are for the house, the published table has one reason for all."""

    level: str
    cells: int
    hidden: int
    hidden_share: float
    events_share: float
    reasons: dict[str, int]


def internal_reasons(sensitive: Sensitive, suppressed: Suppressed) -> list[str]:
    """The reason per cell, for the house: too_few_cases, group_disclosure, dominance, secondary or empty."""
    primary = np.where(suppressed.hidden, sensitive.reason, "")
    reasons = np.where(suppressed.secondary, SECONDARY, primary)
    return [str(reason) for reason in reasons]


def disclosure_report(table: LinkedTable, sensitive: Sensitive, suppressed: Suppressed) -> list[LevelCost]:
    """The cost of protection per level, the highest level first as it occurs in the table."""
    cells = table.cells
    reasons = np.array(internal_reasons(sensitive, suppressed))
    return [
        _level(level, cells.level == level, reasons, suppressed, table)
        for level in _levels(cells.level.tolist())
    ]


def _levels(levels: Iterable[str]) -> list[str]:
    return [level for level in dict.fromkeys(levels) if level != REST]


def _level(
    level: str, here: np.ndarray, reasons: np.ndarray, suppressed: Suppressed, table: LinkedTable
) -> LevelCost:
    hidden = suppressed.hidden & here
    events = table.cells.value
    names, times = np.unique(reasons[hidden], return_counts=True)
    return LevelCost(
        level=level,
        cells=int(here.sum()),
        hidden=int(hidden.sum()),
        hidden_share=float(hidden.sum() / here.sum()),
        events_share=float(events[hidden].sum() / max(events[here].sum(), 1.0)),
        reasons=dict(zip(names.tolist(), times.tolist(), strict=True)),
    )
