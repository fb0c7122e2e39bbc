"""A small map of the wijken of one gemeente as a drawing: few classes, hatched where nothing may be said, small bases white."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from apps.dashboard.components.drawing import image, svg
from apps.dashboard.components.geometry import feature_collection

WIDTH, MOST_HEIGHT = 320.0, 300.0
CLASSES = ("worst", "between", "best", "unknown")


@dataclass(frozen=True)
class Shape:
    """One wijk: its code, its name and the rings of its polygons."""

    code: str
    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


def shapes(rows: list[dict[str, Any]]) -> tuple[Shape, ...]:
    """The wijken with as many points as the drawing needs; neighbours keep sharing their border.

    Args:
        rows: Per wijk `code`, `name`, `gemeente_name` and `geometry` (GeoJSON).
    """
    found = feature_collection(rows)["features"] if rows else []
    return tuple(
        Shape(
            feature["id"],
            feature["properties"]["n"],
            tuple(
                tuple((x, y) for x, y in ring)
                for polygon in feature["geometry"]["coordinates"]
                for ring in polygon
            ),
        )
        for feature in found
    )


def legend(words: Mapping[str, str]) -> str:
    """What the classes mean, in their order, as a list; `words` has each of them."""
    keys = "".join(
        f'<li><span class="dw-map-key dw-map-{kind}" aria-hidden="true"></span>{escape(words[kind])}</li>'
        for kind in CLASSES
    )
    return f'<ul class="dw-map-keys">{keys}</ul>'


def drawn(shapes: Sequence[Shape], classes: Mapping[str, str], alt: str) -> str:
    """The drawing.

    Args:
        shapes: The wijken; coordinates are longitude and latitude.
        classes: Per code `worst`, `between`, `best` or `unknown`.
        alt: What the map shows, for who does not see it.
    """
    return image("map", *_laid_out(shapes, classes), alt)


def map_svg(shapes: Sequence[Shape], classes: Mapping[str, str]) -> str:
    """The same drawing for a document."""
    return svg("map", *_laid_out(shapes, classes))


def _laid_out(shapes: Sequence[Shape], classes: Mapping[str, str]) -> tuple[int, int, str]:
    """Width, height and content."""
    points = [point for shape in shapes for ring in shape.rings for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = math.cos(
        math.radians((south + north) / 2)
    )  # a degree of longitude is shorter than one of latitude
    wide, tall = (east - west) * narrow or 1.0, north - south or 1.0
    scale = min(WIDTH / wide, MOST_HEIGHT / tall)

    def place(point: Sequence[float]) -> str:
        return f"{(point[0] - west) * narrow * scale:.1f} {(north - point[1]) * scale:.1f}"

    parts = []
    for shape in shapes:
        path = "".join(f"M{'L'.join(map(place, ring))}Z" for ring in shape.rings)
        kind = classes.get(shape.code, "unknown")
        parts.append(f'<path d="{path}" class="{kind}"><title>{escape(shape.name)}</title></path>')
    hatch = (
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#eef2f6"/><line x1="0" y1="0" x2="0" y2="6" stroke="#94a3b3" stroke-width="2"/>'
        "</pattern></defs>"
    )
    return round(wide * scale), round(tall * scale), f"{hatch}{''.join(parts)}"
