"""Associations of many pairs as coloured cells: colour only where chance does not explain it, grey with stripes where refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.dashboard.components.charts.house import config

# Orange and blue are told apart with every kind of colour blindness; the sign is also written in the cell.
NEGATIVE, MIDDLE, POSITIVE = "#1d5a96", "#ffffff", "#b3541e"
REFUSED = "#c9d0d8"
SLANTING, UPRIGHT = -50, -90


@dataclass(frozen=True)
class HeatCell:
    """One cell: row, column, r (None where there is none), what is written in it and its words."""

    row: str
    column: str
    r: float | None
    sign: str
    words: str
    refused: bool


def heat_map(cells: list[HeatCell], words: dict[str, str], angle: int = SLANTING) -> dict[str, Any]:
    """Cells of rows by columns; `angle` is that of the names above the columns, in degrees."""
    values = [{"y": c.row, "x": c.column, "r": c.r, "s": c.sign, "t": c.words, "f": c.refused} for c in cells]
    label = {
        "title": None,
        "labelFontSize": 12,
        "labelColor": "#1b2733",
        "labelOverlap": False,
        "ticks": False,
        "domain": False,
    }
    x = {
        "field": "x",
        "type": "nominal",
        "sort": None,
        "axis": {**label, "orient": "top", "labelAngle": angle, "labelLimit": 190},
    }
    y = {"field": "y", "type": "nominal", "sort": None, "axis": {**label, "labelLimit": 260}}
    colour = {
        "condition": [
            {"test": "datum.f", "value": REFUSED},
            {"test": "!isValid(datum.r)", "value": MIDDLE},
        ],
        "field": "r",
        "type": "quantitative",
        "scale": {"domain": [-1, 0, 1], "range": [NEGATIVE, MIDDLE, POSITIVE]},
        "legend": None,
    }
    tooltip = [
        {"field": "y", "type": "nominal", "title": words["row"]},
        {"field": "x", "type": "nominal", "title": words["column"]},
        {"field": "t", "type": "nominal", "title": words["value"]},
    ]
    return {
        "data": {"values": values},
        "height": {"step": 24},
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "#d5dce3", "strokeWidth": 0.6, "invalid": None},
                "encoding": {"color": colour, "tooltip": tooltip},
            },
            {
                "transform": [{"filter": "datum.s !== ''"}],
                "mark": {"type": "text", "fontSize": 12, "color": "#14202c"},
                "encoding": {"text": {"field": "s", "type": "nominal"}, "tooltip": tooltip},
            },
        ],
        "config": config(),
    }
