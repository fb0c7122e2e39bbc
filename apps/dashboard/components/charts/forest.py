"""A forest of coefficients: each determinant alone and beside the others by two models, with their margins."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts.axis import labels
from apps.dashboard.components.charts.house import NAME_CHARACTERS, config, in_lines


def forest(rows: list[dict[str, Any]], words: dict[str, str]) -> dict[str, Any]:
    """Rows with `n` determinant, `k` alone, together or multilevel (in words), `v` `lo` `hi`, `t` words; a line at zero."""
    names = list(dict.fromkeys(row["n"] for row in rows))
    y = {
        "field": "n",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "labelLimit": 300,
            "labelFontSize": 13,
            "labelOverlap": False,
            "labelExpr": in_lines(names, NAME_CHARACTERS),
            "ticks": False,
            "domain": False,
        },
    }
    offset = {"field": "k", "type": "nominal", "sort": None}
    scale = {"domain": [-1, 1], "nice": False, "clamp": True}
    x = {
        "field": "v",
        "type": "quantitative",
        "scale": scale,
        "axis": {
            "title": words["axis"],
            "grid": True,
            "gridColor": "#e6ebf0",
            "labelExpr": labels(words["decimal_mark"]),
        },
    }
    kinds = [words[kind] for kind in ("alone", "together", "multilevel")]
    colour = {
        "field": "k",
        "type": "nominal",
        "scale": {"domain": kinds, "range": ["#6f7d8b", "#154273", "#b3541e"]},
        "legend": {
            "title": None,
            "orient": "top",
            "labelFontSize": 13,
            "labelLimit": 400,
            "columns": 1,
            "labelExpr": in_lines(kinds),
        },
    }
    tooltip = [
        {"field": "n", "title": words["determinant"]},
        {"field": "k", "title": words["how"]},
        {"field": "t", "title": words["axis"]},
    ]
    return {
        "data": {"values": rows},
        "height": {"step": 18},
        "layer": [
            {
                "data": {"values": [{"z": 0}]},
                "mark": {"type": "rule", "color": "#14202c"},
                "encoding": {"x": {"field": "z", "type": "quantitative", "scale": scale}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "y": y,
                    "yOffset": offset,
                    "color": colour,
                    "x": {**x, "field": "lo"},
                    "x2": {"field": "hi"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
                "encoding": {
                    "y": y,
                    "yOffset": offset,
                    "color": colour,
                    "shape": {
                        "field": "k",
                        "type": "nominal",
                        "scale": {"domain": kinds},
                        "legend": colour["legend"],
                    },
                    "x": x,
                    "tooltip": tooltip,
                },
            },
        ],
        "config": config(),
    }
