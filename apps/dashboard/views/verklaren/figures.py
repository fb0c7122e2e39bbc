"""Which determinants go with an outcome between areas: each alone, all together by two models, and how stable that is.

One model is regularised (ridge, with limits from drawing whole gemeenten anew); the other gives each gemeente a level of its own
(`statistics.random_intercept`), so that a determinant is compared between wijken of one gemeente as well as between gemeenten.


Sources: Hoerl & Kennard, Technometrics 1970;12:55-67 (ridge); Golub, Heath & Wahba, Technometrics 1979;21:215-223 (choice of the
penalty by generalised cross-validation); VanderWeele & Ding, Ann Intern Med 2017;167:268-274
(E-value; a standardised coefficient b is
read as a risk ratio exp(0.91 b)). Whole gemeenten are drawn anew, since wijken of one gemeente are not independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Cube
from datawerkplaats.statistics import RandomIntercept, random_intercept, weighted_correlation

Floats = npt.NDArray[np.float64]
DRAWS = 300
LEAST_AREAS, AREAS_PER_TERM = 25, 5
STABLE = 0.95
PENALTIES = np.geomspace(1e-4, 10.0, 25)


class Limits(NamedTuple):
    """A coefficient with its 95 % limits."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Term:
    """One determinant: alone (r) and beside the others (standardised coefficient), with limits and how stable its sign is."""

    indicator: str
    alone: float
    alone_lower: float
    alone_upper: float
    together: float
    lower: float
    upper: float
    same_sign: float
    e_value: float
    e_value_limit: float
    multilevel: Limits | None = None
    multilevel_alone: Limits | None = None

    @property
    def agrees(self) -> bool:
        """Whether the multilevel model gives the same direction with limits that leave out zero; True where there is none."""
        found = self.multilevel
        if found is None:
            return True
        return (found.lower > 0 or found.upper < 0) and (found.value > 0) == (self.together > 0)

    @property
    def stands(self) -> bool:
        """Whether it goes with the outcome beside the others: in both models limits without zero and one sign.

        The sign has to hold in nearly all draws too.
        """
        return (self.lower > 0 or self.upper < 0) and self.same_sign >= STABLE and self.agrees


@dataclass(frozen=True)
class Explanation:
    """All terms, how much of the differences they go with, the number of areas, or the reason for none."""

    terms: tuple[Term, ...]
    r2: float
    areas: int
    penalty: float
    reason: str
    gemeenten: int = 0
    between: float | None = (
        None  # share of the differences that lies between gemeenten, before any determinant
    )
    between_left: float | None = None  # the same of what the determinants leave
    multilevel_reason: str = ""


def _ridge(x: Floats, y: Floats, w: Floats, penalty: float) -> Floats:
    weighted = x * w[:, None]
    return np.asarray(
        np.linalg.solve(x.T @ weighted + penalty * np.eye(x.shape[1]), weighted.T @ y), dtype=np.float64
    )


def _standard(values: Floats, w: Floats) -> Floats:
    mean = np.average(values, axis=0, weights=w)
    spread = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=w))
    return np.asarray((values - mean) / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def choose_penalty(x: Floats, y: Floats, w: Floats) -> float:
    """The penalty with the lowest generalised cross-validation error; `w` sums to 1."""
    root = np.sqrt(w)
    left, singular, _ = np.linalg.svd(x * root[:, None], full_matrices=False)
    target = y * root
    inside = left.T @ target
    rest = float(target @ target - inside @ inside)
    scores = []
    for penalty in PENALTIES:
        shrink = penalty / (singular**2 + penalty)
        error = rest + float(np.sum((shrink * inside) ** 2))
        freedom = len(y) - float(np.sum(1 - shrink)) - 1
        scores.append(error / max(freedom, 1e-9) ** 2)
    return float(PENALTIES[int(np.argmin(scores))])


def e_value(coefficient: float) -> float:
    """How strongly something unmeasured would have to go with both to explain the association away (as a risk ratio)."""
    ratio = float(np.exp(0.91 * abs(coefficient)))
    return ratio + float(np.sqrt(ratio * (ratio - 1)))


def explain_outcome(
    cube: Cube, outcome: str, determinants: list[str], *, draws: int = DRAWS, seed: int = 0
) -> Explanation:
    """The determinants of an outcome between areas; with a reason instead where there are too few areas."""
    y = cube.columns[outcome]
    x = (
        np.column_stack([cube.columns[name] for name in determinants])
        if determinants
        else np.empty((y.size, 0))
    )
    known = ~(np.isnan(y) | np.isnan(x).any(axis=1)) & (cube.population > 0)
    n, k = int(known.sum()), x.shape[1]
    if not k or n < max(LEAST_AREAS, AREAS_PER_TERM * k):
        return Explanation((), float("nan"), n, float("nan"), "too_few_areas")
    y, x, w = y[known], x[known], cube.population[known]
    if cube.modelled[outcome] or any(cube.modelled[name] for name in determinants):
        return Explanation((), float("nan"), n, float("nan"), "modelled_series")
    if float(np.ptp(y)) == 0 or (np.ptp(x, axis=0) == 0).any():
        return Explanation((), float("nan"), n, float("nan"), "no_variation")
    share = w / w.sum()
    zx, zy = _standard(x, w), _standard(y, w)
    penalty = choose_penalty(zx, zy, share)
    centre = _ridge(zx, zy, share, penalty)
    fitted = zx @ centre
    r2 = 1 - float(np.sum(share * (zy - fitted) ** 2)) / float(np.sum(share * zy**2))
    names = np.array([cube.gemeenten[i] or cube.codes[i] for i in np.flatnonzero(known)])
    drawn = _resampled(zx, zy, w, names, penalty, draws, seed)
    whole = random_intercept(zy, zx, names, weights=w)
    empty = random_intercept(zy, zx[:, :0], names, weights=w)
    terms = []
    for index, name in enumerate(determinants):
        alone = weighted_correlation(x[:, index], y, w)
        lower, upper = (float(limit) for limit in np.quantile(drawn[:, index], (0.025, 0.975)))
        single = whole if whole.reason else random_intercept(zy, zx[:, [index]], names, weights=w)
        near = 0.0 if lower <= 0 <= upper else min(abs(lower), abs(upper))
        terms.append(
            Term(
                name,
                alone.r,
                alone.lower,
                alone.upper,
                float(centre[index]),
                lower,
                upper,
                float((np.sign(drawn[:, index]) == np.sign(centre[index])).mean()),
                e_value(float(centre[index])),
                e_value(near),
                _limits(whole, index),
                _limits(single, 0),
            )
        )
    ordered = sorted(terms, key=lambda term: -abs(term.together))
    before, after = (None, None) if whole.reason else (empty.between, whole.between)
    return Explanation(tuple(ordered), r2, n, penalty, "", whole.groups, before, after, whole.reason)


@cached(64)
def cached_explanation(
    key: tuple[object, ...], _cube: Cube, outcome: str, determinants: tuple[str, ...]
) -> Explanation:
    """The explanation, computed once per publication, level, extent and choice."""
    return explain_outcome(_cube, outcome, list(determinants))


def _limits(fitted: RandomIntercept, index: int) -> Limits | None:
    if fitted.reason:
        return None
    return Limits(float(fitted.coefficients[index]), float(fitted.lower[index]), float(fitted.upper[index]))


def _resampled(
    x: Floats, y: Floats, w: Floats, clusters: npt.NDArray[np.str_], penalty: float, draws: int, seed: int
) -> Floats:
    """Coefficients over draws of whole clusters."""
    random = np.random.default_rng(seed)
    labels, member = np.unique(clusters, return_inverse=True)
    results = np.empty((draws, x.shape[1]))
    for draw in range(draws):
        times = np.bincount(random.integers(0, labels.size, labels.size), minlength=labels.size)[member] * w
        share = times / times.sum()
        results[draw] = _ridge(x - share @ x, y - share @ y, share, penalty)
    return results
