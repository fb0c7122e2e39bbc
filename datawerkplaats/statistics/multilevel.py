"""Regression for areas that lie in groups, such as wijken in gemeenten: each group has a level of its own.

Random-intercept model y = X b + u(group) + e, fitted by restricted maximum likelihood: Patterson HD & Thompson R,
Biometrika 1971;58:545-554. The covariance within a group has one shared value, so its inverse is known in closed form
(Sherman & Morrison) and only the ratio of the two variances is searched. Limits of a coefficient use Student's t with as
many degrees of freedom as there are groups left over, since areas of one group are not independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from datawerkplaats.statistics.distributions import student_quantile
from datawerkplaats.statistics.reasons import Floats, as_floats

_LEAST_GROUPS = 6
_LARGEST_RATIO = 1e8


@dataclass(frozen=True)
class RandomIntercept:
    """Coefficients with limits, the share of the remaining differences that lies between groups, or a reason for none.

    `coefficients`, `lower` and `upper` have one entry per column of the predictors; the intercept is left out.
    """

    coefficients: Floats
    lower: Floats
    upper: Floats
    between: float
    variance_between: float
    variance_within: float
    groups: int
    reason: str


def _refused(terms: int, groups: int, reason: str) -> RandomIntercept:
    none = np.full(terms, np.nan)
    return RandomIntercept(none, none, none, np.nan, np.nan, np.nan, groups, reason)


def random_intercept(
    y: npt.ArrayLike,
    predictors: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> RandomIntercept:
    """The random-intercept model by restricted maximum likelihood; without predictors its share between groups only.

    Args:
        y: The figure of each area, without gaps.
        predictors: One row per area, one column per predictor; perhaps no column.
        groups: The group of each area.
        weights: How surely each area is known, such as its residents; all equal if absent. Brought to a mean of 1.
        confidence: Level of the limits.
    """
    target, x = as_floats(y), as_floats(predictors)
    design = np.column_stack([np.ones(target.size), x.reshape(target.size, -1)])
    terms = design.shape[1] - 1
    labels, member = np.unique(np.asarray(groups), return_inverse=True)
    w = np.ones(target.size) if weights is None else as_floats(weights)
    if np.isnan(target).any() or np.isnan(design).any() or np.isnan(w).any():
        return _refused(terms, labels.size, "missing_input")
    if (w <= 0).any():
        return _refused(terms, labels.size, "invalid_input")
    freedom = labels.size - 1 - terms
    if labels.size < _LEAST_GROUPS or freedom < 1 or labels.size == target.size:
        return _refused(terms, labels.size, "fewer_than_6_groups")
    spread = np.ptp(design[:, 1:], axis=0) if terms else np.ones(1)
    if np.ptp(target) == 0 or (spread == 0).any() or np.linalg.matrix_rank(design) <= terms:
        return _refused(terms, labels.size, "no_variation")
    w = w / w.mean()
    sums = _Sums(design, target, w, member, labels.size)

    def loss(log_ratio: float) -> float:
        return sums.loss(float(np.exp(log_ratio)))

    found = optimize.minimize_scalar(loss, bounds=(np.log(1e-6), np.log(_LARGEST_RATIO)), method="bounded")
    ratio = float(np.exp(found.x)) if found.fun < sums.loss(0.0) else 0.0
    information, coefficients, within = sums.fit(ratio)
    error = np.sqrt(within * np.diag(np.linalg.inv(information)))[1:]
    reach = float(student_quantile((1 + confidence) / 2, freedom)) * error
    b = coefficients[1:]
    return RandomIntercept(
        b, b - reach, b + reach, ratio / (1 + ratio), ratio * within, within, int(labels.size), ""
    )


class _Sums:
    """The sums per group from which the likelihood follows for every ratio of the variances."""

    def __init__(
        self, design: Floats, y: Floats, w: Floats, member: npt.NDArray[np.intp], groups: int
    ) -> None:
        both = np.column_stack([design, y])
        self.terms, self.areas = design.shape[1], y.size
        self.crossed = both.T @ (both * w[:, None])
        self.weight = np.bincount(member, w, groups)
        self.totals = np.column_stack([np.bincount(member, w * column, groups) for column in both.T])

    def _products(self, ratio: float) -> Floats:
        shrink = ratio / (1 + ratio * self.weight)
        return np.asarray(self.crossed - (self.totals * shrink[:, None]).T @ self.totals, dtype=np.float64)

    def fit(self, ratio: float) -> tuple[Floats, Floats, float]:
        """Information matrix, coefficients and the variance within groups for a ratio of variances."""
        products = self._products(ratio)
        information, moments = products[: self.terms, : self.terms], products[: self.terms, self.terms]
        coefficients = np.linalg.solve(information, moments)
        rest = float(products[self.terms, self.terms] - moments @ coefficients)
        within = max(rest, 1e-300) / (self.areas - self.terms)
        return information, np.asarray(coefficients, dtype=np.float64), within

    def loss(self, ratio: float) -> float:
        """Minus twice the restricted log-likelihood, but for a constant."""
        information, _, within = self.fit(ratio)
        _, determinant = np.linalg.slogdet(information)
        spread = float(np.log1p(ratio * self.weight).sum())
        return float((self.areas - self.terms) * np.log(within) + spread + determinant)
