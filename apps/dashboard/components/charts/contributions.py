"""Stacked bars: how much each characteristic adds to the distance to each similar area."""

from __future__ import annotations

from typing import Any


def contributions(rows: list[dict[str, Any]], order: list[str], words: dict[str, str]) -> dict[str, Any]:
    """Rows with `n` (area), `v` (characteristic), `d` (part), `t` (in words); the parts of a bar sum to the squared distance."""
    return {
        "data": {"values": rows},
        "height": {"step": 26},
        "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 0.5},
        "encoding": {
            "y": {
                "field": "n",
                "type": "nominal",
                "sort": order,
                "axis": {
                    "title": None,
                    "labelLimit": 260,
                    "labelFontSize": 13,
                    "labelOverlap": False,
                    "ticks": False,
                    "domain": False,
                },
            },
            "x": {
                "field": "d",
                "type": "quantitative",
                "stack": True,
                "axis": {"title": words["axis"], "grid": False, "labels": False, "ticks": False},
            },
            "color": {
                "field": "v",
                "type": "nominal",
                "scale": {"scheme": "tableau20"},
                "legend": {
                    "title": None,
                    "orient": "bottom",
                    "columns": 3,
                    "labelLimit": 260,
                    "labelFontSize": 12,
                },
            },
            "tooltip": [
                {"field": "n", "type": "nominal", "title": words["area"]},
                {"field": "v", "type": "nominal", "title": words["part"]},
                {"field": "t", "type": "nominal", "title": words["axis"]},
            ],
        },
        "config": {"view": {"stroke": None}},
    }
