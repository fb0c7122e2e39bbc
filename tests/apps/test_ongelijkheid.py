"""Inequality: a planted gradient is found, noise is not, and estimates get no measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from apps.dashboard.data.cube import Cube
from apps.dashboard.views.ongelijkheid import figures, years_panel
from apps.dashboard.views.ongelijkheid.page import sentence
from datawerkplaats.base.errors import Language
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.apps.test_verbanden import a_cube


def planted(slope: float, areas: int = 100) -> Cube:
    random = np.random.default_rng(7)
    ladder = np.linspace(1, 30, areas)
    n = np.full(areas, 4000.0)
    share = 0.10 + slope * (np.arange(areas) / areas)
    value = random.binomial(4000, share) / n * 100
    cube = a_cube({"care": value, "poor": ladder}, {"care": False, "poor": False})
    return replace(cube, denominators={"care": n, "poor": np.full(areas, np.nan)})


def test_gradient__finds_the_planted_slope_with_its_margin() -> None:
    found = figures.gradient(planted(0.10), "care", "poor", "%", "")
    assert found.measures is not None
    assert [g.areas for g in found.groups] == [20] * 5
    assert found.groups[0].ladder_low > found.groups[-1].ladder_high
    lower, upper = found.measures.sii_limits[0]
    assert lower < 10.0 < upper
    assert lower > 8
    assert found.measures.rii > 1.5
    assert found.measures.paf > 0


@pytest.mark.parametrize("language", ["nl", "en"])
def test_sentence__claims_a_difference_only_where_there_is_one(language: Language) -> None:
    said = [
        sentence(figures.gradient(planted(s), "care", "poor", "%", ""), "A", "B", "1", "2", language)
        for s in (0.1, -0.05, 0.0)
    ]
    higher, lower = (("hoger", "lager"), ("higher", "lower"))[language == "en"]
    assert higher in said[0]
    assert lower in said[1]
    assert higher not in said[2] and lower not in said[2]


def test_gradient__refuses_measures_for_estimates_circles_and_figures_without_a_count() -> None:
    cube = planted(0.1)
    modelled = figures.gradient(
        replace(cube, modelled={"care": True, "poor": False}), "care", "poor", "%", "circular_pair"
    )
    assert (modelled.measures, modelled.reason, len(modelled.groups)) == (None, "modelled_series", 5)
    uncounted = replace(cube, denominators={"care": np.full(100, np.nan), "poor": np.full(100, np.nan)})
    assert figures.gradient(uncounted, "care", "poor", "%", "").reason == "interval_required"
    assert figures.gradient(cube, "care", "poor", "%", "circular_pair").reason == "circular_pair"
    few = cube.only(np.arange(100) < 4)
    assert figures.gradient(few, "care", "poor", "%", "").groups == ()


def over_years(*slopes: float) -> dict[int, Cube]:
    return {2018 + i: planted(slope) for i, slope in enumerate(slopes)}


@pytest.mark.parametrize(
    ("slopes", "expected"),
    [
        ((0.10, 0.10, 0.02), "smaller"),
        ((0.02, 0.10), "larger"),
        ((-0.02, -0.08), "larger"),
        ((0.10, 0.05, 0.10), "unclear"),
        ((0.08, -0.08), "turned"),
        ((0.08,), "fewer"),
    ],
)
def test_over_time__claims_a_change_only_where_margins_do_not_overlap(
    slopes: tuple[float, ...], expected: str
) -> None:
    cubes = over_years(*slopes)
    years = figures.over_time(dict.fromkeys(cubes, False), lambda: cubes, "care", "poor", "%", "")
    assert [year.year for year in years] == [2018 + i for i in range(len(slopes))]
    for year in years:
        assert year.measures is not None
        low, high = year.measures.sii_limits[0]
        assert low < year.measures.sii < high
    assert figures.change(years) == expected
    words_of: dict[Language, tuple[str, str]] = {"nl": ("groter", "kleiner"), "en": ("larger", "smaller")}
    for language, (larger, smaller) in words_of.items():
        told = years_panel.sentence(years, "Zorg", language)
        assert (larger in told) == (expected == "larger")
        assert (smaller in told) == (expected == "smaller")


def test_over_time__is_refused_for_a_series_that_is_modelled_in_any_year() -> None:
    cubes = over_years(0.02, 0.10)
    years = figures.over_time({2018: False, 2019: True}, lambda: cubes, "care", "poor", "%", "")
    assert [(year.measures, year.reason) for year in years] == [(None, "modelled_series")] * 2
    told = years_panel.sentence(years, "Zorg", "nl")
    assert "geen enkel jaar" in told and "modelschatting" in told


def test_tells_most__is_what_a_measure_may_be_given_of_before_what_was_only_measured() -> None:
    cube, units = planted(0.1), {"care": "%"}
    uncounted = replace(cube, denominators={"care": np.full(100, np.nan), "poor": np.full(100, np.nan)})
    modelled = replace(cube, modelled={"care": True, "poor": False})
    assert figures.tells_most(cube, units) == (2, ["care"])
    assert figures.tells_most(cube, {"care": "per 100.000"}) == (1, ["care"])
    assert figures.tells_most(uncounted, units) == (1, ["care"])
    assert figures.tells_most(modelled, units) == (0, [])


def test_over_time__without_a_common_year_is_a_sentence() -> None:
    assert "geen jaar" in years_panel.sentence([], "Zorg", "nl")
    assert "no year" in years_panel.sentence([], "Care", "en")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("level", ["gemeente", "wijk"])
def test_page__without_a_ladder_is_a_sentence(
    published: Path, open_page: OpenPage, level: str, language: str
) -> None:
    app = open_page("ongelijkheid", level=level, lang=language, ladder="<script>")
    assert not app.exception
    assert app.info
    assert "<script" not in words(app)
