"""Tables that are declared in a few lines: which areas and years, and per column the sums its values are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from demo import names, planted
from demo.areas import AreaList
from demo.geography import Geography
from demo.key_figures import Sums, country_sums
from demo.key_figures_columns import Column, columns_of
from demo.metadata import Row, Table, Topic, category
from demo.tessellation import Floats

# Larger areas of the province, in a table that lists them, and which half of the gemeenten they hold.
PROVINCE, GGD, NORTH, SOUTH = "PV99", "GG9901", "CR91", "CR92"
_LARGER = {
    PROVINCE: names.PROVINCE,
    GGD: names.GGD_REGION,
    NORTH: "Noord-Veenland",
    SOUTH: "Zuid-Veenland",
}
_UNTRENDED = ("km", "score", "code", "index")


@dataclass(frozen=True)
class Declared:
    """One table: its id and title, who publishes it, its areas and years, and its columns.

    `levels` are the first letters of area codes (NL, PV, CR, GG, GM, WK, BU). A column is a line
    `stem|title|unit|decimals|sum` or `…|sum/sum*factor`; `@` in it stands for the sum of a category of `split`
    (dimension, key to sum). `fixed` are further dimensions with one category each.
    """

    id: str
    title: str
    publisher: str
    levels: tuple[str, ...]
    years: tuple[int, ...]
    columns: str
    vintage: int = 2022
    region: str = "WijkenEnBuurten"
    periods: bool = True
    split: tuple[str, dict[str, str]] | None = None
    fixed: dict[str, str] = field(default_factory=dict)
    min_people: int = 100


@dataclass(frozen=True)
class Region:
    """The areas a table lists, with the sums of each."""

    codes: list[str]
    titles: list[str]
    small: np.ndarray[tuple[int], np.dtype[np.bool_]]
    sums: Sums


def regions_of(geography: Geography, sums: Sums, vintage: int, levels: tuple[str, ...]) -> Region:
    """The areas of these levels in one classification, the country first, then larger areas, then the rest."""
    areas = AreaList(geography, geography.classification(vintage), "NL00")
    added = {name: areas.add_up(values) for name, values in sums.items()}
    country = country_sums({name: float(values[0]) for name, values in added.items()})
    north = _north(geography)[geography.gemeente]
    whole = np.ones_like(north)
    part = {PROVINCE: whole, GGD: whole, NORTH: north, SOUTH: ~north}
    larger = [code for code in _LARGER if code[:2] in levels]
    rows = [i for i, code in enumerate(areas.codes) if code[:2] in levels and code != "NL00"]
    codes = [*(["NL00"] if "NL" in levels else []), *larger, *(areas.codes[i] for i in rows)]
    titles = [
        *([names.COUNTRY] if "NL" in levels else []),
        *(_LARGER[c] for c in larger),
        *(areas.titles[i] for i in rows),
    ]
    gathered: Sums = {}
    for name, values in sums.items():
        top = [country[name]] if "NL" in levels else []
        top += [float(values[part[code]].sum()) for code in larger]
        gathered[name] = np.concatenate([top, added[name][rows]])
    small = np.array([code[:2] in ("WK", "BU") for code in codes])
    return Region(codes, titles, small, gathered)


def _north(geography: Geography) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    shapes = geography.vintages[2022].gemeenten.shapes
    heights = np.array([shape.centroid.y for shape in shapes])
    return np.asarray(heights >= np.median(heights))


def growth(year: int) -> float:
    """How many people there are in a year, as a multiple of 2020; 2021 grew a little less."""
    return 1 + 0.004 * (year - 2020) - 0.0001 * (year == 2021)


def values_of(column: Column, region: Region, year: int, min_people: int) -> list[float | None]:
    """One column of one year: rounded, and absent where an area is too small for it."""
    top = region.sums[column.numerator] * planted.left(column.numerator, region.codes, year)
    people = region.sums["people"]
    hidden = region.small & (people < min_people)
    grown = growth(year)
    if column.denominator:
        below = region.sums[column.denominator]
        hidden = hidden | (below <= 0)
        changed = 1.0 if column.unit in _UNTRENDED else 1 + 0.012 * (year - 2020)
        values: Floats = column.factor * changed * top / np.where(below > 0, below, np.nan)
        if column.unit == "%":
            values = np.minimum(values, 100)
    else:
        values = top * grown
        hidden = hidden | (region.small & (values < 10) & (column.unit == "aantal"))
        values = np.where(region.small, 5 * np.round(values / 5), np.round(values))
    rounded = [None if h else round(float(v), column.decimals) for v, h in zip(values, hidden, strict=True)]
    return [v if v is None or column.decimals else int(v) for v in rounded]


def build(declared: Declared, geography: Geography, sums: Sums) -> Table:
    """The table as the service would deliver it, typed."""
    region = regions_of(geography, sums, declared.vintage, declared.levels)
    width = 6 if declared.region == "RegioS" else 10
    dimension, categories = declared.split or ("", {"": ""})
    first = next(iter(categories.values()))
    shown = columns_of(declared.columns.replace("@", first))
    rows: list[Row] = []
    for key, name in categories.items():
        columns = columns_of(declared.columns.replace("@", name))
        for year in declared.years:
            values = [values_of(column, region, year, declared.min_people) for column in columns]
            for code, line in zip(region.codes, zip(*values, strict=True), strict=True):
                row: Row = {"ID": len(rows), **declared.fixed}
                if dimension:
                    row[dimension] = key
                row[declared.region] = f"{code:<{width}}"
                if declared.periods:
                    row["Perioden"] = f"{year}JJ00"
                row.update(zip((column.name for column in columns), line, strict=True))
                rows.append(row)
    dimensions: dict[str, list[Row]] = {
        key: [category(value, value)] for key, value in declared.fixed.items()
    }
    if dimension:
        dimensions[dimension] = [category(key, name) for key, name in categories.items()]
    dimensions[declared.region] = [
        category(f"{code:<{width}}", title) for code, title in zip(region.codes, region.titles, strict=True)
    ]
    if declared.periods:
        dimensions["Perioden"] = [category(f"{y}JJ00", str(y), Status="Definitief") for y in declared.years]
    return Table(
        declared.id,
        declared.title,
        declared.publisher,
        declared.publisher,
        ", ".join(map(str, declared.years)),
        (declared.region, "GeoDetail"),
        "TypedDataSet",
        [
            Topic(c.name, c.title, c.unit, "Double" if c.decimals else "Long", c.decimals, c.groups)
            for c in shown
        ],
        dimensions,
        rows,
    )
