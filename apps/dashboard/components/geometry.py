"""Map files: our own polygons, simplified once per publication, level and extent, and served as static files.

Neighbours keep sharing their border (`coverage_simplify`), exterior rings run clockwise as the chart library wants them, and
coordinates are rounded, so that 3,340 wijken are small enough to stay fluent without a tile server.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from datawerkplaats.base.files import write_text

STATIC_DIR = Path(__file__).resolve().parent.parent / "static"
GEO_DIR = STATIC_DIR / "geo"
KEPT_FILES = 60
FORMAT = 3  # another number makes all maps anew after a change to this module
# Where names are written: widths and height of a map (pixels) and the room of a letter and a line of 12 pixels.
LABEL_WIDTHS, LABEL_MAP_HEIGHT, MOST_LABELS = (320, 540), 500, 25
LETTER, LINE = 6.8, 16
# A map is some 600 pixels high: what is smaller than half a pixel is left out.
STEPS_ACROSS = 1_200
MOST_DECIMALS = 7

Ring = list[list[float]]


@dataclass(frozen=True)
class MapFile:
    """A written map: its address below the app's own, and name and gemeente per code."""

    url: str
    names: dict[str, str]


def map_url(
    release_id: str, path: str, level: str, vintage: int, only_focus: bool, gemeente: str = ""
) -> str:
    """The file name of a map; it differs per publication, so that a browser never shows old borders."""
    digest = hashlib.sha256(f"{FORMAT}|{release_id}|{path}".encode()).hexdigest()[:12]
    extent = gemeente or ("region" if only_focus else "all")
    return f"{digest}-{level}-{vintage}-{extent}.json"


def feature_collection(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """GeoJSON for the browser: per area its code as id, name, gemeente, a point for its label, a light polygon."""
    import numpy
    import shapely

    # By structure: what is mended stays an area. The other way leaves loose lines, which no border can be shared with.
    shapes = shapely.make_valid(
        shapely.from_geojson(numpy.asarray([row["geometry"] for row in rows])),
        method="structure",
        keep_collapsed=False,
    )
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / STEPS_ACROSS
    light = shapely.coverage_simplify(shapes, tolerance)
    points = shapely.point_on_surface(shapes)
    decimals = max(0, math.ceil(-math.log10(tolerance)))
    fits = label_widths([(row["name"], point.x, point.y) for row, point in zip(rows, points, strict=True)],
                        (west, south, east, north))  # fmt: skip
    features = []
    for row, full, shape, point, width in zip(rows, shapes, light, points, fits, strict=True):
        # An area may not disappear: where nothing is left of it, it keeps its full shape.
        polygons = rounded_polygons(shape, decimals) or rounded_polygons(full, MOST_DECIMALS)
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
        about = {
            "n": row["name"],
            "g": row["gemeente_name"] or "",
            "x": round(point.x, 4),
            "y": round(point.y, 4),
            "w": width,
        }
        features.append({"type": "Feature", "id": row["code"], "properties": about, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def label_widths(
    labels: Sequence[tuple[str, float, float]], bounds: tuple[float, float, float, float]
) -> list[int]:
    """By area the least width of a map (pixels, one of `LABEL_WIDTHS`) at which its name meets no other; 0 where there is none.

    Args:
        labels: Name, longitude and latitude of each.
        bounds: West, south, east and north of the map, in degrees.
    """
    if len(labels) > MOST_LABELS:
        return [0] * len(labels)
    west, south, east, north = bounds
    narrow = math.cos(math.radians((south + north) / 2))
    across, up = (east - west) * narrow or 1.0, north - south or 1.0
    found = [0] * len(labels)
    for width in LABEL_WIDTHS:
        scale = min(width / across, LABEL_MAP_HEIGHT / up)
        boxes: list[tuple[float, float, float]] = []
        # A name that fits on a narrow map stays on a wider one.
        for number in sorted(
            range(len(labels)), key=lambda number: (not found[number], len(labels[number][0]))
        ):
            name, x, y = labels[number]
            box = (x * narrow * scale, y * scale, len(name) * LETTER / 2)
            if all(abs(box[1] - v) > LINE or abs(box[0] - u) > box[2] + half for u, v, half in boxes):
                boxes.append(box)
                found[number] = found[number] or width
    return found


def rounded_polygons(shape: Any, decimals: int) -> list[list[Ring]]:
    """The polygons of a shape with rounded coordinates, outer rings clockwise and holes counter-clockwise.

    A ring that rounding flattens or turns around is left out: on a sphere a ring that runs the wrong way encloses the whole
    rest of the world, and one such speck would blot out the map.
    """
    found = []
    for polygon in _polygons(shape):
        outer = _rounded_ring(polygon.exterior.coords, decimals, clockwise=True)
        if outer:
            holes = (_rounded_ring(ring.coords, decimals, clockwise=False) for ring in polygon.interiors)
            found.append([outer, *(hole for hole in holes if hole)])
    return found


def write_map(rows: list[dict[str, Any]], name: str, folder: Path = GEO_DIR) -> None:
    """Write a map file in one step, and clear away the oldest ones."""
    content = json.dumps(feature_collection(rows), ensure_ascii=False, separators=(",", ":"))
    write_text(folder / name, content)
    written = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in written[KEPT_FILES:]:
        stale.unlink(missing_ok=True)


def _polygons(shape: Any) -> list[Any]:
    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    nested = [_polygons(part) if hasattr(part, "geoms") else [part] for part in parts]
    return [part for group in nested for part in group if part.geom_type == "Polygon" and not part.is_empty]


def _rounded_ring(coordinates: Any, decimals: int, *, clockwise: bool) -> Ring | None:
    """The ring in the wanted direction, or None where rounding leaves less than a triangle or turns it around."""
    before = _signed_area(coordinates)
    ring: Ring = []
    for x, y in coordinates:
        point = [round(x, decimals), round(y, decimals)]
        if not ring or point != ring[-1]:
            ring.append(point)
    after = _signed_area(ring)
    if len(ring) < 4 or before * after <= 0:
        return None
    return ring if (after < 0) == clockwise else ring[::-1]


def _signed_area(ring: Any) -> float:
    """Positive for a counter-clockwise ring. Measured from its first point, so that small rings keep their digits."""
    x0, y0 = ring[0]
    return float(sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(ring))) / 2
