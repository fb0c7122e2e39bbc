"""Funnels, dispersion, nested areas, means and life expectancy, held against published results and simulated worlds."""

from __future__ import annotations

import numpy as np
import pytest

from datawerkplaats import statistics as st

# OHID PHEindicatormethods, tests: a funnel of proportions around 80.642448 %.
PEER_SHARES = {
    33: (67.16219, 94.122705, 59.388421, None),
    92: (72.568959, 88.715937, 67.913155, 93.371741),
    1008: (78.203374, 83.081521, 76.796814, 84.488082),
}
# The same package: observed events whose exact limit is the expected number, and the ratio that is then the limit.
PEER_RATIOS_LOW = {18.39035799: 54.3763205, 9.233410143: 10.83023482}
# The same package, life expectancy by age band: deaths, person-years, value, lower and upper limit at ages 0, 1, 85 and 90.
POPULATION = [7060, 35059, 46974, 48489, 43219, 38561, 46009, 57208, 61435, 55601]
POPULATION += [50209, 56416, 46411, 39820, 37978, 37039, 33288, 23306, 11936, 11936]
DEATHS = [17, 9, 4, 8, 20, 15, 24, 33, 50, 71, 100, 163, 263, 304, 536, 872, 1390, 1605, 1936, 1937]
PEER_YEARS = {
    0: (80.16960813, 79.88268548, 80.45653078),
    1: (79.36245674, 79.0898816, 79.63503188),
    18: (6.163942934, 5.978358351, 6.349527517),
    19: (6.16210635, 5.887683386, 6.436529314),
}


@pytest.mark.parametrize("n", PEER_SHARES)
def test_funnel_of_shares__is_that_of_the_peer(n: int) -> None:
    limits = st.funnel_limits_proportion([n], 0.80642448, 100)
    found = (limits.lower95[0], limits.upper95[0], limits.lower998[0], limits.upper998[0])
    for value, printed in zip(found, PEER_SHARES[n], strict=True):
        assert printed is None or value == pytest.approx(printed, abs=2e-5)


def test_funnel_of_shares__a_point_on_the_limit_has_an_interval_that_ends_at_the_benchmark() -> None:
    n, benchmark = np.array([60.0, 400.0, 9_000.0]), 0.12
    limits = st.funnel_limits_proportion(n, benchmark)
    for side, end in ((limits.lower95, "upper"), (limits.upper95, "lower")):
        own = st.wilson_interval(side * n, n)
        np.testing.assert_allclose(getattr(own, end), benchmark, atol=1e-12)


def test_funnel_of_ratios__is_that_of_the_peer() -> None:
    at95, at998 = PEER_RATIOS_LOW
    assert st.funnel_limits_ratio([at95]).lower95[0] == pytest.approx(PEER_RATIOS_LOW[at95], abs=1e-4)
    assert st.funnel_limits_ratio([at998]).lower998[0] == pytest.approx(PEER_RATIOS_LOW[at998], abs=1e-4)
    # 3 observed of .618671905 expected is the upper limit at 95 %: its exact lower limit is what was expected.
    assert st.funnel_limits_ratio([0.618671905]).upper95[0] == pytest.approx(484.9096877, abs=1e-4)
    tiny = st.funnel_limits_rate([10, 0, np.nan], 300.0)
    assert tiny.lower95[0] == 0 and tiny.reason.tolist() == ["", "invalid_input", "missing_input"]


@pytest.mark.parametrize(("share", "n"), [(0.01, 2_000), (0.3, 200), (0.5, 40)])
def test_funnel_of_shares__false_alarms_are_what_is_promised(share: float, n: int) -> None:
    draws = np.random.default_rng(1).binomial(n, share, 400_000) / n
    limits = st.funnel_limits_proportion([n], share)
    for tail in ((draws > limits.upper998).mean(), (draws < limits.lower998).mean()):
        assert 0.0001 <= tail <= 0.003
    for tail in ((draws > limits.upper95).mean(), (draws < limits.lower95).mean()):
        assert 0.012 <= tail <= 0.037


def test_outside_limits__says_side_and_level() -> None:
    limits = st.funnel_limits_proportion([400] * 5, 0.2, 100)
    side, level = st.outside_limits([20, 25, 30, 10, np.nan], limits)
    np.testing.assert_equal(side, [0, 1, 1, -1, np.nan])
    np.testing.assert_equal(level, [0, 95, 99.8, 99.8, np.nan])


def test_dispersion__finds_the_spread_between_areas_and_nothing_where_there_is_none() -> None:
    rng = np.random.default_rng(2)
    n, benchmark, between = 5_000, 0.2, 0.03
    error = np.full(2_000, np.sqrt(benchmark * (1 - benchmark) / n))
    alike = rng.binomial(n, benchmark, 2_000) / n
    unlike = rng.binomial(n, np.clip(rng.normal(benchmark, between, 2_000), 0, 1)) / n
    chance = st.dispersion(alike, error, benchmark)
    assert chance.phi == pytest.approx(1, abs=0.1)
    spread = st.dispersion(unlike, error, benchmark)
    assert np.sqrt(spread.between_variance) == pytest.approx(between, rel=0.05)
    limits = st.funnel_limits_proportion([n], benchmark, dispersion=spread)
    plain = st.funnel_limits_proportion([n], benchmark)
    assert np.mean(unlike > plain.upper95) > 0.3 > 0.035 > np.mean(unlike > limits.upper95) > 0.015
    factor = st.dispersion(unlike, error, benchmark, is_additive=False)
    assert factor.inflation == pytest.approx(spread.phi) and factor.between_variance == 0
    assert st.dispersion(unlike[:4], error[:4], benchmark).is_chance_only


def nested_world(rng: np.random.Generator, larger: int, each: int) -> tuple[np.ndarray, ...]:
    """Areas within larger ones that share four tenths of their spread; the true correlation is one half."""
    number = np.repeat(np.arange(larger), each)

    def shared() -> np.ndarray:
        own = np.sqrt(0.6) * rng.normal(size=number.size)
        return np.asarray(own + np.sqrt(0.4) * rng.normal(size=larger)[number])

    x = shared()
    return number, x, 0.5 * x + np.sqrt(0.75) * shared(), rng.lognormal(0, 0.7, number.size)


def test_nested_areas__limits_cover_what_is_true_where_plain_ones_do_not() -> None:
    rng = np.random.default_rng(3)
    truth = float(np.mean([slope_of(nested_world(rng, 2_000, 16)) for _ in range(2)]))
    hits = np.zeros(3)
    worlds = 200
    for _ in range(worlds):
        number, x, y, w = nested_world(rng, 24, 16)
        clustered, plain = st.weighted_correlation(x, y, w, clusters=number), st.weighted_correlation(x, y, w)
        low, high = st.area_inequality(20 + 2 * y, w, x, number).measures.sii_limits[0]
        around = [
            (clustered.lower, 0.5, clustered.upper),
            (plain.lower, 0.5, plain.upper),
            (low, truth, high),
        ]
        hits += np.array([under < aim < over for under, aim, over in around])
    clustered_share, plain_share, sii_share = hits / worlds
    assert 0.90 <= clustered_share <= 0.99 and 0.90 <= sii_share <= 0.99 and plain_share < 0.88


def slope_of(world: tuple[np.ndarray, ...]) -> float:
    number, x, y, w = world
    return st.area_inequality(20 + 2 * y, w, x, number).measures.sii


def test_nested_areas__adjusting_and_refusing() -> None:
    number, x, y, w = nested_world(np.random.default_rng(4), 30, 8)
    other = x + np.random.default_rng(5).normal(size=x.size)
    adjusted = st.weighted_correlation(x, y, w, other, clusters=number)
    again = st.weighted_correlation(x, y, w, other)
    assert adjusted.r == pytest.approx(again.r) and adjusted.clusters == 30 and again.clusters == 0
    assert adjusted.lower < adjusted.r < adjusted.upper
    few = st.weighted_correlation(x, y, w, clusters=number % 5)
    assert few.reason == "fewer_than_6_clusters" and np.isnan(few.lower)
    told = st.area_inequality(y, w, x, number % 5)
    assert told.measures.reason == "fewer_than_6_clusters" and not np.isnan(told.value).any()
    assert st.area_inequality(y[:4], w[:4], x[:4], number[:4]).measures.reason == "fewer_areas_than_groups"


def test_area_inequality__an_exact_ladder() -> None:
    rung = np.repeat(np.arange(10.0), 4)
    found = st.area_inequality(50 + 2 * rung, np.ones(40), rung, np.arange(40)).measures
    # Fifths at ranks .1 .. .9 with figures 67 .. 51: the line falls 20 from end to end, from 69 to 49.
    assert found.sii == pytest.approx(20) and found.rii == pytest.approx(69 / 49)
    assert found.paf == pytest.approx(100 * (1 - 51 / 59))


def test_life_expectancy__is_that_of_the_peer() -> None:
    found = st.life_expectancy(DEATHS, POPULATION)
    for band, (value, lower, upper) in PEER_YEARS.items():
        assert (found.value[band], found.lower[band], found.upper[band]) == pytest.approx(
            (value, lower, upper),
            abs=5e-5,  # the peer compares four decimals
        )
    rows = st.life_expectancy([DEATHS, [*DEATHS[:-1], 0]], [POPULATION, POPULATION])
    np.testing.assert_allclose(rows.value[0], found.value)
    assert set(rows.reason[1]) == {"no_deaths_in_last_band"}
    few = st.life_expectancy(DEATHS, np.array(POPULATION) / 200)
    assert set(few.reason) == {"invalid_input"}
    assert set(st.life_expectancy(np.array(DEATHS) / 200, np.array(POPULATION) / 200).reason) == {
        "fewer_than_5000_person_years"
    }


def test_mean_interval__by_hand() -> None:
    found = st.mean_interval([10.0, 10.0, np.nan], 2.0, [25, 1, 25])
    assert found.lower[0] == pytest.approx(10 - 2.063899 * 0.4, abs=1e-6)
    assert found.reason.tolist() == ["", "invalid_input", "missing_input"]
