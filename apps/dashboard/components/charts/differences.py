"""A forest of differences: per figure how far an area lies from the reference, with its margin, in per cents of the reference."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts.house import config

COLOURS = {"higher": "#8a4a12", "lower": "#154273", "unclear": "#76828e"}
SHAPES = {"higher": "triangle-up", "lower": "triangle-down", "unclear": "circle"}


def differences(rows: list[dict[str, Any]], words: dict[str, str]) -> dict[str, Any]:
    """Rows with `n` figure, `k` verdict, `v` `lo` `hi` in per cents, `t` words; the line at zero is the reference."""
    kinds = [kind for kind in COLOURS if any(row["k"] == kind for row in rows)]
    label = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + format(abs(datum.value), 'd') + '%'"
    x = {
        "type": "quantitative",
        "axis": {"title": words["axis"], "labelExpr": label, "tickCount": 6, "gridColor": "#e6ebf0"},
    }
    y = {
        "field": "n",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 330, "labelFontSize": 13, "labelOverlap": False, "ticks": False, "domain": False},
    }  # fmt: skip
    colour = {
        "field": "w",
        "type": "nominal",
        "scale": {"domain": [words[kind] for kind in kinds], "range": [COLOURS[kind] for kind in kinds]},
        "legend": {"title": None, "orient": "top", "labelFontSize": 13, "labelLimit": 300},
    }
    shape = {
        "field": "w",
        "type": "nominal",
        "scale": {"domain": [words[kind] for kind in kinds], "range": [SHAPES[kind] for kind in kinds]},
    }
    return {
        "data": {"values": [{**row, "w": words[row["k"]]} for row in rows]},
        "height": {"step": 21},
        "layer": [
            {
                "data": {"values": [{"z": 0}]},
                "mark": {"type": "rule", "color": "#14202c", "strokeWidth": 1.5},
                "encoding": {"x": {"field": "z", "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"y": y, "color": colour, "x": {**x, "field": "lo"}, "x2": {"field": "hi"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
                "encoding": {"y": y, "color": colour, "shape": shape, "x": {**x, "field": "v"}},
            },
        ],
        "config": config(),
    }
