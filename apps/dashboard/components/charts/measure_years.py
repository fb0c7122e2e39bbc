"""A measure per year as dots with their margins; no line joins them, for a line would suggest a trend."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts.axis import labels
from apps.dashboard.components.charts.house import config


def measure_years(rows: list[dict[str, Any]], nothing: float, words: dict[str, str]) -> dict[str, Any]:
    """Rows with `y` (year as text), `v`, `lo`, `hi`, `t` (in words); `nothing` is the value at which there is no difference."""
    plain = labels(words["decimal_mark"])
    x = {
        "field": "y",
        "type": "ordinal",
        "axis": {"title": words["year"], "labelAngle": 0, "labelFontSize": 13, "labelColor": "#1b2733"},
    }
    y = {
        "field": "v",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": None, "labelExpr": plain, "gridColor": "#e6ebf0"},
    }
    tooltip = [{"field": "y", "title": words["year"]}, {"field": "t", "title": words["measure"]}]
    return {
        "data": {"values": rows},
        "height": 240,
        "title": {
            "text": words["measure"],
            "anchor": "start",
            "fontSize": 13,
            "fontWeight": "normal",
            "color": "#1b2733",
        },
        "layer": [
            {
                "data": {"values": [{"z": nothing}]},
                "mark": {"type": "rule", "color": "#14202c", "strokeDash": [4, 3]},
                "encoding": {"y": {"field": "z", "type": "quantitative", "scale": {"zero": False}}},
            },
            {
                "mark": {"type": "rule", "color": "#154273", "strokeWidth": 2},
                "encoding": {"x": x, "y": {**y, "field": "lo"}, "y2": {"field": "hi"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90, "color": "#154273", "opacity": 1},
                "encoding": {"x": x, "y": y, "tooltip": tooltip},
            },
        ],
        "config": config(),
    }
