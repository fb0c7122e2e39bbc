"""The crosswalks as tables for dbt: what became of gemeenten by declaration, and of wijken by what is delivered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from datawerkplaats.base.parquet import read_table
from datawerkplaats.regions.changes import (
    FICTIONAL,
    FIRST_VINTAGE,
    LAST_VINTAGE,
    REAL,
    Change,
    between,
    lives,
    read_changes,
)
from datawerkplaats.regions.crosswalk import Crosswalk
from datawerkplaats.regions.districts import District, district_crosswalk

if TYPE_CHECKING:
    from datawerkplaats.base.settings import Settings
    from datawerkplaats.catalogue import Catalogue

Row = dict[str, Any]
_KEY_FIGURES = "cbs_key_figures"
_ABROAD = "0998"


def region_tables(catalogue: Catalogue, settings: Settings) -> dict[str, list[Row]]:
    """`gemeente_lives`, `region_crosswalks` and `crosswalk_vintages`, each a list of rows.

    A crosswalk row tells where an area went that is not simply itself afterwards; an area without a row stayed.

    Raises:
        DataProblem: `crosswalk_weights` or `crosswalk_line` when a declared crosswalk is not right.
    """
    changes = read_changes(FICTIONAL if settings.source == "demo" else REAL)
    rows = list(_gemeente_rows(changes))
    lists = district_lists(catalogue, settings)
    rows += _district_rows(lists, changes)
    return {
        "gemeente_lives": _life_rows(changes),
        "region_crosswalks": rows,
        "crosswalk_vintages": [{"region_level": "wijk", "region_vintage": vintage} for vintage in lists],
    }


def _life_rows(changes: list[Change]) -> list[Row]:
    """Per code that appears or ends: its name, its first and last classification, and the day on which it ended."""
    names: dict[str, str] = {}
    ended: dict[str, str] = {}
    leader: dict[str, str] = {}

    def find(code: str) -> str:
        while leader.setdefault(code, code) != code:
            code = leader[code]
        return code

    for change in changes:
        old, new = change.link.from_code, change.link.to_code
        names[old], names[new] = change.old_name, change.new_name
        leader[find(old)] = find(new)
        ended[old] = change.effective_date.isoformat()
    known = lives(changes)
    return [
        {
            "gemeente_code": code,
            "gemeente_name": names[code],
            "first_vintage": max(life.first or FIRST_VINTAGE, FIRST_VINTAGE),
            "last_vintage": LAST_VINTAGE if life.last is None else life.last,
            "ended_on": None if life.last is None else ended[code],
            "family": find(code),
        }
        for code, life in known.items()
    ]


def _gemeente_rows(changes: list[Change]) -> Iterator[Row]:
    for start in range(FIRST_VINTAGE, LAST_VINTAGE):
        found = between(changes, start, start)
        for end in range(start + 1, LAST_VINTAGE + 1):
            found = found.then(between(changes, end - 1, end))
            yield from _rows("gemeente", found)


def _district_rows(lists: dict[int, dict[str, District]], changes: list[Change]) -> Iterator[Row]:
    """Between every two classifications of which the wijken are delivered, those in between followed one by one."""
    steps = {
        (before, after): district_crosswalk(
            lists[before], lists[after], (before, after), between(changes, before, after)
        )
        for before, after in pairwise(lists)
    }
    years = list(lists)
    for place, start in enumerate(years[:-1]):
        found: Crosswalk | None = None
        for before, after in pairwise(years[place:]):
            step = steps[before, after]
            found = step if found is None else _followed(found, step).then(step)
            yield from _rows("wijk", found, lists[start])


def _followed(first: Crosswalk, second: Crosswalk) -> Crosswalk:
    """Without the areas that the second crosswalk cannot follow, because one of its years is delivered in part."""
    lost = {link.from_code for link in first.links if link.to_code not in second.by_from}
    kept = tuple(link for link in first.links if link.from_code not in lost)
    return Crosswalk(first.from_vintage, first.to_vintage, kept)


def _rows(level: str, crosswalk: Crosswalk, names: dict[str, District] | None = None) -> Iterator[Row]:
    for code, links in crosswalk.by_from.items():
        only = links[0]
        if len(links) == 1 and only.to_code == code and only.method == "same_code":
            continue
        for link in links:
            yield {
                "region_level": level,
                "from_code": code,
                "from_name": (names[code].name or None) if names and code in names else None,
                "from_vintage": crosswalk.from_vintage,
                "to_code": link.to_code,
                "to_vintage": crosswalk.to_vintage,
                "weight": link.weight,
                "method": link.method,
                "is_estimated": link.is_estimated,
                "source": link.source,
            }


def district_lists(catalogue: Catalogue, settings: Settings) -> dict[int, dict[str, District]]:
    """The wijken per classification, oldest first, from the key figures and polygons that are loaded."""
    found: dict[int, dict[str, District]] = defaultdict(dict)
    series = catalogue.dimensions.editions.get(_KEY_FIGURES)
    for source_id in series.sources if series else ():
        _merge(found[catalogue.sources[source_id].region_vintage], _from_key_figures(source_id, settings))
    for source_id, source in catalogue.sources.items():
        if source.reader.kind == "geojson":
            _merge(found[source.region_vintage], _from_polygons(source_id, settings))
    return {vintage: found[vintage] for vintage in sorted(found) if found[vintage]}


def _merge(into: dict[str, District], more: list[District]) -> None:
    """Add what another delivery of the same year knows: polygons, names, residents."""
    for new in more:
        old = into.get(new.code)
        into[new.code] = (
            new
            if old is None
            else District(
                new.code,
                old.name or new.name,
                old.population or new.population,
                old.buurten or new.buurten,
                new.shape if old.shape is None else old.shape,
            )
        )


def _from_key_figures(source_id: str, settings: Settings) -> list[District]:
    folder = settings.inputs_dir / source_id
    if not (folder / "regions.parquet").exists():
        return []
    import pyarrow.parquet as pq

    named = read_table(folder / "regions.parquet", columns=["Key", "Title"]).to_pydict()
    names = {key.strip(): (title or "").strip() for key, title in zip(*named.values(), strict=True)}
    columns = pq.read_schema(folder / "data.parquet").names
    people = next((column for column in columns if column.partition("_")[0] == "AantalInwoners"), None)
    key = next((column for column in ("region_code", "WijkenEnBuurten") if column in columns), None)
    if people is None or key is None:
        return []
    data = read_table(folder / "data.parquet", columns=[key, people]).to_pydict()
    residents = {code.strip(): float(count or 0) for code, count in zip(data[key], data[people], strict=True)}
    buurten: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for code, count in residents.items():
        if code.startswith("BU"):
            buurten["WK" + code[2:8]].append((names.get(code, ""), count))
    return [
        District(code, names.get(code, ""), count, tuple(buurten[code]))
        for code, count in residents.items()
        if code.startswith("WK") and code[2:6] != _ABROAD
    ]


def _from_polygons(source_id: str, settings: Settings) -> list[District]:
    path = settings.inputs_dir / source_id / "data.parquet"
    if not path.exists():
        return []
    import pyarrow.compute as pc

    table = read_table(path)
    table = table.filter(pc.starts_with(table["region_code"], "WK"))
    if not table.num_rows:
        return []
    import shapely

    shapes = shapely.make_valid(shapely.from_geojson(table["geometry_geojson"].to_pylist()))
    found = []
    for row, shape in zip(
        table.select(["region_code", "region_name", "properties_json"]).to_pylist(), shapes, strict=True
    ):
        code = row["region_code"].strip()
        if code[2:6] != _ABROAD:
            found.append(District(code, (row["region_name"] or "").strip(), _residents(row), (), shape))
    return found


def _residents(row: Row) -> float:
    """Residents that a polygon tells, under one of the names the services use; 0 where it is secret or absent."""
    told = json.loads(row["properties_json"] or "{}")
    for name in ("aantalInwoners", "aantal_inwoners", "population"):
        if isinstance(told.get(name), int | float) and told[name] >= 0:
            return float(told[name])
    return 0.0
