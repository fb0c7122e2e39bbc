"""A population pyramid: men to the left, women to the right, as shares of everyone; what it is compared with as an outline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.dashboard.components.charts.house import INK, QUIET, config

# Blue and orange are told apart by everybody, and the sides have their names as well.
MEN, WOMEN, OUTLINE = "#3f7fb8", "#c9701d", "#14202c"
BAND_YEARS = 5
TOP = 100


@dataclass(frozen=True)
class Bar:
    """One age band: its first year, its shares in per cent, and what the tooltip says."""

    start: int
    band: str
    men: float
    women: float
    men_told: str
    women_told: str


def pyramid(
    bars: Sequence[Bar], outline: Sequence[tuple[float, float]] | None, words: dict[str, str]
) -> dict[str, Any]:
    """The chart.

    Args:
        bars: The area, from young to old.
        outline: Per band the shares of men and women in what it is compared with.
        words: men, women, age, share and area, and `reference` where there is an outline.
    """
    shares = [share for bar in bars for share in (bar.men, bar.women)]
    shares += [share for pair in outline or () for share in pair]
    widest = math.ceil(max(shares) + 0.2)
    step = 1 if widest <= 6 else 2 if widest <= 14 else 10
    x: dict[str, Any] = {
        "type": "quantitative",
        "scale": {"domain": [-widest, widest], "nice": False},
        "axis": {
            "title": words["share"],
            "values": [step * i for i in range(-(widest // step), widest // step + 1)],
            "labelExpr": "abs(datum.value) + '%'",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelFlush": False,
            "gridColor": "#e3e8ec",
        },
    }
    y: dict[str, Any] = {
        "type": "quantitative",
        "scale": {"domain": [0, TOP], "nice": False},
        "axis": {
            "title": words["age"],
            "values": list(range(0, TOP, 10)),
            "labelFontSize": 12,
            "titleFontSize": 12,
            "grid": False,
            "ticks": False,
        },
    }
    rows = [
        {
            "side": words[side],
            "band": bar.band,
            "from": bar.start,
            "to": bar.start + BAND_YEARS,
            "x": -bar.men if side == "men" else bar.women,
            "told": bar.men_told if side == "men" else bar.women_told,
        }
        for bar in bars
        for side in ("men", "women")
    ]
    tooltip = [
        {"field": "side", "type": "nominal", "title": words["area"]},
        {"field": "band", "type": "nominal", "title": words["age"]},
        {"field": "told", "type": "nominal", "title": words["share"]},
    ]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": rows},
            "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1},
            "encoding": {
                "x": {**x, "field": "x"},
                "x2": {"datum": 0},
                "y": {**y, "field": "from"},
                "y2": {"field": "to"},
                "color": {
                    "field": "side",
                    "type": "nominal",
                    "scale": {"domain": [words["men"], words["women"]], "range": [MEN, WOMEN]},
                    "legend": None,
                },
                "tooltip": tooltip,
            },
        }
    ]
    if outline:
        layers += [_outline(bars, outline, side, x, y) for side in (0, 1)]
    names = [
        {"x": -widest / 2, "t": words["men"]},
        {"x": widest / 2, "t": words["women"]},
    ]
    layers.append(
        {
            "data": {"values": names},
            "mark": {
                "type": "text",
                "fontSize": 14,
                "fontWeight": "bold",
                "baseline": "bottom",
                "clip": False,
                "color": INK,
            },
            "encoding": {
                "x": {**x, "field": "x"},
                "y": {"value": -6},
                "text": {"field": "t", "type": "nominal"},
            },
        }
    )
    return {
        "height": 380,
        "padding": {"top": 26, "left": 5, "right": 12, "bottom": 5},
        "layer": layers,
        "config": config(axis={"domainColor": QUIET}),
    }


def _outline(
    bars: Sequence[Bar],
    outline: Sequence[tuple[float, float]],
    side: int,
    x: dict[str, Any],
    y: dict[str, Any],
) -> dict[str, Any]:
    """The line along the ends of the bars of the comparison, from the youngest to the oldest."""
    sign = (-1, 1)[side]
    points = [
        {"x": sign * shares[side], "y": age}
        for bar, shares in zip(bars, outline, strict=True)
        for age in (bar.start, bar.start + BAND_YEARS)
    ]
    return {
        "data": {"values": [{**point, "n": number} for number, point in enumerate(points)]},
        "mark": {"type": "line", "color": OUTLINE, "strokeWidth": 2, "tooltip": None},
        "encoding": {
            "x": {**x, "field": "x"},
            "y": {**y, "field": "y"},
            "order": {"field": "n", "type": "quantitative"},
        },
    }
