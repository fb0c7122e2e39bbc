"""People in families of up to three generations, with latent factors that share family, area and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.panel.areas import Areas
from ml.panel.items import FACTORS, ITEMS, factor_covariance, loadings

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]

FAMILY_SHARE = 0.25  # of the factors' variance
FAMILY_EFFECT_SD = 0.2  # on the log odds, beside what the answers tell
STABILITY = 0.65  # correlation of factors and of unique parts between waves
WOMEN_SHIFT = {"distress": 0.25, "temperament": 0.15}
CHILDREN = (0.35, 0.45, 0.20)  # families with one, two and three children
# Born in, or parents born in: the Netherlands, elsewhere in Europe, outside Europe. It works through deprivation alone.
ORIGIN_SHARES = (0.85, 0.07, 0.08)
ORIGIN_DEPRIVATION = (-0.042, 0.15, 0.40)


@dataclass(frozen=True)
class People:
    """One array element per person; the older generations come after the target population."""

    family: Integers
    generation: Integers  # 1 grandparents, 2 parents, 3 children and young adults
    women: NDArray[np.bool_]
    age: Singles  # at the first wave
    wijk: Integers
    origin: Integers  # 0 the Netherlands, 1 elsewhere in Europe, 2 outside Europe
    mean: Singles  # people x factors: the known part (sex)
    shared: Singles  # people x factors: area and family


@dataclass(frozen=True)
class State:
    """What a person is like at one wave."""

    factors: Singles
    unique: Singles
    propensity: Singles


def _factor_root(share: float) -> Singles:
    return np.linalg.cholesky(factor_covariance() * share).T.astype(np.float32)


def unique_sd() -> Singles:
    """The spread of the part of each item that no factor explains."""
    return np.asarray(np.sqrt(1.0 - (loadings() ** 2).sum(axis=1)), dtype=np.float32)


def draw_people(
    areas: Areas, n: int, ages: tuple[int, int], elders: float, rng: np.random.Generator,
    *, extra_ages: tuple[int, int] = (0, 0), extra_share: float = 0.0,
) -> People:  # fmt: skip
    """`n` people of the target ages in families, plus parents and grandparents (`elders` of them per person).

    Of the families a share is taken from an extra sample of narrower ages.
    """
    sizes = rng.choice([1, 2, 3], size=n, p=CHILDREN)
    family = np.repeat(np.arange(n), sizes)[:n]
    # Siblings are near each other in age, inside the ages asked for.
    anchor = rng.uniform(ages[0], ages[1] + 1, n)
    if extra_share > 0:
        extra = rng.random(n) < extra_share
        anchor = np.where(extra, rng.uniform(extra_ages[0], extra_ages[1] + 1, n), anchor)
    anchor = anchor[family]
    age = np.clip(anchor + rng.normal(0.0, 3.0, n) * (rng.random(n) < 0.6), ages[0], ages[1] + 0.99)
    generation = np.full(n, 3)
    families = int(family[-1]) + 1
    older = round(elders * n)
    if older:
        owner = rng.integers(0, families, older)
        grand = rng.random(older) < 0.2
        family, generation = (
            np.concatenate([family, owner]),
            np.concatenate([generation, np.where(grand, 1, 2)]),
        )
        age = np.concatenate([age, np.where(grand, rng.uniform(58, 85, older), rng.uniform(30, 57, older))])
    total = n + older
    women = rng.random(total) < 0.5
    home = rng.choice(len(areas.share), size=families, p=areas.share)
    wijk = home[family]
    mean = np.zeros((total, len(FACTORS)), dtype=np.float32)
    for factor, shift in WOMEN_SHIFT.items():
        mean[:, FACTORS.index(factor)] = shift * (women - 0.5)
    shared = (rng.standard_normal((families, len(FACTORS)), dtype=np.float32) @ _factor_root(FAMILY_SHARE))[
        family
    ]
    origin = rng.choice(3, size=families, p=ORIGIN_SHARES)[family]
    shared[:, FACTORS.index("deprivation")] += np.asarray(ORIGIN_DEPRIVATION, dtype=np.float32)[origin]
    for factor, values in (("deprivation", areas.deprivation), ("environment", areas.environment)):
        centred = values - areas.share @ values
        shared[:, FACTORS.index(factor)] += centred[wijk].astype(np.float32)
    return People(family, generation, women, age.astype(np.float32), wijk, origin, mean, shared)


def _own_root(people: People) -> Singles:
    # Area composition adds variance to two factors; taking it from the person's own part keeps every total at one.
    own = np.cov(people.shared.T.astype(np.float64))
    left = factor_covariance() - own
    values, vectors = np.linalg.eigh(left)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 1e-6))) @ vectors.T, dtype=np.float32)


def _state(people: People, own: Singles, unique: Singles) -> State:
    factors = people.mean + people.shared + own
    weights = loadings().astype(np.float32)
    propensity = unique * unique_sd()
    # Each item loads on one factor: a gather is cheaper than a full matrix product.
    for column, item in enumerate(ITEMS):
        propensity[:, column] += factors[:, item.factor] * weights[column, item.factor]
    return State(own, unique, propensity)


def first_wave(people: People, rng: np.random.Generator) -> State:
    """Everyone's state at the first wave."""
    n = len(people.family)
    own = rng.standard_normal((n, len(FACTORS)), dtype=np.float32) @ _own_root(people)
    return _state(people, own, rng.standard_normal((n, len(ITEMS)), dtype=np.float32))


def next_wave(people: People, state: State, rng: np.random.Generator) -> State:
    """Everyone's state one wave later: correlated with the one before, with the same distribution."""
    n, fresh = len(people.family), np.float32(np.sqrt(1 - STABILITY**2))
    own = state.factors * np.float32(STABILITY) + fresh * (
        rng.standard_normal((n, len(FACTORS)), dtype=np.float32) @ _own_root(people)
    )
    unique = rng.standard_normal((n, len(ITEMS)), dtype=np.float32)
    unique *= fresh
    unique += state.unique * np.float32(STABILITY)
    return _state(people, own, unique)


def draw_effects(people: People, areas: Areas, rng: np.random.Generator) -> Floats:
    """Log odds beside the answers: the area's own small effect and the family's."""
    family = rng.normal(0.0, FAMILY_EFFECT_SD, int(people.family.max()) + 1)
    return np.asarray(areas.effect[people.wijk] + family[people.family])
