"""The tables per wijk and buurt of Veenland, with the ids, columns and cell formats of the real ones."""

from __future__ import annotations

from typing import Literal

import numpy as np

from demo import names
from demo.areas import AreaList
from demo.geography import Geography
from demo.health_measures import MEASURES, YEARS
from demo.key_figures import base_sums, country_sums
from demo.key_figures_columns import COLUMNS, Column
from demo.metadata import NOT_MEASURED, SUPPRESSED, VALUE_ONLY, Row, Table, Topic, category
from demo.population import ADULT_AGES, Population
from demo.tessellation import Floats

_AGE_TITLES = {"20300": "18 jaar of ouder", "53115": "18 tot 65 jaar", "80200": "65 jaar of ouder"}
_REGION_TEXTS = [
    Topic("Gemeentenaam_1", "Gemeentenaam", "naam", "String", 0, ("Regioaanduiding",)),
    Topic("SoortRegio_2", "Soort regio", "omschrijving", "String", 0, ("Regioaanduiding",)),
    Topic("Codering_3", "Codering", "code", "String", 0, ("Regioaanduiding",)),
]
_URBAN_LIMITS = (2500, 1500, 1000, 500)
_MIN_PEOPLE = {
    "Inkomen": 100,
    "Energie": 80,
    "Opleidingsniveau": 50,
    "Arbeid": 50,
    "Sociale zekerheid": 50,
    "Wonen": 20,
}


def health_table(seed: int, geography: Geography, population: Population) -> Table:
    """50090NED: adult health per wijk and buurt, untyped, classification 2020.

    Rows of areas with fewer than ten adults, and of some other small ones, are suppressed; a measure that
    was not asked in a year is an empty string. From `Eenzaam` on, the column numbers differ from the real
    edition.
    """
    rng = np.random.default_rng([seed, 6])
    areas = AreaList(geography, geography.vintages[2020], "NL01")
    padded = [f"{c:<10}" for c in areas.codes]
    texts = list(
        zip(
            padded,
            (f"{n:<40}" for n in areas.gemeente_names),
            (f"{k:<10}" for k in areas.kinds),
            (f"{c:<20}" for c in areas.codes),
            strict=True,
        )
    )
    columns = [measure.column for measure in MEASURES]
    rows: list[Row] = []
    for year in YEARS:
        for age, key in ADULT_AGES.items():
            if year == 2020 and age == "18-64":
                continue
            adults = areas.add_up(population.adults[age].astype(float))
            hidden = (adults < 10) | ((adults < 40) & (rng.random(len(adults)) < 0.25))
            cells = []
            for measure in MEASURES:
                if year not in measure.levels or (measure.young_only and age != "18-64"):
                    cells.append([NOT_MEASURED] * len(adults))
                    continue
                values = areas.average(population.prevalence[measure.stem, year, age], population.adults[age])
                values[0] = population.national[measure.stem, year, age]
                cells.append([SUPPRESSED if h else f"{v:8.1f}" for v, h in zip(values, hidden, strict=True)])
            for (code, gemeente, kind, coding), line in zip(texts, zip(*cells, strict=True), strict=True):
                row: Row = {
                    "ID": len(rows),
                    "Leeftijd": key,
                    "Marges": "MW00000",
                    "WijkenEnBuurten": code,
                    "Perioden": f"{year}JJ00",
                    "Gemeentenaam_1": gemeente,
                    "SoortRegio_2": kind,
                    "Codering_3": coding,
                }
                row.update(zip(columns, line, strict=True))
                rows.append(row)
    topics = [Topic(m.column, m.title, "%", "Double", 1, ("Gezondheid en leefstijl",)) for m in MEASURES]
    dimensions = {
        "Leeftijd": [category(k, t) for k, t in _AGE_TITLES.items()],
        **VALUE_ONLY,
        "WijkenEnBuurten": _region_categories(areas),
        "Perioden": [category(f"{y}JJ00", str(y), Status="Definitief") for y in YEARS],
    }
    return Table(
        "50090NED",
        "Gezondheid per wijk en buurt; 2012/2016/2020 (indeling 2020)",
        "RIVM",
        "GGD'en, CBS en RIVM",
        "2012, 2016 en 2020",
        ("WijkenEnBuurten", "GeoDetail"),
        "UntypedDataSet",
        _REGION_TEXTS + topics,
        dimensions,
        rows,
    )


def key_figures_table(seed: int, geography: Geography, population: Population) -> Table:
    """84799NED: key figures per wijk and buurt 2020, typed, with income, education and care filled as in
    later editions.
    """
    areas = AreaList(geography, geography.vintages[2020], "NL00")
    sums = {name: areas.add_up(values) for name, values in base_sums(seed, geography, population).items()}
    for name, value in country_sums({name: float(values[0]) for name, values in sums.items()}).items():
        sums[name][0] = value
    texts = {
        "Gemeentenaam_1": [f"{n:<40}" for n in areas.gemeente_names],
        "SoortRegio_2": [f"{k:<10}" for k in areas.kinds],
        "Codering_3": [f"{c:<10}" for c in areas.codes],
        "IndelingswijzigingWijkenEnBuurten_4": ["1" if small else "." for small in areas.small],
        "MeestVoorkomendePostcode_113": [_postcode(c) for c in areas.codes],
        "Dekkingspercentage_114": [
            1 + int(c[-1]) % 3 if small else None for c, small in zip(areas.codes, areas.small, strict=True)
        ],
        "MateVanStedelijkheid_115": _urbanity_classes(
            sums["density"] / np.where(sums["dwellings"] > 0, sums["dwellings"], np.nan)
        ),
    }
    columns = [texts[c.name] if c.name in texts else _cells(c, sums, areas.small) for c in COLUMNS]
    rows: list[Row] = []
    for code, line in zip(areas.codes, zip(*columns, strict=True), strict=True):
        rows.append(
            {
                "ID": len(rows),
                "WijkenEnBuurten": f"{code:<10}",
                **dict(zip((c.name for c in COLUMNS), line, strict=True)),
            }
        )
    topics = [Topic(c.name, c.title, c.unit, _datatype(c), c.decimals, c.groups) for c in COLUMNS]
    return Table(
        "84799NED",
        "Kerncijfers wijken en buurten 2020",
        "CBS",
        "CBS",
        "2020",
        ("WijkenEnBuurten", "GeoDetail"),
        "TypedDataSet",
        topics,
        {"WijkenEnBuurten": _region_categories(areas)},
        rows,
    )


def _region_categories(areas: AreaList) -> list[Row]:
    return [
        category(
            f"{code:<10}",
            title,
            None if level == "country" else f"{names.FICTIONAL}: {kind.lower()} {title}",
            Municipality="" if level == "country" else f"GM{code[2:6]}",
            DetailRegionCode="" if level == "country" else code,
        )
        for code, title, kind, (level, _) in zip(
            areas.codes, areas.titles, areas.kinds, areas.order, strict=True
        )
    ]


def _postcode(code: str) -> str:
    """A postcode that cannot exist (real ones start at 1000), left-padded; a dot above the wijk."""
    return f"{'0' + code[5] + code[6:8]:>10}" if code[:2] in ("WK", "BU") else f"{'.':>10}"


def _urbanity_classes(density: Floats) -> list[int | None]:
    return [None if np.isnan(d) else 1 + sum(bool(d < limit) for limit in _URBAN_LIMITS) for d in density]


def _datatype(column: Column) -> Literal["String", "Long", "Double"]:
    text = column.unit in ("naam", "omschrijving") or column.name.startswith(
        ("Codering", "Indelings", "MeestVoorkomende")
    )
    return "String" if text else "Double" if column.decimals else "Long"


def _cells(
    column: Column, sums: dict[str, Floats], small: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[float | int | None]:
    """Values of one key figure: rounded as the statistics office does, null where an area is too small for
    it.
    """
    top = sums[column.numerator]
    group = column.groups[0]
    hidden = small & (sums["people"] < _MIN_PEOPLE.get(group, 0))
    if group == "Zorg":
        hidden = hidden | (top < 10)
    if column.denominator:
        below = sums[column.denominator]
        hidden = hidden | (below <= 0) | (small & (sums["people"] < 10))
        values = column.factor * top / np.where(below > 0, below, np.nan)
    else:
        step = 10 if group in ("Sociale zekerheid", "Zorg") else 5
        exact = group == "Oppervlakte"
        values = top if exact else np.where(small | (step == 10), step * np.round(top / step), top)
    if column.decimals == 0:
        return [None if h else round(float(v)) for v, h in zip(values, hidden, strict=True)]
    return [None if h else round(float(v), column.decimals) for v, h in zip(values, hidden, strict=True)]
