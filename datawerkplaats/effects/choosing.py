"""The ways in which areas come to be chosen, so that the same choice can be made again in made-up worlds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from datawerkplaats.effects.panel import NEVER, Bools, Floats, Ints

Way = Literal["lot", "need", "falling", "steps"]
WAYS: tuple[Way, ...] = ("lot", "need", "falling", "steps")
_RECENT = 2  # periods that "the highest" is judged by


@dataclass(frozen=True)
class Choice:
    """How, how many, and from when.

    Args:
        way: `lot`: drawn; `need`: the highest in the last periods before; `falling`: volunteers that were already falling;
            `steps`: everywhere, one group after another in an order that is drawn.
        areas: How many get the approach (all, in steps).
        start: First period with it.
        waves: In how many steps.
        apart: Periods between two steps.
    """

    way: Way
    areas: int
    start: int
    waves: int = 1
    apart: int = 1


def choose(
    choice: Choice, events: Floats, people: Floats, random: np.random.Generator, may: Bools | None = None
) -> Ints:
    """Worlds × areas: the starts that the choice leads to, from the periods before the first start only.

    Args:
        choice: The registered way.
        events: Worlds × areas × periods; only those before the start are looked at.
        people: The same.
        random: For lots, and for equals.
        may: Areas that may be chosen; all.
    """
    before, among = events[..., : choice.start], people[..., : choice.start]
    score = _score(choice.way, before, among, random)
    if may is not None:
        score = np.where(may, score, -np.inf)
    order = np.argsort(-score, axis=-1)
    starts = np.full(score.shape, NEVER)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(order.shape[-1]) * np.ones_like(order), axis=-1)
    if choice.way == "steps":
        wave = rank * choice.waves // max(choice.areas, 1)
        return np.where(rank < choice.areas, choice.start + wave * choice.apart, NEVER)
    return np.where(rank < choice.areas, choice.start, starts)


def _score(way: Way, before: Floats, among: Floats, random: np.random.Generator) -> Floats:
    """What the areas are put in order by, the first to be chosen highest."""
    draw = random.random(before.shape[:-1])
    if way in ("lot", "steps"):
        return draw
    rate = before.sum(-1) / np.maximum(among.sum(-1), 1e-12)
    recent = before[..., -_RECENT:].sum(-1) / np.maximum(among[..., -_RECENT:].sum(-1), 1e-12)
    if way == "need":
        return np.asarray(recent + 1e-9 * draw)
    # Volunteers: among the areas that fell most, a lot decides for half; nobody knows what moved the others.
    fall = (rate - recent) / np.maximum(rate, 1e-12)
    fell = fall.argsort(-1).argsort(-1) / fall.shape[-1]
    return np.asarray(fell + 0.5 * draw)
