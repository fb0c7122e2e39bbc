"""The map: polygons from a file, figures beside them as one text, and a colour or a hatching for each state."""

from __future__ import annotations

import json
from typing import Any

from apps.dashboard.components import markup
from apps.dashboard.components.charts.choropleth import MapArea, MapWords, choropleth, is_striped, map_areas
from apps.dashboard.components.charts.scale import HIDDEN, MISSING

WORDS = MapWords(area="Gebied", gemeente="Gemeente", figure="Eenzaamheid", changed="it's changed")
AREAS = map_areas([MapArea("WK1", 0, "12%", "value"), MapArea("WK2", None, "geheim", "suppressed")])


def test_choropleth__joins_small_figures_to_a_static_file() -> None:
    spec = choropleth(
        "app/static/geo/x.json",
        AREAS,
        ("#111111",),
        WORDS,
        selected="WK1",
        outline_url="app/static/geo/y.json",
    )
    assert spec["data"]["url"] == "app/static/geo/x.json"
    lookup = spec["transform"][0]["from"]
    assert lookup["data"]["values"] == "c\tk\tt\ts\td\nWK1\t0\t12%\tvalue\t\nWK2\t\tgeheim\tsuppressed\t"
    assert "http" not in json.dumps(spec)
    assert spec["layer"][0]["params"][0]["value"] == [{"code": "WK1"}]


def square(code: str, west: float) -> dict[str, Any]:
    edges = [[west, 52], [west, 52.1], [west + 0.1, 52.1], [west + 0.1, 52], [west, 52]]
    about = {"n": code, "g": "", "x": west, "y": 52, "w": 0}
    return {
        "type": "Feature",
        "id": code,
        "properties": about,
        "geometry": {"type": "Polygon", "coordinates": [edges]},
    }


def test_choropleth__is_drawn_in_the_colour_of_each_class() -> None:
    import vl_convert

    areas = map_areas(
        [
            MapArea("WK1", 0, "1%", "value"),
            MapArea("WK2", 1, "2%", "value"),
            MapArea("WK3", None, "-", "missing"),
        ]
    )
    spec = choropleth("x.json", areas, ("#111111", "#222222"), WORDS)
    spec["data"] = {"values": [square(f"WK{number}", 5 + number / 5) for number in (1, 2, 3)]}
    svg = vl_convert.vegalite_to_svg(spec)
    assert [svg.count(f'fill="{colour}"') for colour in ("#111111", "#222222", MISSING)] == [1, 1, 1]


def test_choropleth__hatches_what_has_no_figure_and_what_has_another_border() -> None:
    spec = choropleth("x.json", AREAS, ("#111111",), WORDS)
    tests = [condition["test"] for condition in spec["layer"][0]["encoding"]["fill"]["condition"]]
    assert tests == ["datum.s === 'suppressed'", "datum.s === 'missing'", "datum.s === 'changed'"]
    assert any("'it\\'s changed'" in step.get("calculate", "") for step in spec["transform"])


def test_choropleth__stripes_the_colour_of_what_is_in_doubt_and_of_nothing_else() -> None:
    areas = map_areas([MapArea("WK1", 0, "1%", "value"), MapArea("WK2", 1, "2%", "value", in_doubt=True)])
    spec = choropleth("x.json", areas, ("#111111", "#222222"), WORDS)
    conditions = spec["layer"][0]["encoding"]["fill"]["condition"][3:]
    assert [condition["test"] for condition in conditions] == [f"datum.d && datum.k === {k}" for k in (0, 1)]
    drawn = [{stop["color"] for stop in condition["value"]["stops"]} for condition in conditions]
    assert drawn == [{"#111111", "#ffffff"}, {"#222222", "#ffffff"}]
    rows = spec["transform"][0]["from"]["data"]["values"].splitlines()
    assert [row.rsplit("\t", 1)[1] for row in rows] == ["d", "", "true"]
    assert "d" in spec["transform"][0]["from"]["fields"]


def test_choropleth__of_many_areas_is_painted_on_a_canvas_in_plain_greys() -> None:
    few, many = (
        choropleth("x.json", AREAS, ("#111111",), WORDS, striped=striped) for striped in (True, False)
    )
    renderers = [spec["usermeta"]["embedOptions"]["renderer"] for spec in (few, many)]
    fills = [spec["layer"][0]["encoding"]["fill"]["condition"][0]["value"] for spec in (few, many)]
    assert renderers == ["svg", "canvas"]
    assert (fills[0]["gradient"], fills[1]) == ("linear", HIDDEN[0])
    assert is_striped(198)
    assert not is_striped(3_340)
    assert markup.state_background("suppressed", striped=False) == HIDDEN[0]


def test_choropleth__an_area_with_another_border_cannot_be_chosen() -> None:
    steps = choropleth("x.json", AREAS, ("#111111",), WORDS)["transform"]
    assert {"calculate": "datum.s === 'changed' ? null : datum.id", "as": "code"} in steps


def test_choropleth__outlines_let_clicks_through_to_the_areas() -> None:
    spec = choropleth("x.json", AREAS, ("#111111",), WORDS, outline_url="y.json")
    outlines = [layer for layer in spec["layer"] if layer.get("mark", {}).get("filled") is False]
    assert len(outlines) == 2
    assert all(layer["encoding"]["fill"]["value"] is None for layer in outlines)
