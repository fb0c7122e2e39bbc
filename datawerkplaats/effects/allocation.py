"""Where to start: a number of areas by need with its uncertainty, spread evenly, by lot, or by lot among near-equals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datawerkplaats.effects.panel import Bools, Floats, Ints

DRAWS = 2000
_SURE = 0.9  # an area that is among the first in so many draws is in in any case
_OUT = 0.1


@dataclass(frozen=True)
class Allocation:
    """A choice of areas, and what it reaches.

    Args:
        chosen: Areas by need, the highest expected number first.
        often: Per area how often it is among the first over draws of the estimate.
        by_need: Expected number of people reached by need.
        by_lot: The same when areas are drawn from all.
        by_spread: The same when every group (gemeente) gets as many, its highest first.
        sure: Areas that are in in any case when a lot decides among near-equals.
        near: Areas among which that lot decides.
        by_near_lot: Expected number of people reached then.
    """

    chosen: Ints
    often: Floats
    by_need: float
    by_lot: float
    by_spread: float
    sure: Ints
    near: Ints
    by_near_lot: float


def allocate(
    number: Floats, low: Floats, high: Floats, count: int, *, seed: int, groups: Ints | None = None
) -> Allocation:
    """The choice of `count` areas.

    Args:
        number: People concerned in every area, as estimated.
        low: Lower end of the 95 % interval of that number.
        high: Upper end.
        count: How many areas there is capacity for.
        seed: Makes the answer the same every time.
        groups: Per area its gemeente as a number, for an even spread; all one without.

    Raises:
        ValueError: If there are not more areas than `count`, or `count` is not at least 1.
    """
    areas = number.size
    if not 1 <= count < areas:
        raise ValueError("count lies between 1 and the number of areas")
    random = np.random.default_rng(seed)
    spread = np.maximum(high - low, 0.0) / (2 * 1.959964)
    draws = np.maximum(number + spread * random.standard_normal((DRAWS, areas)), 0.0)
    places = np.argsort(-draws, axis=-1)[:, :count]
    often = np.bincount(places.ravel(), minlength=areas) / DRAWS
    chosen = np.argsort(-number, kind="stable")[:count]
    sure, near = near_equals(often, count)
    left = count - sure.size
    by_near = float(number[sure].sum()) + (left * float(number[near].mean()) if left else 0.0)
    average = float(number.mean()) * count
    spread_out = evenly(number, np.zeros(areas, dtype=np.int64) if groups is None else groups, count)
    by_need = float(number[chosen].sum())
    return Allocation(chosen, often, by_need, average, spread_out, sure, near, by_near)


def evenly(number: Floats, groups: Ints, count: int) -> float:
    """Expected number reached when every group gets as many areas, its highest first; a lot decides the last round."""
    order = np.lexsort((-number, groups))
    ordered = groups[order]
    firsts = np.r_[0, np.flatnonzero(np.diff(ordered)) + 1]
    place = np.arange(order.size) - np.repeat(firsts, np.diff(np.r_[firsts, order.size]))
    reached, left = 0.0, count
    for turn in range(int(place.max()) + 1):
        inside = number[order[place == turn]]
        if left <= inside.size:
            return reached + left * float(inside.mean())
        reached, left = reached + float(inside.sum()), left - inside.size
    return reached


def near_equals(often: Floats, count: int) -> tuple[Ints, Ints]:
    """The areas that are in in any case, and those that the figures cannot tell apart, among whom a lot may decide."""
    sure = np.flatnonzero(often >= _SURE)[:count]
    is_near: Bools = (often > _OUT) & (often < _SURE)
    near = np.flatnonzero(is_near)
    left = count - sure.size
    if near.size < left:  # the figures tell them all apart: the first ones after the sure
        rest = np.argsort(-often, kind="stable")
        near = np.setdiff1d(rest[: sure.size + left], sure)
    return sure, near
