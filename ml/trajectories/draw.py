"""Young people and their steps of care, drawn from the truth, which goes along for who has to judge a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datawerkplaats.catalogue.care import END
from ml.trajectories.world import (
    DISTRICTS,
    GENERAL_LOADING,
    TOPIC_LOADING,
    TRIED_AGAIN,
    WISHED_AWAY,
    YEARS,
    World,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ORIGINS = ("netherlands", "europe", "outside_europe")
ORIGIN_SHARES = (0.62, 0.14, 0.24)
MOST_STEPS = 10
HORIZON_DAYS = 730  # within which an escalation counts
NONE = -1
CHUNK = 20_000


@dataclass(frozen=True)
class Clients:
    """Who they are at the intake. `true_level` are the answers that would be given, `answer` has nan where one is not known."""

    age: Floats
    is_girl: NDArray[np.bool_]
    origin: Ints
    district: Ints
    year: Ints
    family: Ints
    true_level: Floats
    answer: Floats


@dataclass(frozen=True)
class Trajectories:
    """Steps per client in order (`NONE` after the end), the day of each since the intake, and the truth of every choice."""

    world: World
    clients: Clients
    kind: Ints  # clients x steps
    start_day: Ints
    end_day: Ints
    probability: NDArray[np.float32]  # clients x steps x kinds: of each kind at that step

    @property
    def escalated(self) -> NDArray[np.bool_]:
        """Whether care away from home began within 24 months of the intake."""
        away = np.append(self.world.away, False)[self.kind]  # NONE is the last
        return np.asarray((away & (self.start_day < HORIZON_DAYS)).any(axis=1))


def draw_clients(world: World, n: int, seed: int) -> Clients:
    """Young people at their intake; siblings share a family and its circumstances."""
    rng = np.random.default_rng([world.dials.seed, 402, seed])
    family = np.sort(rng.integers(0, max(int(n / 1.15), 1), n))
    topics = sorted({factor.topic for factor in world.factors})
    origin = rng.choice(3, n, p=ORIGIN_SHARES)
    burden = 0.45 * rng.standard_normal(n)[family] + 0.8 * rng.standard_normal(n) + 0.12 * (origin == 2)
    topic = rng.standard_normal((n, len(topics)))
    noise = np.sqrt(1 - TOPIC_LOADING**2 - GENERAL_LOADING**2)
    level = np.empty((n, len(world.factors)))
    for position, factor in enumerate(world.factors):
        direction = -1.0 if factor.sign < 0 else 1.0
        value = direction * (GENERAL_LOADING * burden + TOPIC_LOADING * topic[:, topics.index(factor.topic)])
        value += noise * rng.standard_normal(n)
        base = rng.uniform(-0.2, 0.9) if factor.sign >= 0 else rng.uniform(-0.8, -0.2)
        cuts = [base] if factor.kind == "yes_no" else [base - 0.5, base + 0.3, base + 1.1]
        level[:, position] = np.searchsorted(cuts, value)
    answer = np.where(rng.random(level.shape) < world.dials.missing, np.nan, level)
    return Clients(
        np.clip(rng.normal(12.5, 3.6, n), 2, 17.9), rng.random(n) < 0.46, origin, rng.integers(0, DISTRICTS, n),
        rng.integers(0, len(YEARS), n), family, level, answer,
    )  # fmt: skip


def draw(world: World, n: int, seed: int = 1) -> Trajectories:
    """Trajectories of `n` young people: the same world, number and seed give the same ones."""
    return walk(world, draw_clients(world, n, seed), seed)


def walk(world: World, clients: Clients, seed: int) -> Trajectories:
    """One course of events for these clients; another seed gives another one, as chance would have it."""
    rng = np.random.default_rng([world.dials.seed, 403, seed])
    n, kinds = len(clients.age), len(world.kinds)
    fixed = _fixed(world, clients)
    kind = np.full((n, MOST_STEPS), NONE)
    start, end = np.zeros((2, n, MOST_STEPS), dtype=np.int64)
    truth = np.zeros((n, MOST_STEPS, kinds), dtype=np.float32)
    tried = np.zeros((n, kinds), dtype=bool)
    last, before = np.full(n, world.start), np.full(n, world.start)
    day, rows, ended = np.zeros(n, dtype=np.int64), np.arange(n), world.kinds.index(END)
    months = 2.5 + 5 * np.random.default_rng([world.dials.seed, 404]).random(kinds)
    for step in range(MOST_STEPS):
        chance = step_probability(world, fixed[rows], last[rows], before[rows], tried[rows])
        drawn = (chance.cumsum(axis=1) < rng.random((len(rows), 1))).sum(axis=1).clip(max=kinds - 1)
        truth[rows, step] = chance
        kind[rows, step] = drawn
        begin = day[rows] + rng.integers(3, 45, len(rows))
        length = np.maximum(14, months[drawn] * 30.4 * rng.lognormal(0, 0.5, len(rows))).astype(np.int64)
        start[rows, step], end[rows, step] = begin, begin + np.where(drawn == ended, 0, length)
        day[rows] = end[rows, step]
        tried[rows, drawn] = True
        before[rows], last[rows] = last[rows], drawn
        rows = rows[drawn != ended]
    return Trajectories(world, clients, kind, start, end, truth)


def _fixed(world: World, clients: Clients) -> Floats:
    """What does not change on the way: the log odds of each kind from needs, risk, year, district and wishes."""
    most = np.array([factor.most for factor in world.factors])
    scaled = clients.true_level / most - 0.5
    first, second = world.pairs[:, 0], world.pairs[:, 1]
    logit = (
        world.popularity
        + scaled @ (2 * world.need)
        + (4 * scaled[:, first] * scaled[:, second]) @ world.both_needs
    )
    logit += world.year[clients.year] + world.district[clients.district]
    logit[:, world.away] += away_score(world, clients)[:, None]
    wished = [world.kinds.index(name) for name in WISHED_AWAY]
    logit[np.ix_(clients.origin == 2, wished)] += world.dials.unfair
    return np.asarray(logit)


def away_score(world: World, clients: Clients) -> Floats:
    """The log odds of a step away from home from the risk factors alone."""
    most = np.array([factor.most for factor in world.factors])
    scaled = clients.true_level / most - 0.35
    score = 1.9 * scaled @ world.risk
    return np.asarray(
        world.dials.away_level + score + 0.05 * (clients.age - 12.5) + 0.15 * np.tanh(score) * score
    )


def step_probability(
    world: World, fixed: Floats, last: Ints, before: Ints, tried: NDArray[np.bool_]
) -> Floats:
    """The true probability of each kind of care as the next step; rows sum to one."""
    out = np.empty((len(fixed), len(world.kinds)))
    for start in range(0, len(fixed), CHUNK):
        part = slice(start, start + CHUNK)
        logit = fixed[part] + world.last[last[part]] + world.before[before[part]]
        logit += world.together[last[part], before[part]] + (TRIED_AGAIN * tried[part])
        logit -= logit.max(axis=1, keepdims=True)
        weight = np.exp(logit)
        out[part] = weight / weight.sum(axis=1, keepdims=True)
    return out


def escalation_probability(world: World, clients: Clients, courses: int = 60, seed: int = 0) -> Floats:
    """The true probability of an escalation within 24 months, counted over many courses of events."""
    total = np.zeros(len(clients.age))
    for course in range(courses):
        total += walk(world, clients, 10_000 + seed * courses + course).escalated
    return total / courses
