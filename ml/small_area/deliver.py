"""A map of areas that carries its own expected error, and is withheld where a simpler one would do as well.

Two checks decide. The posterior says how far off the map and its rivals are expected to be: where the map does not differ enough
from one figure for all, the model sees no differences. Participants who were left out say whether a rival predicts them better: a
check that does not believe the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.small_area.direct import fay_herriot, flat, gemeente_mean
from ml.small_area.multilevel import AreaPosterior, fit_areas
from ml.small_area.world import Region

Floats = NDArray[np.float64]
Total = tuple[float, float]  # a percentage of the whole and its standard error

RIVALS: dict[str, Callable[[Region], Floats]] = {
    "flat": lambda region: flat(region).value,
    "gemeente_mean": lambda region: gemeente_mean(region).value,
    "fay_herriot": lambda region: fay_herriot(region)[0].value,
}
NO_DIFFERENCES, RIVAL_BETTER = "no_differences", "simpler_map_better"
GAIN = 0.93  # of the expected error of one figure for all: a map that hardly gains is not worth its colours
BETTER_THAN_FLAT = 1.0  # standard errors by which the map has to predict left-out participants better than one figure for all
SURELY_WORSE = -1.0  # and by which another simple map may do so better than it
FOLDS = 3
CHECK_DRAWS = 150
# Cases that answer less, or more: the odds that a sensitivity band allows for.
SELECTIVE_ODDS = 1.25


@dataclass(frozen=True)
class Delivery:
    """The estimates, how far off they and simpler maps are expected to be (points), and why they are withheld, if they are."""

    posterior: AreaPosterior
    expected_error: dict[str, float]  # `delivered` and the rivals
    against: dict[str, float]  # standard errors by which the map beats each rival on left-out participants
    withheld: str


def deliver(region: Region, *, seed: int = 0, total: Total | None = None) -> Delivery:
    """The estimates of a region, judged.

    Args:
        region: Population, survey, neighbours and perhaps individual risks.
        seed: Of draws and folds.
        total: What is known of the whole from the weighted survey or from elsewhere: the estimates add up to it.
    """
    posterior = fit_areas(region, seed=seed)
    against = _left_out(region, posterior, seed)
    mass = region.population.sum(axis=1)
    if total is not None:
        posterior = benchmarked(posterior, mass, total)
    value = posterior.draws.mean(axis=0)
    maps = {"delivered": value, **{name: make(region) for name, make in RIVALS.items()}}
    expected = {
        name: float(np.sqrt(((posterior.draws - told) ** 2).mean(axis=1)).mean())
        for name, told in maps.items()
    }
    # One figure for all is at its best where it is the mean of the map.
    expected["flat"] = float(np.sqrt(((posterior.draws - value.mean()) ** 2).mean(axis=1)).mean())
    withheld = ""
    if expected["delivered"] > GAIN * expected["flat"] or against["flat"] < BETTER_THAN_FLAT:
        withheld = NO_DIFFERENCES
    elif min(against.values()) < SURELY_WORSE:
        withheld = RIVAL_BETTER
    return Delivery(posterior, expected, against, withheld)


def benchmarked(posterior: AreaPosterior, mass: Floats, total: Total) -> AreaPosterior:
    """The draws moved on the log odds so that together they are this total, with this uncertainty."""
    share = mass / mass.sum()
    whole = posterior.draws @ share
    deviate = (whole - whole.mean()) / max(float(whole.std()), 1e-9)
    target = np.clip((total[0] + total[1] * deviate) / 100, 1e-3, 1 - 1e-3)
    p = np.clip(posterior.draws / 100, 1e-6, 1 - 1e-6)
    log_odds = np.log(p / (1 - p))
    for _ in range(20):
        p = 1 / (1 + np.exp(-log_odds))
        step = (target - p @ share) / ((p * (1 - p)) @ share)
        log_odds = log_odds + step[:, None]
        if np.abs(step).max() < 1e-9:
            break
    return AreaPosterior(100 / (1 + np.exp(-log_odds)), posterior.likely)


def weighted_total(region: Region) -> Total | None:
    """The direct estimate of the whole, where survey weights make it worth more than the model's; else None."""
    weight = region.weight
    if float(weight.max() - weight.min()) < 1e-9:
        return None
    share = float(np.average(region.answer, weights=weight))
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    return 100 * share, 100 * float(np.sqrt(share * (1 - share) / effective))


def selective_band(lower: Floats, upper: Floats, odds: float = SELECTIVE_ODDS) -> tuple[Floats, Floats]:
    """The margin widened for people who fall ill taking part more or less often than others, by these odds."""

    def moved(percentage: Floats, factor: float) -> Floats:
        p = np.clip(percentage / 100, 0.0, 1 - 1e-9)
        return np.asarray(100 * p * factor / (1 - p + p * factor))

    return moved(lower, 1 / odds), moved(upper, odds)


def _left_out(region: Region, posterior: AreaPosterior, seed: int) -> dict[str, float]:
    """How many standard errors (over wijken) the map is better than each rival for participants who were left out."""
    rng = np.random.default_rng([seed, 44])
    cluster = region.cluster if region.cluster is not None else np.arange(len(region.answer))
    _, family = np.unique(cluster, return_inverse=True)
    fold = rng.permutation(int(family.max()) + 1)[family] % FOLDS
    n = len(region.population)
    better = {name: np.zeros(n) for name in RIVALS}
    for number in range(FOLDS):
        inside, outside = _only(region, fold != number), fold == number
        told = fit_areas(inside, seed=seed, draws=CHECK_DRAWS, points=posterior.likely).draws.mean(axis=0)
        wijk, answer, weight = region.wijk[outside], region.answer[outside], region.weight[outside]

        def loss(value: Floats, wijk: NDArray[np.int64] = wijk, answer: Floats = answer) -> Floats:
            return (answer - value[wijk] / 100) ** 2

        own = loss(told)
        for name, make in RIVALS.items():
            better[name] += np.bincount(wijk, weights=weight * (loss(make(inside)) - own), minlength=n)
    return {name: float(d.sum() / max(float(np.sqrt((d**2).sum())), 1e-12)) for name, d in better.items()}


def _only(region: Region, rows: NDArray[np.bool_]) -> Region:
    """The region with some respondents; what is known of everybody's risk stays, as it says nothing of their outcomes."""
    risks = region.risks and replace(region.risks, answered=region.risks.answered[rows])
    return replace(
        region, wijk=region.wijk[rows], cell=region.cell[rows], answer=region.answer[rows], weight=region.weight[rows],
        cluster=None if region.cluster is None else region.cluster[rows], risks=risks,
    )  # fmt: skip
