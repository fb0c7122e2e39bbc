"""Mijn gebied: the page of one area without a browser, the search box, and the area that goes along to every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from apps.dashboard.components import figure, search, year_line
from apps.dashboard.components.search import Entry
from apps.dashboard.registry import pages
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.themes import load_theme
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words

THEME = load_theme(PROJECT_ROOT / "catalogue")
ENTRIES = [
    Entry("GM1", "Emmen (gemeente)", ("Emmen",)),
    Entry("WK1", "Emmermeer (wijk in Emmen)", ("Emmermeer",)),
    Entry("WK2", "Erm (wijk in Coevorden)", ("Erm",)),
    *search.figure_entries(
        {
            "loneliness_djg_pct": "Eenzaam",
            "high_risk_anxiety_depression_k10_pct": "Hoog risico op angst of depressie",
            "moderate_or_high_risk_k10_pct": "Matig of hoog risico op angst of depressie",
            "good_mental_health_young_adults_pct": "Goede mentale gezondheid (16-25)",
            "benefit_social_assistance_pct": "Bijstand",
        },
        THEME.synonyms,
        {},
    ),
]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Emmen", "GM1"),
        ("emmen ", "GM1"),
        ("ÉMMEN", "GM1"),
        ("emmerm", "WK1"),
        ("mermeer", "WK1"),
        ("depressief", "figure:high_risk_anxiety_depression_k10_pct"),
        ("eenzaam", "figure:loneliness_djg_pct"),
        ("jongeren", "figure:good_mental_health_young_adults_pct"),
        ("bijstand", "figure:benefit_social_assistance_pct"),
        ("xyzzy", None),
        ("", None),
        ("<script>", None),
    ],
)
def test_search__finds_areas_and_what_people_call_a_figure(typed: str, key: str | None) -> None:
    found = search.find(ENTRIES, typed)
    assert (found.key if found else None) == key


def test_search__tells_a_postcode_from_a_word() -> None:
    assert all(search.is_postcode(typed) for typed in ("7811", "7811 AB", "7811ab", "0811"))
    assert not any(search.is_postcode(typed) for typed in ("781", "78111", "7811 A", "Emmen", "7811 abc"))


def test_strip__puts_the_own_dot_and_the_reference_where_they_belong() -> None:
    import base64

    drawn = figure.strip(figure.Strip((10.0, 20.0), 15.0, 20.0, "links", "rechts", 'a "b"'))
    assert 'alt="a &quot;b&quot;"' in drawn
    svg = base64.b64decode(re.findall(r"base64,([^\"]+)", drawn)[0]).decode()
    own = float(re.findall(r'<circle cx="([\d.]+)"[^>]*class="own"', svg)[0])
    low, high = figure.EDGE, figure.STRIP_WIDTH - figure.EDGE
    assert own == (low + high) / 2
    assert float(re.findall(r'<line x1="([\d.]+)"[^>]*class="reference"', svg)[0]) == high


def test_figure__writes_whatever_is_in_the_data_as_words() -> None:
    hostile = "<b onclick=x>"
    card = figure.FigureCard(
        hostile, hostile, hostile, hostile, hostile, None, hostile, hostile, hostile, True, hostile
    )
    assert "<b" not in figure.figure(card)


def test_line__is_dashed_over_a_break_and_for_estimates_only() -> None:
    broken = year_line.Flag(2020, "x", True)
    happened = year_line.Flag(2020, "x", False)

    def dashed(flag: year_line.Flag, is_estimate: bool, first: int = 2019, last: int = 2020) -> bool:
        return year_line.is_dashed(first, last, year_line.YearLine([], [], [flag], is_estimate))

    assert dashed(broken, False)
    assert not dashed(broken, False, 2020, 2021), "the first year of the new method begins a new line"
    assert not dashed(happened, False)
    assert dashed(happened, True)


def test_line__writes_the_words_of_two_flags_below_each_other() -> None:
    flags = [
        year_line.Flag(2020, "laat", False),
        year_line.Flag(2016, "vroeg", True),
        year_line.Flag(1999, "ooit", False),
    ]
    line = year_line.YearLine([(2012, 1.0), (2016, 2.0), (2020, 3.0)], [], flags, False)
    drawn = year_line.line_svg(line, str)
    heights = {word: float(y) for y, word in re.findall(r'y="([\d.]+)" text-anchor="\w+">⚑ (\w+)<', drawn)}
    assert set(heights) == {"vroeg", "laat"}, "a flag outside the years is not drawn"
    assert heights["laat"] - heights["vroeg"] == year_line.FLAG_ROW
    assert min(float(y) for y in re.findall(r'cy="([\d.]+)"', drawn)) > max(heights.values()), (
        "the line runs through words"
    )


def test_gebied__opens_with_the_largest_gemeente_and_says_why(published: Path, open_page: OpenPage) -> None:
    app = open_page()
    shown = words(app)
    assert not app.exception
    assert len(app.title) == 1
    assert "Waarom staat dit hier?" in shown
    assert "dw-fig" in shown


def test_gebied__shows_the_area_of_the_address_and_tells_one_that_is_not_there(
    published: Path, open_page: OpenPage
) -> None:
    assert open_page(gebied="GM9903").title[0].value == "Zandwold"
    app = open_page(gebied="GM0000<b>")
    shown = words(app)
    assert "is hier niet bekend" in shown
    assert "<b>" not in shown
    assert app.title, "there is a way on"


def test_gebied__of_a_wijk_compares_with_its_gemeente_too(published: Path, open_page: OpenPage) -> None:
    app = open_page(gebied="WK990102")
    assert not app.exception
    assert app.selectbox(key="gebied_compare").options[-1] == "Turfhaven"
    app.selectbox(key="gebied_compare").select("gemeente").run()
    assert app.query_params["compare"] in ("gemeente", ["gemeente"])
    assert not app.exception


def test_area__goes_along_to_the_other_pages_and_back(published: Path, open_page: OpenPage) -> None:
    app = open_page("profiel", gebied="GM9903")
    assert app.title[0].value == "Zandwold in één oogopslag"
    app.selectbox(key="profiel_gemeente").select("GM9902").run()
    assert app.query_params["gebied"] in ("GM9902", ["GM9902"])
    assert 'href="verkennen?gebied=GM9902"' in "".join(str(item.proto.body) for item in app.get("html"))


def test_area__of_an_old_address_becomes_the_area_of_all_pages(published: Path, open_page: OpenPage) -> None:
    app = open_page("profiel", gemeente="GM9902", wijk="WK990201")
    assert app.query_params["gebied"] in ("GM9902", ["GM9902"])
    assert "Wijk" in app.title[0].value


def test_search_box__leads_to_an_area_a_figure_or_a_sentence(published: Path, open_page: OpenPage) -> None:
    app = open_page()
    app.selectbox(key="area_search").select("GM9902").run()
    assert app.title[0].value == "Heideloo"
    assert app.query_params["gebied"] in ("GM9902", ["GM9902"])


def test_menu__has_five_places_and_every_old_address() -> None:
    places = list(dict.fromkeys(page.section["nl"] or page.title["nl"] for page in pages()))
    assert places == [
        "Mijn gebied",
        "Kaart en wijken",
        "Waarom en vergelijken",
        "Aan tafel",
        "Over de cijfers",
    ]
    old = {
        "start",
        "verkennen",
        "profiel",
        "rapport",
        "verbanden",
        "buren",
        "ongelijkheid",
        "verklaren",
        "risico",
    }
    assert old | {"sleutelen", "sql", "kwaliteit", "woordenlijst"} <= {page.id for page in pages()}
    titles = {page.title["nl"] for page in pages()}
    founding = {
        "Verkennen op determinanten en geografie",
        "Verbanden leggen tussen variabelen",
        "Verbanden leggen tussen wijken",
        "Voorzichtig verklaren",
    }
    assert founding <= titles
