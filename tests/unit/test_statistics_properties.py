"""What must hold for any figures: order, scale, symmetry and ties."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from datawerkplaats import statistics as st

counts = some.integers(0, 5_000)
finite = some.floats(-1e4, 1e4, allow_nan=False).map(lambda v: round(v, 6))


@given(counts, some.integers(1, 5_000))
def test_wilson_holds_its_proportion_and_widens_with_confidence(x: int, n: int) -> None:
    x = min(x, n)
    narrow, wide = st.wilson_interval(x, n), st.wilson_interval(x, n, 0.998)
    assert 0 <= wide.lower <= narrow.lower <= narrow.value <= narrow.upper <= wide.upper <= 1
    mirrored = st.wilson_interval(n - x, n)
    np.testing.assert_allclose(
        [mirrored.lower, mirrored.upper], [1 - narrow.upper, 1 - narrow.lower], atol=1e-12
    )


@given(counts)
def test_poisson_limits_hold_their_count_and_rise_with_it(x: int) -> None:
    found = st.poisson_interval([x, x + 1])
    assert (found.lower <= found.value).all() and (found.value < found.upper).all()
    assert found.lower[0] < found.lower[1] and found.upper[0] < found.upper[1]


@given(some.lists(some.tuples(some.integers(3, 500), some.integers(500, 90_000)), min_size=4, max_size=12))
def test_standardising_on_oneself_gives_the_crude_rate(bands: list[tuple[int, int]]) -> None:
    events, people = (np.array(part, float) for part in zip(*bands, strict=True))
    direct = st.directly_standardised_rate(events, people, people, multiplier=1)
    np.testing.assert_allclose(direct.value, events.sum() / people.sum())
    crude = st.crude_rate(events.sum(), people.sum(), multiplier=1)
    np.testing.assert_allclose([direct.lower[0], direct.upper[0]], [crude.lower, crude.upper])
    ratio = st.indirectly_standardised_ratio(events, people, events, people)
    np.testing.assert_allclose(ratio.value, 100)
    assert ratio.lower[0] < 100 < ratio.upper[0]


@given(some.tuples(counts, counts), some.integers(5_000, 9_000))
def test_differences_turn_with_their_order(x: tuple[int, int], n: int) -> None:
    forward = st.difference_of_proportions(x[0], n, x[1], n)
    back = st.difference_of_proportions(x[1], n, x[0], n)
    np.testing.assert_allclose([forward.value, forward.lower], [-back.value, -back.upper], atol=1e-12)
    np.testing.assert_allclose(forward.p_value, back.p_value)
    assert forward.lower <= forward.value <= forward.upper


@given(some.lists(some.floats(0, 1), min_size=1, max_size=60))
def test_adjusted_p_values_keep_order_and_never_fall(p: list[float]) -> None:
    values = np.array(p)
    adjusted = st.false_discovery_adjusted(values)
    assert (adjusted >= values - 1e-15).all() and (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(values, kind="stable")]) >= 0).all()


@given(some.lists(some.integers(-40, 40), min_size=5, max_size=200), some.integers(2, 5))
def test_equal_values_share_a_quantile_and_higher_never_sits_lower(values: list[int], k: int) -> None:
    v = np.array(values, float)
    found = st.quantile_groups(v, k).group
    assert set(np.unique(found)) <= set(range(1, k + 1))
    order = np.argsort(v, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    for value in np.unique(v):
        assert len(set(found[v == value])) == 1


@given(some.lists(finite, min_size=5, max_size=5), some.floats(0.1, 50), some.floats(-500, 500))
def test_a_trend_does_not_depend_on_level_and_turns_with_sign(
    y: list[float], half: float, shift: float
) -> None:
    values, years = np.array([y]), np.arange(2020, 2025)

    def marker(v: np.ndarray) -> st.Trend:
        return st.recent_trend(years, v, v - half, v + half, "higher_is_better")

    here, moved, turned = marker(values), marker(values + shift), marker(-values)
    np.testing.assert_allclose(moved.slope, here.slope, atol=1e-6)
    np.testing.assert_allclose(turned.slope, -here.slope, atol=1e-9)
    opposite = {"getting_better": "getting_worse", "getting_worse": "getting_better", "": ""}
    assert turned.judgement[0] == opposite[here.judgement[0]]


@given(
    some.lists(some.tuples(some.integers(500, 9_000), some.floats(1, 90)), min_size=5, max_size=10),
    some.floats(-20, 20),
)
def test_slope_index_ignores_level_and_turns_with_the_ladder(
    groups: list[tuple[int, float]], shift: float
) -> None:
    people, values = (np.array(part, float) for part in zip(*groups, strict=True))
    options: dict[str, Any] = {"error": np.ones(people.size), "draws": 1_000}
    here = st.inequality(people, values, **options)
    moved = st.inequality(people, values + shift, **options)
    turned = st.inequality(people[::-1], values[::-1], **options)
    np.testing.assert_allclose(moved.sii, here.sii, atol=1e-8)
    np.testing.assert_allclose(turned.sii, -here.sii, atol=1e-8)
    assert here.sii_limits[0][0] < here.sii < here.sii_limits[0][1]


@given(some.lists(some.tuples(finite, finite, some.floats(0.1, 10)), min_size=6, max_size=40))
def test_correlation_is_symmetric_and_ignores_scale(rows: list[tuple[float, float, float]]) -> None:
    x, y, w = (np.array(part) for part in zip(*rows, strict=True))
    here = st.weighted_correlation(x, y, w)
    if here.reason:
        return
    there, scaled = st.weighted_correlation(y, x, w), st.weighted_correlation(3 * x + 1, -y, w)
    assert -1 <= here.lower <= here.r <= here.upper <= 1
    np.testing.assert_allclose([there.r, scaled.r], [here.r, -here.r], atol=1e-6)
