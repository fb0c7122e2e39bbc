"""Areas in groups: the random-intercept model against closed forms and simulation, and clusters against planted groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from datawerkplaats.statistics import clusters, explain, random_intercept

RANDOM = np.random.default_rng(3)
Array = npt.NDArray[Any]


def grouped(
    groups: int, size: int, between: float, within: float, slope: float, seed: int
) -> tuple[Array, Array, Array]:
    random = np.random.default_rng(seed)
    member = np.repeat(np.arange(groups), size)
    x = random.normal(size=member.size) + 0.5 * random.normal(size=groups)[member]
    level = random.normal(0, np.sqrt(between), groups)[member]
    return slope * x + level + random.normal(0, np.sqrt(within), member.size), x, member


def test_random_intercept__equals_analysis_of_variance_where_groups_are_equal() -> None:
    """In a balanced one-way layout REML has a closed form: (MSB - MSE) / n."""
    y, _, member = grouped(30, 8, 1.5, 2.0, 0.0, 5)
    found = random_intercept(y, np.empty((y.size, 0)), member)
    means = y.reshape(30, 8).mean(axis=1)
    mse = ((y.reshape(30, 8) - means[:, None]) ** 2).sum() / (30 * 7)
    msb = 8 * ((means - y.mean()) ** 2).sum() / 29
    assert found.variance_within == pytest.approx(mse, rel=1e-4)
    assert found.variance_between == pytest.approx((msb - mse) / 8, rel=1e-3)
    assert found.between == pytest.approx(found.variance_between / (found.variance_between + mse), rel=1e-3)


def test_random_intercept__without_differences_between_groups_is_plain_regression() -> None:
    _, x, member = grouped(25, 6, 0.0, 1.0, 0.7, 8)
    noise = np.random.default_rng(80).normal(size=x.size)
    y = 0.7 * x + noise - np.array([noise[member == g].mean() for g in range(25)])[member]
    found = random_intercept(y, x, member)
    assert found.between == found.variance_between == 0
    plain = np.linalg.lstsq(np.column_stack([np.ones(x.size), x]), y, rcond=None)[0]
    assert found.coefficients[0] == pytest.approx(plain[1], rel=1e-9)


def test_random_intercept__with_huge_differences_between_groups_is_the_within_estimator() -> None:
    y, x, member = grouped(20, 10, 1e6, 1.0, -0.4, 2)
    centred = [part - np.array([part[member == g].mean() for g in range(20)])[member] for part in (x, y)]
    within = float(centred[0] @ centred[1] / (centred[0] @ centred[0]))
    found = random_intercept(y, x, member)
    assert found.coefficients[0] == pytest.approx(within, abs=1e-3)
    assert found.between > 0.99


def test_random_intercept__limits_hold_the_truth_as_often_as_they_say() -> None:
    inside = 0
    for seed in range(200):
        y, x, member = grouped(16, 6, 1.0, 1.0, 0.5, 1000 + seed)
        found = random_intercept(y, x, member)
        inside += bool(found.lower[0] <= 0.5 <= found.upper[0])
    assert 180 <= inside <= 199


def test_random_intercept__weights_of_two_are_two_equal_areas() -> None:
    y, x, member = grouped(12, 5, 0.0, 1.0, 0.3, 4)
    twice = np.ones(y.size)
    twice[::3] = 2.0
    copies = np.repeat(np.arange(y.size), twice.astype(int))
    weighted = random_intercept(y, x, member, weights=twice)
    copied = random_intercept(y[copies], x[copies], member[copies])
    assert weighted.coefficients[0] == pytest.approx(copied.coefficients[0], abs=0.02)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda y, x, g: (np.where(np.arange(y.size) == 3, np.nan, y), x, g), "missing_input"),
        (lambda y, x, g: (y, x, g % 4), "fewer_than_6_groups"),
        (lambda y, x, g: (y, x, np.arange(y.size)), "fewer_than_6_groups"),
        (lambda y, x, g: (y, np.ones(y.size), g), "no_variation"),
        (lambda y, x, g: (y, np.column_stack([x, 2 * x]), g), "no_variation"),
    ],
)
def test_random_intercept__refuses_with_a_reason(
    change: Callable[[Array, Array, Array], tuple[Array, Array, Array]], reason: str
) -> None:
    found = random_intercept(*change(*grouped(12, 5, 1.0, 1.0, 0.5, 6)))
    assert found.reason == reason
    assert np.isnan(found.coefficients).all()
    assert explain(reason, "nl") and explain(reason, "en")


def three_groups(spread: float, seed: int = 9) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    centres = np.array([[10.0, 60.0, 20.0], [40.0, 60.0, 20.0], [40.0, 15.0, 60.0]])
    truth = np.repeat([0, 1, 2], [60, 40, 30])
    return np.abs(centres[truth] + random.normal(0, spread, (truth.size, 3))), truth


def test_clusters__finds_planted_groups_and_calls_them_firm() -> None:
    x, truth = three_groups(2.0)
    found = clusters(x, ("income", "single", "old"), k=3)
    assert found.sizes.tolist() == [60, 40, 30]
    assert (found.group == truth).all()
    assert [found.firmness(g) for g in range(3)] == ["firm"] * 3
    assert dict(found.stands_out(0))["income"] < -0.5
    assert dict(found.stands_out(2))["old"] > 0.5


def test_clusters__of_noise_are_not_called_firm() -> None:
    found = clusters(RANDOM.uniform(1, 30, (150, 6)), tuple("abcdef"), k=5)
    assert max(found.stability) < 0.75


def test_clusters__are_repeatable_and_whole() -> None:
    x, _ = three_groups(9.0)
    x[5, 1] = np.nan
    first, second = (clusters(x, ("a", "b", "c"), k=4) for _ in range(2))
    assert (first.group == second.group).all() and (first.stability == second.stability).all()
    assert first.group[5] == -1
    assert first.sizes.sum() == len(x) - 1
    assert sorted(set(first.group)) == [-1, 0, 1, 2, 3]


def test_clusters__a_weight_of_nought_takes_a_variable_out() -> None:
    x, _ = three_groups(2.0)
    x = np.column_stack([x, RANDOM.uniform(0, 1000, len(x))])
    names = ("a", "b", "c", "noise")
    assert (
        clusters(x, names, k=3, weights=[1, 1, 1, 0]).group == clusters(x[:, :3], names[:3], k=3).group
    ).all()


@pytest.mark.parametrize(
    ("x", "names", "k", "reason"),
    [
        (np.ones((40, 0)), (), 3, "missing_input"),
        (np.ones((10, 2)), ("a", "b"), 3, "fewer_areas_than_groups"),
        (np.ones((40, 2)), ("a", "b"), 3, "no_variation"),
        (np.full((40, 1), -1.0), ("a",), 3, "invalid_input"),
    ],
)
def test_clusters__refuse_with_a_reason(x: Array, names: tuple[str, ...], k: int, reason: str) -> None:
    found = clusters(x, names, k=k)
    assert (found.reason, len(found.sizes)) == (reason, 0)
    assert explain(reason, "nl")


def test_clusters__the_typical_area_lies_in_its_group_and_nearest_to_its_centre() -> None:
    x, _ = three_groups(4.0)
    found = clusters(x, ("a", "b", "c"), k=3)
    assert found.group[found.typical].tolist() == [0, 1, 2]
