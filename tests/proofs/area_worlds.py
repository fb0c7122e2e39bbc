"""Worlds against which the delivered areas are judged: their truth, a panel drawn from it, and the three simple maps to beat.

Nothing here is taken from `ml/small_area`: a lattice instead of a triangulation, a probit instead of a logit, rivals written again.
The layout of cells (18 per age band: sex x education x origin, origin fastest) is the interface and is repeated on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SIDE = (12, 10)  # wijken on a lattice
BANDS, PER_BAND = 6, 18
PREVALENCE = 0.15
KEEN = 0.50  # spread of the part of the propensity that a questionnaire sees: an AUROC of about 0.75


@dataclass(frozen=True)
class Setting:
    """What a world is asked to be."""

    spread: float  # standard deviation of the true percentages, in points
    median: int  # participants per wijk
    icc: float  # of what the place itself does, beside who lives there
    cases_answer: float = 1.0  # odds of taking part of those who fall ill, in the most deprived places half as far again from one

    @property
    def name(self) -> str:
        """For a line of figures."""
        selective = "" if self.cases_answer == 1 else f", cases answer x{self.cases_answer:g}"
        return f"spread {self.spread:g}, {self.median} participants, ICC {self.icc:g}{selective}"


# Declared before anything was tuned.
SPREADS = ((0.5, 0.001), (1.0, 0.001), (2.0, 0.003), (3.5, 0.01), (5.0, 0.02), (7.0, 0.03))
SETTINGS = (
    *(Setting(spread, median, icc) for spread, icc in SPREADS for median in (5, 15, 50)),
    *(Setting(spread, median, icc, 0.8) for spread, icc in ((1.0, 0.001), (3.5, 0.01), (6.0, 0.03)) for median in (10, 40)),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """One world with the panel drawn from it."""

    population: Floats  # wijken x 108 cells
    covariates: Floats
    gemeente: Integers
    neighbours: Integers
    truth: Floats  # percentages
    wijk: Integers  # of each participant
    cell: Integers
    answer: Floats
    risk: Floats  # what a model makes of each participant's answers, never of the outcome
    total: tuple[float, float]  # what is known of the whole from elsewhere: percentage and standard error


def draw(setting: Setting, seed: int) -> World:
    """A world of this setting."""
    rng = np.random.default_rng(
        [seed, round(10 * setting.spread), setting.median, round(100 * setting.cases_answer)]
    )
    across, down = SIDE
    n = across * down
    column, row = np.arange(n) % across, np.arange(n) // across
    place = np.arange(n).reshape(down, across)
    pairs = np.concatenate(
        [
            np.stack([place[:, :-1].ravel(), place[:, 1:].ravel()], 1),
            np.stack([place[:-1].ravel(), place[1:].ravel()], 1),
        ]
    )
    gemeente = (row // 4) * 4 + column // 3  # twelve or so, of unequal population

    def smooth(reach: float) -> Floats:
        """A field that neighbours share: white noise seen through a Gaussian window."""
        apart = (column[:, None] - column) ** 2 + (row[:, None] - row) ** 2
        field = np.exp(-apart / (2 * reach**2)) @ rng.standard_normal(n)
        return np.asarray((field - field.mean()) / field.std())

    poverty = 0.6 * smooth(1.5) + 0.8 * rng.standard_normal(n)
    density = 0.7 * smooth(2.5) + 0.5 * rng.standard_normal(n)
    seen = np.column_stack(
        [12 + 4 * poverty + 1.5 * rng.standard_normal(n), 6 + density, 35 + 8 * rng.standard_normal(n)]
    )
    low = np.clip(0.25 + 0.06 * poverty + 0.03 * rng.standard_normal(n), 0.05, 0.7)
    high = np.clip(0.30 - 0.05 * poverty, 0.05, 0.7)
    outside = np.clip(0.08 + 0.03 * density + 0.02 * rng.standard_normal(n), 0.01, 0.5)
    education = np.column_stack([low, 1 - low - high, high])
    origin = np.column_stack([0.94 - outside, np.full(n, 0.06), outside])
    people = np.round(rng.gamma(2.5, 160, n)) + 60
    sex, school, from_where = (
        np.divmod(np.arange(PER_BAND), 9)[0],
        (np.arange(PER_BAND) // 3) % 3,
        np.arange(PER_BAND) % 3,
    )
    share = 0.5 * education[:, school] * origin[:, from_where]
    population = np.zeros((n, BANDS * PER_BAND))
    population[:, :PER_BAND] = people[:, None] * share
    # What the questionnaire sees of a person differs between places, and so does a little that it does not see.
    of_cell = (
        0.15 * (sex == 1) + np.array([0.12, 0.0, -0.10])[school] + np.array([0.0, 0.05, 0.12])[from_where]
    )
    sort = rng.uniform(0.3, 0.7)
    who = np.sqrt(sort) * poverty + np.sqrt(1 - sort) * (0.5 * smooth(1.5) + 0.85 * rng.standard_normal(n))
    of_place = np.sqrt(setting.icc) * (0.6 * smooth(2) + 0.8 * rng.standard_normal(n))
    noise = np.sqrt(1 - KEEN**2)  # what nobody sees

    def percentages(scale: float, level: float) -> Floats:
        at = level + of_cell[None, :] + (scale * who + of_place)[:, None]
        return np.asarray(100 * (share * ndtr(at)).sum(axis=1))

    def level_of(scale: float) -> float:
        return float(
            brentq(lambda at: np.average(percentages(scale, at), weights=people) - 100 * PREVALENCE, -4, 2)
        )

    def spread_of(scale: float) -> float:
        return float(percentages(scale, level_of(scale)).std())

    if spread_of(0.0) >= setting.spread:
        # Composition alone differs more than that: everything is made smaller.
        def left(factor: float) -> float:
            at = ndtri(PREVALENCE) + factor * (of_cell[None, :] + of_place[:, None])
            return float(100 * np.std((share * ndtr(at)).sum(axis=1))) - setting.spread

        factor = float(brentq(left, 0.0, 1.5))
        of_cell, of_place, scale = factor * of_cell, factor * of_place, 0.0
    else:
        scale = float(brentq(lambda s: spread_of(s) - setting.spread, 0.0, 2.0))
    level = level_of(scale)
    truth = percentages(scale, level)
    # Many more are asked than take part; where people live, how they are schooled and whether they fall ill decides who does.
    wanted = np.maximum(
        rng.poisson(setting.median * people / np.median(people) * np.exp(0.3 * rng.standard_normal(n))), 0
    )
    asked = np.repeat(np.arange(n), 4 * wanted)
    cumulative = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)
    cell = (rng.random(len(asked))[:, None] > cumulative[asked]).sum(axis=1)
    visible = KEEN * rng.standard_normal(len(asked))
    mean = level + of_cell[cell] + scale * who[asked]
    ill = mean + of_place[asked] + visible + noise * rng.standard_normal(len(asked)) > 0
    # The model knows the person's answers, not the place; and it was taught elsewhere in the same cohort: a little off.
    told = ndtr((mean + visible) * rng.uniform(0.9, 1.1) / noise + rng.normal(0, 0.05))
    reluctance = 1 + (setting.cases_answer - 1) * (1 + 0.5 * (poverty > 1))[asked]
    odds = (0.33 * np.array([0.75, 1.0, 1.2])[school])[cell] * np.where(ill, reluctance, 1.0)
    taken = rng.random(len(asked)) < odds / (1 + odds)
    error = 0.6
    total = (float(np.average(truth, weights=people)) + error * float(rng.standard_normal()), error)
    return World(
        population,
        seen,
        gemeente,
        pairs,
        truth,
        asked[taken],
        cell[taken],
        ill[taken].astype(float),
        told[taken],
        total,
    )


def flat(world: World) -> Floats:
    """Everybody the mean of the participants."""
    return np.full(len(world.truth), 100 * world.answer.mean())


def gemeente_mean(world: World) -> Floats:
    """Every wijk the mean of its gemeente."""
    where = world.gemeente[world.wijk]
    size = int(world.gemeente.max()) + 1
    count = np.bincount(where, minlength=size)
    share = np.bincount(where, weights=world.answer, minlength=size) / np.maximum(count, 1)
    return np.asarray(100 * np.where(count > 0, share, world.answer.mean())[world.gemeente])


def fay_herriot(world: World) -> Floats:
    """Fay and Herriot (1979) on shares: sampling variances from the overall share, the model variance by their own equation."""
    n = len(world.truth)
    count = np.bincount(world.wijk, minlength=n)
    here = count > 0
    y = np.bincount(world.wijk, weights=world.answer, minlength=n) / np.maximum(count, 1)
    overall = world.answer.mean()
    sampling = overall * (1 - overall) / np.maximum(count, 1)
    of_all_ages = world.population.reshape(n, BANDS, PER_BAND).sum(axis=1)
    composition = of_all_ages / of_all_ages.sum(axis=1, keepdims=True)
    position = np.arange(PER_BAND)
    low, outside = (
        composition[:, (position // 3) % 3 == 0].sum(axis=1),
        composition[:, position % 3 == 2].sum(axis=1),
    )
    x = np.column_stack([world.covariates, low, outside])
    x = np.column_stack([np.ones(n), (x - x.mean(axis=0)) / x.std(axis=0)])

    def fitted(variance: float) -> tuple[Floats, float]:
        weight = 1 / (variance + sampling[here])
        beta = np.linalg.solve(
            (x[here] * weight[:, None]).T @ x[here], (x[here] * weight[:, None]).T @ y[here]
        )
        return x @ beta, float((weight * (y[here] - x[here] @ beta) ** 2).sum()) - (here.sum() - x.shape[1])

    variance = 0.0 if fitted(0.0)[1] <= 0 else float(brentq(lambda v: fitted(v)[1], 0.0, 1.0))
    line, _ = fitted(variance)
    pull = np.where(here, variance / (variance + sampling), 0.0)
    return np.asarray(100 * (line + pull * (y - line)))


RIVALS = {"flat": flat, "gemeente_mean": gemeente_mean, "fay_herriot": fay_herriot}


def rmse(value: Floats, truth: Floats) -> float:
    """Root of the mean squared distance over all wijken, in points."""
    return float(np.sqrt(np.mean((value - truth) ** 2)))
