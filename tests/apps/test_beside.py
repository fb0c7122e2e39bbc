"""An estimate stands beside the mean of estimates of a larger area, which is called that; a survey's own figure is told with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.data import cube, profile, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.profile.lines import lines
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Format, ReferenceFigure, references
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.sentences import compare, reference_words
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.apps.test_sentences import figure
from tests.sealing import changed

MEAN, SURVEY, WIJK = 47.4, 41.2, "WK990101"
TABLES = ("core.fct_observation", "indicator.fct_indicator")


@pytest.fixture
def key(published: Path) -> dict[str, Any]:
    """A figure of which wijken have estimates and the country both a mean of them and a survey's figure."""
    (path,) = (published / "publish").glob("warehouse_*.duckdb")
    path.chmod(0o644)
    with changed(path) as con:
        found = con.execute(
            """select i.indicator_id, i.year, i.age_band, i.sex from indicator.fct_indicator as i
               where region_level = 'wijk' and is_model_estimate and value is not null and sex = 'total'
               order by year desc, indicator_id, age_band limit 1"""
        )
        names = [column[0] for column in found.description]
        figure = dict(zip(names, found.fetchone() or (), strict=True))
        for table in TABLES:
            con.execute(f"alter table {table} add column mean_of_estimates double")
            con.execute(
                f"""update {table} set value = {SURVEY}, mean_of_estimates = {MEAN} where region_level = 'country'
                    and (indicator_id, year, age_band, sex) = (?, ?, ?, ?)""",
                list(figure.values()),
            )
    return figure


def test_map__says_which_of_the_two_it_holds_areas_against(key: dict[str, Any], open_page: OpenPage) -> None:
    (country,) = (
        row
        for row in queries.reference_figures(published_release.current_release(), "indicator", *key.values())
        if row["level"] == "country"
    )
    assert (country["value"], country["official"]) == (MEAN, SURVEY)
    chosen = {"class": "indicator", "level": "wijk", "area": WIJK}
    page = open_page("verkennen", **chosen, indicator=key["indicator_id"], year=str(key["year"]))
    told = words(page)
    assert "volgens de schattingen: 47% (volgens de enquête 41%)" in told
    assert "volgens de schattingen heeft 47%" in told or "volgens de schattingen (47%" in told
    assert "Nederland: 47%" not in told and "(fictief): 47%" not in told


@pytest.mark.parametrize("view", ["gebied", "profiel"])
def test_area__says_it_on_its_page_and_in_its_profile(
    key: dict[str, Any], open_page: OpenPage, view: str
) -> None:
    page: AppTest = open_page(view, gemeente="GM9901", wijk=WIJK, gebied=WIJK)
    assert not page.exception
    assert "(volgens de enquête 41%)" in words(page)


def test_line__of_an_estimate_keeps_the_mean_and_one_that_was_measured_stands_beside_the_survey(
    key: dict[str, Any],
) -> None:
    release = published_release.current_release()
    indicator_texts = IndicatorTexts(Context(release, "nl", {}, "Veenland"))
    wanted = tuple(
        moment
        for moment in cube.moments(release, "wijk", also_empty=True)
        if (moment.indicator_id, moment.year, moment.age)
        == (key["indicator_id"], key["year"], key["age_band"])
    )
    area = {row["code"]: row for row in cube.regions(release, "wijk")}[WIJK]
    rows = profile.profile(release, "wijk", WIJK, {**area, "gemeente_code": "GM9901"}, wanted)
    (line,) = lines(indicator_texts, rows, {}, "country", area["population"])
    assert (line.reference, line.official) == (MEAN, SURVEY)
    (line,) = lines(indicator_texts, [{**rows[0], "is_modelled": False}], {}, "country", area["population"])
    assert (line.reference, line.official) == (SURVEY, None)


def test_reference__is_told_once_where_both_read_the_same() -> None:
    def country(official: float | None, **how: Any) -> ReferenceFigure:
        row = {"code": "NL00", "level": "country", "value": 6.7, "official": official}
        (found,) = references([row], None, [], "Nederland", is_mean_allowed=True, decimals=0, **how)
        return found

    style = Format("%", 0, "nl")
    assert reference_words(country(6.0), style) == (
        "Nederland volgens de schattingen: 7% (volgens de enquête 6%)"
    )
    assert reference_words(country(7.1), style) == reference_words(country(None), style) == "Nederland: 7%"
    assert reference_words(country(6.0, of_estimates=False), style) == "Nederland: 6%"
    assert "volgens de schattingen" in compare(figure("A", 9.0), country(6.0), style)
