"""The deliveries of Veenland as files: the bodies that the real services would answer, written once per
seed.

Layout of the folder: `ready.json` (generator version, seed, counts), `ODataCatalog/Tables.json`,
`ODataFeed/<table>/<entity>.json` (data sets in pages `<entity>_<skip>.json` of 10,000 rows) and
`wfs/<year>/<layer>.json`. Addresses inside the bodies start with `PLACEHOLDER`, so that the files do not
depend on a host.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import orjson
import shapely

from datawerkplaats.base import files
from demo import names
from demo.age_pyramid import population_table
from demo.classification import Areas, Vintage
from demo.declared_tables import declared_tables
from demo.extra_sums import extra_sums
from demo.files import write_files
from demo.geography import Geography, Scale, make_geography
from demo.health_editions import health_editions
from demo.health_monitor import health_monitor, write_printed
from demo.key_figures import Sums, base_sums
from demo.metadata import (
    GENERATOR_VERSION,
    Row,
    Table,
    catalogue_row,
    data_properties,
    other_form,
    table_info,
)
from demo.partners import write_partner_files
from demo.population import Population, make_population
from demo.postcodes import NAME as POSTCODES
from demo.postcodes import write_addresses
from demo.regional_tables import regions_table, youth_table
from demo.tables import health_table, key_figures_table

PAGE_ROWS = 10_000
PLACEHOLDER = "https://veenland.invalid"
DATA_SETS = ("TypedDataSet", "UntypedDataSet")
# Polygons of the later year are those of 2022: nothing changed in between.
WFS_YEARS = {2020: 2020, 2022: 2022, 2024: 2022}
# The folder with what is delivered as files.
FILES = "files"
_NOT_AVAILABLE = -99995


def demo_tables(seed: int, scale: Scale | None = None) -> tuple[Geography, Population, list[Table]]:
    """The map, the people and the four tables for a seed; a larger scale gives more rows, for benchmarks."""
    geography = make_geography(seed, scale)
    population = make_population(seed, geography, scale)
    tables = [
        health_table(seed, geography, population),
        key_figures_table(seed, geography, population),
        youth_table(seed, geography, population),
        regions_table(geography, population),
    ]
    return geography, population, tables


def further_tables(seed: int, geography: Geography, population: Population) -> tuple[list[Table], Sums]:
    """The other editions and the tables of other subjects, and the sums per buurt that they come from."""
    sums = extra_sums(seed, geography, population, base_sums(seed, geography, population))
    return [
        *health_editions(seed, geography, population, sums),
        *health_monitor(seed, population),
        *declared_tables(geography, sums),
        population_table(seed, geography, sums),
    ], sums


def ensure_deliveries(folder: Path, seed: int, scale: Scale | None = None) -> Path:
    """The folder with the deliveries for a seed, made first where they are absent or from another generator
    version.

    They appear in one step: written beside the folder, then renamed, so that a reader never sees half of
    them. Of two that want them at once the second waits for what the first makes.
    """
    if _ready(folder) == stamp(seed, scale):
        return folder
    with files.locked(folder.with_name(f".{folder.name}.lock")):
        if _ready(folder) != stamp(seed, scale):
            _make(folder, seed, scale)
    return folder


def _make(folder: Path, seed: int, scale: Scale | None) -> None:
    """Make the deliveries, and clear what is left beside them: also by one that was killed, which nobody finishes."""
    beside = f".{folder.name}-"
    _clear(folder.parent, beside)
    try:
        fresh = Path(tempfile.mkdtemp(prefix=beside, dir=folder.parent))
        write_deliveries(fresh, seed, scale)
        _put_in_place(fresh, folder)
    finally:
        _clear(folder.parent, beside)


def _clear(home: Path, prefix: str) -> None:
    for left in home.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)


def stamp(seed: int, scale: Scale | None = None) -> Row:
    """What `ready.json` tells of the deliveries: generator, seed and size. Whoever finds it makes nothing anew."""
    size = scale or Scale()
    return {
        "generator": GENERATOR_VERSION,
        "seed": seed,
        "gemeenten": size.gemeenten,
        "wijken": size.wijken,
        "buurten": size.buurten,
    }


def _ready(folder: Path) -> Row | None:
    try:
        told: Row = orjson.loads((folder / "ready.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError, orjson.JSONDecodeError):
        return None
    return told


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Rename a finished folder to its place; what lay there is of another generator, seed or size."""
    if folder.exists():
        files.move(folder, fresh.with_name(f"{fresh.name}-outdated"))
    files.move(fresh, folder)


def write_deliveries(folder: Path, seed: int, scale: Scale | None = None) -> None:
    """Write every body the demo services can answer; `ready.json` comes last."""
    geography, population, tables = demo_tables(seed, scale)
    more, sums = further_tables(seed, geography, population)
    tables += more
    write_files(folder / FILES, geography, sums)
    write_printed(folder / FILES, population)
    write_partner_files(folder / FILES, seed, geography, population)
    write_addresses(folder / FILES / POSTCODES, geography, population)
    catalogue = [catalogue_row(table, seed, n, PLACEHOLDER) for n, table in enumerate(tables)]
    _write(folder / "ODataCatalog" / "Tables.json", f"{PLACEHOLDER}/ODataCatalog/$metadata#Tables", catalogue)
    for table in tables:
        _write_table(folder / "ODataFeed" / table.id, table, seed)
    inhabitants = population.inhabitants
    for year, vintage_year in WFS_YEARS.items():
        vintage = geography.vintages[vintage_year]
        for layer, areas in (
            ("gemeenten", vintage.gemeenten),
            ("wijken", vintage.wijken),
            ("buurten", vintage.buurten),
        ):
            _dump(
                folder / "wfs" / str(year) / f"{layer}.json",
                _features(layer, year, vintage, areas, inhabitants.tolist()),
            )
    _dump(folder / "ready.json", stamp(seed, scale))


def _write_table(folder: Path, table: Table, seed: int) -> None:
    feed = f"{PLACEHOLDER}/ODataFeed/odata/{table.id}"
    metadata = f"{PLACEHOLDER}/ODataFeed/OData/{table.id}/$metadata"
    entities: dict[str, list[Row]] = {
        "TableInfos": [table_info(table, seed)],
        "DataProperties": data_properties(table),
        "CategoryGroups": [],
        **table.dimensions,
    }
    for name, rows in entities.items():
        _write(folder / f"{name}.json", f"{metadata}#Cbs.OData.WebAPI.{name}", rows)
    listed = [
        "TableInfos",
        "UntypedDataSet",
        "TypedDataSet",
        "DataProperties",
        "CategoryGroups",
        *table.dimensions,
    ]
    _write(folder / "service.json", metadata, [{"name": name, "url": f"{feed}/{name}"} for name in listed])
    for name in DATA_SETS:
        rows = table.rows if name == table.delivered else other_form(table)
        for skip in range(0, len(rows), PAGE_ROWS):
            more = skip + PAGE_ROWS < len(rows)
            following = f"{feed}/{name}?$format=json&$skip={skip + PAGE_ROWS}" if more else None
            page = rows[skip : skip + PAGE_ROWS]
            _write(folder / f"{name}_{skip}.json", f"{metadata}#Cbs.OData.WebAPI.{name}", page, following)


def envelope(metadata: str, rows: list[Row], following: str | None = None) -> Row:
    """The body of an OData v3 answer."""
    body: Row = {"odata.metadata": metadata, "value": rows}
    if following:
        body["odata.nextLink"] = following
    return body


def _write(path: Path, metadata: str, rows: list[Row], following: str | None = None) -> None:
    _dump(path, envelope(metadata, rows, following))


def _dump(path: Path, body: dict[str, Any]) -> None:
    files.write_bytes(path, orjson.dumps(body))


def _features(layer: str, year: int, vintage: Vintage, areas: Areas, inhabitants: list[int]) -> Row:
    """A WFS GetFeature answer: polygons in longitude and latitude, with the property names of the real
    service.
    """
    per_area = [0] * len(areas.codes)
    for position, buurt in enumerate(vintage.buurt_order):
        owner = {
            "gemeenten": int(vintage.buurten.gemeente[position]),
            "wijken": int(vintage.buurten.wijk[position]),
        }.get(layer, position)
        per_area[owner] += inhabitants[int(buurt)]
    prefix = {"gemeenten": "gemeente", "wijken": "wijk", "buurten": "buurt"}[layer]
    features = []
    for position, (code, name, shape) in enumerate(zip(areas.codes, areas.names, areas.shapes, strict=True)):
        properties: Row = {f"{prefix}code": code, f"{prefix}naam": name}
        if layer == "buurten":
            properties["wijkcode"] = vintage.wijken.codes[int(areas.wijk[position])]
        gemeente = int(areas.gemeente[position])
        properties |= {
            "gemeentecode": vintage.gemeenten.codes[gemeente],
            "gemeentenaam": vintage.gemeenten.names[gemeente],
            "water": "NEE",
            "aantal_inwoners": per_area[position]
            if layer == "gemeenten"
            else 5 * round(per_area[position] / 5),
            "gemiddelde_woningwaarde": _NOT_AVAILABLE,
            "jrstatcode": f"{year}{code}",
            "jaar": year,
            "bron": names.FICTIONAL,
        }
        geometry = orjson.loads(shapely.to_geojson(shape))
        features.append(
            {
                "type": "Feature",
                "id": f"{layer}.{position + 1}",
                "properties": properties,
                "geometry": geometry,
            }
        )
    return {
        "type": "FeatureCollection",
        "name": layer,
        "title": f"{layer} {year} ({names.FICTIONAL})",
        "features": features,
    }
