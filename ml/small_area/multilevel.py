"""Multilevel regression with post-stratification: people in cells, wijken with neighbours, by Laplace approximation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ml.small_area.risk_means import RiskMeans, design_effect, risk_means
from ml.small_area.world import CELLS, LEVELS, Region, spatial_covariance

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# How far wijken may differ on the log odds beyond what is known of them: almost nothing is one of the possibilities.
SPREADS = (0.01, 0.06, 0.12, 0.18, 0.26, 0.38, 0.55)
SPATIAL_SHARES = (0.1, 0.5, 0.9)
# How much a standard deviation of a characteristic moves the log odds, one scale for all: with few people, almost nothing.
SCALES = (0.02, 0.08, 0.3)
MAIN_PRIOR_SD, CROSSED_PRIOR_SD = 0.5, 0.15
SPREAD_PUSH = 0.5
SPREAD_PRIOR = (
    0.6  # half-normal: nothing pushes the spread away from zero, where a map without differences belongs
)
# A normal distribution about the mode is a little too narrow: where wijken differ by 5 points or more its 90 % held 0.86 (0096).
WIDER = 1.06
RISK_PRIOR_SD = 0.2  # how far the outcome may follow the individual risk otherwise than one to one
BESIDE_RISK_SD = 0.2  # of a group's main effect, when the individual risk already tells groups apart
LOGISTIC_NORMAL = (
    0.346  # (16 sqrt(3) / 15 pi)^2: a logistic curve under a normal spread is nearly a flatter logistic curve
)
NOTHING = 1e-6
LIKELY = 6

Point = tuple[float, float, float]  # spread, spatial share, scale of the characteristics


@dataclass(frozen=True)
class AreaPosterior:
    """Draws of the percentage of every wijk: draws x wijken."""

    draws: Floats
    likely: tuple[tuple[Point, float], ...] = ()  # the likeliest settings of the fit with their probabilities

    def interval(self, coverage: float = 0.90) -> tuple[Floats, Floats, Floats]:
        """Mean, lower and upper limit per wijk."""
        low, high = np.quantile(self.draws, [(1 - coverage) / 2, (1 + coverage) / 2], axis=0)
        return self.draws.mean(axis=0), low, high

    def top_probability(self, share: float = 0.10) -> Floats:
        """The probability of being among the highest tenth: what may be said instead of a ranking."""
        count = max(1, round(share * self.draws.shape[1]))
        ranks = (-self.draws).argsort(axis=1).argsort(axis=1)
        return np.asarray((ranks < count).mean(axis=0))


def cell_features(population: Floats) -> tuple[Floats, Floats]:
    """Main effects and crossed effects of each cell, with the prior precision of each column.

    Groups in which nobody lives (the other age bands, where a survey is about one) have no column.
    """
    columns: list[Floats] = [np.ones(len(CELLS))]
    precision = [1e-4]
    alive = _lived_in(population)
    sizes = [len(v) for v in LEVELS.values()]

    def add(column: NDArray[np.bool_], sd: float) -> None:
        if 0 < column[alive].sum() < alive.sum():
            columns.append(column.astype(float))
            precision.append(sd**-2)

    for dimension, size in enumerate(sizes):
        for level in range(1, size):
            add(CELLS[:, dimension] == level, MAIN_PRIOR_SD)
    for a, b in ((0, 1), (2, 3), (0, 2)):
        if all(len(np.unique(CELLS[alive][:, dimension])) > 1 for dimension in (a, b)):
            for i in range(sizes[a]):
                for j in range(sizes[b]):
                    add((CELLS[:, a] == i) & (CELLS[:, b] == j), CROSSED_PRIOR_SD)
    return np.column_stack(columns), np.array(precision)


def _lived_in(population: Floats) -> NDArray[np.bool_]:
    return np.asarray(population.sum(axis=0) > NOTHING * len(population))


@dataclass(frozen=True)
class _Counts:
    """Respondents of one wijk and cell counted once, each for what it is worth (weights, relatives)."""

    x: Floats
    wijk: Integers
    answer: Floats
    count: Floats
    offset: Floats


def _mode(
    rows: _Counts, *, prior: Floats, inverse: Floats, start: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats, float]:
    """The posterior mode of fixed effects and wijk effects, its joint precision, and the log likelihood there."""
    beta, u = start
    x, wijk = rows.x, rows.wijk
    n, p = len(u), x.shape[1]
    hessian = np.empty((p + n, p + n))
    for _ in range(30):
        eta = rows.offset + x @ beta + u[wijk]
        risk = 1 / (1 + np.exp(-eta))
        gap, curve = rows.answer - rows.count * risk, rows.count * risk * (1 - risk)
        weighted = x * curve[:, None]
        hessian[:p, :p] = weighted.T @ x + np.diag(prior)
        cross = np.stack([np.bincount(wijk, weights=weighted[:, k], minlength=n) for k in range(p)])
        hessian[:p, p:], hessian[p:, :p] = cross, cross.T
        hessian[p:, p:] = inverse
        hessian[np.arange(p, p + n), np.arange(p, p + n)] += np.bincount(wijk, weights=curve, minlength=n)
        gradient = np.concatenate(
            [x.T @ gap - prior * beta, np.bincount(wijk, weights=gap, minlength=n) - inverse @ u]
        )
        step = np.linalg.solve(hessian, gradient)
        beta, u = beta + step[:p], u + step[p:]
        if np.abs(step).max() < 1e-3:
            break
    eta = rows.offset + x @ beta + u[wijk]
    likelihood = float(
        (rows.answer * eta - rows.count * np.logaddexp(0, eta)).sum()
        - 0.5 * (prior * beta**2).sum()
        - 0.5 * u @ inverse @ u
    )
    return beta, u, hessian, likelihood


def _level(rows: _Counts, beta: Floats, u: Floats) -> float:
    """What brings the mean of the draws to the answers' own mean: probabilities are curved, so draws about a mode lie above it."""
    expected, curve, mass = 0.0, 0.0, float(rows.count.sum()) * beta.shape[1]
    for draw in range(beta.shape[1]):
        p = 1 / (1 + np.exp(-(rows.offset + rows.x @ beta[:, draw] + u[rows.wijk, draw])))
        expected += float(rows.count @ p)
        curve += float(rows.count @ (p * (1 - p)))
    # The draws keep their own spread about that mean; with few of them only their chance deviation would be corrected away.
    return float(-(expected / mass - float(rows.answer.sum() / rows.count.sum())) / (curve / mass))


def worth(region: Region) -> Floats:
    """What each respondent counts for: survey weights scaled to what all are worth together, less where relatives answer."""
    weight = region.weight * region.weight.sum() / (region.weight**2).sum()
    if region.cluster is None:
        return np.asarray(weight)
    return np.asarray(
        weight / design_effect(region.answer - region.answer.mean(), region.wijk, region.cluster)
    )


@dataclass(frozen=True)
class _Fit:
    """What a fit is made of."""

    rows: _Counts
    cells: Floats
    area: Floats
    known: RiskMeans | None
    prior: Floats  # precision of the cells' effects


def _prepared(region: Region) -> _Fit:
    cells, prior = cell_features(region.population)
    spread = region.covariates.std(axis=0)
    area = (region.covariates - region.covariates.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    mass = worth(region)
    known = risk_means(region, cells, area) if region.risks is not None else None
    if known is None:
        # Respondents of one wijk and cell are alike: count them once.
        key, position = np.unique(region.wijk * len(CELLS) + region.cell, return_inverse=True)
        wijk, cell = np.divmod(key, len(CELLS))
        x, own = np.column_stack([cells[cell], area[wijk]]), np.zeros(len(wijk))
    else:
        wijk, own, position = region.wijk, known.own, np.arange(len(region.wijk))
        x = np.column_stack([cells[region.cell], area[wijk], own - own.mean()])
        prior = np.where(prior == MAIN_PRIOR_SD**-2, BESIDE_RISK_SD**-2, prior)
    answer = np.asarray(np.bincount(position, weights=mass * region.answer), dtype=np.float64)
    count = np.asarray(np.bincount(position, weights=mass), dtype=np.float64)
    return _Fit(_Counts(x, wijk, answer, count, own), cells, area, known, prior)


def _modes(fit: _Fit, grid: list[Point], smooth: Floats) -> tuple[list[tuple[Floats, Floats]], Floats]:
    """At every point the mode with the root of its precision, and the log evidence."""
    rows, n = fit.rows, len(smooth)
    share = float(rows.answer.sum() / rows.count.sum())
    intercept = np.log(share / (1 - share)) if fit.known is None else 0.0
    start = (np.concatenate([[intercept], np.zeros(rows.x.shape[1] - 1)]), np.zeros(n))
    of_risk = [RISK_PRIOR_SD**-2] if fit.known is not None else []
    modes: list[tuple[Floats, Floats]] = []
    evidence: list[float] = []
    inverses: dict[tuple[float, float], tuple[Floats, float]] = {}
    for spread, spatial, scale in grid:
        if (spread, spatial) not in inverses:
            covariance = spread**2 * (spatial * smooth + (1 - spatial) * np.eye(n))
            inverses[spread, spatial] = (
                np.asarray(np.linalg.inv(covariance), dtype=np.float64),
                float(np.linalg.slogdet(covariance)[1]),
            )
        inverse, log_size = inverses[spread, spatial]
        precision = np.concatenate([fit.prior, np.full(fit.area.shape[1], scale**-2), of_risk])
        beta, u, hessian, likelihood = _mode(rows, prior=precision, inverse=inverse, start=start)
        start = (beta, u)
        factor = np.asarray(np.linalg.cholesky(hessian), dtype=np.float64)
        evidence.append(
            likelihood - 0.5 * log_size + 0.5 * float(np.log(precision).sum()) - float(np.log(np.diag(factor)).sum())
            + SPREAD_PUSH * float(np.log(spread)) - 0.5 * (spread / SPREAD_PRIOR) ** 2
        )  # fmt: skip
        modes.append((np.concatenate([beta, u]), factor))
    return modes, np.array(evidence)


def _percentages(
    fit: _Fit, theta: Floats, alive: NDArray[np.bool_], population: Floats, rng: np.random.Generator
) -> list[Floats]:
    """The percentage of every wijk for each draw of effects (columns of `theta`)."""
    p, known = fit.rows.x.shape[1], fit.known
    theta[0] += _level(fit.rows, theta[:p], theta[p:])
    first, width = fit.cells.shape[1], fit.area.shape[1]
    fixed, effect = fit.cells[alive] @ theta[:first], fit.area @ theta[first : first + width] + theta[p:]
    out = []
    for draw in range(theta.shape[1]):
        log_odds = fixed[:, draw][None, :] + effect[:, draw][:, None]
        if known is not None:
            follows = 1 + theta[p - 1, draw]
            setting = rng.choice(len(known.weight), p=known.weight)
            of_wijk = known.value[setting] + np.sqrt(known.variance[setting]) * rng.standard_normal(
                len(population)
            )
            of_risk = known.cells[alive][None, :] + of_wijk[:, None]
            log_odds += of_risk + (follows - 1) * (of_risk - known.own.mean())
            # The mean of probabilities whose log odds are spread: nearer to a half than the probability of the mean.
            log_odds /= np.sqrt(1 + LOGISTIC_NORMAL * follows**2 * known.inside)
        out.append(100 * (population / (1 + np.exp(-log_odds))).sum(axis=1))
    return out


def fit_areas(
    region: Region,
    *,
    draws: int = 400,
    seed: int = 0,
    spreads: tuple[float, ...] = SPREADS,
    spatial_shares: tuple[float, ...] = SPATIAL_SHARES,
    scales: tuple[float, ...] = SCALES,
    points: tuple[tuple[Point, float], ...] = (),
) -> AreaPosterior:
    """The posterior of every wijk's percentage: sampling, model and smoothing uncertainty together.

    Args:
        region: Population, survey and neighbours, and perhaps the individual risk of participants.
        draws: How many draws stand for the posterior.
        seed: The seed of the draws.
        spreads: How far wijken may differ beyond what is known of them; the true one alone, to see what is attainable.
        spatial_shares: How much of that neighbours share; likewise.
        scales: How much the characteristics of wijken may matter.
        points: Only these combinations, each with its probability: those of an earlier fit on nearly the same people.
    """
    fit = _prepared(region)
    given = dict(points)
    grid = list(given) or list(product(spreads, spatial_shares, scales))
    modes, evidence = _modes(fit, grid, spatial_covariance(len(region.population), region.neighbours))
    # The grid of spreads is not even: each point stands for the stretch around it.
    apart = np.gradient(np.array(spreads)) if len(spreads) > 1 else np.ones(1)
    stretch = dict(zip(spreads, apart, strict=True))
    weight = (
        np.array(list(given.values()))
        if given
        else np.exp(evidence - evidence.max()) * np.array([stretch[spread] for spread, _, _ in grid])
    )
    weight = weight / weight.sum()
    numbers = np.random.default_rng([seed, 42]).multinomial(draws, weight)
    rng = np.random.default_rng([seed, 43])
    alive = _lived_in(region.population)
    population = region.population[:, alive] / region.population.sum(axis=1, keepdims=True)
    out: list[Floats] = []
    for (mode, factor), number in zip(modes, numbers, strict=True):
        if number:
            theta = mode[:, None] + WIDER * np.linalg.solve(
                factor.T, rng.standard_normal((len(mode), number))
            )
            out += _percentages(fit, theta, alive, population, rng)
    likely = sorted(zip(grid, weight.tolist(), strict=True), key=lambda pair: -pair[1])[:LIKELY]
    return AreaPosterior(np.array(out), tuple(likely))
