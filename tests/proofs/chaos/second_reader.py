"""What a delivery says, read by other means than the house's: an examiner for the proof `chaos.corpus`.

Nothing of the house is imported. What a person who holds the file could not tell for certain is `Unclear`: that has to be refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.proofs.chaos.forms import Marked, Table, Unclear

Row = tuple[Any, ...]
_FIGURE = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_NONE = frozenset({"", ".", "x", "X", "-", "$4", "$5", "$6", "$7"})
_REGION = re.compile(
    r"NL[0-9]{2}|LD[0-9]{2}|PV[0-9]{2}|CR[0-9]{2}|CG[0-9]{2}|GG[0-9]{4}|GM[0-9]{4}|WK[0-9]{4}[0-9A-Z]{2}|BU[0-9]{4}[0-9A-Z]{4}"
)
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:JJ00|[.,]0+)?")


def declared(path: Path) -> dict[str, Any]:
    """A declaration as it stands in the catalogue."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def areas(content: bytes, names: Mapping[str, Sequence[str]]) -> list[Row]:
    """Code, name and outline of every area in a GeoJSON file, water left out; the outline as its corners in any order."""
    try:
        told = json.loads(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8"), parse_constant=_no_number)
        assert told["type"] == "FeatureCollection"
        found = []
        for one in told["features"]:
            properties = one.get("properties") or {}
            if str(properties.get("water", "")).upper() == "JA":
                continue
            code, name = (_first(properties, names[which]) for which in ("region_code", "region_name"))
            if not _REGION.fullmatch(code) or one["geometry"]["type"] not in ("Polygon", "MultiPolygon"):
                raise Unclear("an area without a code or an outline")
            found.append((code, name, _corners(one["geometry"]["coordinates"])))
    except Unclear:
        raise
    except Exception as error:
        raise Unclear(f"no map: {type(error).__name__}") from error
    if not found:
        raise Unclear("no areas")
    if len({row[0] for row in found}) < len(found):
        raise Unclear("an area twice")
    return sorted(found)


def _no_number(_: str) -> float:
    raise Unclear("a coordinate that is no number")


def _first(properties: Mapping[str, Any], names: Sequence[str]) -> str:
    for name in names:
        if properties.get(name) is not None:
            return str(properties[name]).strip()
    raise Unclear("a property is missing")


def _corners(coordinates: Any) -> Row:
    flat: list[tuple[float, float]] = []

    def walk(part: Any) -> None:
        if part and isinstance(part[0], int | float):
            x, y = float(part[0]), float(part[1])
            if not (-180 <= x <= 180 and -90 <= y <= 90):
                raise Unclear("no degrees")
            flat.append((x, y))
        else:
            for one in part:
                walk(one)

    walk(coordinates)
    return tuple(sorted(flat))


def figures(table: Table, source: Mapping[str, Any]) -> tuple[list[Row], bool, set[str]]:
    """Region, year and measures of every row, whether rows with figures had to be left out, and the measures that have no column.

    Args:
        table: Heading and rows.
        source: The declaration.
    """
    heading, rows = table
    names = [str(name).strip().lower() for name in heading]
    if len(set(names)) < len(names):
        raise Unclear("a column twice")
    if any(len(row) != len(heading) for row in rows):
        raise Unclear("a row of another length")
    columns = source["reader"]["columns"]
    places = {own: _places(own, accepted or [], names) for own, accepted in columns.items()}
    found: list[Row] = []
    is_left = False
    for row in rows:
        cells = {own: _one([row[place] for place in at]) for own, at in places.items()}
        region, year = _text(cells["region_code"]), _text(cells["year"])
        measures = [_figure(value) for own, value in cells.items() if own not in ("region_code", "year")]
        if not region or not year:
            if any(
                value is not None and str(value).strip()
                for own, value in cells.items()
                if own not in ("region_code", "year")
            ):
                is_left = True
            continue
        match = _YEAR.fullmatch(year)
        if not _REGION.fullmatch(region) or not match:
            raise Unclear("no region or no year")
        found.append((region, int(match[1]), *measures))
    if not found:
        raise Unclear("no rows")
    if len({row[:2] for row in found}) < len(found):
        raise Unclear("a region and year twice")
    gemeenten = {row[0] for row in found if row[0].startswith("GM")}
    if gemeenten and any(row[0][:2] in ("WK", "BU") and "GM" + row[0][2:6] not in gemeenten for row in found):
        raise Unclear("a part of a gemeente that is not there")
    return sorted(found, key=repr), is_left, {own for own, at in places.items() if not at}


def statline(table: Table, source: Mapping[str, Any]) -> list[Row]:
    """All columns of a table of StatLine with numbers, in the order of their names, but for the number of the row."""
    heading, rows = table
    bare = {re.sub(r"_[0-9]+$", "", name) for name in heading}
    wanted = {re.sub(r"_[0-9]+$", "", name) for name in source["required_columns"]}
    if len(set(heading)) < len(heading) or not wanted <= bare:
        raise Unclear("a column twice, or not there")
    names = sorted(name for name in heading if name != "ID")
    found = []
    for row in rows:
        cells = dict(zip(heading, row, strict=True))
        told = {
            name: _text(cells[name]) if name in source["dimension_columns"] else _figure(cells[name])
            for name in names
        }
        if not _REGION.fullmatch(str(told[source["reader"]["geo_dimension"]])):
            raise Unclear("no region")
        found.append(tuple(told[name] for name in names))
    at = [names.index(key) for key in source["keys"]]
    if not found or len({tuple(row[place] for place in at) for row in found}) < len(found):
        raise Unclear("no rows, or one twice")
    return sorted(found, key=repr)


def _places(own: str, accepted: Sequence[str], names: list[str]) -> list[int]:
    """Where a declared column stands; the number at the end of a name differs per edition."""
    bare = [re.sub(r"_[0-9]+$", "", name) for name in names]
    for wanted in ([*accepted], [own]):
        at = []
        for name in (one.lower() for one in wanted):
            if name in names:
                at.append(names.index(name))
            elif bare.count(name) == 1:
                at.append(bare.index(name))
        if at:
            return list(dict.fromkeys(at))
    return []


def _one(values: Sequence[Any]) -> Any:
    told = [value for value in values if value is not None and str(value).strip()]
    if len({_text(value) for value in told}) > 1 and len({_text(value)[:2] for value in told}) == 1:
        raise Unclear("two columns that contradict each other")
    return told[0] if told else None


def _text(value: Any) -> str:
    if isinstance(value, Marked):
        raise Unclear(str(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _figure(value: Any) -> float | None:
    if isinstance(value, Marked):
        raise Unclear(str(value))
    if value is None:
        return None
    if isinstance(value, int | float):
        if math.isinf(value):
            raise Unclear("no finite number")
        return None if math.isnan(value) else float(value)
    text = str(value).strip()
    if text in _NONE:
        return None
    if not _FIGURE.fullmatch(text):
        raise Unclear("no number")
    made = float(text.replace(",", "."))
    if math.isinf(made):
        raise Unclear("no finite number")
    return made


def persons(table: Table, source: Mapping[str, Any]) -> list[Row]:
    """Area, year, sex, ages and partner of every person, in the words of the declaration."""
    heading, rows = table
    micro = source["micro"]
    names = [str(name).strip() for name in heading]
    agreed = {
        micro["person"],
        micro["region"],
        micro["period"],
        micro["sex"]["column"],
        micro["age"]["column"],
    }
    agreed |= {micro["partner"]["column"]} if "partner" in micro else set()
    agreed |= {one["column"] for one in micro.get("checked", [])}
    if set(names) != agreed or len(set(names)) < len(names) or names != [str(name) for name in heading]:
        raise Unclear("other columns than agreed")
    if any(len(row) != len(names) for row in rows):
        raise Unclear("a row of another length")
    found = [_person(dict(zip(names, map(_text, row), strict=True)), micro) for row in rows]
    if not found or len({person for person, _ in found}) < len(found):
        raise Unclear("no rows, or a person twice")
    return sorted(told for _, told in found)


def _person(cells: Mapping[str, str], micro: Mapping[str, Any]) -> tuple[Row, Row]:
    """What names a person once, and what is counted."""
    area = cells[micro["region"]].upper()
    area = "" if area.lower() in ("", "onbekend", "unknown") else area
    if area and not (_REGION.fullmatch(area) and area[:2] in ("PV", "GM", "WK")):
        raise Unclear("no area")
    if not re.fullmatch(r"(19|20)[0-9]{2}", cells[micro["period"]]):
        raise Unclear("no year")
    if not re.fullmatch(r"[0-9a-f]{16,64}", cells[micro["person"]]):
        raise Unclear("no pseudonym")
    try:
        sex, age, partner = (_category(micro[kind], cells) for kind in ("sex", "age", "partner"))
        for one in micro.get("checked", []):
            _category(one, cells)
    except KeyError as error:
        raise Unclear("another category") from error
    return (cells[micro["person"]], cells[micro["period"]]), (
        area,
        int(cells[micro["period"]]),
        sex,
        age,
        partner,
    )


def _category(agreed: Mapping[str, Any], cells: Mapping[str, str]) -> str:
    return str({str(name): told for name, told in agreed["values"].items()}[cells[agreed["column"]]])
