"""The quality strip: on every page that shows figures, with words beside colours, and one click to the origin."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from apps.dashboard.components import quality_strip
from apps.dashboard.data import release as published_release
from apps.dashboard.wording.context import Context
from datawerkplaats.base.errors import Language
from tests.apps.conftest import OpenPage
from tests.apps.rich_publication import enrich
from tests.apps.test_pages import words
from tests.apps.test_verbanden import a_cube
from tests.sealing import changed

PAGES = {
    "verkennen": {},
    "profiel": {},
    "verbanden": {"level": "wijk"},
    "buren": {"level": "wijk", "area": "WK980002"},
    "ongelijkheid": {"level": "wijk", "indicator": "care_use_pct"},
    "verklaren": {"level": "wijk", "outcome": "care_use_pct"},
    "sleutelen": {},
}


@pytest.mark.parametrize(
    ("language", "counted", "checks"),
    [
        ("nl", "gemeten of getelde?", "controles goed"),
        ("en", "measured or counted", "checks passed"),
    ],
)
def test_strip__is_on_every_page_with_figures(
    published: Path, open_page: OpenPage, language: str, counted: str, checks: str
) -> None:
    enrich(published)
    for page, choices in PAGES.items():
        shown = words(open_page(page, lang=language, **choices))
        strips = [
            found for found in re.findall(r'<p class="dw-badges">.*?</p>', shown, re.S) if checks in found
        ]
        assert strips, page
        assert any(re.search(counted, strip) or "model" in strip for strip in strips), page


def test_counts__add_up_to_all_areas() -> None:
    nothing = np.nan
    cube = a_cube(
        {"a": np.array([1.0, nothing, 3.0]), "b": np.array([1.0, 2.0, 3.0])}, {"a": False, "b": True}
    )
    found = quality_strip.of_cube(cube, ["a", "b", "a"], [2020])
    assert (found.counted, found.modelled, found.hidden) == (2, 3, 1)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_items__say_what_failed_and_leave_out_what_is_not_there(published: Path, language: Language) -> None:
    context = Context(published_release.current_release(), language, {}, "")
    row = {"source_id": "cbs_fixture", "publisher": "CBS", "indicator_id": "x"}
    quiet = quality_strip.items(context, quality_strip.Counts(0, 0, 0, ()), [])
    assert quiet == []
    told = [
        label for label, _ in quality_strip.items(context, quality_strip.Counts(1, 0, 2, (2018, 2020)), [row])
    ]
    assert any("2018–2020" in label for label in told)
    assert not any("model" in label for label in told)
    assert any(label.startswith("▨ 2") for label in told)


def test_items__count_only_checks_that_applied(published: Path) -> None:
    path = next((published / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        for subject, status in (
            ("cbs_fixture", "passed"),
            ("x/wijk/2020", "failed"),
            ("x/wijk/2018", "not_applicable"),
        ):
            con.execute(
                "insert into quality.check_result by name select * replace (? as subject, ? as status)"
                " from (select * from quality.check_result limit 1)",
                [subject, status],
            )
    context = Context(published_release.current_release(), "nl", {}, "")
    row = {"source_id": "cbs_fixture", "publisher": "CBS", "indicator_id": "x"}
    told = [label for label, _ in quality_strip.items(context, quality_strip.Counts(1, 0, 0, ()), [row])]
    assert "! controles goed: 1 van 2" in told
