"""Associations: what is said, what is refused and why, and that many pairs do not make chance look like a finding."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from apps.dashboard.data import release as published_release
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.verbanden import figures
from apps.dashboard.views.verbanden.all_pairs import strongest
from apps.dashboard.views.verbanden.page import sentence
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import weighted_correlation
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import headline, words


def a_cube(columns: dict[str, np.ndarray], modelled: dict[str, bool]) -> Cube:
    n = len(next(iter(columns.values())))
    names = tuple(f"a{i}" for i in range(n))
    return Cube(
        names, names, names, np.full(n, 1000.0), np.ones(n, bool), columns,
        {key: np.full(n, np.nan) for key in columns}, modelled,
    )  # fmt: skip


class Catalogue(IndicatorTexts):
    """Indicator texts with rows of its own."""

    def __init__(self, **rows: Mapping[str, object]) -> None:
        self.rows = {
            key: {"source_id": "s", "measure_code": key, "instrument": None, **row}
            for key, row in rows.items()
        }
        self.circular = {"lonely": frozenset({"low_income_households_pct"})}


MODELLED = {"model_predictors": "household_income, age"}
BOOK = Catalogue(
    lonely=MODELLED, stressed=MODELLED, low_income_households_pct={"source_id": "cbs"}, noise={"source_id": "cbs"},
    k10_high={"instrument": "k10"}, k10_any={"instrument": "k10"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("lonely", "low_income_households_pct", "circular_pair"),
        ("low_income_households_pct", "lonely", "circular_pair"),
        ("lonely", "stressed", "shared_predictors"),
        ("lonely", "noise", ""),
        ("noise", "noise", "circular_pair"),
        ("k10_high", "k10_any", "circular_pair"),
    ],
)
def test_refusal__catches_every_circular_pair(first: str, second: str, expected: str) -> None:
    assert BOOK.refusal(first, second, {"lonely": True, "stressed": True}) == expected


def test_heat_map__of_noise_finds_hardly_anything_and_refuses_what_is_circular() -> None:
    random = np.random.default_rng(1)
    rows: dict[str, dict[str, str]] = {f"{axis}{i}": {} for axis in "yx" for i in range(12)}
    indicator_texts = Catalogue(**rows, lonely=MODELLED, low_income_households_pct={})
    columns = {key: random.normal(size=60) for key in indicator_texts.rows}
    columns["y0"] = columns["x0"] + random.normal(size=60) * 0.3
    cube = a_cube(columns, {"lonely": True})
    cells = figures.heat_map(
        indicator_texts,
        cube,
        [*(f"y{i}" for i in range(12)), "lonely"],
        [*(f"x{i}" for i in range(12)), "low_income_households_pct"],
    )
    found = {(c.row, c.column) for c in cells if c.stands_out}
    assert ("y0", "x0") in found
    assert len(found) <= 4
    circular = next(c for c in cells if (c.row, c.column) == ("lonely", "low_income_households_pct"))
    assert circular.reason == "circular_pair" and np.isnan(circular.r) and not circular.stands_out


def test_strongest__are_ten_at_most_the_clearest_first_and_none_that_chance_explains() -> None:
    cells = [
        figures.Cell(f"y{i}", "x", (-1) ** i * i / 20, 0.001 if i > 3 else 0.5, 60, "") for i in range(20)
    ]
    cells.append(figures.Cell("refused", "x", 0.99, 0.0, 60, "circular_pair"))
    assert [cell.row for cell in strongest(cells)] == [f"y{i}" for i in range(19, 9, -1)]
    assert [cell.row for cell in strongest(cells[:6])] == ["y5", "y4"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_sentence__claims_a_direction_only_where_the_margin_leaves_out_zero(language: Language) -> None:
    random = np.random.default_rng(2)
    x, noise = random.normal(size=80), random.normal(size=80)
    sure = sentence(weighted_correlation(x, x + noise), None, "A", "B", [], language)
    unsure = sentence(weighted_correlation(x, noise), None, "A", "B", [], language)
    assert ("vaak ook hoog" in sure) or ("often high too" in sure)
    assert "geen duidelijk verband" in unsure or "no clear association" in unsure
    assert "geen lijn" in unsure or "No line" in unsure
    refused = weighted_correlation(x, noise, refused_because="circular_pair")
    assert "r =" not in sentence(refused, None, "A", "B", [], language)


def test_pair__disappears_when_what_causes_both_is_taken_into_account() -> None:
    random = np.random.default_rng(3)
    cause = random.normal(size=300)
    cube = a_cube(
        {
            "noise": cause,
            "k10_any": cause + random.normal(size=300),
            "low_income_households_pct": cause + random.normal(size=300),
        },
        {},
    )
    plain, adjusted = figures.pair(BOOK, cube, "k10_any", "low_income_households_pct", ["noise"])
    assert plain.lower > 0
    assert adjusted is not None and adjusted.lower < 0 < adjusted.upper


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page__says_why_there_is_no_association(published: Path, open_page: OpenPage, language: str) -> None:
    app = open_page("verbanden", level="gemeente", y="loneliness_pct", x="loneliness_pct", lang=language)
    assert not app.exception
    assert "Wij berekenen geen verband" in headline(app) or "We compute no association" in headline(app)
    assert "Dit zijn cijfers van gebieden" in words(app) or "figures of areas" in words(app)


def test_page__hostile_address_is_a_sentence(published: Path, open_page: OpenPage) -> None:
    app = open_page("verbanden", x="'; drop", y="<script>", controls="a,b,c" * 900, level="planeet")
    assert not app.exception
    assert "De link vroeg om iets dat er niet is" in words(app)
    assert "<script" not in words(app)


def test_indicator_texts__reads_the_predictors_of_the_publication(published: Path) -> None:
    indicator_texts = IndicatorTexts(Context(published_release.current_release(), "nl", {}, "Veenland"))
    assert set(indicator_texts.series("loneliness_pct", True).predictors) >= {"age_65_plus_pct", "sex"}
    assert not indicator_texts.series("loneliness_pct", False).predictors
