"""The area profile: what it says, what it refuses to say, and that its downloads hold the figures of the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.components import area_choice
from apps.dashboard.data import cube
from apps.dashboard.data.release import current_release
from apps.dashboard.profile import lines
from tests.apps.conftest import OpenPage, first_seen
from tests.apps.test_pages import headline, words
from tests.sealing import changed


def test_profiel__gemeente_with_margins_counts_and_words(published: Path, open_page: OpenPage) -> None:
    app = open_page("profiel", gemeente="GM9901")
    shown = words(app)
    assert not app.exception
    assert app.title[0].value == "Turfhaven in één oogopslag"
    assert "Zeker hoger dan Nederland (fictief): Zorggebruik." in headline(app)
    assert "verborgen of niet gemeten" in headline(app)
    assert shown.count("dw-table") >= 3
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) >= 3


def test_profiel__modelled_wijk_has_whole_per_cents_no_verdict_and_no_trend(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("profiel", gemeente="GM9902", wijk="WK990203", compare="gemeente")
    shown = words(app)
    assert "1 modelschatting" in shown
    assert "trend niet toegestaan: modelschatting" in shown
    assert "geen marge, dus geen oordeel" in shown
    assert "▲ hoger" not in shown
    assert "46%" in shown and "45,5%" not in shown


@pytest.mark.parametrize("language", ["nl", "en"])
def test_profiel__suppressed_wijk_is_no_zero(published: Path, open_page: OpenPage, language: str) -> None:
    app = open_page("profiel", gemeente="GM9901", wijk="WK990100", lang=language)
    assert not app.exception
    expected = "geen enkel cijfer" if language == "nl" else "No figure is known"
    assert expected in headline(app)
    assert "0%" not in headline(app)


def test_profiel__hostile_address_is_a_sentence(published: Path, open_page: OpenPage) -> None:
    app = open_page("profiel", gemeente="'; drop table x", wijk="<script>", compare="x" * 5000)
    assert not app.exception
    assert "De link vroeg om iets dat er niet is" in words(app)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "reference", "expected"),
    [
        (10.0, 9.0, 11.0, 8.0, "higher"),
        (10.0, 9.0, 11.0, 12.0, "lower"),
        (10.0, 9.0, 11.0, 10.5, "unclear"),
        (10.0, 9.0, 11.0, 10.04, "same"),
        (10.0, None, None, 20.0, "no_interval"),
        (None, None, None, 20.0, "none"),
    ],
)
def test_verdict__claims_a_difference_only_beyond_the_margin(
    value: float | None, lower: float | None, upper: float | None, reference: float, expected: str
) -> None:
    assert lines.verdict(value, lower, upper, reference, 1) == expected


def test_trend__is_what_is_published(published: Path, open_page: OpenPage) -> None:
    """One judgement for every reader: a page that judged by itself knew no break in a series."""
    app = open_page("profiel", gemeente="GM9901")
    assert "▼ daalt" in words(app), "the figure whose published trend falls, of one year only"


def test_trend__of_a_publication_from_before_it_was_published_is_not_known(
    published: Path, open_page: OpenPage
) -> None:
    with changed(next((published / "publish").glob("warehouse_*.duckdb"))) as con:
        con.execute("drop view mart.obs")
    told = words(open_page("profiel", gemeente="GM9901"))
    assert "geen trend bekend" in told and "▼ daalt" not in told


def test_profiel__folds_every_domain_and_tells_what_differs_in_it(
    published: Path, open_page: OpenPage
) -> None:
    def domains(app: AppTest) -> list[Any]:
        return [one for one in app.expander if re.search(r"\(\d+ cijfers?\)", one.label)]

    folded = domains(first_seen("profiel", gemeente="GM9901"))
    assert len(folded) >= 3 and not any(one.proto.expanded or len(one.children) for one in folded)
    opened = domains(open_page("profiel", gemeente="GM9901"))
    assert sum(len(one.get("html")) for one in opened) >= 2 * len(folded), "a table and a strip in each"
    told = " ".join(one.label for one in folded)
    assert re.search(
        r"\d (hoger|lager)( en \d lager)? dan Nederland \(fictief\), groter dan de onzekerheid", told
    ), told


def test_profiel__opens_with_the_gemeente_that_mijn_gebied_opens_with(
    published: Path, open_page: OpenPage
) -> None:
    rows = cube.regions(current_release(), "gemeente")
    first = area_choice.first_gemeente(rows)
    assert first and first["population"] == max(row["population"] for row in rows if row["is_focus"])
    assert f"{first['name']} in één oogopslag" in words(open_page("profiel"))
    assert area_choice.first_gemeente([]) is None
