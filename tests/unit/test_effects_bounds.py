"""The bounds are right for a world that is still to come, and not only for the worlds that they were taken from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from datawerkplaats.effects.calibration import ABOVE, BELOW, of_looks
from datawerkplaats.effects.variation import Variation

RANDOM = np.random.default_rng


@pytest.mark.parametrize("worlds", [250, 600])
def test_bounds__are_passed_as_often_as_is_told_by_a_world_that_is_still_to_come(worlds: int) -> None:
    random = RANDOM(1)
    nothing = np.zeros(1)
    varied = Variation(nothing, nothing, nothing, nothing)
    expected = np.full((worlds, 1), 1e7)
    below, above = [], []
    for _ in range(3000):
        chance = of_looks(
            expected * np.exp(0.01 * random.standard_normal(expected.shape)), expected, varied, random
        )[0]
        below.append((chance.low + chance.middle) / 0.01)
        above.append((chance.high + chance.middle) / 0.01)
    # Three standard errors; the quantile that is usual lies at 0.019 and 0.017 below, at 0.014 and 0.012 above.
    assert norm.cdf(below).mean() == pytest.approx(BELOW, abs=0.0012)
    assert norm.sf(above).mean() == pytest.approx(1 - ABOVE, abs=0.0012)
