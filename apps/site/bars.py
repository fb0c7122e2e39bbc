"""A chart of a story: figures of the country beside each other, by the bars of the dashboard, as a drawing and as Vega-Lite."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import Any

from apps.dashboard.components import chart_files
from apps.dashboard.components.charts import plain
from apps.dashboard.wording.texts import text
from apps.site.given import as_json
from datawerkplaats.base.errors import Language

_ROOM = 190  # with the names some 370 pixels: a phone shows it at its own size
# Letters may be wider where it is looked at than where it was drawn: a picture knows no fonts but those of the reader.
_PADDING = {"left": 30, "right": 20, "top": 4, "bottom": 8}


@dataclass(frozen=True)
class Bar:
    """One figure: what it is called, how it reads, the number, and which figure of the release it is."""

    name: str
    shown: str
    value: float
    of: str


def chart(bars: list[Bar], title: str, language: Language) -> dict[str, Any]:
    """The chart in Vega-Lite with its own rows, each of which says which figure it is."""
    rows = [{"n": bar.name, "x": bar.value, "t": bar.shown, "of": bar.of} for bar in bars]
    words = {"area": text("site.story_column", language), "value": title}
    return {"width": _ROOM, "padding": _PADDING, **plain.bars(rows, words, in_lines=True)}


def as_file(spec: dict[str, Any], title: str, source: str) -> str:
    """The chart as a file by itself: with what it is about, and the version of the language that it is written in."""
    about = {"text": title, "subtitle": source, "anchor": "start"}
    return as_json({"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "title": about, **spec})


def drawn(spec: dict[str, Any], title: str, below: str, language: Language) -> str:
    """The chart on a page: a drawing that says in words all that it shows, below its title.

    Args:
        spec: The chart.
        title: Above it.
        below: HTML below it.
        language: Of the page.
    """
    told = "; ".join(f"{row['n']}: {row['t']}" for row in spec["data"]["values"])
    alt = text("site.story_bars_alt", language, told=told)
    svg = base64.b64encode(chart_files.bare_svg(spec).encode()).decode()
    return (
        f'<figure class="dw-beside bars"><figcaption><h3>{escape(title)}</h3></figcaption>'
        f'<img class="dw-bars" alt="{escape(alt)}" src="data:image/svg+xml;base64,{svg}"><p class="dw-note">{below}</p></figure>'
    )
