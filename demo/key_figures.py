"""Key figures per buurt as sums that can be added over areas: people, homes, schooling, work, income,
benefits, care.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from demo.geography import Geography
from demo.population import AGES, Population
from demo.tessellation import Floats, Ints

Sums = dict[str, Floats]

# Country as a multiple of the province, by sum, where the country's ratio differs from Veenland's.
_COUNTRY_INHABITANTS = 17_400_000
_COUNTRY_RATIO = {
    "western": 1.25,
    "non_western": 1.7,
    "value": 1.12,
    "schooling_high": 1.12,
    "schooling_low": 0.96,
    "income": 1.03,
    "hh_income": 1.03,
    "land": 0.34,
    "water": 2.57,
    "youth_care": 0.95,
    "wmo": 0.97,
    "assistance": 1.1,
    "flats": 1.3,
    "density": 2.1,
}
_ELECTRICITY = {"1": 2000, "2": 2650, "3": 2800, "4": 3200, "5": 3900, "6": 2250, "7": 3150}
_GAS = {"1": 780, "2": 1050, "3": 1220, "4": 1450, "5": 1980, "6": 960, "7": 1400}
_COMPANIES = (6, 16, 18, 9, 8, 25, 14)  # per 1000 inhabitants, by branch


def base_sums(seed: int, geography: Geography, population: Population) -> Sums:
    """Sums per buurt (2020 order): counts are whole numbers, amounts are totals to be divided by a count."""
    rng = np.random.default_rng([seed, 5])
    people = population.inhabitants
    x = population.composition[2020]
    size = len(people)

    def share(level: float, noise: float = 0.06, **loadings: float) -> Floats:
        """A share that moves with the composition on a logistic scale."""
        driven = sum((load * x[name] for name, load in loadings.items()), np.zeros(size))
        return np.asarray(
            1 / (1 + np.exp(-(np.log(level / (1 - level)) + driven + noise * rng.normal(size=size))))
        )

    sums: Sums = {"people": people.astype(float)}
    sums.update({f"age_{a}": population.ages[a].astype(float) for a in AGES})
    _demography(sums, people, share, rng)
    _homes(sums, geography, x, share, rng)
    _livelihood(sums, x, share, rng)
    _care(sums, share)
    _surroundings(sums, geography, x, share, rng)
    return sums


def country_sums(province: dict[str, float]) -> dict[str, float]:
    """The sums of the whole (equally fictional) country, from those of the province; parts still add up."""
    scale = _COUNTRY_INHABITANTS / province["people"]
    result = {
        name: float(round(value * scale * _COUNTRY_RATIO.get(name, 1.0))) for name, value in province.items()
    }
    result["one_family"] = result["dwellings"] - result["flats"]
    result["surface"] = result["land"] + result["water"]
    schooled = sum(province[f"schooling_{level}"] for level in ("low", "middle", "high")) * scale
    result["schooling_middle"] = round(schooled) - result["schooling_low"] - result["schooling_high"]
    groups = [f"origin_{i}" for i in range(1, 5)]
    for name in groups:
        result[name] = float(round(province[name] * scale * _COUNTRY_RATIO["non_western"]))
    result["origin_5"] = result["non_western"] - sum(result[name] for name in groups)
    return result


def _count(total: Floats, part: Floats) -> Floats:
    return np.asarray(np.round(total * part))


def _split(total: Floats, weights: list[Floats]) -> list[Floats]:
    """Whole numbers in proportion to the weights that add up to the total."""
    whole = np.sum(weights, axis=0)
    parts = [np.floor(total * w / whole) for w in weights]
    parts[int(np.argmax([w.mean() for w in weights]))] += total - np.sum(parts, axis=0)
    return parts


def _demography(sums: Sums, people: Ints, share: Callable[..., Floats], rng: np.random.Generator) -> None:
    total = sums["people"]
    sums["men"] = _count(total, share(0.498, 0.03))
    sums["women"] = total - sums["men"]
    names = ("never_married", "married", "divorced", "widowed")
    weights = [
        share(0.46, single=0.12, grey=-0.12),
        share(0.41, single=-0.22, grey=0.05),
        share(0.08, strain=0.15, single=0.1),
        share(0.05, grey=0.4),
    ]
    sums.update(dict(zip(names, _split(total, weights), strict=True)))
    sums["western"] = _count(total, share(0.085, origin=0.25, urban=0.1))
    sums["non_western"] = _count(total, share(0.075, origin=0.65))
    mix = [share(0.2, 0.3), share(0.09, 0.3), share(0.15, 0.3), share(0.19, 0.3), share(0.45, 0.2)]
    sums.update({f"origin_{i + 1}": part for i, part in enumerate(_split(sums["non_western"], mix))})
    sums["births"] = _count(total, share(0.0096, grey=-0.2))
    sums["deaths"] = _count(total, share(0.0095, grey=0.35))
    size_of_household = 2.2 - 0.16 * (share(0.5, single=0.8) - 0.5) * 4
    households = np.maximum(np.round(total / size_of_household), np.minimum(total, 1))
    kinds = [share(0.37, single=0.32), share(0.30, grey=0.15), share(0.33, single=-0.25, grey=-0.2)]
    sums["households"] = households
    sums.update(
        dict(zip(("single", "without_children", "with_children"), _split(households, kinds), strict=True))
    )


def _homes(
    sums: Sums,
    geography: Geography,
    x: dict[str, Floats],
    share: Callable[..., Floats],
    rng: np.random.Generator,
) -> None:
    dwellings = np.round(sums["households"] * 1.01)
    sums["dwellings"] = dwellings
    price = 300 * np.exp(
        -0.16 * x["strain"]
        - 0.05 * x["schooling"]
        + 0.03 * x["urban"]
        + 0.06 * rng.normal(size=len(dwellings))
    )
    sums["value"] = price * dwellings
    sums["flats"] = _count(dwellings, share(0.26, urban=0.9, single=0.3))
    sums["one_family"] = dwellings - sums["flats"]
    sums["vacant"] = _count(dwellings, share(0.04, urban=0.1))
    sums["occupied"] = dwellings - sums["vacant"]
    sums["unknown_owner"] = _count(dwellings, share(0.006))
    sums["rented"] = np.minimum(
        _count(dwellings, share(0.38, strain=0.5, urban=0.25, single=0.2)), dwellings - sums["unknown_owner"]
    )
    sums["owned"] = dwellings - sums["rented"] - sums["unknown_owner"]
    sums["social_rent"] = _count(sums["rented"], share(0.72, strain=0.2))
    sums["private_rent"] = sums["rented"] - sums["social_rent"]
    sums["newer"] = _count(dwellings, share(0.2, 0.5, strain=-0.15))
    sums["older"] = dwellings - sums["newer"]
    detached = 1.15 - 0.5 * sums["flats"] / np.maximum(dwellings, 1)
    for name, kinds in (("electricity", _ELECTRICITY), ("gas", _GAS)):
        for kind, level in kinds.items():
            sums[f"{name}_{kind}"] = level * dwellings * np.exp(0.06 * rng.normal(size=len(dwellings)))
        sums[name] = (kinds["4"] - 300) * detached * dwellings
    sums["heat_network"] = dwellings * np.where(geography.urban > 0.75, 0.12, 0.0)


def _livelihood(
    sums: Sums, x: dict[str, Floats], share: Callable[..., Floats], rng: np.random.Generator
) -> None:
    people, households = sums["people"], sums["households"]
    working_age = sums["age_15_24"] + sums["age_25_44"] + sums["age_45_64"] + np.round(0.45 * sums["age_65"])
    schooling = [
        share(0.30, schooling=0.40),
        share(0.42, schooling=0.05),
        share(0.28, schooling=-0.48, urban=0.15),
    ]
    for name, part in zip(
        ("low", "middle", "high"), _split(np.round(0.98 * working_age), schooling), strict=True
    ):
        sums[f"schooling_{name}"] = part
    sums["working_age"] = working_age
    sums["working"] = _count(working_age, share(0.68, benefit=-0.2, grey=-0.15, strain=-0.1))
    sums["self_employed"] = _count(sums["working"], share(0.16, urban=-0.2, strain=-0.1))
    sums["employees"] = sums["working"] - sums["self_employed"]
    sums["earners"] = _count(people, share(0.79, 0.03))
    sums["income"] = (
        sums["earners"]
        * 33
        * np.exp(-0.13 * x["strain"] - 0.08 * x["schooling"] + 0.03 * rng.normal(size=len(people)))
    )
    sums["hh_income"] = households * 30.5 * np.exp(-0.12 * x["strain"] - 0.05 * x["schooling"])
    sums["people_lowest"] = people * share(0.40, strain=0.25, single=0.05)
    sums["people_highest"] = people * share(0.19, strain=-0.35, schooling=-0.2)
    sums["households_lowest"] = households * share(0.40, strain=0.38, single=0.18)
    sums["households_highest"] = households * share(0.19, strain=-0.45, schooling=-0.2)
    sums["low_income"] = households * share(0.066, strain=0.5, benefit=0.2)
    sums["below_minimum"] = sums["low_income"] * 0.75
    sums["below_110"] = sums["low_income"] * 1.35
    sums["below_120"] = sums["low_income"] * 1.75
    sums["wealth"] = households * 62 * np.exp(-0.55 * x["strain"] + 0.2 * x["grey"])
    sums["assistance"] = _count(people, share(0.024, benefit=0.7))
    sums["disability"] = _count(people, share(0.045, benefit=0.4, grey=0.1))
    sums["unemployment"] = _count(people, share(0.012, benefit=0.25))
    sums["pension"] = np.round(0.93 * sums["age_65"])


def _care(sums: Sums, share: Callable[..., Floats]) -> None:
    sums["youth"] = sums["age_0_14"] + np.round(0.8 * sums["age_15_24"])
    sums["youth_care"] = _count(sums["youth"], share(0.108, strain=0.22, benefit=0.15))
    sums["wmo"] = _count(sums["people"], share(0.066, grey=0.4, strain=0.22, benefit=0.15))


def _surroundings(
    sums: Sums,
    geography: Geography,
    x: dict[str, Floats],
    share: Callable[..., Floats],
    rng: np.random.Generator,
) -> None:
    people, households = sums["people"], sums["households"]
    for number, per_thousand in enumerate(_COMPANIES, start=1):
        lean = {"urban": -0.8} if number == 1 else {"urban": 0.1}
        sums[f"companies_{number}"] = _count(people, share(per_thousand / 1000, 0.3, **lean))
    estate = np.array([kind == "industrial" for kind in geography.kinds])
    sums["companies_2"] += np.where(estate, rng.integers(15, 60, len(people)), 0)
    sums["companies"] = np.sum([sums[f"companies_{i}"] for i in range(1, len(_COMPANIES) + 1)], axis=0)
    sums["cars"] = np.round(households * (1.12 - 0.14 * x["urban"] - 0.09 * x["strain"]).clip(0.3))
    sums["cars_petrol"] = _count(sums["cars"], share(0.79, 0.1))
    sums["cars_other"] = sums["cars"] - sums["cars_petrol"]
    sums["motorcycles"] = _count(households, share(0.09, urban=-0.2))
    distance = np.exp(-0.55 * x["urban"] + 0.15 * rng.normal(size=len(people)))
    for name, km in (("km_gp", 1.1), ("km_shop", 1.0), ("km_childcare", 0.8), ("km_school", 0.75)):
        sums[name] = people * np.maximum(0.2, km * distance * np.exp(0.1 * rng.normal(size=len(people))))
    sums["schools_near"] = people * (0.6 + 9 * geography.urban)
    surface = geography.area_km2 * 100
    sums["water"] = np.round(surface * np.minimum(0.4, rng.exponential(0.03, len(people))))
    sums["land"] = np.maximum(1, np.round(surface) - sums["water"])
    sums["surface"] = sums["land"] + sums["water"]
    sums["density"] = sums["dwellings"] * np.round(60 + 2600 * geography.urban**1.15)
