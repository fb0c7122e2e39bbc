"""The spine of an area profile as a Vega-Lite specification: per indicator the place of the area between its peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.dashboard.components.charts.house import config
from apps.dashboard.components.charts.scale import CHOSEN

ROW_HEIGHT = 26


@dataclass(frozen=True)
class SpineRow:
    """One indicator: where quarter, three quarters, reference and area lie between lowest (0) and highest (1) peer."""

    title: str
    shown: str
    p25: float
    p75: float
    area: float | None
    reference: float | None


def position(value: float | None, low: float | None, high: float | None) -> float | None:
    """Where a value lies between the lowest and the highest peer; in the middle where all are equal."""
    if value is None or low is None or high is None:
        return None
    return 0.5 if high == low else min(1.0, max(0.0, (value - low) / (high - low)))


def spine(rows: list[SpineRow], words: dict[str, str]) -> dict[str, Any]:
    """Light bar: all peers; dark bar: the middle half; dot: the area; line: the reference."""
    values = [
        {"n": r.title, "t": r.shown, "a": r.p25, "b": r.p75, "v": r.area, "r": r.reference, "s": 0, "e": 1}
        for r in rows
    ]
    scale = {"domain": [0, 1]}
    axis = {
        "title": None,
        "values": [0, 1],
        "labelExpr": f"datum.value == 0 ? {_quoted(words['low'])} : {_quoted(words['high'])}",
        "labelFontSize": 13,
        "labelColor": "#414e5b",
        "labelFlush": True,
        "grid": False,
        "domain": False,
        "ticks": False,
        "orient": "top",
    }
    y = {
        "field": "n",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "labelLimit": 330,
            "labelOverlap": False,
            "labelPadding": 9,
            "labelFontSize": 13,
            "labelColor": "#1b2733",
            "ticks": False,
            "domain": False,
        },
    }

    def x(field: str) -> dict[str, Any]:
        return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}

    tooltip = [
        {"field": "n", "type": "nominal", "title": words["indicator"]},
        {"field": "t", "type": "nominal", "title": words["area"]},
    ]
    return {
        "data": {"values": values},
        "height": {"step": ROW_HEIGHT},
        "layer": [
            {
                "mark": {"type": "bar", "height": 12, "color": "#dfe6ee"},
                "encoding": {"y": y, "x": x("s"), "x2": {"field": "e"}},
            },
            {
                "mark": {"type": "bar", "height": 12, "color": "#a9bccf"},
                "encoding": {"y": y, "x": x("a"), "x2": {"field": "b"}},
            },
            {
                "transform": [{"filter": "isValid(datum.r)"}],
                "mark": {"type": "tick", "thickness": 3, "size": 20, "color": "#b3541e"},
                "encoding": {"y": y, "x": x("r")},
            },
            {
                "transform": [{"filter": "isValid(datum.v)"}],
                "mark": {"type": "point", "filled": True, "size": 110, "color": CHOSEN, "opacity": 1},
                "encoding": {"y": y, "x": x("v"), "tooltip": tooltip},
            },
        ],
        "config": config(),
    }


def _quoted(words: str) -> str:
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"
