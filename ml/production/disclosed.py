"""What may be told of participants: rules for everything that is worked out from their rows.

A count is at least ten and told to the nearest ten; a share keeps two decimals, and belongs to at least ten people with and
ten without the outcome. Then no count follows from a share, and the difference of two tables about the same people is nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
MIN_CELL = 10
BASE = 10
SHARE_DECIMALS = 2
_Z2 = 3.84


def rounded_count(count: float | None) -> int | None:
    """A number of people to the nearest ten (halves up); none below ten, and none is no zero."""
    if count is None or count < MIN_CELL:
        return None
    return int((int(count) + BASE // 2) // BASE * BASE)


def needed_about(rows: int) -> int:
    """How many rows a sample needs, to the nearest hundred: the exact number follows from the exact share of events."""
    return max(100, (int(rows) + 50) // 100 * 100)


def rounded(value: float | None, decimals: int = SHARE_DECIMALS) -> float | None:
    """A figure without the digits that would give its counts back."""
    return None if value is None else round(float(value), decimals)


def is_enough(people: float, events: float) -> bool:
    """Whether at least ten people have the outcome and at least ten have not."""
    return min(events, people - events) >= MIN_CELL


def calibration_rows(bins: Iterable[Row]) -> list[Row]:
    """Predicted and observed share per group of tenths that is large enough to show; `bin` is the group's last tenth.

    Tenths are added to their neighbour above until ten people with and ten without the outcome are in the group; what is left
    at the top joins the group below it. No group at all where the whole is too small.
    """
    groups: list[Row] = []
    open_group: Row | None = None
    for row in sorted(bins, key=lambda row: float(row["bin"])):
        part = {**row, "effective": _effective(row)}
        open_group = part if open_group is None else _joined(open_group, part)
        if is_enough(open_group["n"], open_group["n"] * open_group["observed"]):
            groups.append(open_group)
            open_group = None
    if open_group is not None and groups:
        groups[-1] = _joined(groups[-1], open_group)
    return [_told(group) for group in groups]


def _effective(row: Row) -> float:
    """The number of people that the interval was worked out with: unequal weights make it smaller than the count."""
    middle, share = (row["lower"] + row["upper"]) / 2, row["observed"]
    if abs(middle - share) < 1e-9:
        return float(row["n"])
    found = _Z2 * (0.5 - middle) / (middle - share)
    return float(found) if 0 < found <= row["n"] else float(row["n"])


def _joined(one: Row, other: Row) -> Row:
    people = one["n"] + other["n"]
    mean = {
        name: (one[name] * one["n"] + other[name] * other["n"]) / people for name in ("predicted", "observed")
    }
    return {
        "bin": max(one["bin"], other["bin"]),
        "n": people,
        "effective": one["effective"] + other["effective"],
        **mean,
    }


def _told(group: Row) -> Row:
    share, n = group["observed"], group["effective"]
    middle = (share + _Z2 / 2 / n) / (1 + _Z2 / n)
    half = 1.96 * (share * (1 - share) / n + _Z2 / 4 / n**2) ** 0.5 / (1 + _Z2 / n)
    figures = {
        "predicted": group["predicted"],
        "observed": share,
        "lower": middle - half,
        "upper": middle + half,
    }
    return {
        "bin": group["bin"],
        "n": rounded_count(group["n"]),
        **{name: rounded(value) for name, value in figures.items()},
    }
