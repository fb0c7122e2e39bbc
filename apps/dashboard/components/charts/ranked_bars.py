"""Ranked bars as a Vega-Lite specification: one bar per area, intervals where they exist, references as lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from apps.dashboard.components.charts.house import config
from apps.dashboard.components.charts.scale import CHOSEN

SELECTION = "area"
MOST_BARS = 200
ROW_HEIGHT = 22


@dataclass(frozen=True)
class Bar:
    """One bar: code, label, figure with its words, interval and colour."""

    code: str
    name: str
    value: float
    shown: str
    lower: float | None
    upper: float | None
    colour: str


@dataclass(frozen=True)
class Reference:
    """A reference line: its name, its figure and whether it is drawn dashed."""

    name: str
    value: float
    dashed: bool


class Coded(Protocol):
    """What has the code of an area."""

    @property
    def code(self) -> str:
        """The code of the area."""


_Coded = TypeVar("_Coded", bound=Coded)


def bars_shown(bars: list[_Coded], chosen: str | None, most: int = MOST_BARS) -> list[_Coded]:
    """All bars, or with very many the highest, the lowest and those around the chosen area; the table holds the rest."""
    if len(bars) <= most:
        return bars
    third = most // 3
    keep = set(range(third)) | set(range(len(bars) - third, len(bars)))
    index = next((number for number, bar in enumerate(bars) if bar.code == chosen), None)
    if index is not None:
        keep |= set(range(max(0, index - third // 2), min(len(bars), index + third // 2 + 1)))
    return [bars[index] for index in sorted(keep)]


def ranked_bars(
    bars: list[Bar], references: list[Reference], chosen: str | None, *, figure: str, area: str
) -> dict[str, Any]:
    """Bars from high to low with reference lines; a click on a bar chooses the area."""
    rows = [
        {
            "code": b.code,
            "n": b.name,
            "v": b.value,
            "t": b.shown,
            "lo": b.lower,
            "hi": b.upper,
            "f": b.colour,
            "on": b.code == chosen,
        }
        for b in bars
    ]
    top = max(
        [0.0, *(b.upper if b.upper is not None else b.value for b in bars), *(r.value for r in references)]
    )
    low = min(
        [0.0, *(b.lower if b.lower is not None else b.value for b in bars), *(r.value for r in references)]
    )
    scale = {"domain": [low, top * 1.22 if top > 0 else 1], "nice": False}
    y: dict[str, Any] = {
        "field": "n",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "labelLimit": 190,
            "labelFontSize": 13,
            "labelColor": "#1b2733",
            "labelOverlap": False,
            "labelFlush": False,
            "labelBound": False,
            "ticks": False,
            "domain": False,
        },
    }
    x = {"field": "v", "type": "quantitative", "scale": scale, "axis": None}
    tooltip = [
        {"field": "n", "type": "nominal", "title": area},
        {"field": "t", "type": "nominal", "title": figure},
    ]
    edge = {"condition": {"test": "datum.on", "value": CHOSEN}, "value": "#6b7885"}
    layers: list[dict[str, Any]] = [
        {
            "params": [{"name": SELECTION, "select": {"type": "point", "fields": ["code"], "toggle": False}}],
            "mark": {"type": "bar", "cursor": "pointer", "height": {"band": 0.72}},
            "encoding": {
                "y": y,
                "x": x,
                "color": {"field": "f", "type": "nominal", "scale": None},
                "stroke": edge,
                "strokeWidth": {"condition": {"test": "datum.on", "value": 2.5}, "value": 0.5},
                "tooltip": tooltip,
            },
        }
    ]
    if any(bar.lower is not None and bar.upper is not None for bar in bars):
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.lo) && isValid(datum.hi)"}],
                "mark": {"type": "rule", "color": "#14202c", "strokeWidth": 1.5},
                "encoding": {
                    "y": y,
                    "x": {"field": "lo", "type": "quantitative", "scale": scale},
                    "x2": {"field": "hi"},
                },
            }
        )
    layers.append(
        {
            "mark": {
                "type": "text",
                "align": "right",
                "fontSize": 13,
                "color": "#14202c",
                # A mark, not an encoding: the chosen bar's figure stands out by its weight.
                "fontWeight": {"expr": "datum.on ? 'bold' : 'normal'"},
            },
            "encoding": {
                "y": y,
                "x": {"value": "width"},
                "text": {"field": "t", "type": "nominal"},
            },
        }
    )
    for reference in references:
        layers.append(
            {
                "data": {"values": [{"v": reference.value, "n": reference.name}]},
                "mark": {
                    "type": "rule",
                    "color": "#14202c",
                    "strokeWidth": 2,
                    "strokeDash": [5, 4] if reference.dashed else [1, 0],
                    "opacity": 0.75,
                },
                "encoding": {"x": {"field": "v", "type": "quantitative", "scale": scale}},
            }
        )
    return {
        "data": {"values": rows},
        "height": max(60, ROW_HEIGHT * len(bars)),
        "layer": layers,
        "config": config(axis={"grid": False}),
    }
