"""Association between two figures over areas: weighted by population, adjusted for others, with an interval.

Sources: Fisher RA, Metron 1921;1:3-32 (z transform; n - k - 3 degrees for a partial correlation with k
controls); Kish 1965 for the effective number of areas under unequal weights. An association is not a cause,
and not one between persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from datawerkplaats.statistics import nested
from datawerkplaats.statistics.intervals import critical_value, kish_design_effect
from datawerkplaats.statistics.reasons import Floats, as_floats

_MINIMUM_AREAS = 5
_LINE_FROM_R2 = 0.15


@dataclass(frozen=True)
class Correlation:
    """r with limits and p value, how many areas it rests on, whether a line may be drawn, and the reason for
    none.
    """

    r: float
    lower: float
    upper: float
    p_value: float
    r2: float
    slope: float
    intercept: float
    areas: int
    effective_areas: float
    draw_line: bool
    reason: str
    clusters: int = 0  # larger areas that the limits allow for; 0 where each area stands for itself


def _residual(target: Floats, controls: Floats, root: Floats) -> Floats:
    design = np.column_stack([np.ones(target.size), controls]) * root[:, None]
    coefficients = np.linalg.lstsq(design, target * root, rcond=None)[0]
    return np.asarray(
        target - np.column_stack([np.ones(target.size), controls]) @ coefficients, dtype=np.float64
    )


def weighted_correlation(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    controls: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    clusters: npt.ArrayLike | None = None,
    refused_because: str = "",
) -> Correlation:
    """The (partial) correlation of x and y over areas, weighted, with Fisher limits at the effective number
    of areas.

    r = Sxy / sqrt(Sxx Syy) of the residuals after a weighted regression on the controls; limits tanh(atanh r
    -/+ z / sqrt(n_eff - k - 3)), n_eff = (sum w)^2 / sum w^2. The line y = intercept + slope x belongs to the
    residuals' slope and may be drawn where r^2 exceeds 0.15.

    Args:
        x: One value per area; areas with anything missing are left out.
        y: The other value per area.
        weights: Population per area; equal weights if absent.
        controls: Columns to adjust for.
        confidence: Confidence of the limits.
        clusters: The larger area that each area lies in (gemeente of a wijk). The limits then come from leaving out one of
            them at a time, on the scale of atanh r; with fewer than six of them there are none.
        refused_because: A reason from `guards.pair_reason`, which stops the calculation.
    """
    x, y = as_floats(x), as_floats(y)
    w = np.ones(x.size) if weights is None else as_floats(weights)
    others = np.empty((x.size, 0)) if controls is None else as_floats(controls).reshape(x.size, -1)
    known = ~(np.isnan(x) | np.isnan(y) | np.isnan(others).any(axis=1)) & (w > 0)
    within = None if clusters is None else np.asarray(clusters)[known]
    x, y, w, others = x[known], y[known], w[known], others[known]
    n, k = int(known.sum()), others.shape[1]
    effective = n / kish_design_effect(w) if n else 0.0
    nan = float("nan")

    def refusal(reason: str) -> Correlation:
        return Correlation(nan, nan, nan, nan, nan, nan, nan, n, effective, False, reason)

    if refused_because:
        return refusal(refused_because)
    if n < _MINIMUM_AREAS or effective - k - 3 <= 0:
        return refusal("fewer_than_5_areas")
    root = np.sqrt(w)
    across, along = _residual(x, others, root), _residual(y, others, root)
    sxx, syy, sxy = (float(np.sum(w * a * b)) for a, b in ((across, across), (along, along), (across, along)))
    # Residuals of a constant are not quite 0; compare them with the values they come from.
    if (
        sxx <= 1e-20 * float(np.sum(w * x * x))
        or syy <= 1e-20 * float(np.sum(w * y * y))
        or sxx == 0
        or syy == 0
    ):
        return refusal("no_variation")
    r = float(np.clip(sxy / np.sqrt(sxx * syy), -1, 1))
    slope = sxy / sxx
    intercept = float(np.average(y, weights=w) - slope * np.average(x, weights=w))
    with np.errstate(divide="ignore"):
        turned = float(np.arctanh(r))
    larger = 0
    if within is None:
        scale = float(np.sqrt(effective - k - 3))
        half = critical_value(confidence) / scale
        ends = turned - half, turned + half
        p_value = float(2 * special.ndtr(-abs(turned) * scale))
    else:
        number, larger = nested.numbered(within)
        if larger < nested.MINIMUM_CLUSTERS:
            return refusal("fewer_than_6_clusters")
        error = _error_of_clusters(x, y, others, w, number, larger)
        ends = nested.student_limits(turned, error, larger, confidence)
        p_value = nested.student_p_value(turned, error, larger)
    lower, upper = float(np.tanh(ends[0])), float(np.tanh(ends[1]))
    return Correlation(
        r, lower, upper, p_value, r * r, slope, intercept, n, effective, r * r > _LINE_FROM_R2, "", larger
    )


def _error_of_clusters(
    x: Floats, y: Floats, others: Floats, w: Floats, number: npt.NDArray[np.int64], count: int
) -> float:
    """The jackknife error of atanh r: every r without one cluster, from cross products, so that nothing is fitted anew."""
    columns = np.column_stack([x, y, others])
    # Scaled first, or the inverse below would suffer from units that are far apart.
    columns = (columns - np.average(columns, axis=0, weights=w)) / columns.std(axis=0)
    design = np.column_stack([np.ones(x.size), columns])
    products = nested.cluster_sums(w[:, None, None] * design[:, :, None] * design[:, None, :], number, count)
    left = products.sum(axis=0) - products
    precision = np.linalg.pinv(left, hermitian=True)
    with np.errstate(all="ignore"):
        r = -precision[:, 1, 2] / np.sqrt(precision[:, 1, 1] * precision[:, 2, 2])
        return float(nested.jackknife_error(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))))
