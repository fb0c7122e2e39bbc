"""Charts as files: the specification that a page draws, as SVG or PNG with title, source and licence inside the image.

No browser and no network: the charts are drawn by a library, with the same typeface wherever that is done.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from apps.dashboard.components import geometry

FONT = "Source Sans Pro"
WIDTH = 720  # pixels of a chart that takes the width of the page
MARGIN, TITLE_SIZE, NOTE_SIZE = 18, 18, 11
_INK, _QUIET = "#14202c", "#414e5b"
_CONTAINERS = ("vconcat", "hconcat", "concat")


@dataclass(frozen=True)
class Drawing:
    """A chart as a page draws it, with what it shows in words, and the colours that the page explains beside it."""

    spec: dict[str, Any]
    description: str
    legend: tuple[tuple[str, str], ...] = ()


def font_directory() -> Path:
    """The folder with the typeface."""
    import font_source_sans_pro

    return Path(font_source_sans_pro.font_directory)


@lru_cache
def _library() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(font_directory()))
    return vl_convert


def bare_svg(spec: dict[str, Any], width: int = WIDTH) -> str:
    """The chart alone as SVG, its letters as text."""
    drawn = _self_contained(spec)
    drawn["config"] = {**drawn.get("config", {}), "font": FONT, "background": None}
    if not any(name in drawn for name in (*_CONTAINERS, "facet", "repeat")):
        drawn.setdefault("width", width)
    svg: str = _library().vegalite_to_svg(drawn, allowed_base_urls=[])
    return svg.replace('font-family="sans-serif"', f'font-family="{FONT}, sans-serif"')


def stacked(
    drawings: list[tuple[str, Drawing]], width: int = WIDTH, label_room: int = 330, columns: int = 1
) -> Drawing:
    """Several charts of one page together, each with its title; `label_room` is what the names at the left of each take."""
    parts = []
    for title, drawing in drawings:
        part = {key: value for key, value in drawing.spec.items() if key not in ("config", "usermeta")}
        title_of = {"text": title, "anchor": "start", "frame": "group", "fontSize": 14}
        parts.append({**part, "width": width / columns - label_room, "title": title_of})
    config = drawings[0][1].spec.get("config", {}) if drawings else {}
    spec = {
        "concat": parts,
        "columns": columns,
        "config": config,
        "resolve": {"scale": {"color": "independent"}},
    }
    return Drawing(spec, " ".join(drawing.description for _, drawing in drawings))


def as_svg(drawing: Drawing, title: str, notes: tuple[str, ...]) -> bytes:
    """The chart with its title above and source, licence and publication below, all inside the image."""
    inner = bare_svg(drawing.spec)
    found = re.match(r"<svg[^>]*?viewBox=\"0 0 ([\d.]+) ([\d.]+)\"[^>]*>", inner)
    if found is None:
        raise ValueError("the chart library gave no SVG with a size")
    chart_width, chart_height = float(found[1]), float(found[2])
    width = max(chart_width, 480.0)
    heads = _wrapped(title[:1].upper() + title[1:], int(width / (TITLE_SIZE * 0.49)))
    feet = [line for note in notes for line in _wrapped(note, int(width / (NOTE_SIZE * 0.47)))]
    keys, keys_height = _legend(drawing.legend, width)
    top = MARGIN + len(heads) * TITLE_SIZE * 1.3
    bottom = top + chart_height + 14 + keys_height
    height = bottom + len(feet) * NOTE_SIZE * 1.4 + MARGIN
    lines = [
        _line(head, TITLE_SIZE, MARGIN + (i + 0.8) * TITLE_SIZE * 1.3, _INK, "600")
        for i, head in enumerate(heads)
    ]
    lines += [
        _line(foot, NOTE_SIZE, bottom + (i + 1) * NOTE_SIZE * 1.4, _QUIET, "400")
        for i, foot in enumerate(feet)
    ]
    size = f"{width + 2 * MARGIN:.0f}", f"{height:.0f}"
    placed = inner.replace("<svg", f'<svg x="{MARGIN}" y="{top:.0f}" overflow="visible"', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}">'
        f"<title>{escape(title)}</title><desc>{escape(drawing.description)}</desc>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(lines)}{placed}'
        f'<g transform="translate({MARGIN} {top + chart_height + 14:.0f})">{keys}</g></svg>'
    ).encode()


def as_png(drawing: Drawing, title: str, notes: tuple[str, ...]) -> bytes:
    """The same image as PNG, sharp enough for a slide."""
    return png_of(as_svg(drawing, title, notes).decode())


def png_of(svg: str, scale: float = 2.0) -> bytes:
    """An SVG image as pixels."""
    found: bytes = _library().svg_to_png(svg, scale=scale)
    return found


def _legend(items: tuple[tuple[str, str], ...], width: float) -> tuple[str, float]:
    """The colours with their words as SVG, side by side, and how high that is."""
    parts, x, y = [], 0.0, 0.0
    for colour, words in items:
        needed = 34 + len(words) * 12 * 0.5
        if x and x + needed > width:
            x, y = 0.0, y + 20
        parts.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="20" height="13" fill="{colour}" stroke="#6b7885" stroke-width="0.6"/>'
            f'<text x="{x + 26:.0f}" y="{y + 11:.0f}" font-family="{FONT}, sans-serif" font-size="12" '
            f'fill="{_INK}">{escape(words)}</text>'
        )
        x += needed + 12
    return "".join(parts), y + 24 if items else 0.0


def _line(words: str, size: int, y: float, colour: str, weight: str) -> str:
    return (
        f'<text x="{MARGIN}" y="{y:.1f}" font-family="{FONT}, sans-serif" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}">{escape(words)}</text>'
    )


def _wrapped(words: str, most: int) -> list[str]:
    import textwrap

    return textwrap.wrap(words, max(20, most))


def _self_contained(spec: dict[str, Any]) -> dict[str, Any]:
    """A copy in which the polygons that the browser would fetch are written out."""

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(item) for item in part]
        if not isinstance(part, dict):
            return part
        if isinstance(part.get("url"), str):
            name = Path(part["url"]).name
            values = json.loads((geometry.GEO_DIR / name).read_text(encoding="utf-8"))
            return {"values": values, **({"format": part["format"]} if "format" in part else {})}
        return {key: item if key == "values" else walk(item) for key, item in part.items()}

    found: dict[str, Any] = walk(copy.copy(spec))
    return found
