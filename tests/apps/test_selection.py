"""The URL is the truth, and nothing in it is trusted."""

from __future__ import annotations

from typing import Any

import pytest

from apps.dashboard.views.verkennen.selection import Availability, Selection
from tests.for_each import for_each

ROWS: list[dict[str, Any]] = [
    {
        "mart": mart,
        "indicator_id": indicator,
        "region_level": level,
        "year": year,
        "age_band": age,
        "sex": "total",
        "known": known,
    }
    for mart, indicator, level, year, age, known in [
        ("indicator", "lonely", "gemeente", 2020, "18+", 12),
        ("indicator", "lonely", "gemeente", 2020, "65+", 12),
        ("indicator", "lonely", "wijk", 2020, "18+", 180),
        ("indicator", "lonely", "wijk", 2016, "18+", 170),
        ("indicator", "lonely", "country", 2020, "18+", 1),
        ("determinant", "income", "gemeente", 2022, "all", 0),
        ("determinant", "income", "gemeente", 2020, "all", 12),
        ("outcome", "secret", "gemeente", 2020, "all", 12),
    ]
]
AVAILABLE = Availability(ROWS, ["lonely", "income"])


def test_resolve__gives_the_first_choice_without_remarks_when_nothing_is_asked() -> None:
    selection, unknown = AVAILABLE.resolve({}, has_region=True)
    assert selection == Selection("indicator", "lonely", "gemeente", 2020, "18+", "total", "region")
    assert unknown == []


def test_resolve__reproduces_a_link() -> None:
    wanted = Selection("indicator", "lonely", "wijk", 2016, "18+", "total", "country", "WK990101")
    assert AVAILABLE.resolve(wanted.as_parameters(), has_region=True) == (wanted, [])


def test_resolve__the_map_can_be_of_the_own_gemeente_where_smaller_areas_are_shown() -> None:
    asked = {"indicator": "lonely", "level": "wijk", "scope": "GM0114"}
    selection, unknown = AVAILABLE.resolve(asked, has_region=True, gemeente="GM0114")
    assert selection is not None
    assert (selection.scope, selection.gemeente, unknown) == ("GM0114", "GM0114", [])


def test_resolve__a_map_of_a_gemeente_that_is_not_the_own_one_or_of_gemeenten_is_not_there() -> None:
    for level, own in (("wijk", "GM0106"), ("wijk", ""), ("gemeente", "GM0114")):
        asked = {"indicator": "lonely", "level": level, "scope": "GM0114"}
        selection, unknown = AVAILABLE.resolve(asked, has_region=True, gemeente=own)
        assert selection is not None
        assert (selection.scope, selection.gemeente, unknown) == ("region", "", ["scope"])


HOSTILE = [
    "'; drop table x; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "",
    "9" * 5000,
    "\x00",
    "2020.0",
    "None",
]


@for_each("value", HOSTILE)
@for_each("name", ["class", "indicator", "level", "year", "age", "sex", "scope"])
def test_resolve__replaces_what_is_not_on_offer_and_says_so(name: str, value: str) -> None:
    selection, unknown = AVAILABLE.resolve({name: value}, has_region=True)
    assert unknown == [name]
    assert selection == AVAILABLE.resolve({}, has_region=True)[0]


@pytest.mark.parametrize("value", ["'; drop table x; --", "WK99<b>", "PV99", "GM1", "GM" + "1" * 40])
def test_resolve__refuses_an_area_that_is_no_code(value: str) -> None:
    selection, unknown = AVAILABLE.resolve({"area": value}, has_region=True)
    assert unknown == ["area"]
    assert selection is not None
    assert selection.area is None


def test_resolve__skips_a_year_without_figures_but_lets_one_ask_for_it() -> None:
    for asked, year in (({}, 2020), ({"year": "2022"}, 2022)):
        selection, _ = AVAILABLE.resolve({"indicator": "income", **asked}, has_region=False)
        assert selection is not None and selection.year == year


def test_resolve__finds_the_class_of_an_indicator_and_hides_what_is_not_public() -> None:
    selection, unknown = AVAILABLE.resolve({"indicator": "income"}, has_region=False)
    assert selection is not None
    assert (selection.mart, selection.scope, unknown) == ("determinant", "country", [])
    assert AVAILABLE.resolve({"indicator": "secret"}, has_region=False)[1] == ["indicator"]


def test_resolve__has_nothing_to_show_without_rows() -> None:
    assert Availability([], ["lonely"]).resolve({"indicator": "lonely"}, has_region=True) == (None, [])


def test_choices__offer_only_what_exists_at_each_step() -> None:
    selection, _ = AVAILABLE.resolve({"level": "wijk"}, has_region=True)
    assert selection is not None
    choices = AVAILABLE.choices(selection)
    assert choices.marts == ["indicator", "determinant"]
    assert choices.levels == ["gemeente", "wijk"]
    assert choices.years == [2020, 2016]
    assert choices.ages == ["18+"]
