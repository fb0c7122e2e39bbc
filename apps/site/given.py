"""What others may take along: a map as Vega-Lite with its figures and borders as files, and blocks for their own pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from apps.dashboard.components.geometry import feature_collection
from apps.dashboard.data.release import Row
from apps.dashboard.wording.texts import text
from apps.site.shell import Place
from datawerkplaats.base.errors import Language

BORDERS = "grenzen/gemeenten.geojson"
# The classes of the drawing on the page, in its colours.
COLOURS = {"worst": "#b3541e", "between": "#dfe6ed", "best": "#68b3ba", "unknown": "#ffffff"}
_EMBED_WIDTH, _EMBED_HEIGHT = 400, 620


def as_json(content: object) -> str:
    """JSON without spaces."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def borders(rows: list[Row], codes: set[str]) -> str:
    """GeoJSON (RFC 7946 but for the order of rings, which d3 wants the other way) with code and name of every area.

    Args:
        rows: Per area `code`, `name`, `gemeente_name` and `geometry`.
        codes: The areas that are wanted; all of them if empty.
    """
    found = feature_collection([row for row in rows if not codes or row["code"] in codes])
    for feature in found["features"]:
        feature["properties"] = {"code": feature["id"], "name": feature["properties"]["n"]}
    return as_json(found)


def figures_path(indicator: str) -> str:
    """Where the figures of all gemeenten of one indicator lie."""
    return f"cijfers/kaart/{indicator}.json"


def chart_path(indicator: str, language: Language) -> str:
    """Where the Vega-Lite of a map lies."""
    return f"{language}/kaart/{indicator}.vl.json"


def block_path(name: str, language: Language) -> str:
    """Where the block for others' pages lies: of an indicator, or of a gemeente by its code."""
    return f"{language}/insluiten/{name}.html"


def chart(
    indicator: str, title: str, source: str, words: dict[str, str], language: Language, place: Place
) -> str:
    """A map in Vega-Lite (version 6) that reads figures and borders from this site.

    Args:
        indicator: Its id.
        title: Above the map.
        source: Below the title.
        words: What each class means.
        language: Of the words.
        place: The site's own address makes the files absolute; without it they are relative to the chart.
    """
    root = f"{place.site}/" if place.site else "../../"
    column = text("site.column_area", language)
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": title, "subtitle": source},
        "width": 480,
        "height": 560,
        "data": {"url": f"{root}{BORDERS}", "format": {"property": "features"}},
        "transform": [
            {
                "lookup": "id",
                "from": {
                    "data": {"url": f"{root}{figures_path(indicator)}", "format": {"property": "figures"}},
                    "key": "code",
                    "fields": ["side", f"told_{language}"],
                },
            },
            {
                "calculate": f"datum.side ? {as_json(words)}[datum.side] : {as_json(words['unknown'])}",
                "as": "place",
            },
        ],
        "projection": {"type": "mercator"},
        "mark": {"type": "geoshape", "stroke": "#6b7885", "strokeWidth": 0.5},
        "encoding": {
            "color": {
                "field": "place",
                "type": "nominal",
                "title": None,
                "scale": {
                    "domain": [words[kind] for kind in COLOURS],
                    "range": list(COLOURS.values()),
                },
                "legend": {"orient": "bottom", "direction": "vertical", "labelLimit": 0},
            },
            "tooltip": [
                {"field": "properties.name", "type": "nominal", "title": column},
                {"field": f"told_{language}", "type": "nominal", "title": title},
                {"field": "place", "type": "nominal", "title": text("site.column_place", language)},
            ],
        },
    }
    return as_json(spec)


def ways(links: Iterator[tuple[str, str]], name: str, title: str, language: Language, place: Place) -> str:
    """Folded: files to take along, and a line that puts the block on another page.

    Args:
        links: Words and address of each file.
        name: Of the block.
        title: What the block shows.
        language: Of the page.
        place: The line is there only where the site knows its own address.
    """
    items = "".join(f'<li><a href="{escape(address)}">{escape(words)}</a></li>' for words, address in links)
    line = ""
    if place.site:
        code = (
            f'<iframe src="{place.site}/{block_path(name, language)}" title="{title}" width="{_EMBED_WIDTH}"'
            f' height="{_EMBED_HEIGHT}" loading="lazy"></iframe>'
        )
        told = escape(text("site.embed", language))
        line = f'<p>{told}</p><p class="copied" tabindex="0"><code>{escape(code)}</code></p>'
    summary = escape(text("site.take", language))
    return f'<details class="dw-fold take"><summary>{summary}</summary><ul>{items}</ul>{line}</details>'
