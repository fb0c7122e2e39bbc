"""Multilevel regression with post-stratification: people in cells, wijken with neighbours, by Laplace approximation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.small_area.world import CELLS, LEVELS, Region, spatial_covariance

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SPREADS = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.38)
SPATIAL_SHARES = (0.1, 0.35, 0.6, 0.8, 0.95)
MAIN_PRIOR_SD, CROSSED_PRIOR_SD = 2.0, 0.2
# The spread of wijken is not taken for nothing when the survey says little about it: too small a spread hides real differences.
SPREAD_PRIOR, SPREAD_AWAY_FROM_ZERO = 0.4, 2.0


@dataclass(frozen=True)
class AreaPosterior:
    """Draws of the percentage of every wijk: draws x wijken."""

    draws: Floats

    def interval(self, coverage: float = 0.90) -> tuple[Floats, Floats, Floats]:
        """Mean, lower and upper limit per wijk."""
        low, high = np.quantile(self.draws, [(1 - coverage) / 2, (1 + coverage) / 2], axis=0)
        return self.draws.mean(axis=0), low, high

    def top_probability(self, share: float = 0.10) -> Floats:
        """The probability of being among the highest tenth: what may be said instead of a ranking."""
        count = max(1, round(share * self.draws.shape[1]))
        ranks = (-self.draws).argsort(axis=1).argsort(axis=1)
        return np.asarray((ranks < count).mean(axis=0))


def cell_features() -> tuple[Floats, Floats]:
    """Main effects and crossed effects of each cell, with the prior precision of each column."""
    columns: list[Floats] = [np.ones(len(CELLS))]
    precision = [1e-4]
    sizes = [len(v) for v in LEVELS.values()]
    for dimension, size in enumerate(sizes):
        for level in range(1, size):
            columns.append((CELLS[:, dimension] == level).astype(float))
            precision.append(MAIN_PRIOR_SD**-2)
    for a, b in ((0, 1), (2, 3), (0, 2)):
        for i in range(sizes[a]):
            for j in range(sizes[b]):
                columns.append(((CELLS[:, a] == i) & (CELLS[:, b] == j)).astype(float))
                precision.append(CROSSED_PRIOR_SD**-2)
    return np.column_stack(columns), np.array(precision)


def _mode(
    x: Floats,
    wijk: Integers,
    answer: Floats,
    count: Floats,
    *,
    prior: Floats,
    inverse: Floats,
    start: tuple[Floats, Floats],
) -> tuple[Floats, Floats, Floats, float]:
    """The posterior mode of fixed effects and wijk effects, its joint precision, and the log likelihood there."""
    beta, u = start
    n, p = len(u), x.shape[1]
    hessian = np.empty((p + n, p + n))
    for _ in range(30):
        eta = x @ beta + u[wijk]
        risk = 1 / (1 + np.exp(-eta))
        gap, curve = answer - count * risk, count * risk * (1 - risk)
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
    eta = x @ beta + u[wijk]
    likelihood = float(
        (answer * eta - count * np.logaddexp(0, eta)).sum()
        - 0.5 * (prior * beta**2).sum()
        - 0.5 * u @ inverse @ u
    )
    return beta, u, hessian, likelihood


def fit_areas(
    region: Region,
    *,
    draws: int = 400,
    seed: int = 0,
    spreads: tuple[float, ...] = SPREADS,
    spatial_shares: tuple[float, ...] = SPATIAL_SHARES,
) -> AreaPosterior:
    """The posterior of every wijk's percentage: sampling, model and smoothing uncertainty together.

    Args:
        region: Population, survey and neighbours.
        draws: How many draws stand for the posterior.
        seed: The seed of the draws.
        spreads: How far wijken may differ beyond what is known of them; the true one alone, to see what is attainable.
        spatial_shares: How much of that neighbours share; likewise.
    """
    n = len(region.population)
    cells, prior = cell_features()
    area = (region.covariates - region.covariates.mean(axis=0)) / region.covariates.std(axis=0)
    prior = np.concatenate([prior, np.full(area.shape[1], 1.0)])
    # Respondents of one wijk and cell are alike: count them once.
    key, position = np.unique(region.wijk * len(CELLS) + region.cell, return_inverse=True)
    wijk, cell = np.divmod(key, len(CELLS))
    count = np.bincount(position).astype(float)
    answer = np.bincount(position, weights=region.answer).astype(float)
    x = np.column_stack([cells[cell], area[wijk]])
    smooth = spatial_covariance(n, region.neighbours)
    share = float(region.answer.mean())
    start = (np.concatenate([[np.log(share / (1 - share))], np.zeros(x.shape[1] - 1)]), np.zeros(n))
    points = []
    for spatial in spatial_shares:
        base = spatial * smooth + (1 - spatial) * np.eye(n)
        base_inverse, base_log = np.linalg.inv(base), float(np.linalg.slogdet(base)[1])
        for spread in spreads:
            beta, u, hessian, likelihood = _mode(
                x,
                wijk,
                answer,
                count,
                prior=prior,
                inverse=np.asarray(base_inverse / spread**2, dtype=np.float64),
                start=start,
            )
            start = (beta, u)
            factor = np.linalg.cholesky(hessian)
            log_prior = SPREAD_AWAY_FROM_ZERO * float(np.log(spread)) - 0.5 * (spread / SPREAD_PRIOR) ** 2
            evidence = (
                likelihood
                - 0.5 * (base_log + 2 * n * np.log(spread))
                - float(np.log(np.diag(factor)).sum())
                + log_prior
            )
            points.append((evidence, np.concatenate([beta, u]), factor))
    evidence = np.array([point[0] for point in points])
    # The grid of spreads is not even: each point stands for the stretch around it.
    stretch = np.tile(np.gradient(np.array(spreads)) if len(spreads) > 1 else np.ones(1), len(spatial_shares))
    weight = np.exp(evidence - evidence.max()) * stretch
    numbers = np.random.default_rng([seed, 42]).multinomial(draws, weight / weight.sum())
    rng = np.random.default_rng([seed, 43])
    population = region.population / region.population.sum(axis=1, keepdims=True)
    p, out = x.shape[1], []
    for (_, mode, factor), number in zip(points, numbers, strict=True):
        if not number:
            continue
        theta = mode[:, None] + np.linalg.solve(factor.T, rng.standard_normal((len(mode), number)))
        fixed, effect = cells @ theta[: cells.shape[1]], area @ theta[cells.shape[1] : p] + theta[p:]
        for draw in range(number):
            risk = 1 / (1 + np.exp(-(fixed[:, draw][None, :] + effect[:, draw][:, None])))
            out.append(100 * (population * risk).sum(axis=1))
    return AreaPosterior(np.array(out))
