"""A figure by year, beside the line from where a goal begins to where it wants to be."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts.axis import labels
from apps.dashboard.components.charts.house import config

_AXIS = {"labelFontSize": 13, "titleFontSize": 13, "grid": True}
_OWN, _LINE = "#154273", "#6b7885"


def toward(rows: list[dict[str, Any]], line: list[dict[str, Any]], words: dict[str, str]) -> dict[str, Any]:
    """Dots per year and a dashed line to the goal.

    Args:
        rows: `y` (year), `x` (value), `lo` and `hi` (margins, may be absent).
        line: `y` and `x` of both ends.
        words: `decimal_mark`.
    """
    years = sorted({row["y"] for row in (*rows, *line)})
    x = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [years[0], years[-1]], "nice": False, "padding": 12},
        "axis": {**_AXIS, "title": None, "format": "d", "values": years, "grid": False, "labelOverlap": True},
    }
    y = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {**_AXIS, "title": None, "tickCount": 4, "labelExpr": labels(words["decimal_mark"])},
    }
    margins = [row for row in rows if row.get("lo") is not None]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": line},
            "mark": {"type": "line", "color": _LINE, "strokeDash": [6, 4], "strokeWidth": 2},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": margins},
            "mark": {"type": "rule", "color": _OWN},
            "encoding": {"x": x, "y": {**y, "field": "lo"}, "y2": {"field": "hi"}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "point", "filled": True, "size": 80, "color": _OWN},
            "encoding": {"x": x, "y": y},
        },
    ]
    return {"height": 130, "layer": layers, "config": config()}
