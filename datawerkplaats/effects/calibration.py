"""The whole procedure played on made-up worlds like these very areas: how far chance goes, and what would be seen.

The worlds have the people of these areas, their own differences and wanderings, and nothing that works. In every world the areas
are chosen in the registered way and the same prediction is made, everything measured anew. What comes out is how often, and by how
much, an area seems to fall by itself. An effect planted in the same worlds tells how often it would be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from datawerkplaats.effects.choosing import Choice, choose
from datawerkplaats.effects.panel import Bools, Floats, Panel
from datawerkplaats.effects.prediction import find_usual, predict, untreated
from datawerkplaats.effects.variation import LEAST_FOR_DIRECTION, Variation, variation

Aim = Literal["lower", "higher"]
WORLDS = 600
_POSSIBLE = 60  # ways in which areas might vary
_UNSEEN = 0.01  # how far areas usually drift apart in a period, where the periods are too few to measure it
_LIKE = 1.5  # how much larger or smaller an area may be that stands for one of the plan
_TAILS = 6  # degrees of freedom of the shocks: how heavy their tails are cannot be told from a few years, so neither end is taken
# Together half of the 5 % that an interval of 95 % may miss. How areas vary is itself measured roughly: right on average, but where
# most direction is measured in quarters, "works" is said falsely nearly twice as often (0091, 0093). A false "worse" stops what
# helps, and is made rarer still.
BELOW, ABOVE = 0.015, 0.99


@dataclass(frozen=True)
class Calibration:
    """How the measured effect varies at one look where nothing works, seen from what is hoped for: low is what is hoped for.

    Args:
        middle: What comes out on average, as a logarithm; taken off.
        low: The bound under which "works" may be said: all planned looks together come below theirs in 1.5 % of the worlds.
        high: The bound above which "worse" is said: all planned looks together come above theirs in 1 % of the worlds.
        draws: Every world, the middle taken off; negative is fewer, whatever is hoped for.
        varied: How the areas vary.
        spent: Share of the worlds in which this look or an earlier one came below its bound: the error that is used up.
        seen: Per planted effect the share of the worlds in which it is seen at this look.
        by_now: The same, at this look or an earlier one.
    """

    middle: float
    low: float
    high: float
    draws: Floats
    varied: Variation
    spent: float
    seen: Mapping[float, float]
    by_now: Mapping[float, float]


def of_looks(
    observed: Floats, expected: Floats, varied: Variation, random: np.random.Generator, *,
    aim: Aim = "lower", effects: tuple[float, ...] = (),
) -> tuple[Calibration, ...]:  # fmt: skip
    """The calibration of every look, from made-up worlds where nothing works.

    Every look has the same chance of its own to be wrong: the looks share the error as they share the data.

    Args:
        observed: Worlds × looks: what came, all periods until then together.
        expected: The same of what was to be expected.
        varied: How the areas vary.
        random: The source of chance.
        aim: Whether lower or higher is hoped for.
        effects: Effects to plant, such as -0.3. What would have come now does not (or more comes), person by person.
    """
    sign = 1.0 if aim == "lower" else -1.0
    outcome = np.log((observed + 0.5) / (expected + 0.5))
    # So that the ratio itself is right on average.
    middle = np.log(np.exp(outcome).mean(0))
    draws = outcome - middle
    spread = np.maximum(np.sqrt((draws**2).mean(0)), 1e-9)
    standing = sign * draws / spread
    low = _bound(standing.min(-1), BELOW) * spread
    high = _bound(standing.max(-1), ABOVE) * spread
    spent = np.logical_or.accumulate(sign * draws < low, axis=-1).mean(0)
    found = {}
    own = int(
        random.integers(2**32)
    )  # every effect its own chance: what is told of it is the same, whatever else is asked
    for effect in effects:
        came = _planted(observed, effect, np.random.default_rng([own, round(1e6 * abs(effect))]))
        planted = np.log((came + 0.5) / (expected + 0.5)) - middle
        found[effect] = sign * planted < low
    ever = {effect: np.logical_or.accumulate(one, axis=-1).mean(0) for effect, one in found.items()}
    return tuple(
        Calibration(
            float(middle[at]), float(low[at]), float(high[at]), draws[:, at], varied, float(spent[at]),
            {effect: float(one[:, at].mean()) for effect, one in found.items()},
            {effect: float(one[at]) for effect, one in ever.items()},
        )
        for at in range(draws.shape[-1])
    )  # fmt: skip


def _bound(draws: Floats, share: float) -> float:
    """The bound that what comes next lies below with this chance, whatever the number of draws.

    The k-th lowest of n draws has one more of the same kind below it with a chance of k / (n + 1). The quantile that is usual
    describes the draws themselves, and lies too far inward for a draw that is still to come: 2.9 in 100 at 250 worlds.
    """
    return float(np.quantile(draws, share, method="weibull"))


def _planted(observed: Floats, effect: float, random: np.random.Generator) -> Floats:
    """What comes with an effect instead of what came without, look by look."""
    fresh = np.diff(observed, axis=-1, prepend=0.0)
    kept = (
        random.binomial(fresh.astype(np.int64), 1 + effect)
        if effect < 0
        else fresh + random.poisson(fresh * effect)
    )
    return np.asarray(kept.cumsum(-1), dtype=np.float64)


def fitted(panel: Panel, first: int) -> tuple[Variation, Floats]:
    """How the areas of a panel vary before the first start, and the rate of every period in what is untreated."""
    events, people = (values[None] for values in panel.known())
    found = find_usual(events, people, untreated(panel.starts[None], panel.periods), first)
    return found.varied, found.rates[0]


def imagine(varied: Variation, usual: Floats, first: int, worlds: int, random: np.random.Generator) -> Floats:
    """Made-up counts, worlds × areas × periods, where nothing works.

    Args:
        varied: How areas vary, the same in all worlds or each in its own way.
        usual: Areas × periods: what is usual for their people; 0 where nothing is seen.
        first: Periods that the variation was measured in.
        worlds: How many.
        random: The source of chance.
    """
    areas, periods = usual.shape
    still = Variation(varied.stays, np.zeros_like(varied.fades), varied.pace, varied.direction)
    covariance = np.log1p(np.maximum(still.covariance(first, periods), -0.9))
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    drawn = random.standard_normal((worlds, areas, periods)) @ root.swapaxes(-1, -2)
    fading = np.log1p(varied.fades)[:, None, None]
    if (fading > 0).any():
        drawn += _wandering(fading, varied.pace[:, None], drawn.shape, random)
    spread = (root**2).sum(-1)[:, None, :] + fading
    return np.asarray(random.poisson(usual * np.exp(drawn - spread / 2)), dtype=np.float64)


def _wandering(variance: Floats, pace: Floats, shape: tuple[int, ...], random: np.random.Generator) -> Floats:
    """Deviations that fade, with shocks that are sometimes large: a year can be odd in ways that no normal curve foresees."""
    shocks = random.standard_t(_TAILS, shape) * np.sqrt(variance * (_TAILS - 2) / _TAILS)
    for at in range(1, shape[-1]):
        shocks[..., at] = pace * shocks[..., at - 1] + np.sqrt(1 - pace**2) * shocks[..., at]
    return np.asarray(shocks)


def possible(
    varied: Variation, usual: Floats, first: int, worlds: int, random: np.random.Generator
) -> Variation:
    """How the areas might vary as well: what would have been measured in other worlds like these, one for each world to be made.

    A few years tell only roughly how areas vary. Worlds that all vary in the measured way would make chance look too small.
    In so few years a direction of their own cannot be told from what fades; that is no reason to take it that there is none.
    """
    before = usual[:, :first]
    made = imagine(varied, before, first, _POSSIBLE, random)
    again = variation(made, np.broadcast_to(before, made.shape))
    pick = np.arange(worlds) % _POSSIBLE
    unseen = _UNSEEN**2 if first < LEAST_FOR_DIRECTION else 0.0
    direction = np.maximum(again.direction[pick], unseen)
    return Variation(again.stays[pick], again.fades[pick], again.pace[pick], direction)


def calibrate(
    panel: Panel, choice: Choice, *, seed: int, worlds: int = WORLDS, looks: tuple[int, ...] | None = None,
    may: Bools | None = None, like: Bools | None = None, aim: Aim = "lower", effects: tuple[float, ...] = (),
) -> tuple[Calibration, ...]:  # fmt: skip
    """How far chance goes for a way of choosing on these very areas, at every planned look.

    Args:
        panel: What is known now; its starts may all be `NEVER` (before anything has begun).
        choice: The registered way.
        seed: Makes the answer the same every time.
        worlds: How many are made up.
        looks: Periods since the first start after which is looked, also those to come; once, at all that there are, without.
        may: Areas that may be chosen.
        like: The areas of the plan: in the made-up worlds only areas about as large are chosen, as chance depends on that.
        aim: Whether lower or higher is hoped for.
        effects: Effects to plant.
    """
    random = np.random.default_rng(seed)
    looks = looks or (panel.periods - choice.start,)
    last = choice.start + looks[-1]
    varied, rates = fitted(panel, choice.start)
    people, rates = panel.known()[1][:, :last], rates[:last]
    future = last - people.shape[1]
    if future:
        people = np.concatenate([people, np.repeat(panel.people[:, -1:], future, axis=1)], axis=1)
        rates = np.concatenate([rates, np.full(future, np.nan)])
    usual = people * _carried(rates)[None, :]
    might = possible(varied, usual, choice.start, worlds, random)
    made = imagine(might, usual, choice.start, worlds, random)
    among = np.broadcast_to(people, made.shape)
    if like is not None:
        may = _alike(usual[:, : choice.start].sum(-1), like, choice.areas, may)
    told = predict(made, among, choose(choice, made, among, random, may))
    at = np.array(looks) - 1
    return of_looks(told.observed[:, at], told.expected[:, at], varied, random, aim=aim, effects=effects)


def _alike(size: Floats, like: Bools, count: int, may: Bools | None) -> Bools:
    """Areas about as large as those of the plan; wider where they would be too few for a choice."""
    allowed = np.ones((1, size.size), dtype=np.bool_) if may is None else may
    low, high = float(size[like].min()), float(size[like].max())
    widened = _LIKE
    found = allowed
    for _ in range(12):
        found = allowed & (size >= low / widened) & (size <= high * widened)
        if int(found.sum()) >= min(4 * count, int(allowed.sum())):
            break
        widened *= _LIKE
    return np.asarray(found, dtype=np.bool_)


def _carried(rates: Floats) -> Floats:
    """The rates, with the last known one carried on where no area is untreated."""
    known = np.isfinite(rates)
    return np.asarray(np.where(known, rates, rates[known][-1] if known.any() else 0.0))
