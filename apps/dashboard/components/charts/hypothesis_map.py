"""What is thought about each feature as arrows towards one figure; the kind of line tells how strong the evidence is."""

from __future__ import annotations

from typing import Any

_DASHES = ([1, 0], [9, 4], [3, 4], [1, 8])
_COLOURS = ("#154273", "#3f6a96", "#8a5a1e", "#6b7885")


def hypothesis_map(
    rows: list[dict[str, Any]], outcome: str, kinds: list[str], words: dict[str, str]
) -> dict[str, Any]:
    """Rows with `n` feature, `k` kind of evidence, `s` sign, `t` thought; `kinds` from strong to nothing known."""
    middle = (len(rows) - 1) / 2
    values = [
        {**row, "y": place, "m": middle, "a": 0.0, "b": 1.0, "c": 0.14} for place, row in enumerate(rows)
    ]
    for row in values:
        row["h"] = row["y"] + 0.14 * (middle - row["y"])
    vertical = {
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-0.6, len(rows) - 0.4], "reverse": True, "nice": False},
    }
    across = {"type": "quantitative", "axis": None, "scale": {"domain": [-0.72, 1.6], "nice": False}}
    legend = {"title": None, "orient": "bottom", "labelFontSize": 12, "labelLimit": 380, "columns": 2}
    tooltip = [
        {"field": "n", "type": "nominal", "title": words["determinant"]},
        {"field": "t", "type": "nominal", "title": words["thought"]},
    ]
    lines = {
        "x": {**across, "field": "a"},
        "x2": {"field": "b"},
        "y": {**vertical, "field": "y"},
        "y2": {"field": "m"},
        "strokeDash": {
            "field": "k",
            "type": "nominal",
            "scale": {"domain": kinds, "range": _DASHES},
            "legend": legend,
        },
        "color": {
            "field": "k",
            "type": "nominal",
            "scale": {"domain": kinds, "range": _COLOURS},
            "legend": legend,
        },
        "tooltip": tooltip,
    }
    text = {"type": "text", "fontSize": 13, "color": "#1b2733", "limit": 300}
    return {
        "data": {"values": values},
        "height": 90 + 38 * len(rows),
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2.5}, "encoding": lines},
            {
                "mark": {**text, "align": "right", "dx": -8},
                "encoding": {
                    "x": {**across, "field": "a"},
                    "y": {**vertical, "field": "y"},
                    "text": {"field": "n", "type": "nominal"},
                    "tooltip": tooltip,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 300, "color": "#ffffff", "stroke": "#6b7885", "opacity": 1},
                "encoding": {"x": {**across, "field": "c"}, "y": {**vertical, "field": "h"}, "tooltip": tooltip},
            },
            {
                "mark": {**text, "fontSize": 16, "fontWeight": "bold"},
                "encoding": {
                    "x": {**across, "field": "c"},
                    "y": {**vertical, "field": "h"},
                    "text": {"field": "s", "type": "nominal"},
                },
            },
            {
                "data": {"values": [{"x": 1.0, "y": middle, "n": outcome}]},
                "mark": {"type": "point", "shape": "triangle-right", "filled": True, "size": 170, "color": "#14202c"},
                "encoding": {"x": {**across, "field": "x"}, "y": {**vertical, "field": "y"}},
            },
            {
                "data": {"values": [{"x": 1.0, "y": middle, "n": outcome}]},
                "mark": {**text, "align": "left", "dx": 12, "fontWeight": "bold"},
                "encoding": {
                    "x": {**across, "field": "x"},
                    "y": {**vertical, "field": "y"},
                    "text": {"field": "n", "type": "nominal"},
                },
            },
        ],
        "config": {"view": {"stroke": None}},
    }  # fmt: skip
