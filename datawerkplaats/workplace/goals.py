"""A goal of a programme: where it begins, how it can be followed, and how the newest figure stands to it. No claim of effect.

A figure that comes every four years, or that a model has worked out, tells next to nothing of what was done since. Then what can
honestly be followed is what people count themselves: whom they reached, what they delivered, and the steps in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from datawerkplaats.workplace.figures import Figure, Selection

_YEARLY = 1.5  # years between two figures, at most
_LEAST = 3  # figures before anything can be said of how often they come


class Way(StrEnum):
    """How far the figure of a goal can be followed."""

    COUNTED = "counted"
    RARE = "rare"
    MODELLED = "modelled"


class Standing(StrEnum):
    """How the newest figure stands to the line from the figure it began at to the goal."""

    WAITING = "waiting"
    SAME = "same"
    REACHED = "reached"
    AHEAD = "ahead"
    BEHIND = "behind"
    AWAY = "away"


@dataclass(frozen=True)
class Point:
    """A year of the figure, in its own unit; no margins where none are known."""

    year: int
    value: float
    lower: float | None = None
    upper: float | None = None
    is_estimate: bool = False


@dataclass(frozen=True)
class Goal:
    """What is wanted.

    Args:
        title: What it is about, in a few words.
        owner: The organisation that answers for it.
        target: The figure that is wanted, in the unit of the indicator.
        target_year: By when.
        people: How many people it wants to reach.
    """

    title: str
    owner: str
    target: float
    target_year: int
    people: int


def way_of(points: Sequence[Point]) -> Way:
    """How the figure can be followed; the points oldest first."""
    if points and points[-1].is_estimate:
        return Way.MODELLED
    return Way.COUNTED if len(points) >= _LEAST and gap_of(points) <= _YEARLY else Way.RARE


def gap_of(points: Sequence[Point]) -> float:
    """Years that mostly lie between two figures; 0 where there are no two."""
    gaps = [later.year - earlier.year for earlier, later in pairwise(points)]
    return float(np.median(gaps)) if gaps else 0.0


def line_at(begin: Figure, goal: Goal, year: int) -> float:
    """Where the straight line from the beginning to the goal is in a year; it stays at the goal afterwards."""
    baseline = float(begin.value or 0.0)
    share = (year - begin.selection.year) / (goal.target_year - begin.selection.year)
    return baseline + min(max(share, 0.0), 1.0) * (goal.target - baseline)


def standing(begin: Figure, goal: Goal, points: Sequence[Point]) -> tuple[Standing, Point | None]:
    """How the newest figure stands to the goal, and that figure.

    A figure that lies no further from the beginning than its margin is the same: the movement may be chance.

    Args:
        begin: The figure the goal began at, as it was then.
        goal: What is wanted.
        points: The figure in every year that is shown now, oldest first.
    """
    later = [point for point in points if point.year > begin.selection.year]
    if not later or begin.value is None:
        return Standing.WAITING, None
    newest = later[-1]
    at = begin.selection
    now = Figure(
        "", Selection(at.indicator_id, at.region_code, newest.year, at.age, at.sex), newest.value, newest.lower, newest.upper
    )  # fmt: skip
    if not now.differs_from(begin):
        return Standing.SAME, newest
    toward = 1.0 if goal.target > begin.value else -1.0
    if toward * (newest.value - goal.target) >= 0:
        return Standing.REACHED, newest
    if toward * (newest.value - line_at(begin, goal, newest.year)) >= 0:
        return Standing.AHEAD, newest
    return (Standing.BEHIND if toward * (newest.value - begin.value) > 0 else Standing.AWAY), newest
