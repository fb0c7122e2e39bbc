"""Published vectors and the rules of each family: what is significant, what is refused and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from datawerkplaats import statistics as st
from datawerkplaats.statistics.reasons import REASONS


def limits(found: st.Estimate | st.Difference) -> tuple[float, float]:
    return float(found.lower), float(found.upper)


def test_wilson_and_byar_vectors() -> None:
    wilson = st.wilson_interval(30, 200)
    assert limits(wilson) == pytest.approx((0.1071359, 0.2060558), abs=5e-8)
    byar = st.poisson_interval(25)
    assert limits(byar) == pytest.approx((16.174266, 36.906451), abs=5e-7)


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
    found = st.wilson_interval([1, -1, 3, np.nan, 0], [10, 10, 2, 10, 0])
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
    assert limits(found) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert found.significant and found.p_value == pytest.approx(0.0080451, abs=1e-7)


def test_difference_of_estimates_agrees_with_the_z_test() -> None:
    found = st.difference_of_estimates((12.0, 10.04, 13.96), (10.0, 8.04, 11.96))
    # Standard errors of 1 each: z = 2 / sqrt(2).
    assert found.p_value == pytest.approx(0.15730, abs=2e-4) and not found.significant
    assert limits(found) == pytest.approx((2 - 1.96 * np.sqrt(2), 2 + 1.96 * np.sqrt(2)))
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
    values: list[float], half: float = 0.98, polarity: st.Polarity = "higher_is_worse", **options: Any
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
    assert trend([1, 2, 3, 5, 6], breaks=[2022]).reason[0] == "broken_series"
    assert trend([1, 2, 3, 5, 6], breaks=[2020, 2030]).reason[0] == ""
    assert trend([1, 2, 3, 4, 5], is_model_estimate=True).reason[0] == "modelled_series"
    assert trend([1, 2, 3, 4, 5], half=nan).reason[0] == "interval_required"
    assert trend([1, 2, 3, 4, 5], half=0).reason[0] == "invalid_input"
    refused = trend([1, 2, 3, 4])
    assert (
        refused.marker[0] == "cannot_be_calculated" and np.isnan(refused.slope[0]) and not refused.agrees[0]
    )


def test_trend_of_many_series_and_uneven_years() -> None:
    years = [2004, 2008, 2012, 2016, 2020]
    y = np.array([[10, 10.8, 11.9, 12.7, 14.0], [5, 5, 5, 5, 5.0], [1, np.nan, 1, 1, 1]])
    found = st.recent_trend(years, y, y - 0.98, y + 0.98, "neutral")
    assert found.marker.tolist() == ["increasing", "no_significant_change", "cannot_be_calculated"]
    # The slope is per year, the test is that of five even points.
    assert found.slope[0] == pytest.approx(0.99 / 4) and found.chi2[0] == pytest.approx(39.204)
    # A year that was left out does not bend a straight line.
    line = np.array([[1.0, 2.0, 4.0, 8.0, 9.0]]) * 3
    uneven = st.recent_trend([2001, 2002, 2004, 2008, 2009], line, line - 1, line + 1, "neutral")
    assert uneven.slope[0] == pytest.approx(3) and uneven.marker[0] == "increasing"


def test_two_point_change() -> None:
    found = st.two_point_change(
        ([20.0, 20], [19.0, 19], [21.0, 21]), ([23.0, 21], [22.0, 20], [24.0, 22]), "higher_is_worse"
    )
    assert found.marker.tolist() == ["increasing", "no_significant_change"]
    assert found.judgement.tolist() == ["getting_worse", ""]
    refused = st.two_point_change((20.0, 19.0, 21.0), (30.0, 29.0, 31.0), "neutral", is_model_estimate=True)
    assert refused.reason == "modelled_series" and refused.marker == "cannot_be_calculated"
    assert np.isnan(refused.change.value) and not refused.change.significant
