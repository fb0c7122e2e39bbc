"""Five bars from most to least deprived, with margins where they exist."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts.axis import labels
from apps.dashboard.components.charts.house import config


def gradient(rows: list[dict[str, Any]], title: str, words: dict[str, str]) -> dict[str, Any]:
    """Rows with `n` (group), `v` value, `t` words, `lo` and `hi` (perhaps None)."""
    x = {
        "field": "n",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "labelAngle": 0,
            "labelFontSize": 13,
            "labelLimit": 200,
            "labelColor": "#1b2733",
        },
    }
    y = {
        "field": "v",
        "type": "quantitative",
        "scale": {"zero": True},
        "axis": {
            "title": title,
            "labelExpr": labels(words["decimal_mark"]),
            "gridColor": "#e6ebf0",
            "titleLimit": 300,
        },
    }
    tooltip = [{"field": "n", "title": words["group"]}, {"field": "t", "title": title}]
    return {
        "data": {"values": rows},
        "height": 300,
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "bar", "color": "#7fa6cc", "width": {"band": 0.62}},
                "encoding": {"y": y, "tooltip": tooltip},
            },
            {
                "transform": [{"filter": "isValid(datum.lo)"}],
                "mark": {"type": "rule", "color": "#14202c", "strokeWidth": 2},
                "encoding": {"y": {**y, "field": "lo"}, "y2": {"field": "hi"}},
            },
            {
                "mark": {
                    "type": "text",
                    "baseline": "top",
                    "dy": 6,
                    "fontSize": 14,
                    "fontWeight": "bold",
                    "color": "#14202c",
                },
                "encoding": {"y": y, "text": {"field": "t", "type": "nominal"}},
            },
        ],
        "config": config(),
    }
