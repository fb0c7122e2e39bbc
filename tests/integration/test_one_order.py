"""One rule on every page, on all figures of the example: what may be put in order, who may have a place, how fine colours are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.dashboard.components.charts.scale import colour_scale, map_scale
from apps.dashboard.data import release as published_release
from apps.dashboard.profile import area_page
from apps.dashboard.views.verkennen import view as on_map
from apps.dashboard.wording.figures import Figure, in_order
from tests.apps.colours import steps_too_near
from tests.apps.orders import PLACES, Looked, Told, disagreements
from tests.pages_on import pages_on

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _shown(demo: Path) -> Iterator[None]:
    with pages_on(demo):
        yield


@pytest.fixture
def anew() -> Iterator[None]:
    """Nothing that a page made before a rule was broken, and nothing of that afterwards."""
    published_release.forget()
    yield
    published_release.forget()


def test_orders__are_the_same_on_every_page_and_as_declared() -> None:
    looked, apart = disagreements()
    assert looked > 1_000
    assert apart == []


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize(
    ("module", "name", "broken"),
    [
        (on_map, "is_ranked", lambda row: True),
        (on_map, "is_ranked", lambda row: False),
        (area_page, "is_ranked", lambda row: True),
    ],
)
def test_orders__of_a_page_that_goes_its_own_way_are_told(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, broken: Any
) -> None:
    monkeypatch.setattr(module, name, broken)
    assert disagreements()[1] != []


def test_orders__are_looked_at_in_every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(at: Looked) -> Iterator[Told]:
        yield Told(next(key for key in at.texts.rows if not at.texts.is_ranked(key)), placed=True)

    monkeypatch.setattr("tests.apps.orders.PLACES", dict.fromkeys(PLACES, wrong))
    assert len(disagreements()[1]) == len(PLACES)


def test_colours__are_no_finer_than_the_margin_on_any_map() -> None:
    looked, near = steps_too_near()
    assert looked > 100
    assert near == []


@pytest.mark.usefixtures("anew")
def test_colours__that_are_finer_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fine(areas: Any, polarity: str, decimals: int, *, is_modelled: bool) -> Any:
        return colour_scale([a.value for a in areas if a.value is not None], polarity, decimals)

    monkeypatch.setattr(on_map, "map_scale", fine)
    assert steps_too_near()[1] != []


def figure(value: float, half: float | None = None, population: float | None = 5_000) -> Figure:
    lower, upper = (None, None) if half is None else (value - half, value + half)
    name = f"G{value}"
    return Figure("GM1", name, name, None, None, population, value, lower, upper, "normal", False, 2020)


@pytest.mark.parametrize(("half", "classes"), [(None, 5), (0.4, 5), (3.0, 3), (50.0, 1)])
def test_scale__has_fewer_classes_where_margins_are_wide(half: float | None, classes: int) -> None:
    areas = [figure(value, half) for value in range(10, 20)]
    assert len(map_scale(areas, "neutral", 0, is_modelled=False).colours) == classes


def test_scale__does_not_part_two_heaps_that_lie_within_a_margin_of_each_other() -> None:
    values = [10.0] * 8 + [10.4] * 8 + [30.0] * 4
    areas = [figure(value, 1.0) for value in values]
    scale = map_scale(areas, "neutral", 1, is_modelled=False)
    assert [scale.index(value) for value in (10.0, 10.4, 30.0)] == [0, 0, 1]


def test_order__sets_small_areas_apart_by_name() -> None:
    found = [figure(9.0), replace_population(8.0, 999), figure(7.0), replace_population(6.0, None)]
    placed, apart = in_order(found, 1_000)
    assert [f.value for f in placed] == [9.0, 7.0]
    assert [f.label for f in apart] == ["G6.0", "G8.0"]


def replace_population(value: float, population: float | None) -> Figure:
    return figure(value)._replace(population=population)
