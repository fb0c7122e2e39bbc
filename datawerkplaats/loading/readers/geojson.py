"""Polygons of regions in GeoJSON, from a file or as a map service sends them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.content.texts import texts_in
from datawerkplaats.loading.content.watch import Watch
from datawerkplaats.loading.readers import PIECE
from datawerkplaats.loading.readers.values import Columns

POLYGONS = ("Polygon", "MultiPolygon")


def read_geojson(path: Path, source: Source) -> Iterator[Columns]:
    """All regions at once: code, name, geometry (outer rings clockwise) and the other properties as text.

    Raises:
        DataProblem: `wrong_encoding`, `not_geojson`, `no_rows` or `missing_column`.
    """
    yield region_columns(features_of(path.read_bytes(), path.name), source, path.name)


def features_of(content: bytes, subject: str) -> list[dict[str, Any]]:
    """The features of a FeatureCollection.

    Raises:
        DataProblem: `wrong_encoding` or `not_geojson`.
    """
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataProblem(
            "wrong_encoding",
            subject=subject,
            where=f"byte {error.start + 1}",
            expected="UTF-8",
            found=f"{content[error.start]:#04x}, as in Latin-1",
            remedy="save the file as UTF-8",
        ) from error
    try:
        parsed = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise not_geojson(subject, f"line {error.lineno}", "text that is not JSON") from error
    features = parsed.get("features") if isinstance(parsed, dict) else None
    if not isinstance(features, list) or parsed.get("type") != "FeatureCollection":
        kind = parsed.get("type", "an object without type") if isinstance(parsed, dict) else "no object"
        known = kind in ("FeatureCollection", "Feature", "GeometryCollection", "Topology", *POLYGONS)
        raise not_geojson(subject, "", str(kind) if known else "an object of another type")
    _look(parsed, features, subject)
    return features


def _look(collection: dict[str, Any], features: list[Any], subject: str) -> None:
    """Looks for what points at a person in everything but the coordinates: the delivery is kept as it came."""
    watch = Watch(subject)
    beside = {key: value for key, value in collection.items() if key != "features"}
    watch.heads(beside, "member")
    for text in _texts(beside):
        watch.text("beside the features", text)
    features = [feature if isinstance(feature, dict) else {"": feature} for feature in features]
    held = [properties if isinstance(properties := one.get("properties"), dict) else {} for one in features]
    names = dict.fromkeys(name for one in held for name in one)
    watch.heads(names, "property")
    for start in range(0, len(features), PIECE):
        some = held[start : start + PIECE]
        columns = {name: [_plain(one.get(name)) for one in some] for name in names}
        watch.rows({**columns, "id": [_plain(one.get("id")) for one in features[start : start + PIECE]]})
    watch.finish()
    for number, (feature, properties) in enumerate(zip(features, held, strict=True), 1):
        watch.heads(feature.keys() - _USUAL, "member")
        geometry = feature.get("geometry")
        rest = [value for key, value in feature.items() if key not in _SEEN]
        rest += [value for value in properties.values() if isinstance(value, dict | list)]
        if isinstance(geometry, dict):
            rest += [value for key, value in geometry.items() if key != "coordinates"]
        for text in _texts(rest):
            watch.text(f"feature {number}", text)


_USUAL = frozenset({"type", "id", "geometry", "properties", "bbox", "geometry_name"})
_SEEN = frozenset({"type", "geometry", "properties", "bbox"})


def _plain(value: Any) -> Any:
    """A property as a cell; what is made of parts is looked at part by part."""
    return None if isinstance(value, dict | list) else value


def _texts(value: Any) -> Iterator[str]:
    """All texts in a value but the kinds of polygons, also the names of what it is made of."""
    return (text for _, text in texts_in(value) if text not in POLYGONS)


def region_columns(features: list[dict[str, Any]], source: Source, subject: str) -> Columns:
    """The features as columns; parts of a region that are only water are left out.

    Raises:
        DataProblem: Naming the feature that is not a polygon in degrees, or the property that is missing.
    """
    import shapely

    columns: dict[str, list[str]] = {
        "region_code": [],
        "region_name": [],
        "geometry_geojson": [],
        "properties_json": [],
    }
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") or {} if isinstance(feature, dict) else {}
        properties = properties if isinstance(properties, dict) else {}
        if str(properties.get("water", "")).upper() == "JA":
            continue
        for column in ("region_code", "region_name"):
            columns[column].append(_property(properties, column, source, subject, number))
        columns["geometry_geojson"].append(_geometry(feature, subject, number, shapely))
        columns["properties_json"].append(orjson.dumps(properties, option=orjson.OPT_SORT_KEYS).decode())
    return columns


def _property(properties: dict[str, Any], column: str, source: Source, subject: str, number: int) -> str:
    accepted = [column, *source.reader.columns.get(column, [])]
    value = next((properties[name] for name in accepted if properties.get(name) is not None), None)
    if value is None:
        raise DataProblem(
            "missing_column",
            subject=subject,
            where=f"feature {number}",
            expected=f"a property {' or '.join(accepted[1:])}",
            found=", ".join(list(properties)[:8]) or "no properties",
            remedy="add the property, or name it under reader.columns of the source",
        )
    return str(value).strip()


def _geometry(feature: dict[str, Any], subject: str, number: int, shapely: Any) -> str:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in POLYGONS:
        known = kind in ("Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection")
        raise not_geojson(subject, f"feature {number}", f"geometry {kind}" if known else "no polygon")
    try:
        shape = shapely.from_geojson(orjson.dumps(geometry))
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise not_geojson(
            subject, f"feature {number}", "a polygon that does not close or has too few points"
        ) from error
    west, south, east, north = shape.bounds if not shape.is_empty else (0, 0, 0, 0)
    if shape.is_empty or west < -180 or east > 180 or south < -90 or north > 90:
        found = "an empty geometry" if shape.is_empty else "coordinates that are no degrees"
        raise not_geojson(subject, f"feature {number}", found)
    parts = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
    turned = [[_turned(ring, clockwise=place == 0) for place, ring in enumerate(rings)] for rings in parts]
    return orjson.dumps({"type": kind, "coordinates": turned[0] if kind == "Polygon" else turned}).decode()


def _turned(ring: list[list[float]], clockwise: bool) -> list[list[float]]:
    """The ring in the direction asked for, by its signed area.

    Vega and d3 draw on a sphere, where an outer ring the other way round fills the rest of the world.
    They go by the area, as is done here; shapely goes by the highest point, which differs for the slivers
    that cross themselves in real deliveries.
    """
    west, south = ring[0][:2]  # as origin, so that tiny areas do not drown in rounding
    pairs = pairwise(ring)
    area = sum((a[0] - west) * (b[1] - south) - (b[0] - west) * (a[1] - south) for a, b in pairs)
    return ring[::-1] if area and (area < 0) != clockwise else ring


def not_geojson(subject: str, where: str, found: str) -> DataProblem:
    """The problem of a file that is not what a map needs."""
    return DataProblem(
        "not_geojson",
        subject=subject,
        where=where,
        expected="a FeatureCollection of polygons in degrees (WGS84)",
        found=found,
        remedy="export the layer as GeoJSON in EPSG:4326",
    )
