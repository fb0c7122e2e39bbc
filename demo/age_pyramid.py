"""03759ned of Veenland: inhabitants on 1 January by sex, year of age and area, as whole numbers that add up.

Totals are those of the key figures of the same year; ages follow their age groups, and a curve of births and deaths within them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from demo.declared import PROVINCE, Region, growth, regions_of
from demo.geography import Geography
from demo.key_figures import Sums
from demo.metadata import Row, Table, Topic, category
from demo.population import AGES as GROUPS
from demo.tessellation import Floats, Ints

YEARS = (2024, 2025)
_GROUP_STARTS = (0, 15, 25, 45, 65)
_ALL_SEXES, _ALL_AGES, _ALL_STATES, _NEVER_MARRIED = "T001038", "10000", "T001019", "1010   "
_SEXES = {_ALL_SEXES: "Totaal mannen en vrouwen", "3000   ": "Mannen", "4000   ": "Vrouwen"}
_OLDEST, _FROM_95 = 105, 95
# Deaths double every seven years, later for women; births rose and fell.
_DEATHS, _DOUBLING = np.array([2.0e-5, 1.6e-5]), 0.1
_WAVES = ((76, 3, 0.10), (57, 8, 0.25), (34, 8, -0.12))
_ROUNDS = 30


def population_table(seed: int, geography: Geography, sums: Sums) -> Table:
    """The table as the service would deliver it; it lists 95 and older beside each of those ages, as the real one does."""
    rng = np.random.default_rng([seed, 12])
    rows: list[Row] = []
    titles: dict[str, str] = {}
    for year in YEARS:
        region = regions_of(geography, sums, year, ("NL", "PV", "GM"))
        counts = _counts(region, year, rng)
        married = np.round(region.sums["never_married"] * growth(year)).astype(np.int64)
        for place, (code, title) in enumerate(zip(region.codes, region.titles, strict=True)):
            key = f"{'NL01' if code == 'NL00' else code:<6}"
            titles[key] = title
            area = {"RegioS": key, "Perioden": f"{year}JJ00"}
            by_sex = [counts[place].sum(axis=0), *counts[place]]
            for sex, ages in zip(_SEXES, by_sex, strict=True):
                for age, people in _with_totals(ages).items():
                    rows.append(_row(len(rows), sex, age, _ALL_STATES, area, people))
            rows.append(_row(len(rows), _ALL_SEXES, _ALL_AGES, _NEVER_MARRIED, area, int(married[place])))
    dimensions = {
        "Geslacht": [category(key, title) for key, title in _SEXES.items()],
        "Leeftijd": [category(key, title) for key, title in _age_titles().items()],
        "BurgerlijkeStaat": [
            category(_ALL_STATES, "Totaal burgerlijke staat"),
            category(_NEVER_MARRIED, "Ongehuwd"),
        ],
        "RegioS": [category(key, title) for key, title in titles.items()],
        "Perioden": [category(f"{year}JJ00", str(year), Status="Definitief") for year in YEARS],
    }
    topics = [
        Topic("BevolkingOp1Januari_1", "Bevolking op 1 januari", "aantal", "Long"),
        Topic("GemiddeldeBevolking_2", "Gemiddelde bevolking", "aantal", "Double", 1),
    ]
    return Table(
        "03759ned",
        "Bevolking op 1 januari en gemiddeld; geslacht, leeftijd en regio",
        "CBS",
        "CBS",
        ", ".join(map(str, YEARS)),
        ("RegioS", "GeoDimension"),
        "TypedDataSet",
        topics,
        dimensions,
        rows,
    )


def _row(number: int, sex: str, age: str, state: str, area: dict[str, str], people: int) -> Row:
    return {
        "ID": number,
        "Geslacht": sex,
        "Leeftijd": age,
        "BurgerlijkeStaat": state,
        **area,
        "BevolkingOp1Januari_1": people,
        "GemiddeldeBevolking_2": round(people * 1.002, 1),
    }


def _counts(region: Region, year: int, rng: np.random.Generator) -> Ints:
    """People by area, sex (men, women) and year of age; the province is the sum of its gemeenten."""
    total = np.round(region.sums["people"] * growth(year)).astype(np.int64)
    groups = np.stack([region.sums[f"age_{name}"] for name in GROUPS], axis=1)
    sexes = np.stack([region.sums["men"], region.sums["women"]], axis=1)
    result = np.zeros((len(total), 2, _OLDEST + 1), dtype=np.int64)
    for place, people in enumerate(total):
        noise = np.exp(0.03 * rng.normal(size=(2, _OLDEST + 1)))
        per_group = _apportioned(groups[place], int(people))
        result[place] = _fitted(_curve() * noise, per_group, sexes[place])
    province, gemeenten = region.codes.index(PROVINCE), [code.startswith("GM") for code in region.codes]
    result[province] = result[gemeenten].sum(axis=0)
    return result


def _curve() -> Floats:
    """How many men and women there are of each age, up to a factor."""
    age = np.arange(_OLDEST + 1)
    born = 1 + sum(height * np.exp(-(((age - at) / width) ** 2)) for at, width, height in _WAVES)
    alive = np.exp(-_DEATHS[:, None] / _DOUBLING * np.expm1(_DOUBLING * age))
    return np.asarray(born * alive * np.array([[1.05], [1.0]]))


def _fitted(weights: Floats, per_group: Ints, sexes: Floats) -> Ints:
    """Whole numbers by sex and age that follow the weights: exactly in the age groups, nearly in men and women."""
    bounds = [*_GROUP_STARTS, _OLDEST + 1]
    parts = [slice(start, end) for start, end in pairwise(bounds)]
    wanted = sexes / max(sexes.sum(), 1) * per_group.sum()
    fitted = weights.copy()
    for _ in range(_ROUNDS):
        fitted *= (wanted / fitted.sum(axis=1))[:, None]
        for part, people in zip(parts, per_group, strict=True):
            fitted[:, part] *= people / fitted[:, part].sum() if people else 0
    counts = np.zeros(weights.shape, dtype=np.int64)
    for part, people in zip(parts, per_group, strict=True):
        if people:
            shape = fitted[:, part].shape
            counts[:, part] = _apportioned(fitted[:, part].ravel(), int(people)).reshape(shape)
    return counts


def _apportioned(weights: Floats, total: int) -> Ints:
    """Whole numbers in proportion to the weights that add up to the total: the largest remainders are rounded up."""
    exact = weights / max(weights.sum(), 1e-9) * total
    whole: Ints = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]] += 1
    return whole


def _with_totals(ages: Ints) -> dict[str, int]:
    """The people by age code, with everyone first and 95 and older near the end."""
    single = [int(people) for people in ages]
    codes = [key for key in _age_titles() if key not in (_ALL_AGES, "22000")]
    return {
        _ALL_AGES: sum(single),
        **dict(zip(codes, single, strict=True)),
        "22000": sum(single[_FROM_95:]),
    }


def _age_titles() -> dict[str, str]:
    """Age codes with their titles, as the real table has them."""
    years = {0: "10010", **{age: str(10_000 + 100 * age) for age in range(1, 100)}}
    years |= {age: str(19_801 + age) for age in range(100, _OLDEST)}
    return {
        _ALL_AGES: "Totaal",
        **{code: f"{age} jaar" for age, code in years.items()},
        "22300": "105 jaar of ouder",
        "22000": "95 jaar of ouder",
    }
