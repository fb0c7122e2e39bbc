"""Area estimates: better than the survey alone, with intervals that hold, and withheld where data are thin."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from ml.base.problems import DataProblem
from ml.small_area.estimate import Labels, estimate_areas, gemeente_draws, population_cells
from ml.small_area.examine import examine_region
from ml.small_area.multilevel import AreaPosterior, fit_areas
from ml.small_area.world import CELLS, LEVELS, draw_region


def test_estimates__beat_the_survey_the_gemeente_and_the_regression() -> None:
    rows = [examine_region(seed, wijken=200, respondents=8_000) for seed in (1, 2, 3)]
    mean = {name: np.mean([r[name] for r in rows]) for name in rows[0]}
    assert mean["rmse"] < min(mean["rmse_direct"], mean["rmse_gemeente_mean"], mean["rmse_regression"])
    assert mean["rmse"] < 0.5 * mean["rmse_direct"]
    assert 0.80 < mean["coverage_90"] < 0.97
    assert mean["spearman"] > 0.8
    # Told how much wijken differ, the same method does a little better and never much: the rest is the survey's own noise.
    assert 0.9 * mean["rmse"] < mean["rmse_attainable"] < 1.03 * mean["rmse"]


def _table(wijken: list[str]) -> pa.Table:
    names = list(LEVELS)
    cells = [{name: LEVELS[name][level] for name, level in zip(names, cell, strict=True)} for cell in CELLS]
    return pa.Table.from_pylist([{"region_code": w, **cell, "n": 20.0} for w in wijken for cell in cells])


def test_population__without_an_age_band_is_refused_in_one_sentence() -> None:
    table = _table(["WK01", "WK02"])
    assert population_cells(table, ["WK02"], subject="population.csv").sum() == 20.0 * len(CELLS)
    rest = table.filter(pa.compute.not_equal(table["age"], "75+"))
    with pytest.raises(DataProblem) as caught:
        population_cells(rest, ["WK01"], subject="population.csv")
    assert caught.value.code == "missing_age_band"
    assert "75+" in caught.value.sentence("nl")
    with pytest.raises(DataProblem, match="WK03"):
        population_cells(table, ["WK03"], subject="population.csv")


def test_output__is_modelled_adds_up_to_gemeenten_and_is_withheld_where_thin() -> None:
    region = draw_region(5, wijken=80, respondents=2_500)
    region.population[0] *= 0.01
    labels = Labels(
        [f"WK{i:04d}" for i in range(80)], [f"GM{i:04d}" for i in range(int(region.gemeente.max()) + 1)]
    )
    rows = estimate_areas(
        region, labels, measure="anxiety", source_id="ml_area_estimates", period="2022"
    ).to_pylist()
    first = rows[0]
    assert first["value"] is None
    assert first["value_status"] == "suppressed"
    assert "inhabitants" in first["suppression_reason"]
    shown = [r for r in rows if r["value_status"] == "modelled"]
    assert shown
    assert all(r["lower"] <= r["value"] <= r["upper"] and r["upper"] - r["lower"] <= 15 for r in shown)
    assert all(0 <= r["top_tenth_probability"] <= 1 for r in shown)
    posterior = fit_areas(region)
    mass = region.population.sum(axis=1)
    gemeente = gemeente_draws(posterior, region.population, region.gemeente)
    total = np.bincount(region.gemeente, weights=mass)
    assert (gemeente.draws @ total) == pytest.approx(posterior.draws @ mass)


def test_top_probability__sums_to_the_size_of_the_top() -> None:
    draws = np.random.default_rng(1).normal(size=(200, 50))
    assert AreaPosterior(draws).top_probability(0.1).sum() == pytest.approx(5.0)
