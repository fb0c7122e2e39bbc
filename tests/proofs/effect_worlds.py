"""Made-up regions in which the truth is known: areas that differ, wander and drift, and an approach that does something or nothing.

The shocks may have heavy tails, which the calibration does not know of: it has to hold where its own picture is not quite right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datawerkplaats.effects.calibration import WORLDS, Calibration, calibrate
from datawerkplaats.effects.choosing import Choice, Way, choose
from datawerkplaats.effects.design import planned_looks
from datawerkplaats.effects.panel import NEVER, Floats, Panel
from datawerkplaats.effects.prediction import predict
from datawerkplaats.effects.verdict import promise


@dataclass(frozen=True)
class World:
    """What a region is like.

    Args:
        areas: How many.
        before: Periods before the start.
        after: Periods after it.
        events: Events per area and period, on average.
        areas_chosen: How many get the approach.
        heavy: Whether shocks have heavy tails.
        hidden: Share of the cells that is hidden.
        split: Areas of which the borders changed before the start: half of them end, half of them begin.
        season: Periods in a year.
        direction: How far areas drift apart in a year.
    """

    areas: int = 100
    before: int = 6
    after: int = 3
    events: float = 25
    areas_chosen: int = 3
    heavy: bool = False
    hidden: float = 0.0
    split: int = 0
    season: int = 1
    direction: float = 0.01

    @property
    def periods(self) -> int:
        """All periods."""
        return self.before + self.after

    def choice(self, way: Way) -> Choice:
        """The registered way of choosing; in steps all areas come, in three waves."""
        if way == "steps":
            return Choice(way, self.areas, self.before, waves=3)
        return Choice(way, self.areas_chosen, self.before)


@dataclass(frozen=True)
class Region:
    """A made-up region: people, and the parts of the logarithm of the true rate, areas × periods (`common`: periods)."""

    people: Floats
    lasting: Floats
    wander: Floats
    common: Floats


def region(world: World, random: np.random.Generator) -> Region:
    """A region as it comes to be."""
    time = np.arange(world.periods)
    size = random.lognormal(0.0, 0.6, world.areas)
    people = size[:, None] / size.mean() * 5000 * np.exp(random.normal(0, 0.01, (world.areas, 1)) * time)
    shocks = _shocks(world, random, (world.areas, world.periods))
    wander = _wander(world, 0.12 * random.standard_normal(world.areas), shocks[:, 1:])
    level = random.normal(0.0, 0.25, (world.areas, 1))
    direction = random.normal(0.0, world.direction / world.season, (world.areas, 1)) * (
        time - world.before / 2
    )
    common = np.cumsum(random.normal(0.0, 0.05, world.periods)) / world.season
    wave = 0.15 * np.sin(2 * np.pi * time / world.season) if world.season > 1 else 0.0
    return Region(people, level + direction, wander, common + wave)


def _shocks(world: World, random: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return random.standard_t(4, shape) / np.sqrt(2) if world.heavy else random.standard_normal(shape)


def _wander(world: World, begin: Floats, shocks: Floats) -> Floats:
    """Deviations that fade, from where they stand on."""
    pace = 0.6 ** (1 / world.season)
    found = np.zeros((*shocks.shape[:-1], shocks.shape[-1] + 1))
    found[..., 0] = begin
    for at in range(shocks.shape[-1]):
        found[..., at + 1] = pace * found[..., at] + 0.12 * np.sqrt(1 - pace**2) * shocks[..., at]
    return found


def _rate(world: World, lasting: Floats, wander: Floats, common: Floats) -> Floats:
    return np.asarray(world.events / 5000 * np.exp(lasting + wander + common))


def rates(world: World, random: np.random.Generator) -> tuple[Floats, Floats]:
    """People and the true rate, areas × periods."""
    made = region(world, random)
    return made.people, _rate(world, made.lasting, made.wander, made.common)


def futures(world: World, made: Region, random: np.random.Generator, times: int) -> Floats:
    """True rates, times × areas × periods: one past, and many ways in which it may go on."""
    after = world.periods - world.before
    last = world.before - 1
    begin = np.broadcast_to(made.wander[:, last], (times, world.areas))
    later = _wander(world, begin, _shocks(world, random, (times, world.areas, after)))[..., 1:]
    wander = np.concatenate(
        [np.broadcast_to(made.wander[:, : last + 1], (times, world.areas, last + 1)), later], -1
    )
    steps = np.cumsum(random.normal(0.0, 0.05, (times, after)), -1) / world.season
    common = np.concatenate(
        [np.broadcast_to(made.common[: last + 1], (times, last + 1)), made.common[last] + steps], -1
    )
    return _rate(world, made.lasting, wander, common[:, None])


@dataclass(frozen=True)
class Trial:
    """One world with its choice: what nothing and what effects came out as, what people do by hand, and what judges them."""

    nothing: float
    effects: tuple[float, ...]
    wald: float
    chance: Calibration


def trial(world: World, way: Way, effects: tuple[float, ...], *, seed: int, worlds: int = WORLDS) -> Trial:
    """Play one world: choose, let time pass without and with an effect, predict, and calibrate on these very areas."""
    random = np.random.default_rng(seed)
    people, rate = rates(world, random)
    counts: Floats = _not_seen(world, random.poisson(people * rate).astype(float), random)
    choice = world.choice(way)
    whole = np.asarray(np.isfinite(counts[:, : world.before]).all(-1), dtype=np.bool_)[None]
    seen, among = np.nan_to_num(counts), np.where(np.isfinite(counts), people, 0.0)
    starts = choose(choice, seen[None], among[None], random, whole)[0]
    panel = Panel(counts, people, starts)
    (chance,) = calibrate(panel, choice, seed=seed, worlds=worlds, may=whole, like=starts < NEVER)
    on = np.asarray(np.arange(world.periods) >= starts[:, None])

    def measured(effect: float) -> float:
        # Thinning keeps the same world: who would have come now does not.
        kept = np.where(on, random.binomial(seen.astype(int), 1 + effect), seen)
        told = predict(kept[None], among[None], starts[None])
        return float(told.log_ratio[0, -1]) - chance.middle

    return Trial(measured(0.0), tuple(map(measured, effects)), _by_hand(panel), chance)


def _by_hand(panel: Panel) -> float:
    """What people do without all this: the last period before against the mean after, beside the others, by Wald."""
    events, people = panel.known()
    treated, start = np.asarray(panel.starts < panel.periods), int(panel.starts.min())
    rest = np.asarray(~treated if bool((~treated).any()) else treated)
    counts = [(events[group, start - 1].sum(), events[group, start:].sum()) for group in (treated, rest)]
    among = [(people[group, start - 1].sum(), people[group, start:].sum()) for group in (treated, rest)]
    own, others = (
        np.log((after + 0.5) / more) - np.log((before + 0.5) / fewer)
        for (before, after), (fewer, more) in zip(counts, among, strict=True)
    )
    return float((own - others) / np.sqrt(sum(1 / (count + 0.5) for count in counts[0])))


def _not_seen(world: World, counts: Floats, random: np.random.Generator) -> Floats:
    """Hidden cells, and areas that end or begin before the start, as no number."""
    if world.hidden:
        # The small ones are hidden, as in life; the rest of the share anywhere.
        small = counts < np.quantile(counts, world.hidden / 2)
        counts[small | (random.random(counts.shape) < world.hidden / 2)] = np.nan
    if world.split:
        half, at = world.split // 2, world.before // 2
        counts[:half, at:] = np.nan
        counts[half : world.split, :at] = np.nan
    return counts


@dataclass(frozen=True)
class Planted:
    """Effects × (first look, any look): the chance that was told before, and the share of the futures in which it came."""

    told: Floats
    came: Floats


def planted(
    world: World, way: Way, effects: tuple[float, ...], *, seed: int, times: int = 20, worlds: int = WORLDS
) -> Planted:
    """One past with its choice and its promise, and many futures in which the effect is there and is looked for."""
    random = np.random.default_rng(seed)
    made = region(world, random)
    future = futures(world, made, random, times)
    counts = random.poisson(made.people * future).astype(float)
    counts[:, :, : world.before] = counts[:1, :, : world.before]
    choice = world.choice(way)
    among = np.broadcast_to(made.people, counts.shape)
    starts = np.broadcast_to(choose(choice, counts[:1], among[:1], random)[0], counts.shape[:2])
    looks = planned_looks()
    before = Panel(counts[0], made.people, starts[0]).before(world.before)
    told = promise(
        before, choice, effects=effects, aim="lower", seed=seed, areas=starts[0] < NEVER, worlds=worlds
    )
    # Judged with the calibration of the first future: how areas vary is measured in the past, which all futures share.
    panel = Panel(counts[0], made.people, starts[0])
    chances = calibrate(panel, choice, seed=seed + 1, worlds=worlds, looks=looks, like=starts[0] < NEVER)
    on = np.arange(world.periods) >= starts[..., None]
    at = np.array(looks) - 1
    bounds, middles = (np.array([getattr(one, name) for one in chances]) for name in ("low", "middle"))
    came = np.zeros((len(effects), 2))
    for row, effect in enumerate(effects):
        kept = np.where(on, random.binomial(counts.astype(int), 1 + effect), counts)
        seen = predict(kept, among, starts).log_ratio[:, at] - middles < bounds
        came[row] = seen[:, 0].mean(), seen.any(-1).mean()
    return Planted(np.array([(one.at_first, one.in_the_end) for one in told]), came)
