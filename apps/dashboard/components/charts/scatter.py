"""A scatter of areas as a Vega-Lite specification: points by population, a line only where it explains something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.dashboard.components.charts.axis import labels
from apps.dashboard.components.charts.house import config

COLOUR, GREY = "#1f5f9e", "#9aa5b1"
MOST_POINTS = 4_000


@dataclass(frozen=True)
class Point:
    """One area: name, both figures with their words, and population."""

    name: str
    x: float
    y: float
    shown_x: str
    shown_y: str
    people: float


def scatter(
    points: list[Point],
    titles: tuple[str, str],
    line: tuple[float, float] | None,
    *,
    greyed: bool,
    area: str,
    decimal_mark: str = ",",
) -> dict[str, Any]:
    """Points, with the line intercept + slope x if it is given; greyed where no association may be read."""
    values = [
        {"n": p.name, "x": p.x, "y": p.y, "a": p.shown_x, "b": p.shown_y, "p": p.people} for p in points
    ]
    axis = {
        "labelFontSize": 12,
        "titleFontSize": 13,
        "titleColor": "#1b2733",
        "gridColor": "#e6ebf0",
        "titleLimit": 520,
        "labelExpr": labels(decimal_mark),
    }
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {**axis, "title": titles[0]},
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {**axis, "title": titles[1]},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "point", "filled": True, "opacity": 0.55, "color": GREY if greyed else COLOUR},
            "encoding": {
                "x": x,
                "y": y,
                "size": {"field": "p", "type": "quantitative", "legend": None, "scale": {"range": [18, 420]}},
                "tooltip": [
                    {"field": "n", "type": "nominal", "title": area},
                    {"field": "a", "type": "nominal", "title": titles[0]},
                    {"field": "b", "type": "nominal", "title": titles[1]},
                ],
            },
        }
    ]
    if line and points:
        ends = (min(p.x for p in points), max(p.x for p in points))
        layers.append(
            {
                "data": {"values": [{"x": end, "y": line[0] + line[1] * end} for end in ends]},
                "mark": {"type": "line", "color": "#b3541e", "strokeWidth": 2.5},
                "encoding": {"x": x, "y": y},
            }
        )
    return {"data": {"values": values}, "height": 430, "layer": layers, "config": config()}
