"""The tables per gemeente of Veenland: young adults, and which region each gemeente belongs to."""

from __future__ import annotations

import numpy as np

from demo import names
from demo.geography import Geography
from demo.health_measures import PSYCHOLOGICAL_COMPLAINTS
from demo.metadata import VALUE_ONLY, Row, Table, Topic, category
from demo.population import Population
from demo.tessellation import Floats
from demo.youth_measures import YOUTH_MEASURES, YouthMeasure

_COROPS = (("CR91", "Noord-Veenland"), ("CR92", "Zuid-Veenland"))
_RESPONSE, _MIN_RESPONDENTS, _MIN_CELL = 0.09, 100, 10


def youth_table(seed: int, geography: Geography, population: Population) -> Table:
    """50140NED: young adults per gemeente, GGD region and country, typed; null where too few took part or
    gave an answer.
    """
    rng = np.random.default_rng([seed, 7])
    vintage = geography.vintages[2022]
    young = np.bincount(geography.gemeente, weights=population.ages["15_24"])
    adults = population.adults["18+"]
    complaints = population.prevalence[PSYCHOLOGICAL_COMPLAINTS.stem, 2020, "18+"]
    pattern = np.bincount(geography.gemeente, weights=complaints * adults) / np.bincount(
        geography.gemeente, weights=adults
    )
    pattern = (pattern - pattern.mean()) / pattern.std()
    respondents = young * _RESPONSE * rng.uniform(0.8, 1.2, len(young))
    columns = []
    for measure in YOUTH_MEASURES:
        values = _youth_values(measure, pattern, rng)
        region = float(np.average(values, weights=young))
        few = (respondents < _MIN_RESPONDENTS) | (
            respondents * np.minimum(values, 100 - values) / 100 < _MIN_CELL
        )
        columns.append(
            [
                measure.level,
                round(region, 1),
                *(None if f else round(float(v), 1) for v, f in zip(values, few, strict=True)),
            ]
        )
    regions = [
        ("NL01", names.COUNTRY),
        ("GG9901", names.GGD_REGION),
        *zip(vintage.gemeenten.codes, vintage.gemeenten.names, strict=True),
    ]
    rows: list[Row] = []
    for (code, _), line in zip(regions, zip(*columns, strict=True), strict=True):
        rows.append(
            {
                "ID": len(rows),
                "Persoonskenmerken": "T009002",
                "Marges": "MW00000",
                "RegioS": f"{code:<6}",
                **dict(zip((m.column for m in YOUTH_MEASURES), line, strict=True)),
            }
        )
    topics = [Topic(m.column, m.title, "%", "Double", 1, ("Jongvolwassenen",)) for m in YOUTH_MEASURES]
    dimensions = {
        "Persoonskenmerken": [category("T009002", "Totaal personen")],
        **VALUE_ONLY,
        "RegioS": [category(f"{c:<6}", n) for c, n in regions],
    }
    return Table(
        "50140NED",
        "Gezondheidsmonitor Jongvolwassenen; regio, 2024",
        "GGD",
        "GGD'en en RIVM",
        "2024",
        ("RegioS", "GeoDimension"),
        "TypedDataSet",
        topics,
        dimensions,
        rows,
    )


def regions_table(geography: Geography, population: Population) -> Table:
    """85067NED: to which GGD region, COROP area and province each gemeente belongs in 2022 (other groupings
    are left out).
    """
    gemeenten = geography.vintages[2022].gemeenten
    middle = np.median([shape.centroid.y for shape in gemeenten.shapes])
    inhabitants = np.bincount(geography.gemeente, weights=population.inhabitants)
    part = "Lokaliseringen van gemeenten"
    pairs = (("GGD-regio's", 14), ("COROP-gebieden", 8), ("Provincies", 26))
    topics = [
        Topic(
            f"{word}_{n}",
            word,
            "code" if word == "Code" else "naam",
            "String",
            0,
            ("Codes en namen van gemeenten",),
        )
        for word, n in (("Code", 1), ("Naam", 2))
    ]
    for title, number in sorted(pairs, key=lambda pair: pair[1]):
        topics += [
            Topic(f"Code_{number}", "Code", "code", "String", 0, (part, title)),
            Topic(f"Naam_{number + 1}", "Naam", "naam", "String", 0, (part, title)),
        ]
    topics.append(Topic("Inwonertal_52", "Inwonertal", "aantal", "Long", 0, ("Statistische gegevens",)))
    rows: list[Row] = []
    for position, (code, name) in enumerate(zip(gemeenten.codes, gemeenten.names, strict=True)):
        corop = _COROPS[0] if gemeenten.shapes[position].centroid.y >= middle else _COROPS[1]
        belongs = {1: (code, name), 8: corop, 14: ("GG9901", names.GGD_REGION), 26: ("PV99", names.PROVINCE)}
        row: Row = {"ID": position, "RegioS": f"{code:<6}"}
        for number, (key, title) in belongs.items():
            row[f"Code_{number}"], row[f"Naam_{number + 1}"] = f"{key:<10}", f"{title:<50}"
        rows.append({**row, "Inwonertal_52": int(inhabitants[position])})
    dimensions = {
        "RegioS": [category(f"{c:<6}", n) for c, n in zip(gemeenten.codes, gemeenten.names, strict=True)]
    }
    return Table(
        "85067NED",
        "Gebieden in Nederland 2022",
        "CBS",
        "CBS",
        "2022",
        ("RegioS", "GeoDimension"),
        "TypedDataSet",
        topics,
        dimensions,
        rows,
    )


def _youth_values(measure: YouthMeasure, pattern: Floats, rng: np.random.Generator) -> Floats:
    """Percentages per gemeente around the national level: a shared pattern and sampling noise, on a
    logistic scale.
    """
    level = measure.level / 100
    shift = (
        0.10 * measure.direction * pattern + 0.07 * rng.normal(size=len(pattern)) + rng.uniform(-0.04, 0.04)
    )
    return np.asarray(100 / (1 + np.exp(-(np.log(level / (1 - level)) + shift))))
