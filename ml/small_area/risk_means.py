"""The mean individual risk of a wijk as what it is: a characteristic measured with error, on few participants.

Stage one of a model with a covariate measured with error (Ybarra and Lohr 2008): the means of the participants' log odds are
themselves estimated for small areas (Fay and Herriot), and how unsure they are enters the estimates of the outcome. A wijk with few
participants gets what its composition predicts, and where wijken do not differ in risk all get the same. What a respondent's own
risk explains of the own outcome is taken off before outcomes say anything about a place: one accident of who took part does not
count twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.small_area.world import Region, Risks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# How far wijken may differ in risk beside composition, on the log odds.
SPREADS = (0.0, 0.03, 0.06, 0.1, 0.14, 0.19, 0.25, 0.32, 0.4, 0.5, 0.65, 0.8)
RIDGE = 1.0  # people: as much as one person's weight holds the cells' means together


@dataclass(frozen=True)
class RiskMeans:
    """Log odds of risk: of each participant, and the distribution of them in every wijk and cell."""

    own: Floats  # of each respondent of the survey
    cells: Floats  # mean of each cell
    value: Floats  # what a wijk's people differ beside their cells, for each possible spread of wijken: spreads x wijken
    variance: Floats  # how unsure that is, likewise
    weight: Floats  # how likely each spread is
    inside: float  # variance between people of one wijk and cell


def design_effect(residual: Floats, wijk: Integers, cluster: Integers) -> float:
    """How many times more alike relatives are than strangers: the variance of a mean over that of as many strangers."""
    inside = residual - _mean(residual, wijk, int(wijk.max()) + 1)[wijk]
    _, family = np.unique(cluster, return_inverse=True)
    together = np.bincount(family, weights=inside)
    return max(1.0, float((together**2).sum() / (inside**2).sum()))


def risk_means(region: Region, cells: Floats, area: Floats) -> RiskMeans:
    """The means per wijk.

    Args:
        region: With its participants' risks.
        cells: Features of every cell; what cells differ is left to them.
        area: Standardised characteristics of the wijken.
    """
    assert region.risks is not None
    risks: Risks = region.risks
    n = len(region.population)
    p = np.clip(risks.value, 1e-4, 1 - 1e-4)
    log_odds = np.log(p / (1 - p))
    x = cells[risks.cell]
    beta = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ log_odds)
    residual = log_odds - x @ beta
    middle = float(residual.mean())
    residual = residual - middle
    count = np.bincount(risks.wijk, minlength=n).astype(float)
    here = count > 0
    mean = _mean(residual, risks.wijk, n)
    inside = float(((residual - mean[risks.wijk]) ** 2).sum() / max(len(residual) - here.sum(), 1))
    sampling = inside * design_effect(residual, risks.wijk, risks.cluster) / np.maximum(count, 0.1)
    table = np.column_stack([np.ones(n), area])
    prior = np.diag(
        [1e-6, *np.full(area.shape[1], 25.0)]
    )  # a standard deviation more moves the log odds by about 0.2 at most

    def fitted(variance: float) -> tuple[Floats, Floats, float]:
        total = variance + sampling[here]
        weighted = table[here] / total[:, None]
        information = weighted.T @ table[here] + prior
        covariance = np.linalg.inv(information)
        line = table @ (covariance @ (weighted.T @ mean[here]))
        rest = mean[here] - line[here]
        loss = 0.5 * float(np.log(total).sum() + (rest**2 / total).sum() + np.linalg.slogdet(information)[1])
        pull = np.where(here, variance / (variance + sampling), 0.0)
        unsure = (1 - pull) * variance + (1 - pull) ** 2 * np.einsum("ij,jk,ik->i", table, covariance, table)
        return line + pull * (np.where(here, mean, line) - line), unsure, loss

    values, variances, losses = zip(*(fitted(spread**2) for spread in SPREADS), strict=True)
    weight = np.exp(min(losses) - np.array(losses)) * np.gradient(np.array(SPREADS))
    return RiskMeans(
        log_odds[risks.answered], middle + cells @ beta, np.array(values), np.array(variances), weight / weight.sum(), inside
    )  # fmt: skip


def _mean(values: Floats, wijk: Integers, n: int) -> Floats:
    return np.asarray(
        np.bincount(wijk, weights=values, minlength=n) / np.maximum(np.bincount(wijk, minlength=n), 1)
    )
