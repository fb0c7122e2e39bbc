"""How much areas differ beyond what chance explains, and limits that allow for it.

With tens of thousands of inhabitants chance is next to nothing, so that nearly every area "differs from the country" on
a register count. Held against the spread *between areas* only those stand out that are unlike the others.

Source: Spiegelhalter DJ, Qual Saf Health Care 2005;14:347-351 (handling over-dispersion of performance indicators): the
dispersion phi is the mean square of z scores that are winsorised at 10 per cent, so that the areas one looks for do not
hide themselves, here divided by what that leaves of a standard normal score (.679), or limits would be a fifth too
narrow and flag 6 per cent a side where 2.5 is promised; the additive variant adds a variance tau^2 between areas by the
method of moments of DerSimonian R & Laird N, Control Clin Trials 1986;7:177-188.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from datawerkplaats.statistics.distributions import normal_density
from datawerkplaats.statistics.reasons import Floats, as_floats

WINSORISED = 0.1  # the share of areas that is pulled in on each side
_CUT = float(special.ndtri(1 - WINSORISED))
# The mean square of a standard normal score that is winsorised so.
_LEFT_OF_CHANCE = 1 - 2 * WINSORISED - 2 * _CUT * normal_density(_CUT) + 2 * WINSORISED * _CUT**2
_MINIMUM_AREAS = 5


@dataclass(frozen=True)
class Dispersion:
    """Dispersion of areas around a benchmark.

    `phi` is 1 where chance explains all; `inflation` multiplies the variance of chance, `between_variance` is added to
    it. One of the two is in use: the additive one (inflation 1), unless a multiplicative one was asked for.
    """

    phi: float
    inflation: float
    between_variance: float
    areas: int

    @property
    def is_chance_only(self) -> bool:
        """Whether limits with this dispersion are those of chance alone."""
        return self.inflation <= 1 and self.between_variance <= 0


CHANCE_ONLY = Dispersion(1.0, 1.0, 0.0, 0)


def winsorised(z: npt.ArrayLike, share: float = WINSORISED) -> Floats:
    """The scores with the lowest and highest `share` set to the quantile at that place; NaN is left out."""
    z = as_floats(z).ravel()
    z = z[~np.isnan(z)]
    if z.size == 0:
        return z
    low, high = np.quantile(z, [share, 1 - share])
    return np.clip(z, low, high)


def dispersion(
    values: npt.ArrayLike, errors: npt.ArrayLike, benchmark: float, *, is_additive: bool = True
) -> Dispersion:
    """The dispersion of `values` with standard errors of chance `errors` around `benchmark`.

    z = (y - b) / s; phi = sum(z_w^2) / (.679 I) with winsorised z_w; tau^2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w),
    w = 1/s^2. Chance alone is assumed below five areas, and where phi is not above 1.

    Args:
        values: One figure per area, NaN where there is none.
        errors: Its standard error by chance *under the benchmark*, for a share sqrt(b(1 - b) / n).
        benchmark: The figure that areas are held against, in the same unit.
        is_additive: A variance between areas (random effects) instead of a factor on the variance of chance.
    """
    y, s = np.broadcast_arrays(as_floats(values), as_floats(errors))
    known = ~np.isnan(y) & (s > 0)
    count = int(known.sum())
    if count < _MINIMUM_AREAS:
        return Dispersion(1.0, 1.0, 0.0, count)
    z = winsorised((y[known] - benchmark) / s[known])
    phi = float(np.mean(z**2)) / _LEFT_OF_CHANCE
    if phi <= 1:
        return Dispersion(phi, 1.0, 0.0, count)
    if not is_additive:
        return Dispersion(phi, phi, 0.0, count)
    w = s[known] ** -2.0
    between = (count * phi - (count - 1)) / (w.sum() - np.sum(w**2) / w.sum())
    return Dispersion(phi, 1.0, max(float(between), 0.0), count)
