"""Inequality: a planted gradient is found, noise is not, and estimates get no measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from apps.dashboard.views.ongelijkheid import figures
from apps.dashboard.views.ongelijkheid.page import sentence
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.apps.test_verbanden import a_cube


def planted(slope: float, areas: int = 100):
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
def test_sentence__claims_a_difference_only_where_there_is_one(language: str) -> None:
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


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("level", ["gemeente", "wijk"])
def test_page__without_a_ladder_is_a_sentence(
    published: Path, open_page: OpenPage, level: str, language: str
) -> None:
    app = open_page("ongelijkheid", level=level, lang=language, ladder="<script>")
    assert not app.exception
    assert app.info
    assert "<script" not in words(app)
