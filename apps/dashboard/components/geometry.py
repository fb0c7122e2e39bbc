"""Map files: our own polygons, simplified once per publication, level and extent, and served as static files.

Neighbours keep sharing their border (`coverage_simplify`), exterior rings run clockwise as the chart library wants them, and
coordinates are rounded, so that 3,340 wijken are small enough to stay fluent without a tile server.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATIC_DIR = Path(__file__).resolve().parent.parent / "static"
GEO_DIR = STATIC_DIR / "geo"
KEPT_FILES = 60
# About 35 metres for a region that fills the map, 130 to 280 metres for the whole country: less than a pixel.
TOLERANCE_REGION = 0.0004
TOLERANCE_COUNTRY = {"gemeente": 0.0025, "wijk": 0.0018, "buurt": 0.0012}


@dataclass(frozen=True)
class MapFile:
    """A written map: its address below the app's own, and name and gemeente per code."""

    url: str
    names: dict[str, str]


def map_url(release_id: str, path: str, level: str, vintage: int, only_focus: bool) -> str:
    """The file name of a map; it differs per publication, so that a browser never shows old borders."""
    digest = hashlib.sha256(f"{release_id}|{path}".encode()).hexdigest()[:12]
    return f"{digest}-{level}-{vintage}-{'region' if only_focus else 'all'}.json"


def feature_collection(rows: list[dict[str, Any]], level: str, only_focus: bool) -> dict[str, Any]:
    """GeoJSON for the browser: per area its code as id, name and gemeente, a point for its label, and a light polygon."""
    import numpy
    import shapely

    shapes = shapely.from_geojson([row["geometry"] for row in rows])
    tolerance = TOLERANCE_REGION if only_focus else TOLERANCE_COUNTRY.get(level, 0.0018)
    light = shapely.coverage_simplify(shapely.make_valid(numpy.asarray(shapes)), tolerance)
    # A sliver can vanish altogether: then the area keeps its full shape, for an area may not disappear from the map.
    light = numpy.where(shapely.is_empty(light), shapes, light)
    light = shapely.orient_polygons(light, exterior_cw=True)
    points = shapely.point_on_surface(light)
    decimals = 5 if only_focus else 4
    features = []
    for row, shape, point in zip(rows, light, points, strict=True):
        geometry = json.loads(shapely.to_geojson(shape))
        if geometry["type"] == "GeometryCollection":
            parts = [part for part in shape.geoms if part.geom_type in ("Polygon", "MultiPolygon")]
            geometry = json.loads(shapely.to_geojson(shapely.MultiPolygon(_polygons(parts))))
        geometry["coordinates"] = _rounded(geometry["coordinates"], decimals)
        about = {
            "n": row["name"],
            "g": row["gemeente_name"] or "",
            "x": round(point.x, 4),
            "y": round(point.y, 4),
        }
        features.append({"type": "Feature", "id": row["code"], "properties": about, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def write_map(
    rows: list[dict[str, Any]], name: str, level: str, only_focus: bool, folder: Path = GEO_DIR
) -> None:
    """Write a map file in one step, and clear away the oldest ones."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{name}.{os.getpid()}"
    content = json.dumps(
        feature_collection(rows, level, only_focus), ensure_ascii=False, separators=(",", ":")
    )
    temporary.write_text(content, encoding="utf-8")
    temporary.replace(folder / name)
    written = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in written[KEPT_FILES:]:
        stale.unlink(missing_ok=True)


def _polygons(parts: list[Any]) -> list[Any]:
    return [
        polygon for part in parts for polygon in (part.geoms if part.geom_type == "MultiPolygon" else [part])
    ]


def _rounded(coordinates: Any, decimals: int) -> Any:
    if isinstance(coordinates[0], float | int):
        return [round(coordinates[0], decimals), round(coordinates[1], decimals)]
    rings = [_rounded(part, decimals) for part in coordinates]
    if isinstance(rings[0][0], float | int):
        # Points that fall together after rounding carry nothing; a ring keeps at least its four points.
        slim = [point for index, point in enumerate(rings) if index == 0 or point != rings[index - 1]]
        return slim if len(slim) >= 4 else rings
    return rings
