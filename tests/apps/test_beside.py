"""An estimate stands beside the mean of estimates of a larger area, which is called that; a survey's own figure is told with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.dashboard.data import cube, queries, standing
from apps.dashboard.data import release as published_release
from apps.dashboard.profile import content, standout, standout_words
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.lines import lines
from apps.dashboard.profile.standout import Standing
from apps.dashboard.views.lessen import check_text, numbers
from apps.dashboard.wording import beside
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Format, ReferenceFigure, references
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.sentences import compare, reference_words
from datawerkplaats.base.errors import Language
from tests.apps import one_figure
from tests.apps.conftest import OpenPage
from tests.apps.one_figure import altered, first
from tests.apps.test_pages import words
from tests.apps.test_sentences import figure

MEAN, SURVEY, WIJK = 47.4, 41.2, "WK990101"
TABLES = ("core.fct_observation", "indicator.fct_indicator")


@pytest.fixture
def key(published: Path) -> dict[str, Any]:
    """A figure of which wijken have estimates and the country both a mean of them and a survey's figure."""
    with altered(published) as con:
        figure = first(
            con,
            """select i.indicator_id, i.year, i.age_band, i.sex from indicator.fct_indicator as i
               where region_level = 'wijk' and is_model_estimate and value is not null and sex = 'total'
               order by year desc, indicator_id, age_band limit 1""",
        )
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
    assert (country["value"], country["official"], country["is_estimated"]) == (MEAN, SURVEY, True)
    chosen = {"class": "indicator", "level": "wijk", "area": WIJK}
    page = open_page("verkennen", **chosen, indicator=key["indicator_id"], year=str(key["year"]))
    told = words(page)
    assert "volgens de schattingen: 47%, enquête 41%" in told
    assert "volgens de schattingen heeft 47%" in told or "volgens de schattingen (47%" in told
    assert "Nederland: 47%" not in told and "(fictief): 47%" not in told


@pytest.mark.parametrize(("language", "survey"), [("nl", "enquête"), ("en", "survey")])
def test_card__marks_the_mean_of_estimates_and_tells_the_survey(
    key: dict[str, Any], open_page: OpenPage, language: Language, survey: str
) -> None:
    context = Context(published_release.current_release(), language, {}, "Veenland")
    page = AreaPage(context, context.theme, "wijk", wijk(), "country", "Nederland")
    (line,) = lines(page.indicator_texts, [profiled(key)], {}, "country", 20_000)
    item = Standing(next(iter(page.theme.phases)), line, "higher_is_worse", True, ())
    assert page.card(item).reference == f"Nederland ≈ 47%, {survey} 41%"
    where = standout.place(item, 20_000, page.theme.rules)
    finding = standout.Finding("single", members=(item,), places=(where,))
    _, (why,) = standout_words.why(finding, page.theme, page.names, language)
    assert f"(Nederland ≈ 47%, {survey} 41%)" in why
    for view in ("gebied", "profiel"):
        shown = open_page(view, gemeente="GM9901", wijk=WIJK, gebied=WIJK, lang=language)
        assert not shown.exception
        assert f"≈ 47%, {survey} 41%" in words(shown)


def test_verdict__on_a_larger_area_holds_for_its_mean_of_estimates_and_for_its_survey(
    key: dict[str, Any],
) -> None:
    def verdict(**row: Any) -> str:
        (line,) = lines(texts(), [{**profiled(key), **row}], {}, "country", 20_000)
        return line.verdict

    assert verdict(value=47.0, lower=None, upper=None) == "no_interval", "as the mean, not as the survey"
    assert verdict(value=44.0, lower=43.0, upper=45.0) == "unclear", "between the two"
    assert verdict(value=50.0, lower=49.0, upper=51.0) == "higher"
    assert verdict(value=40.0, lower=39.0, upper=40.4) == "lower"
    assert verdict(value=40.0, lower=39.0, upper=42.0) == "unclear", "lower than the mean alone"


def test_line__of_an_estimate_keeps_the_mean_and_one_that_was_measured_stands_beside_the_survey(
    key: dict[str, Any],
) -> None:
    (line,) = lines(texts(), [profiled(key)], {}, "country", 20_000)
    assert (line.reference, line.official, line.reference_estimated) == (MEAN, SURVEY, True)
    notes = content.comparison_notes([line], "Nederland", "nl")
    assert any("gemiddelde van alle schattingen" in note for note in notes) and "41%" in notes[-1]
    table = content.as_table([line], "Nederland", "nl")
    (row,) = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert row["Nederland"] == 47.0 and row["Nederland volgens de enquête"] == 41.0
    assert row["Soort cijfer van Nederland"] == "gemiddelde van schattingen"
    (line,) = lines(texts(), [{**profiled(key), "is_modelled": False}], {}, "country", 20_000)
    assert (line.reference, line.official, line.reference_estimated) == (SURVEY, None, False)
    assert content.comparison_notes([line], "Nederland", "nl") == []


def test_estimate__without_a_survey_of_the_country_is_marked_too(key: dict[str, Any]) -> None:
    row = {**profiled(key), "country_official": None}
    (line,) = lines(texts(), [row], {}, "country", 20_000)
    assert (line.official, line.reference_estimated) == (None, True)
    assert beside.told("47%", True, None, line.style) == "≈ 47%"
    of_gemeenten = {**row, "province": None, "province_official": None, "province_computed": 33.0}
    (line,) = lines(texts(), [of_gemeenten], {}, "province", 20_000)
    assert (line.reference, line.reference_computed, line.reference_estimated) == (33.0, True, True)


def test_years__are_named_for_what_the_other_line_is(key: dict[str, Any], published: Path) -> None:
    found = standing.reference_years(
        published_release.current_release(), key["indicator_id"], key["age_band"], "country", ""
    )
    assert (key["year"], MEAN, SURVEY) in found
    assert beside.name("Nederland", True, "nl") == "Nederland volgens de schattingen"
    assert beside.name("Nederland", False, "nl") == "Nederland"


def test_text__about_both_is_judged_right(key: dict[str, Any]) -> None:
    context = Context(published_release.current_release(), "nl", {}, "Veenland")
    known = check_text.candidates(context)
    title = texts().title(key["indicator_id"])
    country = next(one.area for one in known if "volgens de schattingen" in one.area)
    sentence = f"{title} in {key['year']}: {country}: 47%, enquête 41%."
    verdicts = {one.number: one.verdict for one in numbers.judged(sentence, known, "Turfhaven", "nl")}
    assert verdicts["47"] == verdicts["41"] == "right"


def test_reference__is_told_once_where_both_read_the_same() -> None:
    def country(official: float | None, **how: Any) -> ReferenceFigure:
        row = {
            "code": "NL00", "level": "country", "value": 6.7, "official": official, "is_estimated": official is not None
        }  # fmt: skip
        (found,) = references([row], None, [], "Nederland", is_mean_allowed=True, decimals=0, **how)
        return found

    style = Format("%", 0, "nl")
    assert reference_words(country(6.0), style) == "Nederland volgens de schattingen: 7%, enquête 6%"
    assert reference_words(country(7.1), style) == "Nederland volgens de schattingen: 7%"
    assert reference_words(country(None), style) == "Nederland: 7%"
    assert reference_words(country(6.0, of_estimates=False), style) == "Nederland: 6%"
    assert "volgens de schattingen" in compare(figure("A", 9.0), country(6.0), style)


def texts() -> IndicatorTexts:
    return IndicatorTexts(Context(published_release.current_release(), "nl", {}, "Veenland"))


def wijk() -> dict[str, Any]:
    release = published_release.current_release()
    return {row["code"]: row for row in cube.regions(release, "wijk")}[WIJK]


def profiled(key: dict[str, Any]) -> dict[str, Any]:
    return one_figure.profiled(key, "wijk", WIJK, "GM9901")
