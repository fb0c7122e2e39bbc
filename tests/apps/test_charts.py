"""Charts are plain specifications: what they show can be read from them without drawing."""

from __future__ import annotations

import colorsys
import json
from itertools import pairwise
from pathlib import Path

import pytest
import shapely

from apps.dashboard.components import geometry, markup
from apps.dashboard.components.charts.contributions import contributions
from apps.dashboard.components.charts.ranked_bars import Bar, Reference, bars_shown, ranked_bars
from apps.dashboard.components.charts.scale import PALETTES, colour_scale, legend, steps, typical_margin
from apps.dashboard.components.map_data import nearest_vintage


def bar(number: int, value: float, **more: float | None) -> Bar:
    return Bar(
        f"WK{number}", f"Wijk {number}", value, f"{value}%", more.get("lower"), more.get("upper"), "#cf6518"
    )


def test_ranked_bars__draws_intervals_only_where_they_exist_and_references_as_lines() -> None:
    reference = [Reference("Nederland", 10.0, dashed=False), Reference("Veenland", 9.0, dashed=True)]
    plain = ranked_bars([bar(1, 12.0), bar(2, 8.0)], reference, "WK2", figure="f", area="a")
    marked = ranked_bars(
        [bar(1, 12.0, lower=11.0, upper=13.0), bar(2, 8.0)], reference, None, figure="f", area="a"
    )
    rules = [layer for layer in plain["layer"] if layer["mark"]["type"] == "rule"]
    assert [rule["data"]["values"][0]["v"] for rule in rules] == [10.0, 9.0]
    assert len([layer for layer in marked["layer"] if layer["mark"]["type"] == "rule"]) == 3
    assert [row["on"] for row in plain["data"]["values"]] == [False, True]
    assert plain["layer"][0]["encoding"]["x"]["scale"]["domain"][0] == 0.0


def test_bars_shown__keeps_highest_lowest_and_the_chosen_area() -> None:
    bars = [bar(number, 1000.0 - number) for number in range(1000)]
    shown = bars_shown(bars, "WK500", most=30)
    codes = [item.code for item in shown]
    assert codes[0] == "WK0"
    assert codes[-1] == "WK999"
    assert "WK500" in codes
    assert len(shown) < 40
    assert bars_shown(bars[:30], None, most=30) == bars[:30]


def test_legend__ranges_hold_all_values_and_count_them() -> None:
    values = [1.0, 2.0, 2.4, 5.0, 7.0, 9.0, 11.0, 14.0, 20.0, 21.0]
    scale = colour_scale(values, "neutral", 0)
    classes = legend(scale, values, "%", "nl")
    assert sum(item.count for item in classes) == len(values)
    assert classes[0].label == "1%" or classes[0].label.startswith("1–")
    assert classes[-1].label.endswith("21%")


@pytest.mark.parametrize("values", [[], [4.0], [4.0, 4.2], [1.0, 2.0], [1.0, 1.0, 1.0, 9.0]])
def test_colour_scale__never_has_more_classes_than_figures_that_differ(values: list[float]) -> None:
    scale = colour_scale(values, "higher_is_worse", 0)
    assert len(scale.colours) == max(1, len({round(value) for value in values}))
    assert all(0 <= scale.index(value) < len(scale.colours) for value in values)


@pytest.mark.parametrize(
    ("polarity", "hue"),
    [
        ("higher_is_worse", range(20, 45)),  # orange warns
        ("higher_is_better", range(170, 200)),  # teal
        ("neutral", range(240, 265)),  # violet, neither good nor bad
        ("of_a_kind_that_is_new", range(240, 265)),
    ],
)
def test_colours__are_those_of_the_polarity(polarity: str, hue: range) -> None:
    for colour in colour_scale([1.0, 2.0, 3.0, 4.0, 5.0], polarity, 0).colours:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert round(360 * colorsys.rgb_to_hsv(red, green, blue)[0]) in hue, colour


def test_palettes__use_no_red_and_green_and_darken_steadily() -> None:
    for colours in PALETTES.values():
        light = [
            sum(int(colour[i : i + 2], 16) * weight for i, weight in ((1, 0.3), (3, 0.59), (5, 0.11)))
            for colour in colours
        ]
        assert light == sorted(light, reverse=True)
        assert min(a - b for a, b in pairwise(light)) > 20
    assert set(PALETTES) == {"higher_is_worse", "higher_is_better", "neutral"}


def test_nearest_vintage__prefers_the_closest_and_then_the_later() -> None:
    assert nearest_vintage([2022, 2024], 2020) == 2022
    assert nearest_vintage([2018, 2022], 2020) == 2022
    assert nearest_vintage([], 2020) is None


def _rows() -> list[dict[str, str]]:
    """Two neighbours that share a wavy border of many points."""
    import math

    border = [[6.1 + 0.000005 * math.sin(step), 52.5 + 0.001 * step] for step in range(101)]
    left = [[6.0, 52.5], *border, [6.0, 52.6], [6.0, 52.5]]
    right = [[6.2, 52.5], [6.2, 52.6], *border[::-1], [6.2, 52.5]]
    return [
        {
            "code": code,
            "name": code,
            "gemeente_name": "Dorp",
            "geometry": json.dumps({"type": "Polygon", "coordinates": [ring]}),
        }
        for code, ring in (("WK1", left), ("WK2", right))
    ]


def test_feature_collection__is_light_clockwise_and_neighbours_still_share_their_border() -> None:
    collection = geometry.feature_collection(_rows())
    shapes = [shapely.geometry.shape(feature["geometry"]).geoms[0] for feature in collection["features"]]
    assert [feature["id"] for feature in collection["features"]] == ["WK1", "WK2"]
    assert all(len(shape.exterior.coords) < 52 for shape in shapes)
    assert not any(shape.exterior.is_ccw for shape in shapes)
    assert shapes[0].intersection(shapes[1]).area == 0
    assert shapes[0].intersection(shapes[1]).length > 0.09


def _square(x: float, size: float, hole: float = 0.0) -> shapely.Polygon:
    def ring(start: float, side: float) -> list[tuple[float, float]]:
        return [(start, start), (start + side, start), (start + side, start + side), (start, start + side)]

    return shapely.Polygon(ring(x, size), [ring(x + hole, hole)] if hole else [])


def _area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def test_rounded_polygons__leave_out_specks_and_keep_every_direction() -> None:
    speck = shapely.Polygon([(6.0001, 52.0), (6.0004, 52.0003), (6.0008, 52.0001)])
    shape = shapely.MultiPolygon([_square(5.0, 0.3, hole=0.1), _square(6.0, 0.0004), speck])
    polygons = geometry.rounded_polygons(shape, 3)
    assert len(polygons) == 1
    outer, hole = polygons[0]
    assert _area(outer) < 0 < _area(hole)
    turned = shapely.Polygon([(6.0, 52.0), (6.0104, 52.0006), (6.0204, 52.0004), (6.0104, 52.00051)])
    assert all(_area(part[0]) < 0 for part in geometry.rounded_polygons(turned, 3))


def test_feature_collection__keeps_an_area_that_is_smaller_than_a_pixel() -> None:
    tiny = {**_rows()[0], "code": "WK9", "geometry": shapely.to_geojson(_square(6.3, 0.00001))}
    features = geometry.feature_collection([*_rows(), tiny])["features"]
    ring = features[2]["geometry"]["coordinates"][0][0]
    assert _area(ring) < 0
    assert max(x for x, _ in ring) < 6.301


def test_write_map__replaces_in_one_step_and_clears_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geometry, "KEPT_FILES", 2)
    for name in ("a.json", "b.json", "c.json"):
        geometry.write_map(_rows(), name, folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert json.loads((tmp_path / "c.json").read_text())["type"] == "FeatureCollection"


def test_markup__never_lets_a_name_become_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    pieces = [
        markup.badge(hostile, "plain"),
        markup.note(hostile),
        markup.facts([(hostile, hostile)]),
        markup.definitions([(hostile, hostile)]),
        markup.table([hostile], [[hostile, hostile]], hostile),
        markup.area_card(hostile, hostile, hostile, hostile, [hostile]),
        markup.notices(hostile, [(hostile, hostile)]),
        markup.reference_keys([(hostile, True)]),
        markup.fictional_banner(hostile, hostile),
        markup.legend(hostile, [], [], [("missing", hostile, hostile)]),
    ]
    assert not any("<img" in piece for piece in pieces)


def test_palettes__of_worse_are_warm_and_of_better_are_cool() -> None:
    """Whoever reads a map takes orange for trouble: the direction of a figure decides its hue, in every class."""

    def warmth(polarity: str) -> list[int]:
        colours = colour_scale([1, 2, 3, 4, 5], polarity, 0).colours
        return [int(colour[1:3], 16) - int(colour[5:7], 16) for colour in colours]

    assert len(warmth("higher_is_worse")) == 5 and min(warmth("higher_is_worse")) > 20
    assert max(warmth("higher_is_better")) < 0
    assert max(warmth("neutral")) < 0 and set(PALETTES["neutral"]).isdisjoint(PALETTES["higher_is_better"])


def test_scale__puts_equally_many_areas_in_five_classes_from_light_to_dark() -> None:
    scale = colour_scale(range(1, 11), "higher_is_worse", 0)
    assert [int(bound) for bound in scale.bounds] == [3, 5, 7, 9]
    assert scale.colours == PALETTES["higher_is_worse"]
    assert {len(colours) for colours in PALETTES.values()} == {5}
    assert [scale.index(value) for value in (1, 2.4, 3, 9, 10)] == [0, 0, 1, 4, 4]
    # Three classes are spread over the whole hue: the lightest, the middle and the darkest.
    assert colour_scale([1, 2, 3], "neutral", 0).colours == PALETTES["neutral"][::2]


def test_scale__has_no_class_without_an_area() -> None:
    values = [1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6]
    scale = colour_scale(values, "neutral", 0)
    assert scale.bounds[0] > 1
    assert sum(part.count for part in legend(scale, values, "%", "nl")) == len(values)
    assert all(part.count for part in legend(scale, values, "%", "nl"))


@pytest.mark.parametrize("margin", [0.0, 1.0, 3.0, 20.0])
def test_colour_scale__no_class_begins_closer_than_the_margin_to_the_one_before(margin: float) -> None:
    values = [float(value) for value in range(10, 26)]
    bounds = [10.0, *map(float, colour_scale(values, "higher_is_worse", 0, margin=margin).bounds)]
    assert all(later - earlier >= margin for earlier, later in pairwise(bounds))
    assert (len(bounds) == 1) == (margin > 15), "one colour where nothing can be told apart"


def test_contributions__long_names_stand_in_lines_around_their_bar() -> None:
    names = ["Veen", "Wijk 30 Buitengebied Noord (Heerhugowaard)"]
    rows = [{"n": name, "v": "Stad", "d": 1.0, "t": "1", "o": 0} for name in names]
    spec = contributions(rows, names, ["Stad"], {"axis": "deel", "area": "gebied", "part": "kenmerk"})
    axis = spec["encoding"]["y"]["axis"]
    ((several,), plain) = axis["labelOffset"]["condition"], axis["labelOffset"]["value"]
    assert (several["value"], plain) == (-15, 0)
    assert names[1] in several["test"] and names[0] not in several["test"]
    assert spec["height"]["step"] >= 3 * 15


def test_typical_margin__is_the_median_of_half_the_margins_that_are_whole() -> None:
    areas = [
        bar(1, 3.0, lower=1.0, upper=5.0),
        bar(2, 3.0, lower=2.0, upper=4.0),
        bar(3, 3.0, upper=9.0),
        bar(4, 3.0),
    ]
    assert typical_margin(areas) == 1.5
    assert typical_margin(areas[2:]) == 0.0


def test_steps__are_taken_between_figures_as_they_are_shown() -> None:
    values = [10.04, 10.06, 19.96, 20.04, 30.0, 30.01]
    scale = colour_scale(values, "neutral", 1, 3)
    assert [float(bound) for bound in scale.bounds] == [20.0, 30.0]
    assert steps(scale, values) == pytest.approx([9.95, 10.0])
