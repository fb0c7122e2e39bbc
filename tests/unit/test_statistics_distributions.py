"""Quantiles and tails are those of `scipy.stats`, to the last bit, and come without importing it."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from datawerkplaats.statistics import distributions

pytestmark = pytest.mark.busy

_SHARES = st.floats(1e-6, 1 - 1e-6)
_SIZES = st.floats(1e-3, 1e6)


@given(_SHARES, _SIZES, st.integers(0, 2_000))
def test_distributions__are_those_of_scipy(share: float, size: float, count: int) -> None:
    said = distributions
    np.testing.assert_array_equal(said.student_quantile(share, size), stats.t.ppf(share, size))
    np.testing.assert_array_equal(said.chi_square_quantile(share, size), stats.chi2.ppf(share, size))
    np.testing.assert_array_equal(said.poisson_quantile(share, size), stats.poisson.ppf(share, size))
    at_most, at_least = said.poisson_tails(count, size)
    np.testing.assert_array_equal(at_most, stats.poisson.cdf(count, size))
    np.testing.assert_array_equal(at_least, stats.poisson.sf(count - 1, size))
    assert said.normal_density(share) == pytest.approx(stats.norm.pdf(share), rel=1e-15)


def test_distributions__at_their_ends() -> None:
    said = distributions
    assert said.poisson_tails(0, 3)[1] == 1 == said.poisson_tails(0, 0)[0]
    assert said.poisson_quantile(0.999, 0) == 0
    assert np.isnan(said.chi_square_quantile(0.5, 0))
    assert np.isnan(said.student_quantile(0.9, 0))
    assert np.isnan(said.poisson_tails(np.nan, 1)).all()


def test_statistics__come_without_the_half_second_of_scipy_stats() -> None:
    names = ["statistics.intervals", "statistics.dispersion", "statistics.funnel", "partners.making"]
    code = "; ".join(f"import datawerkplaats.{name}" for name in names)
    subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; assert 'scipy.stats' not in sys.modules"], check=True
    )
