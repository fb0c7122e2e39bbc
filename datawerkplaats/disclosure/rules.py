"""Which cells may not be shown by themselves, and how uncertain an outsider must stay about each.

Per source, from the catalogue: a threshold, group disclosure, dominance of one contributor, a rounding base.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datawerkplaats.disclosure.cells import REST, Bools, Floats, LinkedTable, Strings

# Published alike for primary and secondary cells: the distinction would tell an outsider that the count is
# small.
PUBLISHED_REASON = "disclosure"


@dataclass(frozen=True)
class DisclosureRule:
    """The rule of one source.

    Attributes:
        threshold: Counts from 1 up to but not including this are hidden (10 for care use and diagnoses, 5
            otherwise).
        group_share: A part that is more than this share of its total says something of everybody in it, and
            is hidden.
        dominance_share: A partner with more than this share of an amount could be estimated by the others; 1
            switches it off.
        rounding_base: What counts are rounded to where rounding is chosen instead of suppression.
        decimals_from: Rates get a decimal only from this denominator on.
    """

    threshold: int = 5
    group_share: float = 0.9
    dominance_share: float = 1.0
    rounding_base: int = 5
    decimals_from: float = 1_000


CARE_USE = DisclosureRule(threshold=10)


@dataclass(frozen=True)
class Sensitive:
    """Why each cell is sensitive, and up to where an outsider's interval has to reach: [<= low, >= high].

    `reason` is empty for cells that are not sensitive; their bounds are then their own value.
    """

    reason: Strings
    low: Floats
    high: Floats

    @property
    def primary(self) -> Bools:
        """Which cells are sensitive."""
        return np.asarray(self.reason != "", dtype=np.bool_)


def sensitive_cells(table: LinkedTable, rule: DisclosureRule) -> Sensitive:
    """Every cell that the rule hides by itself: too_few_cases, group_disclosure or dominance."""
    cells, x = table.cells, table.cells.value
    reason = np.full(len(cells), "", dtype="<U20")
    low, high = x.copy(), x.copy()
    published = cells.level != REST
    few = (x > 0) & (x < rule.threshold) & published
    reason[few], low[few] = "too_few_cases", 0.0
    high[few] = np.minimum(rule.threshold, cells.upper[few])

    part, total = _largest_parts(table)
    telling = (x[part] > rule.group_share * x[total]) & (x[part] >= rule.threshold) & (x[part] > 0)
    group, of = part[telling], x[total[telling]]
    group_low = np.floor(rule.group_share * of)
    reason[group] = np.where(reason[group] == "", "group_disclosure", reason[group])
    np.minimum.at(low, group, group_low)

    if rule.dominance_share < 1 and cells.own.shape[1]:
        largest = cells.own.max(axis=1)
        dominated = (largest > rule.dominance_share * x) & (x > 0) & published & (reason == "")
        margin = (1 - rule.dominance_share) * x[dominated]
        reason[dominated] = "dominance"
        low[dominated] = np.floor(np.maximum(x[dominated] - margin, 0))
        high[dominated] = np.ceil(np.minimum(x[dominated] + margin, cells.upper[dominated]))
    return Sensitive(reason, low, high)


def _largest_parts(table: LinkedTable) -> tuple[np.ndarray, np.ndarray]:
    """Of every sum over categories of one area: its largest part and its total (sums over areas are no
    groups).
    """
    cells, matrix = table.cells, table.relations.tocoo()
    total_of = np.zeros(matrix.shape[0], dtype=np.int64)
    positive = matrix.data > 0
    total_of[matrix.row[positive]] = matrix.col[positive]
    row, part = matrix.row[~positive], matrix.col[~positive]
    same_area = (cells.level[part] == cells.level[total_of[row]]) & (cells.level[part] != REST)
    row, part = row[same_area], part[same_area]
    order = np.lexsort((cells.value[part], row))
    row, part = row[order], part[order]
    last = np.append(row[1:] != row[:-1], True) if row.size else np.zeros(0, dtype=bool)
    return part[last], total_of[row[last]]
