"""Does it work: how often it is said where nothing works, what is seen where something does, and whether the promise is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from scipy.stats import beta

from datawerkplaats.effects.allocation import allocate
from datawerkplaats.effects.calibration import BELOW, calibrate
from datawerkplaats.effects.choosing import WAYS, Way, choose
from datawerkplaats.effects.panel import NEVER, Panel
from datawerkplaats.effects.prediction import predict
from tests.proofs.effect_worlds import Trial, World, planted, rates, trial
from tests.proofs.registry import Measured, Room

Played = TypeVar("Played")
EFFECT = -0.15
NAMES = {"lot": "lot", "need": "need", "falling": "volunteers", "steps": "steps"}
_WALD = -1.96
OTHER = {
    "heavy tails": World(heavy=True),
    "yearly, few events": World(events=8, areas_chosen=10),
    "quarterly": World(areas=60, before=20, after=8, events=10, season=4),
    "boundary change": World(split=16),
    "a tenth hidden": World(hidden=0.1),
}
# Nothing was adjusted to these: another number of areas, another way of choosing, fewer events, tails that are heavier.
ELSEWHERE: dict[str, tuple[World, Way]] = {
    "5 by lot": (World(areas=150, areas_chosen=5, after=6), "lot"),
    "6 volunteers": (World(areas_chosen=6, after=6), "falling"),
    "20 of few events": (World(areas=80, areas_chosen=20, after=6, events=10), "need"),
    "4 without directions": (World(areas=90, areas_chosen=4, after=6, direction=0.0), "need"),
    "6 with stronger directions": (World(areas=110, areas_chosen=6, after=6, direction=0.015), "need"),
    "8 with heavy tails": (World(areas=120, areas_chosen=8, after=6, before=9, heavy=True), "need"),
}


def _each(play: Callable[..., Played], seeds: Iterable[int]) -> list[Played]:
    """One world for each seed, on all processors; which processor plays one changes nothing in it."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(_played, play), seeds, chunksize=10))


def _played(play: Callable[..., Played], seed: int) -> Played:
    return play(seed=seed)


def upper(found: int, of: int) -> float:
    """The upper end of the exact 95 % interval of a share, in per cents."""
    return 100.0 if found >= of else float(100 * beta.ppf(0.975, found + 1, of - found))


def judged(name: str, trials: list[Trial]) -> Iterator[Measured]:
    """The figures of one set of worlds."""
    works = sum(one.nothing < one.chance.low for one in trials)
    worse = sum(one.nothing > one.chance.high for one in trials)
    truth = np.log1p(EFFECT)
    inside = sum(one.chance.low <= one.effects[0] - truth <= one.chance.high for one in trials)
    bias = float(np.mean([np.expm1(one.effects[0]) for one in trials])) - EFFECT
    yield f"effects_false_works ({name})", upper(works, len(trials)), None
    yield f"effects_false_worse ({name})", upper(worse, len(trials)), None
    yield f"effects_coverage ({name})", 100 * inside / len(trials), None
    yield f"effects_bias ({name})", 100 * abs(bias / EFFECT), None


def nothing_works(room: Room) -> Iterator[Measured]:
    """A thousand worlds for each way of choosing."""
    for way in WAYS:
        trials = _each(partial(trial, World(), way, (EFFECT,)), range(1000))
        yield from judged(NAMES[way], trials)
        if way != "steps":
            by_hand = 100 * float(np.mean([one.wald < _WALD for one in trials]))
            yield f"effects_uncalibrated ({NAMES[way]})", by_hand, None


def other_counts(room: Room) -> Iterator[Measured]:
    """The areas of the highest need with other counts, other borders and hidden cells."""
    for name, world in OTHER.items():
        trials = _each(partial(trial, world, "need", (EFFECT,)), range(300))
        yield from judged(name, trials)
        by_hand = 100 * float(np.mean([one.wald < _WALD for one in trials]))
        yield f"effects_uncalibrated ({name})", by_hand, None


def more_quarters(room: Room) -> Iterator[Measured]:
    """The three hundred worlds of quarters and a thousand others: three hundred tell a share of 2 in 100 to within 2 only."""
    seeds = (*range(300), *range(1000, 2000))
    trials = _each(partial(trial, OTHER["quarterly"], "need", (EFFECT,)), seeds)
    yield from judged("quarterly, thirteen hundred", trials)


def power(room: Room) -> Iterator[Measured]:
    """What is promised before the start, and what is reached: at the first look, and at any of the planned ones."""
    for events in (10, 25, 60):
        for chosen in (3, 10, 30):
            world = World(areas_chosen=chosen, after=6, events=events)
            name = f"{chosen} areas, {events} events a year"
            yield from kept("power", "promise_off", name, world, "need", (-0.1, -0.2, -0.3))


def power_elsewhere(room: Room) -> Iterator[Measured]:
    """The same in worlds and ways that nothing was adjusted to."""
    for name, (world, way) in ELSEWHERE.items():
        yield from kept("elsewhere", "elsewhere_off", name, world, way, (-0.15, -0.25))


def kept(
    reached: str,
    off: str,
    name: str,
    world: World,
    way: Way,
    effects: tuple[float, ...],
    *,
    worlds: int = 150,
) -> Iterator[Measured]:
    """Promise and reach side by side, in the same worlds."""
    trials = _each(partial(planted, world, way, effects), range(worlds))
    told, came = (100 * np.array([getattr(one, part) for one in trials]).mean(0) for part in ("told", "came"))
    for at, effect in enumerate(effects):
        for when, word in enumerate(("first look", "all looks")):
            what = f"({name}, {effect:.0%}, {word})"
            yield f"effects_{reached} {what}", float(came[at, when]), float(told[at, when])
            yield f"effects_{off} {what}", float(abs(came[at, when] - told[at, when])), None


def peeking(room: Room) -> Iterator[Measured]:
    """Twenty looks at nothing, with the bounds that share the error, and with the bound of one look."""
    world = World(areas=60, before=12, after=20, events=15, season=4)
    looks = tuple(range(1, 21))
    works = worse = unguarded = 0
    worlds = 600
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        people, rate = rates(world, random)
        counts = random.poisson(people * rate).astype(float)
        choice = world.choice("need")
        starts = choose(choice, counts[None], people[None], random)
        panel = Panel(counts, people, starts[0])
        chances = calibrate(panel, choice, seed=seed, worlds=300, looks=looks, like=starts[0] < NEVER)
        draws = predict(counts[None], people[None], starts, looks=20).log_ratio[0]
        values = [value - chance.middle for value, chance in zip(draws, chances, strict=True)]
        works += any(value < chance.low for value, chance in zip(values, chances, strict=True))
        worse += any(value > chance.high for value, chance in zip(values, chances, strict=True))
        unguarded += any(
            value < np.quantile(chance.draws, BELOW) for value, chance in zip(values, chances, strict=True)
        )
    yield "effects_peeking", upper(works, worlds), None
    yield "effects_peeking_worse", upper(worse, worlds), None
    yield "effects_peeking_unguarded", 100 * unguarded / worlds, 100 * BELOW


def start(room: Room) -> Iterator[Measured]:
    """Where to start: what a lot among near-equals reaches beside need alone, and a lot among all."""
    near, lot = [], []
    for seed in range(200):
        random = np.random.default_rng(seed)
        people, rate = rates(World(), random)
        number = people[:, 0] * rate[:, 0] * 4
        noise = 0.08 * number
        found = number + noise * random.standard_normal(number.size)
        chosen = allocate(found, found - 1.96 * noise, found + 1.96 * noise, 10, seed=seed)
        need = float(number[chosen.chosen].sum())
        left = 10 - chosen.sure.size
        drawn = left * float(number[chosen.near].mean()) if left else 0.0
        near.append((float(number[chosen.sure].sum()) + drawn) / need)
        lot.append(10 * number.mean() / need)
    yield "effects_near_lot_reaches", 100 * float(np.mean(near)), None
    yield "effects_lot_reaches", 100 * float(np.mean(lot)), None
