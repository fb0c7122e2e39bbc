"""Does it work: how often it is said where nothing works, what is seen where something does, and whether the promise is kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import beta

from datawerkplaats.effects.allocation import allocate
from datawerkplaats.effects.calibration import bounds_of_looks
from datawerkplaats.effects.choosing import WAYS, Way, choose
from datawerkplaats.effects.panel import NEVER, Panel
from datawerkplaats.effects.prediction import predict
from datawerkplaats.effects.verdict import promise
from tests.proofs.effect_worlds import Trial, World, rates, trial
from tests.proofs.registry import Measured, Room

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
        trials = [trial(World(), way, (EFFECT,), seed=seed) for seed in range(1000)]
        yield from judged(NAMES[way], trials)
        if way != "steps":
            by_hand = 100 * float(np.mean([one.wald < _WALD for one in trials]))
            yield f"effects_uncalibrated ({NAMES[way]})", by_hand, None


def other_counts(room: Room) -> Iterator[Measured]:
    """The areas of the highest need with other counts, other borders and hidden cells."""
    for name, world in OTHER.items():
        trials = [trial(world, "need", (EFFECT,), seed=seed) for seed in range(300)]
        yield from judged(name, trials)


def power(room: Room) -> Iterator[Measured]:
    """What is promised before the start, and what is reached."""
    effects = (-0.1, -0.2, -0.3)
    for chosen in (3, 10, 30):
        world = World(areas_chosen=chosen)
        trials = [trial(world, "need", effects, seed=seed) for seed in range(300)]
        promised = _promised(world, "need", effects)
        for at, effect in enumerate(effects):
            came = 100 * float(np.mean([one.effects[at] < one.chance.low for one in trials]))
            yield f"effects_power ({chosen} areas, {effect:.0%})", came, promised[at]
            yield f"effects_promise_off ({chosen} areas, {effect:.0%})", abs(came - promised[at]), None


def _promised(world: World, way: Way, effects: tuple[float, ...], worlds: int = 100) -> list[float]:
    told = np.zeros((worlds, len(effects)))
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        people, rate = rates(world, random)
        counts = random.poisson(people * rate).astype(float)
        before = Panel(counts, people, np.full(world.areas, NEVER)).before(world.before)
        told[seed] = promise(
            before, world.choice(way), effects=effects, aim="lower", after=world.after, seed=seed
        )
    return [100 * float(value) for value in told.mean(0)]


def peeking(room: Room) -> Iterator[Measured]:
    """Twenty looks at nothing, with the bounds that share the error, and with the bound of one look."""
    world = World(areas=60, before=12, after=20, events=15, season=4)
    kept = broken = 0
    worlds = 300
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        people, rate = rates(world, random)
        counts = random.poisson(people * rate).astype(float)
        choice = world.choice("need")
        starts = choose(choice, counts[None], people[None], random)
        bounds = bounds_of_looks(Panel(counts, people, starts[0]), choice, looks=20, seed=seed, worlds=300)
        draws = predict(counts[None], people[None], starts, looks=20).log_ratio[0]
        kept += bool((draws < bounds.shared).any())
        broken += bool((draws < bounds.single).any())
    yield "effects_peeking", upper(kept, worlds), None
    yield "effects_peeking_unguarded", 100 * broken / worlds, None


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
