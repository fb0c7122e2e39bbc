"""The survey itself, beside the estimates per wijk: what adults of country, province and GGD region said, with margins."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from datawerkplaats.base.files import write_text
from demo import names
from demo.declared import GGD, PROVINCE
from demo.health_editions import AGES, MARGIN_TITLES, MARGINS, prevalence
from demo.health_measures import MEASURES
from demo.metadata import Row, Table, Topic, category
from demo.population import Population

TABLES = {2016: "83674NED", 2020: "85012NED", 2022: "85563NED", 2024: "86137NED"}
_STEMS = (
    "ErvarenGezondheidGoedZeerGoed",
    "VoldoetAanBeweegrichtlijn",
    "WekelijkseSporters",
    "ErnstigOvergewicht",
    "Roker",
    "ZwareDrinker",
    "EenOfMeerLangdurigeAandoeningen",
    "EenOfMeerLichamelijkeBeperkingen",
    "MatigHoogRisicoOpAngstOfDepressie",
    "HoogRisicoOpAngstOfDepressie",
    "HeelVeelStressInAfgelopen4Weken",
    "MatigVeelRegieOverEigenLeven",
    "Eenzaam",
    "ErnstigZeerErnstigEenzaam",
    "Mantelzorger",
    "Vrijwilligerswerk",
    "MoeiteMetRondkomen",
)
# Who took part, and how much the weighting widens a margin.
_PARTICIPANTS, _DESIGN = {"NL01": 450_000, PROVINCE: 9_000, GGD: 9_000}, 1.6
_OF_AGE = {"18+": 1.0, "18-64": 0.6, "65+": 0.4}


def health_monitor(seed: int, population: Population) -> list[Table]:
    """83674NED, 85012NED, 85563NED and 86137NED: one survey each, typed."""
    rng = np.random.default_rng([seed, 13])
    return [_edition(year, table, population, rng) for year, table in TABLES.items()]


def write_printed(folder: Path, population: Population) -> None:
    """What a publisher would print of the survey of 2020: of the country, in whole per cents and tenths."""
    decimals = {"HoogRisicoOpAngstOfDepressie": 0, "Mantelzorger": 1, "ErvarenGezondheidGoedZeerGoed": 1}
    cells = ["NL01", "2020"]
    for stem, digits in decimals.items():
        found = prevalence(next(m for m in MEASURES if m.stem == stem), 2020, "18+", population)
        assert found is not None
        cells.append(f"{found[1]:.{digits}f}")
    text = ";".join(["region_code", "year", *decimals]) + "\n" + ";".join(cells) + "\n"
    write_text(folder / "gezondheidsmonitor_2020_synthetic.csv", text)


def _edition(year: int, table: str, population: Population, rng: np.random.Generator) -> Table:
    asked = [m for m in MEASURES if m.stem in _STEMS and prevalence(m, year, "18+", population)]
    rows: list[Row] = []
    for age, key in AGES.items():
        for region, participants in _PARTICIPANTS.items():
            cells: list[tuple[float, float]] = []
            for measure in asked:
                found = prevalence(measure, year, age, population)
                assert found is not None
                of_province = float(np.average(found[0], weights=population.adults[age]))
                truth = found[1] if region == "NL01" else of_province
                error = np.sqrt(truth * (100 - truth) * _DESIGN / (participants * _OF_AGE[age]))
                said = truth + float(rng.normal()) * error
                cells.append((said, float(1.96 * error)))
            for margin, side in MARGINS.items():
                row: Row = {"ID": len(rows), "Leeftijd": key, "Marges": margin, "RegioS": f"{region:<6}"}
                for number, (measure, (said, half)) in enumerate(zip(asked, cells, strict=True), start=4):
                    row[f"{measure.stem}_{number}"] = round(
                        float(min(max(said + side * half, 0.0), 100.0)), 1
                    )
                rows.append(row)
    titles = {"NL01": names.COUNTRY, PROVINCE: names.PROVINCE, GGD: names.GGD_REGION}
    return Table(
        table,
        f"Gezondheidsmonitor; bevolking 18 jaar of ouder, regio, {year}",
        "CBS",
        "CBS, GGD'en en RIVM",
        str(year),
        ("RegioS", "GeoDimension"),
        "TypedDataSet",
        [
            Topic(f"{m.stem}_{n}", m.title, "%", "Double", 1, ("Gezondheid",))
            for n, m in enumerate(asked, start=4)
        ],
        {
            "Leeftijd": [category(key, age) for age, key in AGES.items()],
            "Marges": [category(key, title) for key, title in MARGIN_TITLES.items()],
            "RegioS": [category(f"{code:<6}", title) for code, title in titles.items()],
        },
        rows,
    )
