"""Made-up regions in which the truth is known: areas that differ, wander and drift, and an approach that does something or nothing.

The shocks may have heavy tails, which the calibration does not know of: it has to hold where its own picture is not quite right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datawerkplaats.effects.calibration import Calibration, calibrate
from datawerkplaats.effects.choosing import Choice, Way, choose
from datawerkplaats.effects.panel import Floats, Panel
from datawerkplaats.effects.prediction import predict


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

    @property
    def periods(self) -> int:
        """All periods."""
        return self.before + self.after

    def choice(self, way: Way) -> Choice:
        """The registered way of choosing; in steps all areas come, in three waves."""
        if way == "steps":
            return Choice(way, self.areas, self.before, waves=3)
        return Choice(way, self.areas_chosen, self.before)


def rates(world: World, random: np.random.Generator) -> tuple[Floats, Floats]:
    """People and the true rate, areas × periods."""
    time = np.arange(world.periods)
    size = random.lognormal(0.0, 0.6, world.areas)
    people = size[:, None] / size.mean() * 5000 * np.exp(random.normal(0, 0.01, (world.areas, 1)) * time)
    shape = (world.areas, world.periods)
    shocks = random.standard_t(4, shape) / np.sqrt(2) if world.heavy else random.standard_normal(shape)
    pace = 0.6 ** (1 / world.season)
    wander = np.zeros(shape)
    wander[:, 0] = 0.12 * random.standard_normal(world.areas)
    for at in range(1, world.periods):
        wander[:, at] = pace * wander[:, at - 1] + 0.12 * np.sqrt(1 - pace**2) * shocks[:, at]
    level = random.normal(0.0, 0.25, (world.areas, 1))
    direction = random.normal(0.0, 0.01 / world.season, (world.areas, 1)) * (time - world.before / 2)
    common = np.cumsum(random.normal(0.0, 0.05, world.periods)) / world.season
    wave = 0.15 * np.sin(2 * np.pi * time / world.season) if world.season > 1 else 0.0
    return people, world.events / 5000 * np.exp(level + wander + direction + common + wave)


@dataclass(frozen=True)
class Trial:
    """One world with its choice: what nothing and what effects came out as, what people do by hand, and what judges them."""

    nothing: float
    effects: tuple[float, ...]
    wald: float
    chance: Calibration


def trial(world: World, way: Way, effects: tuple[float, ...], *, seed: int, worlds: int = 250) -> Trial:
    """Play one world: choose, let time pass without and with an effect, predict, and calibrate on these very areas."""
    random = np.random.default_rng(seed)
    people, rate = rates(world, random)
    counts: Floats = _not_seen(world, random.poisson(people * rate).astype(float), random)
    choice = world.choice(way)
    whole = np.asarray(np.isfinite(counts[:, : world.before]).all(-1), dtype=np.bool_)[None]
    seen, among = np.nan_to_num(counts), np.where(np.isfinite(counts), people, 0.0)
    starts = choose(choice, seen[None], among[None], random, whole)[0]
    panel = Panel(counts, people, starts)
    chance = calibrate(panel, choice, seed=seed, worlds=worlds, may=whole)
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
