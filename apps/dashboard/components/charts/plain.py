"""Two plain charts for figures that people choose themselves: bars, and years as dots that no line joins."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts import house
from apps.dashboard.components.charts.axis import labels
from apps.dashboard.components.charts.house import config

_AXIS = {"labelFontSize": 12, "labelColor": "#1b2733", "titleColor": "#1b2733", "gridColor": "#e6ebf0"}
_THICK = 18  # pixels of a bar beside a name of several lines
_ROOM_FOR_WORDS = 1.18  # of the longest bar: on a phone too its figure stands beside it


def bars(rows: list[dict[str, Any]], words: dict[str, str], *, in_lines: bool = False) -> dict[str, Any]:
    """Rows with `n` (area), `x` (value), `t` (words): one bar per area; `in_lines` for names that are too long for one."""
    longest = max((float(row["x"]) for row in rows), default=0.0)
    scale = {"domainMax": longest * _ROOM_FOR_WORDS} if longest > 0 else {}
    names: dict[str, Any] = {**_AXIS, "title": None, "labelLimit": 240, "labelOverlap": False}
    step = 22
    if in_lines:
        called = [str(row["n"]) for row in rows]
        names |= {
            "labelExpr": house.in_lines(called, house.NAME_CHARACTERS),
            "labelOffset": house.in_the_middle(called),
            "labelLineHeight": house.LINE_PX,
            "ticks": False,
            "domain": False,
        }
        step += house.LINE_PX * (house.most_lines(called) - 1)
    return {
        "data": {"values": rows},
        "height": {"step": step},
        "encoding": {"y": {"field": "n", "type": "nominal", "sort": None, "axis": names}},
        "layer": [
            {
                "mark": {"type": "bar", "color": "#7fa6cc", **({"height": _THICK} if in_lines else {})},
                "encoding": {
                    "x": {
                        "field": "x",
                        "type": "quantitative",
                        "axis": None,
                        "scale": scale,
                    },
                    "tooltip": [
                        {"field": "n", "title": words["area"]},
                        {"field": "t", "title": words["value"]},
                    ],
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12},
                "encoding": {
                    "x": {"field": "x", "type": "quantitative", "scale": scale},
                    "text": {"field": "t", "type": "nominal"},
                },
            },
        ],
        "config": config(),
    }


def years(rows: list[dict[str, Any]], words: dict[str, str]) -> dict[str, Any]:
    """Rows with `n`, `y` (year as text), `x` (value), `t`: dots per year; no line, for a line would suggest a trend."""
    plain = labels(words["decimal_mark"])
    legend = {"title": None, "orient": "bottom", "columns": 4}
    tooltip = [("n", "area"), ("y", "year"), ("t", "value")]
    return {
        "data": {"values": rows},
        "height": 190,
        "mark": {"type": "point", "filled": True, "size": 80},
        "encoding": {
            "x": {
                "field": "y",
                "type": "ordinal",
                "axis": {**_AXIS, "title": words["year"], "labelAngle": 0},
            },
            "y": {
                "field": "x",
                "type": "quantitative",
                "scale": {"zero": False},
                "axis": {**_AXIS, "title": None, "labelExpr": plain},
            },
            "color": {"field": "n", "type": "nominal", "scale": {"scheme": "tableau10"}, "legend": legend},
            "shape": {"field": "n", "type": "nominal"},
            "tooltip": [{"field": field, "title": words[name]} for field, name in tooltip],
        },
        "config": config(),
    }
