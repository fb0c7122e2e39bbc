"""A funnel plot as a Vega-Lite specification: small areas may differ more by chance than large ones."""

from __future__ import annotations

import json
from typing import Any

from apps.dashboard.components.charts.axis import labels
from apps.dashboard.components.charts.house import config


def funnel(
    points: list[dict[str, Any]],
    limits: list[dict[str, float]],
    benchmark: float,
    words: dict[str, str],
    *,
    chosen: str,
) -> dict[str, Any]:
    """Points with `n` name, `x` size, `y` figure, `t` words, `o` outside (-1, 0, 1); limits with x, a, b, c, d; the name chosen."""
    plain = labels(words["decimal_mark"])
    is_chosen = f"datum.n === {json.dumps(chosen)}"
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"type": "log"},
        "axis": {"title": words["x"], "grid": False, "tickCount": 5, "format": "~s"},
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": words["y"], "labelExpr": plain, "titleLimit": 400},
    }
    layers: list[dict[str, Any]] = [
        {
            "data": {"name": "limits"},
            "mark": {"type": "line", "color": "#5b6875", "strokeWidth": 1.3, "strokeDash": dash},
            "encoding": {"x": x, "y": {**y, "field": name}},
        }
        for name, dash in (("a", [1, 0]), ("b", [4, 3]), ("c", [4, 3]), ("d", [1, 0]))
    ]
    layers.append(
        {
            "data": {"values": [{"y": benchmark}]},
            "mark": {"type": "rule", "color": "#14202c"},
            "encoding": {"y": y},
        }
    )
    layers.append(
        {
            "data": {"name": "points"},
            "mark": {"type": "point", "filled": True, "opacity": 0.85},
            "encoding": {
                "x": x,
                "y": y,
                "size": {"condition": {"test": is_chosen, "value": 190}, "value": 45},
                "shape": {"condition": {"test": "datum.o != 0", "value": "diamond"}, "value": "circle"},
                "color": {
                    "condition": [
                        {"test": is_chosen, "value": "#0b1f33"},
                        {"test": "datum.o > 0", "value": "#b3541e"},
                        {"test": "datum.o < 0", "value": "#1d5a96"},
                    ],
                    "value": "#9aa5b1",
                },
                "tooltip": [
                    {"field": "n", "type": "nominal", "title": words["area"]},
                    {"field": "t", "type": "nominal", "title": words["y"]},
                ],
            },
        }
    )
    return {
        "datasets": {"points": points, "limits": limits},
        "height": 400,
        "layer": layers,
        "config": config(),
    }
