"""An area that ended leads to its successor with one sentence, and a series goes on over a change of boundaries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from apps.dashboard.data import cube, history, profile
from apps.dashboard.data.history import Replaced
from apps.dashboard.data.release import current_release
from apps.dashboard.wording import area_history
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.sealing import changed

HAAREN = Replaced(
    "Haaren",
    date(2021, 1, 1),
    (("GM0824", "Oisterwijk"), ("GM0865", "Vught"), ("GM0757", "Boxtel"), ("GM0855", "Tilburg")),
)


@pytest.fixture
def with_history(published: Path) -> Path:
    """The small publication, with a gemeente that ended and a figure of it on the boundaries of now."""
    path = next((published / "publish").glob("warehouse_*.duckdb"))
    path.chmod(0o644)
    with changed(path) as con:
        con.execute("""create table core.dim_region_successor as select * from (values
            ('GM9981', 'Turfwolde', 'gemeente', 2018, date '2019-01-01', 'GM9902', 'Heideloo', 2022, 1.0, false))
            as t(region_code, region_name, region_level, last_vintage, ended_on, successor_code, successor_name,
                 successor_vintage, weight, is_estimated)""")
        con.execute("""create table core.fct_observation_restated as
            select indicator_id, source_id, measure_code, region_code, region_level, 2022 as region_vintage, region_id,
                '2018' as period_id, date '2018-01-01' as period_start, date '2018-12-31' as period_end, 2018 as year, sex,
                age_band, 33.25::double as value, 31.5::double as lower, 35.25::double as upper, numerator, denominator,
                'imputed' as value_status,
                cast(null as varchar) as suppression_reason, is_model_estimate, 2018 as from_vintage,
                'GM9981, GM9902' as from_region_codes, true as is_estimated, snapshot_id
            from core.fct_observation where region_code = 'GM9902'
            qualify row_number() over (partition by indicator_id, sex, age_band order by year desc) = 1""")
    return published


def test_notice__names_the_day_the_successors_and_what_is_shown() -> None:
    assert area_history.notice(HAAREN, "Boxtel", "nl") == (
        "Haaren bestaat sinds 1 januari 2021 niet meer; het gebied hoort nu bij Boxtel, Oisterwijk, Tilburg en Vught. "
        "U ziet Boxtel."
    )
    assert area_history.notice(HAAREN, "Boxtel", "en").endswith(
        "Boxtel, Oisterwijk, Tilburg and Vught. You see Boxtel."
    )
    renamed = Replaced("De Wolden", date(2020, 7, 1), (("GM1", "De Wolden"),))
    assert (
        area_history.notice(renamed, "De Wolden", "nl")
        == "De Wolden heeft sinds 1 juli 2020 een andere code. U ziet De Wolden."
    )


def test_shown__is_the_largest_successor_that_can_be_chosen() -> None:
    assert HAAREN.shown(["GM0757", "GM0865"]) == ("GM0865", "Vught")
    assert HAAREN.shown(["GM0001"]) is None


@pytest.mark.parametrize(("page", "parameter"), [("profiel", "gemeente"), ("", "area")])
def test_pages__an_area_that_ended_gives_its_successor_and_a_sentence(
    with_history: Path, open_page: OpenPage, page: str, parameter: str
) -> None:
    more = {} if page else {"level": "gemeente"}
    app = open_page(page or "verkennen", **{parameter: "GM9981"}, **more)
    shown = words(app)
    assert not app.exception
    assert (
        "Turfwolde bestaat sinds 1 januari 2019 niet meer; het gebied hoort nu bij Heideloo. U ziet Heideloo."
        in shown
    )
    assert "De link vroeg om iets dat er niet is" not in shown


def test_gebied__of_an_area_that_ended_shows_its_successor_and_says_so(
    with_history: Path, open_page: OpenPage
) -> None:
    app = open_page(gebied="GM9981")
    assert not app.exception
    assert app.title[0].value == "Heideloo"
    assert "Turfwolde bestaat sinds 1 januari 2019 niet meer" in words(app)
    assert "is hier niet bekend" not in words(app)


def test_pages__an_area_that_never_was_is_unknown_as_before(with_history: Path, open_page: OpenPage) -> None:
    app = open_page("profiel", gemeente="GM0000")
    assert "De link vroeg om iets dat er niet is" in words(app)


def test_pages__a_publication_without_the_tables_still_opens(published: Path, open_page: OpenPage) -> None:
    app = open_page("profiel", gemeente="GM9981")
    assert not app.exception
    assert "De link vroeg om iets dat er niet is" in words(app)


@pytest.fixture
def moved_now(with_history: Path) -> Path:
    """The newest figures of a gemeente moved: one with a margin of the release, one whose counts would allow one and has none."""
    with changed(next((with_history / "publish").glob("warehouse_*.duckdb"))) as con:
        con.execute(
            """update core.fct_observation_restated set year = 2020, numerator = 100, denominator = 300"""
        )
        con.execute("""update core.fct_observation_restated set lower = null, upper = null
            where indicator_id = 'loneliness_pct'""")
    return with_history


def test_profiel__a_restated_figure_has_the_margin_of_the_release_and_no_other(
    moved_now: Path, open_page: OpenPage
) -> None:
    app = open_page("profiel", gemeente="GM9902")
    shown = words(app)
    assert not app.exception
    release = current_release()
    wanted = tuple(cube.moments(release, "gemeente", also_empty=True))
    rows = [
        row
        for row in profile.profile(release, "gemeente", "GM9902", {}, wanted)
        if row.get("restated") and row["value"] is not None
    ]
    margins = {row["indicator_id"]: (row["lower"], row["upper"]) for row in rows}
    assert margins["care_use_pct"] == (31.5, 35.25) and margins["loneliness_pct"] == (None, None)
    # Wilson's of 100 in 300 is 28.2 to 38.8: nobody works it out anew.
    assert "31,5 – 35,3%" in shown and "28,2" not in shown and "38,8" not in shown
    without = [name for name, margin in margins.items() if margin == (None, None)]
    assert f"{len(rows)} cijfers zijn herberekend naar de gebieden van 2022" in shown
    assert len(without) == 1 and "Eén cijfer daarvan heeft geen marge." in shown


def test_restated__of_a_publication_from_before_its_margins_has_none(with_history: Path) -> None:
    with changed(next((with_history / "publish").glob("warehouse_*.duckdb"))) as con:
        con.execute("alter table core.fct_observation_restated drop column lower")
        con.execute("alter table core.fct_observation_restated drop column upper")
    found = history.restated(current_release(), "GM9902")
    assert found and {(row["lower"], row["upper"]) for row in found} == {(None, None)}


def test_on_current_boundaries__a_gemeente_gets_the_restated_figure_with_the_margin_of_the_release() -> None:
    delivered = [
        {
            "indicator_id": "i",
            "year": 2018,
            "age": "all",
            "value": 10.0,
            "lower": 9.0,
            "upper": 11.0,
            "status": "observed",
        },
        {
            "indicator_id": "i",
            "year": 2022,
            "age": "all",
            "value": 20.0,
            "lower": 19.0,
            "upper": 21.0,
            "status": "observed",
        },
    ]
    moved = [
        {
            "indicator_id": "i", "year": 2018, "age": "all", "value": 15.0, "lower": 12.5, "upper": 16.5, "status": "imputed",
            "reason": None,
            "is_modelled": False, "vintage": 2022, "is_estimated": True, "denominator": None,
        }
    ]  # fmt: skip
    found = history.on_current_boundaries(delivered, "GM0439", moved)
    assert [(row["value"], row["lower"], row["upper"]) for row in found] == [
        (15.0, 12.5, 16.5),
        (20.0, 19.0, 21.0),
    ]
    assert area_history.words(found[0], "bijgeschat", "nl") == (
        "bijgeschat, herberekend naar de gebieden van 2022, verdeling geschat"
    )
    # The code of a wijk may be another wijk now: its own figure stands.
    assert history.on_current_boundaries(delivered, "WK043900", moved) == delivered


def test_with_earlier_years__a_new_gemeente_has_the_years_of_its_parts() -> None:
    moved = [
        {
            "year": 2018, "value": 15.0, "lower": None, "upper": None, "status": "observed", "reason": None, "is_modelled": False,
            "vintage": 2022, "is_estimated": False, "denominator": None,
        }
    ]  # fmt: skip
    now = {
        "year": 2022,
        "value": 20.0,
        "lower": 19.0,
        "upper": 21.0,
        "status": "observed",
        "is_modelled": False,
        "vintage": 2022,
    }
    found = history.with_earlier_years([now], "GM1991", moved)
    assert [(row["year"], row["value"]) for row in found] == [(2022, 20.0), (2018, 15.0)]
    assert found[1]["restated"] == ("gebieden.restated", 2022)
