"""The estimates that a better one has to beat: survey alone, gemeente mean, regression alone, and Fay-Herriot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from ml.small_area.world import Region

Floats = NDArray[np.float64]
RIDGE = 1e-6  # shares of groups add up to one


@dataclass(frozen=True)
class Estimates:
    """Percentages per wijk with 90 % limits (nan where the method gives none)."""

    value: Floats
    lower: Floats
    upper: Floats


def direct(region: Region) -> Estimates:
    """The weighted share among the wijk's own respondents, with a Wilson interval on the effective number."""
    n = len(region.population)
    mass = np.bincount(region.wijk, weights=region.weight, minlength=n)
    share = np.bincount(region.wijk, weights=region.weight * region.answer, minlength=n) / np.maximum(
        mass, 1e-9
    )
    effective = np.maximum(
        mass**2 / np.maximum(np.bincount(region.wijk, weights=region.weight**2, minlength=n), 1e-9), 1.0
    )
    z2 = 1.645**2
    middle = (share + z2 / (2 * effective)) / (1 + z2 / effective)
    half = 1.645 * np.sqrt(share * (1 - share) / effective + z2 / (4 * effective**2)) / (1 + z2 / effective)
    return Estimates(100 * share, 100 * (middle - half), 100 * (middle + half))


def flat(region: Region) -> Estimates:
    """Every wijk gets the weighted share of all respondents."""
    value = np.full(len(region.population), 100 * float(np.average(region.answer, weights=region.weight)))
    return Estimates(value, np.full_like(value, np.nan), np.full_like(value, np.nan))


def gemeente_mean(region: Region) -> Estimates:
    """Every wijk gets its gemeente's weighted share; where nobody of the gemeente took part, that of all."""
    position = region.gemeente[region.wijk]
    n = int(region.gemeente.max()) + 1
    mass = np.bincount(position, weights=region.weight, minlength=n)
    share = np.bincount(position, weights=region.weight * region.answer, minlength=n) / np.maximum(mass, 1e-9)
    share = np.where(mass > 0, share, np.average(region.answer, weights=region.weight))
    value = 100 * share[region.gemeente]
    return Estimates(value, np.full_like(value, np.nan), np.full_like(value, np.nan))


def area_features(region: Region) -> Floats:
    """Composition and covariates per wijk, standardised, with an intercept."""
    from ml.small_area.world import CELLS, LEVELS

    share = region.population / region.population.sum(axis=1, keepdims=True)
    columns = [
        share[:, CELLS[:, d] == level].sum(axis=1)
        for d, name in enumerate(LEVELS)
        for level in range(1, len(LEVELS[name]))
    ]
    table = np.column_stack([*columns, region.covariates])
    table = table[:, table.std(axis=0) > 1e-9]  # groups that live nowhere, or everywhere alike, tell nothing
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    return np.column_stack([np.ones(len(table)), table])


def fay_herriot(region: Region) -> tuple[Estimates, Floats]:
    """Arcsine Fay-Herriot by REML; also the regression alone (the synthetic estimate)."""
    survey = direct(region)
    n = len(survey.value)
    mass = np.bincount(region.wijk, weights=region.weight, minlength=n)
    squares = np.bincount(region.wijk, weights=region.weight**2, minlength=n)
    seen = mass > 0
    effective = np.where(seen, mass**2 / np.maximum(squares, 1e-9), 0.5)
    y = np.arcsin(np.sqrt(np.clip(survey.value / 100, 0, 1)))
    sampling = 1 / (4 * effective)
    x = area_features(region)

    def negative(log_variance: float) -> float:
        total = np.exp(log_variance) + sampling[seen]
        xs = x[seen] / total[:, None]
        information = xs.T @ x[seen] + RIDGE * np.eye(x.shape[1])
        beta = np.linalg.solve(information, xs.T @ y[seen])
        rest = y[seen] - x[seen] @ beta
        return 0.5 * float(np.log(total).sum() + (rest**2 / total).sum() + np.linalg.slogdet(information)[1])

    variance = float(np.exp(minimize_scalar(negative, bounds=(-12, 0), method="bounded").x))
    total = variance + sampling[seen]
    covariance = np.linalg.inv((x[seen] / total[:, None]).T @ x[seen] + RIDGE * np.eye(x.shape[1]))
    beta = covariance @ ((x[seen] / total[:, None]).T @ y[seen])
    shrink = np.where(seen, variance / (variance + sampling), 0.0)
    middle = x @ beta + shrink * (np.where(seen, y, 0.0) - x @ beta)
    error = shrink * sampling + (1 - shrink) ** 2 * np.einsum("ij,jk,ik->i", x, covariance, x)
    error = np.where(seen, error, variance + np.einsum("ij,jk,ik->i", x, covariance, x))
    # How uncertain the variance itself is (Prasad and Rao): matters where shrinking is strong.
    error += 2 * sampling**2 * (variance + sampling) ** -3.0 * 2 / (1 / total**2).sum()
    half = 1.645 * np.sqrt(error)

    def back(angle: Floats) -> Floats:
        return np.asarray(100 * np.sin(np.clip(angle, 0, np.pi / 2)) ** 2)

    return Estimates(back(middle), back(middle - half), back(middle + half)), back(x @ beta)
