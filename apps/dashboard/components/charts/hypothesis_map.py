"""What is thought about each feature as arrows towards one figure; the kind of line tells how strong the evidence is."""

from __future__ import annotations

import json
from typing import Any

from apps.dashboard.components.charts.house import LINE_PX, config, in_lines, most_lines, name_lines

_DASHES = ([1, 0], [9, 4], [3, 4], [1, 8])
_COLOURS = ("#154273", "#3f6a96", "#8a5a1e", "#6b7885")
_SIGN_AT = 0.14  # of the way along an arrow


def hypothesis_map(
    rows: list[dict[str, Any]], outcome: str, kinds: list[str], words: dict[str, str]
) -> dict[str, Any]:
    """Rows with `n` feature, `k` kind of evidence, `s` sign, `t` thought; `kinds` from strong to nothing known."""
    middle = (len(rows) - 1) / 2
    values = [
        {
            **row,
            "y": index,
            "m": middle,
            "a": 0,
            "b": 1,
            "c": _SIGN_AT,
            "h": index + _SIGN_AT * (middle - index),
        }
        for index, row in enumerate(rows)
    ]
    names = [row["n"] for row in rows]
    lines = json.dumps([name_lines(name) for name in names])
    vertical = {
        "type": "quantitative",
        "scale": {"domain": [-0.6, len(rows) - 0.4], "reverse": True, "nice": False},
        "axis": {
            "title": None,
            "values": list(range(len(rows))),
            "labelExpr": f"{lines}[datum.value]",
            "labelFontSize": 13,
            "labelLimit": 260,
            "labelColor": "#1b2733",
            "grid": False,
            "domain": False,
            "ticks": False,
        },
    }
    across = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 1.03], "nice": False}}
    legend = {
        "title": None,
        "orient": "bottom",
        "labelFontSize": 12,
        "labelLimit": 330,
        "columns": 1,
        "labelExpr": in_lines(kinds),
    }
    kind = {"field": "k", "type": "nominal", "legend": legend}
    tooltip = [
        {"field": "n", "type": "nominal", "title": words["determinant"]},
        {"field": "t", "type": "nominal", "title": words["thought"]},
    ]
    at_sign = {"x": {**across, "field": "c"}, "y": {**vertical, "field": "h"}, "tooltip": tooltip}
    return {
        "data": {"values": values},
        "height": 150 + max(36, LINE_PX * most_lines(names) + 8) * len(rows),
        "title": {"text": f"→ {outcome}", "anchor": "end", "fontSize": 14, "color": "#14202c", "offset": 2},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2.5},
                "encoding": {
                    "x": {**across, "field": "a"},
                    "x2": {"field": "b"},
                    "y": {**vertical, "field": "y"},
                    "y2": {"field": "m"},
                    "strokeDash": {**kind, "scale": {"domain": kinds, "range": _DASHES}},
                    "color": {**kind, "scale": {"domain": kinds, "range": _COLOURS}},
                    "tooltip": tooltip,
                },
            },
            {
                "mark": {
                    "type": "point", "filled": True, "size": 300, "color": "#ffffff", "stroke": "#6b7885", "opacity": 1,
                },
                "encoding": at_sign,
            },
            {
                "mark": {"type": "text", "fontSize": 16, "fontWeight": "bold", "color": "#1b2733"},
                "encoding": {**at_sign, "text": {"field": "s", "type": "nominal"}},
            },
            {
                "data": {"values": [{"x": 1, "y": middle}]},
                "mark": {"type": "point", "shape": "triangle-right", "filled": True, "size": 190, "color": "#14202c"},
                "encoding": {"x": {**across, "field": "x"}, "y": {**vertical, "field": "y"}},
            },
        ],
        "config": config(),
    }  # fmt: skip
