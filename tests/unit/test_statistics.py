"""Published vectors and the rules of each family: what is significant, what is refused and why."""

from __future__ import annotations

import numpy as np
import pytest

from datawerkplaats import statistics as st
from datawerkplaats.statistics.reasons import REASONS


def test_wilson_and_byar_vectors() -> None:
    wilson = st.wilson_interval(30, 200)
    assert (wilson.lower, wilson.upper) == (
        pytest.approx(0.1071359, abs=5e-8),
        pytest.approx(0.2060558, abs=5e-8),
    )
    byar = st.poisson_interval(25)
    assert (byar.lower, byar.upper) == (
        pytest.approx(16.174266, abs=5e-7),
        pytest.approx(36.906451, abs=5e-7),
    )


def test_counts_below_ten_are_exact() -> None:
    found = st.poisson_interval([0, 9, 10])
    # Garwood's limits: 0 events have an upper limit of -ln(0.025).
    assert found.lower[0] == 0 and found.upper[0] == pytest.approx(-np.log(0.025))
    assert found.lower[1] == pytest.approx(4.11537, abs=1e-5) and found.upper[1] == pytest.approx(
        17.08480, abs=1e-5
    )
    assert found.lower[2] == pytest.approx(10 * (1 - 1 / 90 - 1.959964 / (3 * np.sqrt(10))) ** 3, rel=1e-6)


def test_crude_rate_scales_its_count() -> None:
    rate, count = st.crude_rate([4, 65], [1_000, 40_000], multiplier=1_000), st.poisson_interval([4, 65])
    np.testing.assert_allclose(rate.lower, count.lower / [1, 40])
    np.testing.assert_allclose(rate.value, [4, 1.625])
    assert (
        st.crude_rate(5, 0).reason == "invalid_input" and st.crude_rate(5, np.nan).reason == "missing_input"
    )


def test_impossible_figures_become_values_with_a_reason() -> None:
    found = st.wilson_interval([1, -1, 3, None, 0], [10, 10, 2, 10, 0])
    assert found.reason.tolist() == ["", "invalid_input", "invalid_input", "missing_input", "invalid_input"]
    assert np.isnan(found.value[1:]).all() and np.isnan(found.upper[1:]).all()


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    for code, sentences in REASONS.items():
        assert set(sentences) == {"nl", "en"}
        assert all(text.endswith(".") for text in sentences.values()) or code == ""
    assert st.explain("modelled_series").startswith("Dit is een modelschatting")


def test_confidence_is_a_share() -> None:
    with pytest.raises(ValueError, match="share"):
        st.wilson_interval(1, 10, confidence=95)


def test_design_effect_widens_and_is_kishs() -> None:
    assert st.kish_design_effect([1, 1, 1]) == pytest.approx(1)
    weights = np.array([1.0, 2.0, 3.0])
    assert st.kish_design_effect(weights) == pytest.approx(1 + np.var(weights) / np.mean(weights) ** 2)
    plain, wide = st.wilson_interval(30, 200), st.wilson_interval(30, 200, design_effect=2)
    assert wide.value == plain.value and wide.lower < plain.lower and wide.upper > plain.upper
    smaller = st.wilson_interval(15, st.effective_sample_size(200, 2))
    assert (wide.lower, wide.upper) == (smaller.lower, smaller.upper)


def test_newcombe_difference() -> None:
    """Newcombe 1998 table II: 56/70 - 48/80 has limits 0.0524 and 0.3339 by method 10; z = 2.6502."""
    found = st.difference_of_proportions(56, 70, 48, 80)
    assert found.value == pytest.approx(0.2)
    assert (found.lower, found.upper) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert found.significant and found.p_value == pytest.approx(0.0080451, abs=1e-7)


def test_difference_of_estimates_agrees_with_the_z_test() -> None:
    found = st.difference_of_estimates((12.0, 10.04, 13.96), (10.0, 8.04, 11.96))
    # Standard errors of 1 each: z = 2 / sqrt(2).
    assert found.p_value == pytest.approx(0.15730, abs=2e-4) and not found.significant
    assert (found.lower, found.upper) == (
        pytest.approx(2 - 1.96 * np.sqrt(2)),
        pytest.approx(2 + 1.96 * np.sqrt(2)),
    )
    refused = st.difference_of_estimates((12.0, np.nan, 13.0), (10.0, 9.0, 11.0))
    assert refused.reason == "interval_required" and not refused.significant and np.isnan(refused.p_value)


@pytest.mark.parametrize(
    ("polarity", "below", "above"),
    [
        ("higher_is_better", "worse", "better"),
        ("higher_is_worse", "better", "worse"),
        ("neutral", "lower", "higher"),
    ],
)
def test_benchmark_words_follow_polarity(polarity: st.Polarity, below: str, above: str) -> None:
    low, high = np.array([1.0, 11, 8, 1, 11, 10]), np.array([9.0, 15, 12, 9.5, 15, 12])
    low_strict, high_strict = np.array([0.0, 10.5, 7, 0, 9.9, 9]), np.array([9.5, 16, 13, 10, 16, 13])
    found = st.compare_with_benchmark((low, high), (low_strict, high_strict), 10.0, polarity)
    # The last touches the benchmark exactly: not strictly above it, so similar.
    assert found.verdict.tolist() == [below, above, "similar", below, above, "similar"]
    assert found.level.tolist() == [99.8, 99.8, 0, 95, 95, 0]


def test_benchmark_refuses_without_interval_and_with_itself() -> None:
    nan = np.nan
    found = st.compare_with_benchmark(
        ([1, 1, nan], [2, 2, nan]), (nan, nan), [5, 5, 5], "neutral", same_area=[False, True, False]
    )
    assert found.verdict.tolist() == ["lower", "not_compared", "not_compared"]
    assert found.reason.tolist() == ["", "same_area", "interval_required"]
    assert found.level[0] == 95


def test_benjamini_hochberg_vector() -> None:
    """The 15 p values of Benjamini & Hochberg 1995: four are significant at 0.05."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    adjusted = st.false_discovery_adjusted(p)
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted[0] == pytest.approx(0.0015) and adjusted[-1] == 1
    with_gap = st.false_discovery_adjusted([*p, np.nan])
    np.testing.assert_allclose(with_gap[:-1], adjusted)
    assert np.isnan(with_gap[-1])


YEARS = np.arange(2018, 2025)


def trend(
    values: list[float], half: float = 0.98, polarity: st.Polarity = "higher_is_worse", **options: object
) -> st.Trend:
    y = np.array([values], dtype=float)
    return st.recent_trend(YEARS[-len(values) :], y, y - half, y + half, polarity, **options)


def test_recent_trend_vector() -> None:
    found = trend([10, 10.8, 11.9, 12.7, 14.0])
    assert found.slope[0] == pytest.approx(0.99) and found.chi2[0] == pytest.approx(39.204)
    np.testing.assert_allclose(
        found.leave_one_out[0], [1.04, 0.977142857, 0.99, 1.014285714, 0.92], atol=1e-8
    )
    assert (found.marker[0], found.judgement[0]) == ("increasing", "getting_worse")
    assert trend([10, 10.8, 11.9, 12.7, 14.0], polarity="neutral").judgement[0] == ""
    assert trend([14, 12.7, 11.9, 10.8, 10.0]).judgement[0] == "getting_better"


def test_recent_trend_uses_the_latest_five_points() -> None:
    assert trend([99, 50, 10, 10.8, 11.9, 12.7, 14.0]).slope[0] == pytest.approx(0.99)


def test_one_outlier_does_not_make_a_trend() -> None:
    found = trend([10, 10, 10, 10, 30])
    assert found.chi2[0] > 9.55 and not found.agrees[0]
    assert found.marker[0] == "no_significant_change"


def test_trend_at_the_threshold() -> None:
    # b = 1 and SE_b = SE / sqrt(10): chi2 = 10 / SE^2, which is 9.5495 at SE = 1.02331.
    steps = [1.0, 2, 3, 4, 5]
    assert trend(steps, half=1.96 * 1.0232).marker[0] == "increasing"
    assert trend(steps, half=1.96 * 1.0234).marker[0] == "no_significant_change"


def test_trend_refusals() -> None:
    nan = np.nan
    assert trend([1, 2, 3, 4]).reason[0] == "fewer_than_5_points"
    assert trend([1, 2, 3, nan, 5, 6]).reason[0] == "broken_series"
    assert trend([1, 2, 3, 4, 5], is_model_estimate=True).reason[0] == "modelled_series"
    assert trend([1, 2, 3, 4, 5], half=nan).reason[0] == "interval_required"
    assert trend([1, 2, 3, 4, 5], half=0).reason[0] == "invalid_input"
    refused = trend([1, 2, 3, 4])
    assert (
        refused.marker[0] == "cannot_be_calculated" and np.isnan(refused.slope[0]) and not refused.agrees[0]
    )


def test_trend_of_many_series_and_a_four_yearly_survey() -> None:
    years = [2004, 2008, 2012, 2016, 2020]
    y = np.array([[10, 10.8, 11.9, 12.7, 14.0], [5, 5, 5, 5, 5.0], [1, np.nan, 1, 1, 1]])
    yearly = st.recent_trend(years, y, y - 1, y + 1, "neutral")
    assert yearly.reason.tolist() == ["broken_series", "broken_series", "fewer_than_5_points"]
    found = st.recent_trend(years, y, y - 1, y + 1, "neutral", step=4)
    assert found.marker.tolist() == ["increasing", "no_significant_change", "cannot_be_calculated"]


def test_two_point_change() -> None:
    found = st.two_point_change(
        ([20.0, 20], [19.0, 19], [21.0, 21]), ([23.0, 21], [22.0, 20], [24.0, 22]), "higher_is_worse"
    )
    assert found.marker.tolist() == ["increasing", "no_significant_change"]
    assert found.judgement.tolist() == ["getting_worse", ""]
    refused = st.two_point_change((20.0, 19.0, 21.0), (30.0, 29.0, 31.0), "neutral", is_model_estimate=True)
    assert refused.reason == "modelled_series" and refused.marker == "cannot_be_calculated"
    assert np.isnan(refused.change.value) and not refused.change.significant


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
    assert st.inequality(people, [1, None, 3, 4, 5], error=error).reason == "quantile_missing"
    assert st.inequality([1, 1, 0, 1, 1], values, error=error).reason == "quantile_missing"
    assert st.inequality(people, values, error=error, is_model_estimate=True).reason == "modelled_series"
    assert st.inequality(people, values).reason == "interval_required"
    assert st.inequality(people, values, error=error, kind="proportion").reason == "invalid_input"


def test_simulated_limits_repeat_with_their_seed() -> None:
    arguments = ([3, 2, 4, 3, 2], [5.0, 4, 4, 3, 2])
    first, again, other = (
        st.inequality(*arguments, error=[0.2] * 5, draws=2_000, seed=seed).sii_limits for seed in (1, 1, 2)
    )
    assert first == again != other


def test_funnel_limits_narrow_with_size_and_hold_the_benchmark() -> None:
    share = st.funnel_limits_proportion([50, 500, 5_000], 0.2, 100)
    assert (np.diff(share.lower95) > 0).all() and (np.diff(share.upper998) < 0).all()
    assert (
        (share.lower998 < share.lower95).all() and (share.lower95 < 20).all() and (share.upper95 > 20).all()
    )
    rate = st.funnel_limits_rate([1_000, 100_000, 0], 300.0)
    expected = st.poisson_interval([3, 300])
    np.testing.assert_allclose(rate.upper95[:2], expected.upper * [100, 1])
    assert rate.reason.tolist() == ["", "", "missing_input"]
    ratio = st.funnel_limits_ratio([25])
    assert ratio.lower95[0] == pytest.approx(4 * 16.174266, abs=1e-5)


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
