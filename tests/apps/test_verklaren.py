"""Explaining with care: a planted effect is found, noise and estimates are not, and no word claims a cause."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from apps.dashboard.data.cube import Cube
from apps.dashboard.views.verklaren import figures
from apps.dashboard.views.verklaren.hypotheses import EVIDENCE, agrees, hypotheses
from apps.dashboard.views.verklaren.page import between_sentence
from apps.dashboard.wording.texts import catalogue
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.themes import load_themes
from tests.apps.conftest import OpenPage
from tests.apps.rich_publication import enrich
from tests.apps.test_pages import headline, words
from tests.apps.test_verbanden import a_cube
from tests.sealing import changed

CAUSAL = re.compile(
    r"veroorza|leidt tot|doordat|dankzij|effect van|\bcaused? by\b|\bleads to\b|because of|due to",
    re.IGNORECASE,
)


def world(n: int, seed: int = 1) -> Cube:
    random = np.random.default_rng(seed)
    a, noise = random.normal(size=n), random.normal(size=n)
    twin = a + random.normal(size=n) * 0.6
    y = 0.8 * a + random.normal(size=n) * 0.6
    return a_cube(
        {"y": y, "a": a, "twin": twin, "noise": noise}, dict.fromkeys(("y", "a", "twin", "noise"), False)
    )


def test_explain__finds_what_was_planted_and_adjusts_its_twin_away() -> None:
    found = figures.explain_outcome(world(400), "y", ["a", "twin", "noise"])
    terms = {term.indicator: term for term in found.terms}
    assert found.terms[0].indicator == "a"
    assert terms["a"].stands and terms["a"].same_sign == 1.0 and terms["a"].e_value > 2
    assert terms["twin"].alone_lower > 0.3
    assert abs(terms["twin"].together) < 0.1
    assert not terms["noise"].stands and terms["noise"].e_value_limit == 1.0
    assert 0.5 < found.r2 < 0.75


def test_explain__of_noise_rarely_finds_anything() -> None:
    hits = 0
    for seed in range(40):
        random = np.random.default_rng(100 + seed)
        cube = a_cube(
            {key: random.normal(size=120) for key in ("y", "a", "b")}, dict.fromkeys(("y", "a", "b"), False)
        )
        hits += sum(term.stands for term in figures.explain_outcome(cube, "y", ["a", "b"], draws=150).terms)
    assert hits <= 10  # of 80; 5 per cent would be 4


def test_explain__is_repeatable_and_refuses_few_areas_and_estimates() -> None:
    first, second = (figures.explain_outcome(world(60), "y", ["a", "noise"]) for _ in range(2))
    assert first == second
    assert figures.explain_outcome(world(20), "y", ["a"]).reason == "too_few_areas"
    assert (
        figures.explain_outcome(world(30), "y", ["a", "twin", "noise", "a", "a", "a", "a"]).reason
        == "too_few_areas"
    )
    assert figures.explain_outcome(world(30), "y", []).reason == "too_few_areas"
    modelled = world(60)
    modelled.modelled["a"] = True
    assert figures.explain_outcome(modelled, "y", ["a"]).reason == "modelled_series"


def of_gemeenten(slope_between: float, slope_within: float, seed: int = 4) -> Cube:
    """Twenty gemeenten of ten wijken: the feature goes with the figure between gemeenten, within them, or both."""
    random = np.random.default_rng(seed)
    level, own = np.repeat(random.normal(size=20), 10), random.normal(size=200)
    y = slope_between * level + slope_within * own + random.normal(0, 0.5, 200)
    cube = a_cube({"y": y, "a": level + own}, {"y": False, "a": False})
    return replace(cube, gemeenten=tuple(f"g{i // 10}" for i in range(200)))


def test_multilevel__stands_beside_the_regularised_model_and_must_agree() -> None:
    found = figures.explain_outcome(of_gemeenten(1.0, 1.0), "y", ["a"])
    term = found.terms[0]
    assert found.gemeenten == 20 and found.between is not None and found.between_left is not None
    assert term.stands and term.multilevel is not None and term.multilevel.lower > 0
    assert term.multilevel == term.multilevel_alone  # one feature: alone is all there is
    assert found.between > 0.2 > found.between_left
    against = figures.explain_outcome(of_gemeenten(4.0, -0.6), "y", ["a"]).terms[0]
    assert (
        against.lower > 0 and against.multilevel is not None and against.multilevel.value < against.together
    )
    assert not against.agrees and not against.stands


def test_multilevel__is_refused_with_a_reason_where_areas_are_their_own_group() -> None:
    found = figures.explain_outcome(world(60), "y", ["a"])
    assert found.multilevel_reason == "fewer_than_6_groups"
    assert found.terms[0].multilevel is None and found.terms[0].stands
    assert "zes gemeenten" in between_sentence(found, "nl") and "six gemeenten" in between_sentence(
        found, "en"
    )


@pytest.mark.parametrize(("coefficient", "expected"), [(0.0, 1.0), (1.0, 4.4046)])
def test_e_value__is_that_of_the_formula(coefficient: float, expected: float) -> None:
    assert figures.e_value(coefficient) == pytest.approx(expected, abs=1e-3)
    assert figures.e_value(-coefficient) == figures.e_value(coefficient)


def test_hypotheses__tell_of_each_determinant_once() -> None:
    for theme in load_themes(PROJECT_ROOT / "catalogue").values():
        listed = [cause for told in theme.hypotheses.values() for cause in told.causes]
        assert len(listed) == len(set(listed)) == len(hypotheses(theme))
        assert {told.evidence for told in theme.hypotheses.values()} <= set(EVIDENCE)


def test_agrees__reads_sign_and_polarity() -> None:
    worse = next(iter(hypotheses(next(iter(load_themes(PROJECT_ROOT / "catalogue").values()))).values()))
    assert agrees(worse, "higher_is_worse", 0.5) is True
    assert agrees(worse, "higher_is_better", 0.5) is False
    assert agrees(worse, "neutral", 0.5) is None
    assert agrees(None, "higher_is_worse", 0.5) is None


def test_texts__never_claim_a_cause() -> None:
    for key, entry in catalogue().items():
        if key.startswith(
            (
                "verklaren.goes",
                "verklaren.none",
                "verklaren.r2",
                "verklaren.verdict",
                "verklaren.between",
                "verklaren.diagram",
                "verbanden.",
                "ongelijkheid.",
            )
        ):
            for told in entry.values():
                assert not CAUSAL.search(told), (key, told)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages__show_the_planted_association_and_gradient(
    published: Path, open_page: OpenPage, language: str
) -> None:
    enrich(published)
    app = open_page("verklaren", level="wijk", outcome="care_use_pct", lang=language)
    assert not app.exception
    assert ("Laag inkomen" if language == "nl" else "Low income") in headline(app)
    assert not CAUSAL.search(headline(app))
    assert ("binnen gemeenten (meerniveau)" if language == "nl" else "(multilevel)") in words(app)
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 2
    app = open_page("ongelijkheid", level="wijk", indicator="care_use_pct", lang=language)
    assert not app.exception
    assert ("hoger" if language == "nl" else "is higher") in headline(app)
    assert "PAF" in words(app)
    app = open_page("ongelijkheid", level="wijk", indicator="loneliness_pct", lang=language)
    assert "beide uiteinden" not in words(app) and "both ends" not in words(app)
    assert '<th scope="row">2020</th><td>–</td><td>–</td><td>–</td>' in words(app)
    assert ("modelschatting" if language == "nl" else "model estimate") in words(app)
    app = open_page("buren", level="wijk", area="WK980002", k="5", compared="loneliness_pct", lang=language)
    assert not app.exception
    assert words(app).count('<th scope="row">Wijk') == 6
    assert ("hoort bij groep" if language == "nl" else "belongs to group") in words(app)
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 3


def test_page__with_estimates_only_says_so(published: Path, open_page: OpenPage) -> None:
    app = open_page("verklaren", level="wijk", outcome="<script>")
    assert not app.exception
    assert "alleen modelschattingen" in app.info[0].value


@pytest.mark.parametrize(
    ("page", "name"), [("verklaren", "outcome"), ("ongelijkheid", "indicator"), ("verbanden", "y")]
)
def test_pages__set_no_plain_number_against_a_share(
    published: Path, open_page: OpenPage, page: str, name: str
) -> None:
    """A number of people goes together with everything that grows with the size of an area."""
    enrich(published)
    path = next((published / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        con.execute("update core.dim_indicator set unit = 'aantal' where indicator_id = 'care_use_pct'")
    app = open_page(page, level="wijk", **{name: "care_use_pct"})
    assert not app.exception
    # The search box of every page finds any figure; it compares none.
    boxes = [box for box in (*app.selectbox, *app.multiselect) if box.key != "area_search"]
    titles = [option for box in boxes for option in box.options]
    assert len(titles) > 3
    assert not [title for title in titles if "Zorggebruik" in title]
    free = open_page("sleutelen", level="wijk").multiselect[0].options
    assert [title for title in free if "Zorggebruik" in title]
