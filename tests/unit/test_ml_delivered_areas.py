"""Delivered areas against a known truth: silent without differences, better than simple maps with them, adding up to a total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from ml.production import area_estimates
from ml.production.pipeline import one_thread
from ml.small_area.deliver import NO_DIFFERENCES, benchmarked, deliver, selective_band, weighted_total
from ml.small_area.multilevel import AreaPosterior, cell_features, fit_areas
from ml.small_area.risk_means import design_effect, risk_means
from tests.proofs.area_worlds import SETTINGS, Setting, draw
from tests.proofs.areas import judge, region_of


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small matrices: more threads only wait for each other."""
    with one_thread():
        yield


def test_settings__are_the_24_that_were_declared() -> None:
    assert len(SETTINGS) == len({s.name for s in SETTINGS}) == 24
    world = draw(Setting(3.5, 15, 0.01), 1)
    assert world.truth.std() == pytest.approx(3.5, abs=0.05)
    assert np.median(np.bincount(world.wijk, minlength=120)) == pytest.approx(15, abs=3)


def test_deliver__without_differences_is_withheld_and_nearly_flat() -> None:
    made = deliver(region_of(draw(Setting(0.5, 5, 0.001), 11)), seed=1)
    assert made.withheld == NO_DIFFERENCES
    assert made.posterior.draws.mean(axis=0).std() < 2


def test_deliver__with_differences_beats_the_simple_maps_and_says_how_far_off_it_is() -> None:
    row = judge(Setting(7.0, 15, 0.03), 11)
    assert row["delivered"]
    assert row["rmse"] < row["best"]
    assert row["expected"] == pytest.approx(row["rmse"], rel=0.3)
    assert row["coverage"] > 0.75


def test_deliver__individual_risk_of_few_participants_is_not_taken_at_its_word() -> None:
    region = region_of(draw(Setting(1.0, 5, 0.001), 12))
    assert region.risks is not None
    cells, _ = cell_features(region.population)
    area = (region.covariates - region.covariates.mean(axis=0)) / region.covariates.std(axis=0)
    known = risk_means(region, cells, area)
    value = known.weight @ known.value
    log_odds = np.log(region.risks.value / (1 - region.risks.value))
    count = np.bincount(region.risks.wijk, minlength=120)
    raw = np.bincount(region.risks.wijk, weights=log_odds, minlength=120) / np.maximum(count, 1)
    assert value.std() < 0.4 * raw[count > 0].std()
    nobody = replace(region.risks, wijk=np.where(region.risks.wijk == 3, 4, region.risks.wijk))
    alone = risk_means(replace(region, risks=nobody), cells, area)
    assert (alone.weight @ alone.variance)[3] >= (known.weight @ known.variance)[3]


def test_benchmarked__adds_up_to_the_total_with_its_uncertainty() -> None:
    rng = np.random.default_rng(3)
    draws = np.clip(np.linspace(8, 25, 30) + rng.normal(0, 1, (400, 1)) + rng.normal(0, 1, (400, 30)), 1, 60)
    mass = rng.uniform(100, 900, 30)
    moved = benchmarked(AreaPosterior(draws), mass, (18.0, 0.5))
    whole = moved.draws @ (mass / mass.sum())
    assert (whole.mean(), whole.std()) == (pytest.approx(18.0, abs=0.01), pytest.approx(0.5, rel=0.05))
    order = np.argsort(draws.mean(axis=0))
    assert np.all(np.diff(moved.draws.mean(axis=0)[order]) > 0)


def test_weights__count_and_equal_ones_leave_the_whole_to_the_model() -> None:
    region = region_of(draw(Setting(2.0, 15, 0.003), 13))
    assert weighted_total(region) is None
    heavier = replace(region, weight=np.where(region.answer == 1, 2.0, 1.0))
    total, plain = weighted_total(heavier), 100 * region.answer.mean()
    assert total is not None
    assert total[0] > 1.5 * plain
    assert fit_areas(heavier).draws.mean() > fit_areas(region).draws.mean() + 3


def test_band__is_wider_than_the_margin_and_wider_for_stronger_selection() -> None:
    low, high = np.array([10.0]), np.array([20.0])
    narrow, wide = selective_band(low, high, 1.1), selective_band(low, high, 1.5)
    assert wide[0] < narrow[0] < low
    assert high < narrow[1] < wide[1]
    assert float(wide[1][0]) == pytest.approx(100 * 1.5 * 0.2 / (1 - 0.2 + 1.5 * 0.2))


def test_design_effect__of_twins_is_two_and_of_strangers_one() -> None:
    rng = np.random.default_rng(1)
    family, wijk = np.arange(6_000) // 2, np.arange(6_000) // 60
    twins = rng.standard_normal(3_000)[family]
    assert design_effect(twins, wijk, family) == pytest.approx(2.0, abs=0.05)
    assert design_effect(rng.standard_normal(6_000), wijk, family) == pytest.approx(1.0, abs=0.08)


def test_rows__of_a_withheld_map_are_all_silent_with_the_reason() -> None:
    draws = 15 + np.random.default_rng(1).normal(0, 1, (200, 2))
    rows = area_estimates._rows(
        ["WK1", "WK2"], "wijk", AreaPosterior(draws), np.array([500.0, 50.0]), np.array([9, 9]),
        present=np.array([True, True]), withheld=NO_DIFFERENCES,
        names={"model_id": "m", "run_id": "r", "year": 2024, "expected_error": 1.2, "artefact_sha256": "f00d"},
    )  # fmt: skip
    assert [(row.value, row.band_upper, row.reason) for row in rows] == [
        (None, None, NO_DIFFERENCES),
        (None, None, "few_inhabitants"),
    ]
    assert {(row.expected_error, row.artefact_sha256) for row in rows} == {(1.2, "f00d")}
