"""The age structure of an area and of what it is compared with, as two stacked bars of a hundred per cent."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.charts.house import NAME_CHARACTERS, config, in_lines, name_lines

# From young to old, light to dark: told apart in grey too.
COLOURS = ("#d6e6f4", "#8fbbdd", "#3f7fb8", "#154273")
# A share is written in its part of the bar where that is wide enough (pixels, of the width that the chart has got).
FITS = "datum.v * width >= 4400"
LEGEND_CHARACTERS = 14  # of a line: two columns of them fit on a phone beside the name of an area
_LETTERS = ("#14202c", "#14202c", "#ffffff", "#ffffff")


def age_bars(rows: list[dict[str, Any]], bands: list[str], words: dict[str, str]) -> dict[str, Any]:
    """Rows with `a` (area), `b` (band), `v` (per cent), `t` (in words), from young to old per area."""
    y = {
        "field": "a",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "labelFontSize": 13,
            "labelLimit": 220,
            "labelExpr": in_lines(dict.fromkeys(row["a"] for row in rows), NAME_CHARACTERS),
            "ticks": False,
            "domain": False,
            "labelColor": "#1b2733",
        },
    }
    placed: list[dict[str, Any]] = []
    reached: dict[str, float] = {}
    for row in rows:
        start = reached.get(row["a"], 0.0)
        reached[row["a"]] = start + row["v"]
        placed.append({**row, "from": start, "to": start + row["v"], "middle": start + row["v"] / 2})
    across = {"type": "quantitative", "scale": {"domain": [0, 100], "nice": False}, "axis": None}
    tooltip = [
        {"field": "a", "type": "nominal", "title": words["area"]},
        {"field": "b", "type": "nominal", "title": words["band"]},
        {"field": "t", "type": "nominal", "title": words["share"]},
    ]
    legend = {
        "title": None,
        "orient": "top",
        "labelFontSize": 13,
        "symbolType": "square",
        "columns": 2,
        "labelExpr": in_lines(bands, LEGEND_CHARACTERS),
    }
    # With the legend, whose words take two lines each; a name of three lines keeps clear of the next.
    height = 190 if all(len(name_lines(row["a"])) < 3 for row in rows) else 220
    return {
        "data": {"values": placed},
        "height": height,
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "bar", "height": 30, "stroke": "#ffffff", "strokeWidth": 1},
                "encoding": {
                    "x": {**across, "field": "from"},
                    "x2": {"field": "to"},
                    "color": {
                        "field": "b",
                        "type": "nominal",
                        "scale": {"domain": bands, "range": COLOURS},
                        "legend": legend,
                    },
                    "tooltip": tooltip,
                },
            },
            {
                "mark": {"type": "text", "fontSize": 13, "fontWeight": "bold"},
                "encoding": {
                    "x": {**across, "field": "middle"},
                    "text": {"condition": {"test": FITS, "field": "t", "type": "nominal"}, "value": ""},
                    "color": {
                        "field": "b",
                        "type": "nominal",
                        "scale": {"domain": bands, "range": _LETTERS},
                        "legend": None,
                    },
                },
            },
        ],
        "resolve": {"scale": {"color": "independent"}},
        "config": config(),
    }
