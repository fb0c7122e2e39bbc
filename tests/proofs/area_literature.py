"""A small-area process written from the literature, to examine estimates in worlds that resemble nothing else in this house.

Frozen before the method was run on it: nothing here may be changed after a result was seen. Its writer had read the method's code,
and neither the worlds that the method was made with nor any result of it here. Where the numbers come from (orders of magnitude,
as known of these publications; not looked up again):

- Adults in cells, a logistic mixed model with effects of area: Gonzalez-Manteiga et al. (2007), Jiang and Lahiri (2001); what lives
  where and who takes part as in multilevel regression with post-stratification (Zhang et al. 2014, van de Kassteele et al. 2017).
- Area effects that neighbours share by a simultaneous autoregression on nearest neighbours: Pratesi and Salvati (2008).
- What a neighbourhood does beside who lives there and how deprived it is: 1 % of the variance of common mental disorders, three
  quarters of it the neighbourhood's, one the town's (Weich et al. 2003, Propper et al. 2005). Prevalence 15 % (MHI-5).
- Odds by education, origin, sex and age: Dutch health monitors (about 2, 1.6, 1.3, and 1.4 from old to young).
- Deprivation counts for more where there is much of it (a convex curve), and is seen through indicators with a reliability of 0.85.
- Response falls with youth, low education and migration background: Dutch health monitors (odds 0.5-0.8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from tests.proofs.area_worlds import World

Floats = NDArray[np.float64]

WIJKEN, GEMEENTEN, NEAREST = 400, 25, 5
PREVALENCE = 0.15
SPREAD = (6.0, 7.0)  # points: what differs between wijken in truth
PARTICIPANTS = 40  # per wijk, on average
ICC_WIJK, ICC_GEMEENTE = 0.0075, 0.0025
LOGISTIC_VARIANCE = np.pi**2 / 3
RELIABILITY = 0.85
CONVEX = 0.15  # of the squared deprivation, beside one of the deprivation itself

# Cells: age band x sex x education x origin, the last one fastest.
AGE, SEX, SCHOOL, ORIGIN = (a.ravel() for a in np.indices((6, 2, 3, 3)))
OF_AGE = np.log(1.4) * np.array([1.0, 0.8, 0.5, 0.4, 0.2, 0.0])
OF_SCHOOL = np.log(2.0) * np.array([1.0, 0.45, 0.0])
OF_ORIGIN = np.log(1.6) * np.array([0.0, 0.3, 1.0])
OF_CELL = OF_AGE[AGE] + np.log(1.3) * (SEX == 1) + OF_SCHOOL[SCHOOL] + OF_ORIGIN[ORIGIN]
RESPONDS = np.array([0.5, 0.6, 0.75, 0.9, 1.0, 0.8])[AGE]
RESPONDS = RESPONDS * np.array([0.7, 0.85, 1.0])[SCHOOL] * np.array([1.0, 0.85, 0.6])[ORIGIN]


@dataclass(frozen=True)
class _Land:
    """Where wijken lie: who borders on whom, and what smooths a field over them."""

    gemeente: NDArray[np.int64]
    pairs: NDArray[np.int64]
    rows: Floats  # neighbours' weights, rows adding up to one


def _land(rng: np.random.Generator) -> _Land:
    at = rng.random((WIJKEN, 2))
    apart = ((at[:, None, :] - at) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    near = np.zeros((WIJKEN, WIJKEN), dtype=bool)
    near[np.arange(WIJKEN)[:, None], np.argsort(apart, axis=1)[:, :NEAREST]] = True
    near |= near.T
    seats = at[rng.choice(WIJKEN, GEMEENTEN, replace=False)]
    gemeente = ((at[:, None, :] - seats) ** 2).sum(axis=2).argmin(axis=1)
    first, second = np.nonzero(np.triu(near))
    return _Land(gemeente, np.stack([first, second], 1), near / near.sum(axis=1, keepdims=True))


def _field(land: _Land, rho: float, rng: np.random.Generator) -> Floats:
    """A simultaneous autoregression with mean zero and variance one."""
    field = np.linalg.solve(np.eye(WIJKEN) - rho * land.rows, rng.standard_normal(WIJKEN))
    return np.asarray((field - field.mean()) / field.std())


def _shares(deprived: Floats, urban: Floats, rng: np.random.Generator) -> Floats:
    """What share of each wijk's adults is in each cell: wijken x 108."""

    def multinomial(base: list[float], *slopes: tuple[Floats, list[float]], noise: float) -> Floats:
        at = np.log(np.array(base)) + sum(x[:, None] * np.array(by) for x, by in slopes)
        at = at + noise * rng.standard_normal(at.shape)
        return np.asarray(np.exp(at) / np.exp(at).sum(axis=1, keepdims=True))

    age = multinomial(
        [0.11, 0.16, 0.15, 0.18, 0.17, 0.23], (urban, [0.35, 0.3, 0.05, -0.1, -0.15, -0.2]), noise=0.12
    )
    school = multinomial(
        [0.28, 0.41, 0.31], (deprived, [0.35, 0.05, -0.4]), (urban, [-0.1, -0.1, 0.2]), noise=0.12
    )
    origin = multinomial(
        [0.76, 0.10, 0.14], (deprived, [-0.25, 0.0, 0.35]), (urban, [-0.3, 0.15, 0.35]), noise=0.2
    )
    return 0.5 * age[:, AGE] * school[:, SCHOOL] * origin[:, ORIGIN]


def draw_literature(seed: int) -> World:
    """One world; `risk` is empty, as these methods know no individual model."""
    rng = np.random.default_rng([seed, 20_08])
    land = _land(rng)
    deprived = 0.8 * _field(land, 0.75, rng) + 0.6 * rng.standard_normal(WIJKEN)
    urban = _field(land, 0.85, rng) + 0.3 * deprived
    share = _shares(deprived, urban, rng)
    people = np.round(np.exp(np.log(2200) + 0.8 * rng.standard_normal(WIJKEN))) + 150

    def effect(icc: float) -> float:
        return float(np.sqrt(icc * LOGISTIC_VARIANCE / (1 - ICC_WIJK - ICC_GEMEENTE)))

    of_place = effect(ICC_WIJK) * _field(land, 0.5, rng)
    of_place = of_place + effect(ICC_GEMEENTE) * rng.standard_normal(GEMEENTEN)[land.gemeente]
    curve = deprived + CONVEX * deprived**2 + 0.3 * urban
    wanted = rng.uniform(*SPREAD)

    def risks(scale: float) -> Floats:
        """Of every wijk and cell, at the level that gives the prevalence."""
        rest = OF_CELL[None, :] + (scale * curve + of_place)[:, None]

        def too_many(level: float) -> float:
            return float(np.average((share * expit(level + rest)).sum(axis=1), weights=people)) - PREVALENCE

        return np.asarray(expit(float(brentq(too_many, -8, 4)) + rest))

    def percentages(scale: float) -> Floats:
        return np.asarray(100 * (share * risks(scale)).sum(axis=1))

    scale = float(brentq(lambda s: percentages(s).std() - wanted, 0.0, 2.0))
    truth, chance = percentages(scale), risks(scale)
    taking = share * RESPONDS
    count = rng.poisson(rng.gamma(8.0, PARTICIPANTS / 8.0, WIJKEN))
    wijk = np.repeat(np.arange(WIJKEN), count)
    upto = np.cumsum(taking / taking.sum(axis=1, keepdims=True), axis=1)
    cell = np.minimum((rng.random(len(wijk))[:, None] > upto[wijk]).sum(axis=1), len(OF_CELL) - 1)
    answer = (rng.random(len(wijk)) < chance[wijk, cell]).astype(float)

    def seen(x: Floats) -> Floats:
        z = (x - x.mean()) / x.std()
        return np.asarray(np.sqrt(RELIABILITY) * z + np.sqrt(1 - RELIABILITY) * rng.standard_normal(WIJKEN))

    covariates = np.column_stack([seen(deprived), seen(deprived), seen(urban)])
    total = (float(np.average(truth, weights=people)) + 0.6 * float(rng.standard_normal()), 0.6)
    return World(
        people[:, None] * share, covariates, land.gemeente, land.pairs, truth, wijk, cell, answer, np.empty(0), total
    )  # fmt: skip
