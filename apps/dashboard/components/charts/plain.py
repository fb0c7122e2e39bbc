"""Two plain charts for figures that people choose themselves: grouped bars, and years as dots that no line joins."""

from __future__ import annotations

from typing import Any

_AXIS = {"labelFontSize": 12, "labelColor": "#1b2733", "titleColor": "#1b2733", "gridColor": "#e6ebf0"}


def grouped_bars(rows: list[dict[str, Any]], words: dict[str, str]) -> dict[str, Any]:
    """Rows with `n` (area), `v` (figure's name), `x` (value), `t` (words): a small panel per figure, each with its own scale."""
    return {
        "data": {"values": rows},
        "facet": {"row": {"field": "v", "type": "nominal", "sort": None, "header": {"title": None, "labelAngle": 0, "labelAlign": "left", "labelOrient": "top", "labelFontSize": 13, "labelFontWeight": "bold"}}},
        "resolve": {"scale": {"x": "independent"}},
        "spec": {
            "width": 620,
            "height": {"step": 22},
            "encoding": {"y": {"field": "n", "type": "nominal", "sort": None, "axis": {**_AXIS, "title": None, "labelLimit": 240, "labelOverlap": False}}},
            "layer": [
                {
                    "mark": {"type": "bar", "color": "#7fa6cc"},
                    "encoding": {
                        "x": {"field": "x", "type": "quantitative", "axis": None},
                        "tooltip": [{"field": "n", "title": words["area"]}, {"field": "t", "title": words["value"]}],
                    },
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12},
                    "encoding": {"x": {"field": "x", "type": "quantitative"}, "text": {"field": "t", "type": "nominal"}},
                },
            ],
        },
        "config": {"view": {"stroke": None}},
    }  # fmt: skip


def years(rows: list[dict[str, Any]], words: dict[str, str]) -> dict[str, Any]:
    """Rows with `n`, `v`, `y` (year as text), `x` (value), `t`: dots per year; no line, for a line would suggest a trend."""
    return {
        "data": {"values": rows},
        "facet": {"row": {"field": "v", "type": "nominal", "sort": None, "header": {"title": None, "labelAngle": 0, "labelAlign": "left", "labelOrient": "top", "labelFontSize": 13, "labelFontWeight": "bold"}}},
        "resolve": {"scale": {"y": "independent"}},
        "spec": {
            "width": 620,
            "height": 170,
            "mark": {"type": "point", "filled": True, "size": 80},
            "encoding": {
                "x": {"field": "y", "type": "ordinal", "axis": {**_AXIS, "title": words["year"], "labelAngle": 0}},
                "y": {"field": "x", "type": "quantitative", "scale": {"zero": False}, "axis": {**_AXIS, "title": None, "labelExpr": f"replace(datum.label, '.', '{words['decimal_mark']}')"}},
                "color": {"field": "n", "type": "nominal", "scale": {"scheme": "tableau10"}, "legend": {"title": None, "orient": "bottom", "columns": 4}},
                "shape": {"field": "n", "type": "nominal"},
                "tooltip": [
                    {"field": "n", "title": words["area"]}, {"field": "y", "title": words["year"]}, {"field": "t", "title": words["value"]},
                ],
            },
        },
        "config": {"view": {"stroke": None}},
    }  # fmt: skip
