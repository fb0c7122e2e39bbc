"""The other editions of the health table per wijk and buurt: the same people, other years, boundaries and columns."""

from __future__ import annotations

import numpy as np

from demo.areas import AreaList
from demo.geography import Geography
from demo.health_measures import MEASURES, Measure
from demo.key_figures import Sums
from demo.metadata import NOT_MEASURED, SUPPRESSED, Row, Table, Topic, category
from demo.population import Population
from demo.tessellation import Floats

AGES = {"18+": "20300", "18-64": "53115", "65+": "80200"}
MARGINS = {"MW00000": 0.0, "MOG0095": -1.0, "MBG0095": 1.0}
MARGIN_TITLES = {
    "MW00000": "Waarde",
    "MOG0095": "Ondergrens 95%-interval",
    "MBG0095": "Bovengrens 95%-interval",
}
# What later editions hold and the first one does not: stem, title, first year, sum behind it.
LATER_MEASURES = (
    ("PsychischeKlachten", "Psychische klachten", 2022, "complaints"),
    ("ZeerLageVeerkracht", "(Zeer) lage veerkracht", 2022, "low_resilience"),
    ("ZeerHogeVeerkracht", "(Zeer) hoge veerkracht", 2022, "high_resilience"),
    ("MistEmotioneleSteun", "Mist emotionele steun", 2022, "no_support"),
    ("SuicideGedachtenLaatste12Maanden", "Suïcidegedachten laatste 12 maanden", 2022, "thoughts"),
    ("TevredenMetBuurt", "Tevreden met de buurt", 2024, "likes_area"),
    ("TevredenMetWoning", "Tevreden met de woning", 2024, "likes_home"),
    ("TevredenMetGroen", "Tevreden met groen in de buurt", 2024, "likes_green"),
    ("ErnstigeSlaapverstoringDoorGeluid", "Ernstige slaapverstoring door geluid", 2024, "noise_at_night"),
)
_DROPPED = (
    "Lopen",
    "Fietsen",
    "Beperking",
    "Ondergewicht",
    "NormaalGewicht",
    "VoldoetAanAlcohol",
    "LangdurigeZiekte",
)


def health_editions(seed: int, geography: Geography, population: Population, sums: Sums) -> list[Table]:
    """50150NED (boundaries 2024), 50120NED (2022) and 50052NED (2016), untyped."""
    rng = np.random.default_rng([seed, 9])
    people = (geography, population, sums)
    return [
        _edition("50150NED", 2024, (2012, 2016, 2020, 2022, 2024), people, rng, finest="BU"),
        _edition("50120NED", 2022, (2020, 2022), people, rng, finest="GM"),
        _edition("50052NED", 2016, (2016,), people, rng, finest="GM"),
    ]


def prevalence(measure: Measure, year: int, age: str, population: Population) -> tuple[Floats, float] | None:
    """Per buurt and for the country; years after 2020 go on half as fast as between 2016 and 2020."""
    known = [y for y in measure.levels if y <= year]
    if not known or (year <= 2020 and year not in measure.levels):
        return None
    last = known[-1]
    level = measure.levels[last]
    before = measure.levels.get(2016, level)
    grown = 1 + (year - last) / 8 * (level - before) / level
    value = population.prevalence[measure.stem, last, age] * grown
    return np.clip(value, 0, 99), float(population.national[measure.stem, last, age] * grown)


def _edition(
    table: str,
    vintage: int,
    years: tuple[int, ...],
    people: tuple[Geography, Population, Sums],
    rng: np.random.Generator,
    *,
    finest: str,
) -> Table:
    geography, population, sums = people
    ages = tuple(AGES) if finest == "BU" else ("18+",)
    areas = AreaList(geography, geography.classification(vintage), "NL01")
    kept = [i for i, code in enumerate(areas.codes) if finest == "BU" or code[:2] in ("NL", finest)]
    measures = [m for m in MEASURES if not m.stem.startswith(_DROPPED)]
    later = [m for m in LATER_MEASURES if m[2] <= vintage]
    names = [m.stem for m in measures] + [m[0] for m in later]
    columns = [f"{stem}_{number}" for number, stem in enumerate(names, start=4)]
    rows: list[Row] = []
    adults = areas.add_up(population.adults["18+"].astype(float))
    noise = rng.random(len(adults))
    hidden = (adults < 10) | ((adults < 40) & (noise < 0.25))
    for year in years:
        # Parts of the adults, and bounds, come with the years from 2020 on.
        for age in ages if year >= 2020 else ("18+",):
            cells: dict[str, list[tuple[float, float] | None]] = {}
            counts = areas.add_up(population.adults[age].astype(float))
            for measure in measures:
                found = prevalence(measure, year, age, population)
                cells[measure.stem] = _estimates(areas, population, age, found, counts)
            for stem, _, first, name in later:
                share = 100 * sums[name] / np.where(sums["adults"] > 0, sums["adults"], np.nan)
                measured = year >= first and age == "18+"
                national = float(np.nansum(sums[name]) / sums["adults"].sum() * 100)
                found = (np.nan_to_num(share), national) if measured else None
                cells[stem] = _estimates(areas, population, age, found, counts)
            for margin, side in MARGINS.items() if age == "18+" and year >= 2020 else [("MW00000", 0.0)]:
                for i in kept:
                    row: Row = {
                        "ID": len(rows),
                        "Leeftijd": AGES[age],
                        "Marges": margin,
                        "WijkenEnBuurten": f"{areas.codes[i]:<10}",
                        "Perioden": f"{year}JJ00",
                    }
                    for column, stem in zip(columns, names, strict=True):
                        cell = cells[stem][i]
                        row[column] = (
                            NOT_MEASURED
                            if cell is None
                            else SUPPRESSED
                            if hidden[i]
                            else f"{_bound(cell, side):8.1f}"
                        )
                    rows.append(row)
    titles = {m.stem: m.title for m in measures} | {m[0]: m[1] for m in later}
    return Table(
        table,
        f"Gezondheid per wijk en buurt; {', '.join(map(str, years))} (indeling {vintage})",
        "RIVM",
        "GGD'en, CBS en RIVM",
        ", ".join(map(str, years)),
        ("WijkenEnBuurten", "GeoDetail"),
        "UntypedDataSet",
        [
            Topic(c, titles[s], "%", "Double", 1, ("Gezondheid en leefstijl",))
            for c, s in zip(columns, names, strict=True)
        ],
        {
            "Leeftijd": [category(AGES[age], age) for age in ages],
            "Marges": [category(key, title) for key, title in MARGIN_TITLES.items()],
            "WijkenEnBuurten": [category(f"{areas.codes[i]:<10}", areas.titles[i]) for i in kept],
            "Perioden": [category(f"{y}JJ00", str(y), Status="Definitief") for y in years],
        },
        rows,
    )


def _estimates(
    areas: AreaList, population: Population, age: str, found: tuple[Floats, float] | None, counts: Floats
) -> list[tuple[float, float] | None]:
    """Value and half the width of its interval per area; None where it was not measured."""
    if found is None:
        return [None] * len(counts)
    values = areas.average(found[0], population.adults[age])
    values[0] = found[1]
    values = np.nan_to_num(values)
    # As wide as a survey of one in forty with a model behind it would give, and never wider than ten points.
    spread = np.sqrt(values * (100 - values) / (counts / 40 + 40))
    spread[0] = 0.3
    return list(zip(values.tolist(), np.minimum(1.96 * spread, 10.0).tolist(), strict=True))


def _bound(cell: tuple[float, float], side: float) -> float:
    return min(max(cell[0] + side * cell[1], 0.0), 100.0)
