"""The map as a Vega-Lite specification: polygons from a static file, figures joined to them in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from apps.dashboard.components.charts.house import config
from apps.dashboard.components.charts.scale import CHANGED, CHOSEN, DOUBT, HIDDEN, MISSING

SELECTION = "area"
LABELLED_AREAS = 25
AREAS_IN_SVG = 400
# Without this an outline gets a transparent fill, which would catch the clicks meant for the areas below it.
NO_FILL = {"fill": {"value": None}}


class MapArea(NamedTuple):
    """What the map needs of one area; a tuple, since thousands are made at once.

    Args:
        code: Its code.
        colour_class: Number of its colour; None without a figure.
        shown: The figure in words.
        state: value, suppressed or missing.
        in_doubt: Whether it is hatched.
    """

    code: str
    colour_class: int | None
    shown: str
    state: str
    in_doubt: bool = False


@dataclass(frozen=True)
class MapAreas:
    """All areas of a map as the browser gets them: one text, since thousands of objects take ten times as long to send."""

    rows: str
    count: int
    any_in_doubt: bool


_FIELDS = ("c", "k", "t", "s", "d")


def map_areas(areas: Iterable[MapArea]) -> MapAreas:
    """The areas as rows with tabs between their cells."""
    found = list(areas)
    lines = [
        f"{one.code}\t{'' if one.colour_class is None else one.colour_class}\t{' '.join(one.shown.split())}\t{one.state}\t"
        f"{'true' if one.in_doubt else ''}"
        for one in found
    ]
    return MapAreas("\n".join(["\t".join(_FIELDS), *lines]), len(found), any(one.in_doubt for one in found))


@dataclass(frozen=True)
class MapWords:
    """The words in the map's tooltip and for areas whose border changed."""

    area: str
    gemeente: str
    figure: str
    changed: str


def stripes(colours: tuple[str, str], count: int = 9) -> dict[str, Any]:
    """A striped fill: a gradient with hard edges, the one hatching that the chart library knows."""
    stops: list[dict[str, Any]] = []
    for index in range(count):
        colour = colours[index % 2]
        stops += [
            {"offset": round(index / count, 4), "color": colour},
            {"offset": round((index + 1) / count, 4), "color": colour},
        ]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


def is_striped(areas: int) -> bool:
    """Whether a map of so many areas has stripes: a canvas, which draws many faster, shows plain greys instead."""
    return areas <= AREAS_IN_SVG


def choropleth(
    url: str,
    areas: MapAreas,
    colours: tuple[str, ...],
    words: MapWords,
    *,
    selected: str | None = None,
    outline_url: str | None = None,
    with_names: bool = False,
    striped: bool = True,
    height: int = 520,
) -> dict[str, Any]:
    """A map whose areas can be clicked; an area of which the figures know nothing is striped as 'changed border'."""
    fill = {
        "condition": [
            {"test": "datum.s === 'suppressed'", "value": stripes(HIDDEN) if striped else HIDDEN[0]},
            {"test": "datum.s === 'missing'", "value": MISSING},
            {"test": "datum.s === 'changed'", "value": stripes(CHANGED) if striped else CHANGED[1]},
            *(_in_doubt(colours) if striped and areas.any_in_doubt else ()),
        ],
        "field": "k",
        "type": "nominal",
        "scale": {"domain": list(range(len(colours))), "range": list(colours)},
        "legend": None,
    }
    tooltip = [
        {"field": "n", "type": "nominal", "title": words.area},
        {"field": "g", "type": "nominal", "title": words.gemeente},
        {"field": "t", "type": "nominal", "title": words.figure},
    ]
    point: dict[str, Any] = {
        "name": SELECTION,
        "select": {"type": "point", "fields": ["code"], "toggle": False},
    }
    if selected:
        point["value"] = [{"code": selected}]
    layers: list[dict[str, Any]] = [
        {
            "params": [point],
            "mark": {"type": "geoshape", "stroke": "#ffffff", "strokeWidth": 0.6, "cursor": "pointer"},
            "encoding": {"fill": fill, "tooltip": tooltip},
        }
    ]
    if outline_url:
        layers.append(
            {
                "data": {"url": outline_url, "format": {"type": "json", "property": "features"}},
                "mark": {"type": "geoshape", "filled": False, "stroke": "#51606f", "strokeWidth": 0.9},
                "encoding": NO_FILL,
            }
        )
    layers.append(
        {
            "transform": [{"filter": {"param": SELECTION, "empty": False}}],
            "mark": {"type": "geoshape", "filled": False, "stroke": CHOSEN, "strokeWidth": 3},
            "encoding": NO_FILL,
        }
    )
    if with_names and areas.count <= LABELLED_AREAS:
        layers.append(_labels())
    figures = {"values": areas.rows, "format": {"type": "dsv", "delimiter": "\t"}}
    # SVG keeps every area as an element; beyond some hundreds a canvas is several times faster to draw.
    renderer = "svg" if striped else "canvas"
    return {
        "usermeta": {"embedOptions": {"renderer": renderer}},
        "height": height,
        "projection": {"type": "mercator"},
        "data": {"url": url, "format": {"type": "json", "property": "features"}},
        "transform": [
            {"lookup": "id", "from": {"data": figures, "key": "c", "fields": ["k", "t", "s", "d"]}},
            # The browser reads rows of a text as words: without this no class has its colour.
            {"calculate": "toNumber(datum.k)", "as": "k"},
            {"calculate": "isValid(datum.s) ? datum.s : 'changed'", "as": "s"},
            # An area of which the figures know nothing cannot be chosen: its code may belong to another area there.
            {"calculate": "datum.s === 'changed' ? null : datum.id", "as": "code"},
            {"calculate": f"isValid(datum.t) ? datum.t : {_quoted(words.changed)}", "as": "t"},
            {"calculate": "datum.properties.n", "as": "n"},
            {"calculate": "datum.properties.g", "as": "g"},
        ],
        "layer": layers,
        "config": config(),
    }


def _in_doubt(colours: tuple[str, ...]) -> list[dict[str, Any]]:
    """The colour of each class in stripes with white, where the difference is in doubt."""
    return [
        {"test": f"datum.d && datum.k === {number}", "value": stripes((colour, DOUBT), 15)}
        for number, colour in enumerate(colours)
    ]


def _labels() -> dict[str, Any]:
    """Names on a map with few areas, with a light edge so that they are readable on every colour."""
    position = {
        "longitude": {"field": "properties.x", "type": "quantitative"},
        "latitude": {"field": "properties.y", "type": "quantitative"},
        # A name that would meet another on a map of this width is left out; it stands in the list and in the card.
        "text": {
            "condition": {
                "test": "datum.properties.w > 0 && width >= datum.properties.w",
                "field": "n",
                "type": "nominal",
            },
            "value": "",
        },
    }
    halo = {
        "mark": {"type": "text", "fontSize": 12, "stroke": "#ffffff", "strokeWidth": 3, "strokeOpacity": 0.85}
    }
    letters = {"mark": {"type": "text", "fontSize": 12, "fill": "#14202c"}}
    return {"encoding": position, "layer": [halo, letters]}


def _quoted(words: str) -> str:
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"
