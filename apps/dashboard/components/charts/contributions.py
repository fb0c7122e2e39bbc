"""Stacked bars: how much each characteristic adds to the distance to each similar area."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts.house import (
    LINE_PX,
    NAME_CHARACTERS,
    config,
    in_lines,
    in_the_middle,
    most_lines,
)

# Okabe & Ito's colours, told apart with every kind of colour blindness; grey is for all others together.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
OTHERS = "#9aa5b1"


def contributions(
    rows: list[dict[str, Any]], order: list[str], parts: list[str], words: dict[str, str]
) -> dict[str, Any]:
    """Rows with `n` (area), `v` (characteristic), `d` (part), `t` (in words), `o` (order in the bar).

    The parts of a bar sum to the squared distance; `parts` are the names in the legend, more than six ending with all others.
    """
    colours = [*COLOURS[: len(parts)], *[OTHERS] * (len(parts) - len(COLOURS))]
    return {
        "data": {"values": rows},
        "height": {"step": 11 + LINE_PX * most_lines(order)},
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
                    "labelExpr": in_lines(order, NAME_CHARACTERS),
                    "labelOffset": in_the_middle(order),
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
                "scale": {"domain": parts, "range": colours},
                "legend": {
                    "title": None,
                    "orient": "bottom",
                    "columns": 1,
                    "labelExpr": in_lines(parts),
                    "labelLimit": 260,
                    "labelFontSize": 12,
                },
            },
            "order": {"field": "o", "type": "quantitative"},
            "tooltip": [
                {"field": "n", "type": "nominal", "title": words["area"]},
                {"field": "v", "type": "nominal", "title": words["part"]},
                {"field": "t", "type": "nominal", "title": words["axis"]},
            ],
        },
        "config": config(),
    }
