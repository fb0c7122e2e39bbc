"""Figures over many areas: groups, inequality, funnels, association, similar areas, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from datawerkplaats import statistics as st


def test_quantiles_with_ties_and_gaps() -> None:
    assert st.quantile_groups(np.arange(10), 5).group.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    tied = st.quantile_groups([1, 1, 1, 1, 2, 3, 4, 5, 6, 7], 5).group
    assert len(set(tied[:4])) == 1
    gap = st.quantile_groups([1, 2, np.nan, 4, 5, 6], 5, highest_first=True)
    assert gap.group[[0, 5]].tolist() == [5, 1] and gap.reason[2] == "missing_input"
    few = st.quantile_groups([1, 2, 3], 5)
    assert set(few.reason) == {"fewer_areas_than_groups"} and np.isnan(few.group).all()


def test_quantile_rule_in_its_own_words() -> None:
    """q = floor((k+1) - ceil(((n+1) - rank) / (n/k))), 0 read as 1, for every n and k that is exact in
    floats.
    """
    for n in (5, 8, 10, 16, 23, 40, 64):
        for k in (2, 4, 5, 8):
            if n < k:
                continue
            rank = np.arange(1, n + 1)
            literal = np.floor((k + 1) - np.ceil(np.round(((n + 1) - rank) * k / n, 9)))
            assert st.quantile_groups(rank, k).group.tolist() == np.maximum(literal, 1).tolist()


def test_paf_of_a_known_ladder() -> None:
    found = st.inequality([1, 1, 1, 1, 1], [10, 8, 6, 4, 2], error=[0.1] * 5, draws=20_000)
    # 6 on average against 2 for the least deprived: two thirds would disappear.
    assert found.paf == pytest.approx(100 * (1 - 2 / 6))
    assert found.paf_limits[0][0] < found.paf < found.paf_limits[0][1]
    assert found.sii == pytest.approx(-10) and found.intercept == pytest.approx(11)


def test_inequality_refusals() -> None:
    people, values, error = [1, 1, 1, 1, 1], [1.0, 2, 3, 4, 5], [0.1] * 5
    assert st.inequality(people[:4], values[:4], error=error[:4]).reason == "fewer_than_5_groups"
    assert st.inequality(people, [1, np.nan, 3, 4, 5], error=error).reason == "quantile_missing"
    assert st.inequality([1, 1, 0, 1, 1], values, error=error).reason == "quantile_missing"
    assert st.inequality(people, values, error=error, is_model_estimate=True).reason == "modelled_series"
    assert st.inequality(people, values).reason == "interval_required"
    assert st.inequality(people, values, error=error, kind="proportion").reason == "invalid_input"
    for edge in (0.0, 1.0):
        shares = [edge, 0.2, 0.3, 0.4, 0.5]
        assert st.inequality(people, shares, error=error, kind="proportion").reason == "invalid_input"


def test_simulated_limits_repeat_with_their_seed() -> None:
    arguments = ([3, 2, 4, 3, 2], [5.0, 4, 4, 3, 2])
    first, again, other = (
        st.inequality(*arguments, error=[0.2] * 5, draws=2_000, seed=seed).sii_limits for seed in (1, 1, 2)
    )
    assert first == again != other


def test_weighted_correlation_agrees_with_repeating_rows() -> None:
    rng = np.random.default_rng(3)
    x, repeats = rng.normal(size=30), rng.integers(1, 5, 30)
    y = x + rng.normal(size=30)
    found = st.weighted_correlation(x, y, repeats)
    assert found.r == pytest.approx(np.corrcoef(np.repeat(x, repeats), np.repeat(y, repeats))[0, 1])
    assert found.effective_areas == pytest.approx(repeats.sum() ** 2 / (repeats**2).sum())
    plain = st.weighted_correlation(x, y)
    half = 1.959964 / np.sqrt(27)
    assert plain.lower == pytest.approx(np.tanh(np.arctanh(plain.r) - half), rel=1e-6)
    assert plain.slope == pytest.approx(np.polyfit(x, y, 1)[0])
    assert plain.intercept == pytest.approx(np.polyfit(x, y, 1)[1])


def test_partial_correlation_removes_a_common_cause() -> None:
    rng = np.random.default_rng(4)
    age = rng.normal(size=400)
    x, y = age + rng.normal(size=400), age + rng.normal(size=400)
    crude, adjusted = st.weighted_correlation(x, y), st.weighted_correlation(x, y, controls=age)
    assert crude.lower > 0.3 and adjusted.lower < 0 < adjusted.upper
    r = np.corrcoef([x, y, age])
    by_formula = (r[0, 1] - r[0, 2] * r[1, 2]) / np.sqrt((1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2))
    assert adjusted.r == pytest.approx(by_formula)
    assert crude.draw_line and not adjusted.draw_line


def test_correlation_refusals() -> None:
    assert st.weighted_correlation([1, 2, 3, 4], [1, 2, 3, 5]).reason == "fewer_than_5_areas"
    assert st.weighted_correlation([0.1] * 9, np.arange(9)).reason == "no_variation"
    assert (
        st.weighted_correlation(np.arange(9), np.arange(9), refused_because="circular_pair").reason
        == "circular_pair"
    )
    # One area with nearly all people is hardly more than one area.
    assert st.weighted_correlation(np.arange(9), np.arange(9), [1e6, *[1] * 8]).reason == "fewer_than_5_areas"


def test_guards_of_modelled_figures() -> None:
    modelled = st.Series("loneliness", True, frozenset({"income", "household"}))
    other_model = st.Series("stress", True, frozenset({"income"}))
    income, counted = st.Series("income"), st.Series("youth_care")
    assert st.change_reason(modelled) == "modelled_series" and st.change_reason(counted) == ""
    assert st.pair_reason(modelled, income) == st.pair_reason(income, modelled) == "circular_pair"
    assert st.pair_reason(modelled, other_model) == "shared_predictors"
    assert st.pair_reason(modelled, counted) == st.pair_reason(income, counted) == ""
    shown = st.presented([12.5, 12.5, 12.5], [11.2, 11.2, np.nan], [13.6, 13.6, np.nan], [True, False, True])
    assert shown.value[:2].tolist() == [13, 12.5] and shown.lower[0] == 11
    assert shown.reason.tolist() == ["", "", "interval_required"]


NAMES = ["income", "age", "density", "depression"]


def test_neighbours_explain_their_distance() -> None:
    rng = np.random.default_rng(5)
    x = rng.gamma(2, size=(40, 4))
    x[7] = x[3] * 1.001
    outcome = [False, False, False, True]
    found = st.nearest_areas(x, 3, NAMES, k=6, weights=[1, 2, 0.5, 9], is_outcome=outcome)
    assert (
        found.positions[0] == 7 and found.excluded == ("depression",) and found.variables == tuple(NAMES[:3])
    )
    np.testing.assert_allclose(found.contributions.sum(axis=1), found.distance**2)
    assert (np.diff(found.distance) >= 0).all()
    changed = x.copy()
    changed[:, 3] = rng.gamma(2, size=40)
    again = st.nearest_areas(changed, 3, NAMES, k=6, weights=[1, 2, 0.5, 9], is_outcome=outcome)
    assert again.positions.tolist() == found.positions.tolist()


def test_neighbours_cap_extremes_and_refuse_gaps() -> None:
    x = np.tile(np.arange(50.0)[:, None], (1, 2))
    x[49, 0] = 1e9
    capped = st.nearest_areas(x, 0, ["a", "b"], k=1)
    assert capped.positions.tolist() == [1]
    x[1, 0] = np.nan
    assert 1 not in st.nearest_areas(x, 0, ["a", "b"], k=3).positions
    assert st.nearest_areas(x, 1, ["a", "b"]).reason == "missing_input"
    assert st.nearest_areas(-x, 0, ["a", "b"]).reason == "invalid_input"
    assert st.nearest_areas(x[:3], 0, ["a", "b"]).reason == "fewer_than_5_areas"
