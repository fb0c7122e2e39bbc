"""A map of areas that carries its own expected error, and is withheld where a simpler one would do as well.

Two checks decide. The posterior says how far off the map and its rivals are expected to be: where the map does not differ enough
from one figure for all, the model sees no differences. Participants who were left out say whether a rival predicts them better: a
check that does not believe the model. They also say how large differences are, and where they hardly can, the map gets flatter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.small_area.direct import fay_herriot, flat, gemeente_mean
from ml.small_area.multilevel import AreaPosterior, fit_areas
from ml.small_area.world import Region, Risks

Floats = NDArray[np.float64]
Total = tuple[float, float]  # a percentage of the whole and its standard error

RIVALS: dict[str, Callable[[Region], Floats]] = {
    "flat": lambda region: flat(region).value,
    "gemeente_mean": lambda region: gemeente_mean(region).value,
    "fay_herriot": lambda region: fay_herriot(region)[0].value,
}
NO_DIFFERENCES, RIVAL_BETTER = "no_differences", "simpler_map_better"
# Of the expected error of one figure for all. The expectation is the model's own, and too good where wijken hardly differ: of maps
# that expect 0.80 or less one in two hundred was worse than one figure for all, of those up to 0.93 one in ten (0096).
GAIN = 0.80
BETTER_THAN_FLAT = 0.75  # standard errors by which the map has to predict left-out participants better than one figure for all
SURELY_WORSE = -1.0  # and by which another simple map may do so better than it
# Participants who are left out also tell how large the differences are. As unsure as they leave it, the map is drawn together.
UNSURE = 2.0
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
    against, unsure = _left_out(region, posterior, seed)
    mass = region.population.sum(axis=1)
    if total is not None:
        posterior = benchmarked(posterior, mass, total)
    gains = _expected(posterior, posterior.draws.mean(axis=0)) <= GAIN * _expected_flat(posterior)
    posterior = _drawn_together(posterior, mass, 1 / (1 + UNSURE * unsure**2))
    maps = {
        "delivered": posterior.draws.mean(axis=0),
        **{name: make(region) for name, make in RIVALS.items()},
    }
    expected = {name: _expected(posterior, told) for name, told in maps.items()}
    expected["flat"] = _expected_flat(posterior)
    withheld = ""
    if not gains or against["flat"] < BETTER_THAN_FLAT:
        withheld = NO_DIFFERENCES
    elif min(against.values()) < SURELY_WORSE:
        withheld = RIVAL_BETTER
    return Delivery(posterior, expected, against, withheld)


def _expected(posterior: AreaPosterior, told: Floats) -> float:
    """How far off a map is expected to be, in points."""
    return float(np.sqrt(((posterior.draws - told) ** 2).mean(axis=1)).mean())


def _expected_flat(posterior: AreaPosterior) -> float:
    """The same of one figure for all, which is at its best where it is the mean of the map."""
    return _expected(posterior, np.full(posterior.draws.shape[1], posterior.draws.mean()))


def _drawn_together(posterior: AreaPosterior, mass: Floats, factor: float) -> AreaPosterior:
    """The map with smaller differences about its own mean, and margins as wide as they were."""
    value = posterior.draws.mean(axis=0)
    moved = (factor - 1) * (value - np.average(value, weights=mass))
    return AreaPosterior(np.clip(posterior.draws + moved, 0, 100), posterior.likely)


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


def _left_out(region: Region, posterior: AreaPosterior, seed: int) -> tuple[dict[str, float], float]:
    """How many standard errors (over wijken) the map is better than each rival for participants who were left out.

    And how unsure these people leave it how large the differences are: the standard error of the factor by which those of the map
    fit them best.
    """
    rng = np.random.default_rng([seed, 44])
    cluster = region.cluster if region.cluster is not None else np.arange(len(region.answer))
    _, family = np.unique(cluster, return_inverse=True)
    fold = rng.permutation(int(family.max()) + 1)[family] % FOLDS
    n = len(region.population)
    better = {name: np.zeros(n) for name in RIVALS}
    size, product = np.zeros(n), np.zeros(n)
    for number in range(FOLDS):
        inside, outside = _only(region, fold != number), fold == number
        told = fit_areas(inside, seed=seed, draws=CHECK_DRAWS, points=posterior.likely).draws.mean(axis=0)
        wijk, answer, weight = region.wijk[outside], region.answer[outside], region.weight[outside]

        def loss(value: Floats, wijk: NDArray[np.int64] = wijk, answer: Floats = answer) -> Floats:
            return (answer - value[wijk] / 100) ** 2

        own = loss(told)
        even = RIVALS["flat"](inside)[wijk] / 100
        differs = told[wijk] / 100 - even
        size += np.bincount(wijk, weights=weight * differs**2, minlength=n)
        product += np.bincount(wijk, weights=weight * differs * (answer - even), minlength=n)
        for name, make in RIVALS.items():
            better[name] += np.bincount(wijk, weights=weight * (loss(make(inside)) - own), minlength=n)
    against = {name: float(d.sum() / max(float(np.sqrt((d**2).sum())), 1e-12)) for name, d in better.items()}
    whole = max(float(size.sum()), 1e-12)
    rest = product - product.sum() / whole * size
    return against, float(np.sqrt((rest**2).sum())) / whole


def _only(region: Region, rows: NDArray[np.bool_]) -> Region:
    """The region with some respondents, and without the risks of the others.

    Who took part in a wijk is an accident. The risks of people who are left out would tell the map of that accident, and it would
    seem to predict them for that reason alone.
    """
    risks = region.risks
    if risks is not None:
        keep = np.ones(len(risks.wijk), dtype=bool)
        keep[risks.answered[~rows]] = False
        place = np.cumsum(keep) - 1
        risks = Risks(
            risks.wijk[keep], risks.cell[keep], risks.value[keep], risks.cluster[keep], place[risks.answered[rows]]
        )  # fmt: skip
    return replace(
        region, wijk=region.wijk[rows], cell=region.cell[rows], answer=region.answer[rows], weight=region.weight[rows],
        cluster=None if region.cluster is None else region.cluster[rows], risks=risks,
    )  # fmt: skip
