"""Similar areas: contributions that add up, outcomes that never take part, and a funnel that knows chance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from apps.dashboard.data import release as published_release
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.buren import figures, group_panel
from apps.dashboard.wording.context import Context
from datawerkplaats.base.errors import Language
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import headline, words
from tests.apps.test_verbanden import Catalogue, a_cube

RANDOM = np.random.default_rng(5)
COLUMNS = {key: RANDOM.uniform(1, 30, 40) for key in ("income", "single", "old", "lonely", "care")}
MARTS = {
    "income": "determinant",
    "single": "determinant",
    "old": "determinant",
    "lonely": "indicator",
    "care": "outcome",
}
CUBE = a_cube(COLUMNS, dict.fromkeys(COLUMNS, False))


def test_similar__parts_add_up_to_the_squared_distance_and_are_repeatable() -> None:
    names = figures.characteristics(CUBE, MARTS)
    found = figures.similar(CUBE, 3, names, MARTS, 10, ["old"])
    assert np.allclose(found.contributions.sum(axis=1), found.distance**2)
    assert (np.diff(found.distance) >= 0).all()
    assert 3 not in found.positions
    assert (figures.similar(CUBE, 3, names, MARTS, 10, ["old"]).positions == found.positions).all()
    assert len(figures.similar(CUBE, 3, names, MARTS, 20, []).positions) == 20


def test_similar__never_uses_an_indicator_an_outcome_or_an_estimate() -> None:
    assert set(figures.characteristics(CUBE, MARTS)) == {"income", "single", "old"}
    estimated = replace(CUBE, modelled={**CUBE.modelled, "income": True})
    assert "income" not in figures.characteristics(estimated, MARTS)
    forced = figures.similar(CUBE, 3, ["income", "care"], MARTS, 5, [])
    assert forced.variables == ("income",)
    assert forced.excluded == ("care",)


def test_largest_parts__still_add_up_to_the_whole_distance() -> None:
    many = {f"d{i}": RANDOM.uniform(1, 30, 40) for i in range(11)}
    cube = a_cube(many, dict.fromkeys(many, False))
    found = figures.similar(cube, 3, list(many), dict.fromkeys(many, "determinant"), 5, [])
    pieces = figures.largest_parts(found)
    assert [name for name, _ in pieces][-1] == "" and len(pieces) == 7
    assert np.allclose(sum(parts for _, parts in pieces), found.distance**2)
    few = figures.similar(CUBE, 3, ["old", "single"], MARTS, 5, [])
    assert {name for name, _ in figures.largest_parts(few)} == {"old", "single"}


def test_similar__a_score_below_zero_counts_like_any_other() -> None:
    score = {**COLUMNS, "score": COLUMNS["income"] - 15}
    marts = {**MARTS, "score": "determinant"}
    cube = a_cube(score, dict.fromkeys(score, False))
    found = figures.similar(cube, 3, ["score", "single"], marts, 5, [])
    assert not found.reason and len(found.positions) == 5
    assert figures.groups(cube, ["score", "single"], marts, 3, []).reason == ""


def test_funnel__of_a_rate_is_per_its_own_number_and_an_expected_number_is_none() -> None:
    n = np.full(40, 5_000.0)
    value = np.random.default_rng(8).binomial(5_000, 0.05, 40) / 5_000 * 1_000
    cube = replace(a_cube({"p": value}, {"p": False}), denominators={"p": n})
    found = figures.funnel(cube, "p", 1_000.0)
    assert found is not None and np.abs(found.outside).sum() <= 1
    rate = {"unit": "per 1 000 inwoners", "interval_method": "wilson", "counted_per": 1000.0}
    assert figures.counted_per(rate) == 1_000 and figures.counted_per({"unit": "%"}) == 100
    assert figures.counted_per({**rate, "interval_method": "source"}) == 0
    assert figures.counted_per({"unit": "per 1 000", "interval_method": "byar"}) == 0, (
        "an earlier publication"
    )


def test_funnel__finds_the_planted_area_and_hardly_any_other() -> None:
    n = np.geomspace(200, 20_000, 60)
    events = np.random.default_rng(6).binomial(n.astype(int), 0.1)
    value = events / n * 100
    value[30] = 20.0
    cube = replace(a_cube({"p": value}, {"p": False}), denominators={"p": n})
    found = figures.funnel(cube, "p")
    assert found is not None
    assert found.outside[30] == 1
    assert np.abs(found.outside).sum() <= 2
    assert figures.funnel(replace(cube, modelled={"p": True}), "p") is None


def two_kinds() -> tuple[Cube, dict[str, str], np.ndarray]:
    """Sixty areas of two kinds: poor and single, or neither; care would split them otherwise."""
    random = np.random.default_rng(2)
    poor = np.arange(60) < 25
    columns = {
        "income": np.where(poor, 25.0, 8.0) + random.normal(0, 1, 60),
        "single": np.where(poor, 50.0, 30.0) + random.normal(0, 2, 60),
        "old": random.uniform(10, 30, 60),
        "care": np.where(np.arange(60) % 2 == 0, 50.0, 1.0),
    }
    marts = {"income": "determinant", "single": "determinant", "old": "determinant", "care": "outcome"}
    return a_cube(columns, dict.fromkeys(columns, False)), marts, poor


@pytest.mark.parametrize(
    ("language", "high", "low"), [("nl", "Hoog cijfer", "Laag cijfer"), ("en", "High", "Low")]
)
def test_groups__are_described_by_what_stands_out_and_leave_outcomes_out(
    published: Path, language: Language, high: str, low: str
) -> None:
    cube, marts, poor = two_kinds()
    found = figures.groups(cube, list(marts), marts, 2, [])
    assert found.variables == ("income", "single", "old")
    assert (found.group == np.where(poor, 1, 0)).all()
    indicator_texts = Catalogue(**{key: {"title_nl": key, "title_en": key} for key in marts})
    indicator_texts.context = Context(published_release.current_release(), language, {}, "")
    told = group_panel.describe(found, indicator_texts, 1, language)
    assert high in told and low not in told
    assert "'income'" in told and "'single'" in told and "'old'" not in told
    said = group_panel.sentence(found, cube, indicator_texts, "a3", language)
    assert "2" in said and told in said
    assert ("komt steeds terug" in said) if language == "nl" else ("keeps coming back" in said)


def test_groups__an_area_with_a_gap_belongs_to_none() -> None:
    cube, marts, _ = two_kinds()
    cube.columns["income"][7] = np.nan
    found = figures.groups(cube, list(marts), marts, 2, [])
    assert "geen groep" in group_panel.sentence(found, cube, Catalogue(), "a7", "nl")
    assert figures.first_area(cube, ["income"]) == "a0"
    cube.columns["income"][0] = np.nan
    assert figures.first_area(cube, ["income"]) == "a1"
    assert figures.groups(cube, [], marts, 3, []).reason == "missing_input"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("level", ["gemeente", "wijk"])
def test_page__without_enough_to_compare_is_a_sentence(
    published: Path, open_page: OpenPage, language: str, level: str
) -> None:
    app = open_page("buren", level=level, lang=language)
    assert not app.exception
    assert not app.warning
    shown = words(app)
    assert (
        "geen vergelijkbare gebieden" in shown
        or "No similar areas" in shown
        or "geen cijfers" in shown
        or "no figures" in shown
    )


def test_page__hostile_address_is_a_sentence(published: Path, open_page: OpenPage) -> None:
    app = open_page("buren", level="wijk", area="<script>", k="-3", heavy="'; drop", funnel="x")
    assert not app.exception
    assert "De link vroeg om iets dat er niet is" in words(app)
    assert headline(app)
