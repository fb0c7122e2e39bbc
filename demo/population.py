"""The people of Veenland: how many live in each buurt, of what composition, and what share of them has each
condition.

Composition decides: at least 95 % of the differences between wijken in a prevalence comes from who lives
there, the rest is a small wijk effect. Values of a wijk, gemeente or province are weighted means of its
buurten, so that levels agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.classification import TOWNS
from demo.geography import Geography, Scale
from demo.health_measures import FACTORS, MEASURES, PSYCHOLOGICAL_COMPLAINTS, YEARS, Measure
from demo.tessellation import Floats, Ints

AGES = ("0_14", "15_24", "25_44", "45_64", "65")
ADULT_AGES = {"18+": "20300", "18-64": "53115", "65+": "80200"}
_OLDER_SHARE_NATIONAL = 0.25  # of adults
# Share of a factor's variance that all buurten of a wijk have in common, and how it leans on urbanity and
# on strain.
_RECIPE: dict[str, tuple[float, dict[str, float]]] = {
    "strain": (0.62, {"urban": 0.35}),
    "grey": (0.60, {"urban": -0.30}),
    "single": (0.55, {"urban": 0.45, "strain": 0.20, "grey": 0.25}),
    "origin": (0.55, {"urban": 0.40, "strain": 0.35, "grey": -0.20}),
    "schooling": (0.50, {"strain": 0.60, "urban": -0.30, "grey": 0.20}),
    "benefit": (0.55, {"strain": 0.65, "single": 0.15}),
}
_WIJK_EFFECT, _BUURT_EFFECT, _CHANGE_BETWEEN_YEARS = 0.07, 0.10, 0.25
_REGIONAL_OFFSET = 0.7  # largest distance (pp) between province and country


@dataclass(frozen=True)
class Population:
    """Per buurt (2020 order): inhabitants by age, adults, composition per year and prevalences (%) per year
    and adult age.
    """

    inhabitants: Ints
    ages: dict[str, Ints]
    adults: dict[str, Ints]
    composition: dict[int, dict[str, Floats]]
    prevalence: dict[tuple[str, int, str], Floats]
    national: dict[tuple[str, int, str], float]


def make_population(seed: int, geography: Geography, scale: Scale | None = None) -> Population:
    """The people of a map for a seed."""
    rng = np.random.default_rng([seed, 3])
    inhabitants = _inhabitants(geography, scale or Scale(), rng)
    weight = np.sqrt(inhabitants + 1.0)
    composition = {2020: _composition(geography, weight, rng)}
    for year in YEARS[:-1]:
        composition[year] = {
            name: _standard(value + _CHANGE_BETWEEN_YEARS * rng.normal(size=len(weight)), weight)
            for name, value in composition[2020].items()
        }
    ages = _ages(inhabitants, composition[2020], rng)
    adults = {
        "65+": ages["65"],
        "18-64": np.round(0.68 * ages["15_24"]).astype(np.int64) + ages["25_44"] + ages["45_64"],
    }
    adults["18+"] = adults["18-64"] + adults["65+"]
    prevalence, national = _prevalences(geography, composition, adults, np.random.default_rng([seed, 4]))
    return Population(inhabitants, ages, adults, composition, prevalence, national)


def _inhabitants(geography: Geography, scale: Scale, rng: np.random.Generator) -> Ints:
    """Inhabitants per buurt: skewed, most in towns and cores, nearly none on industrial estates."""
    n_gemeenten = int(geography.gemeente.max()) + 1
    target = rng.lognormal(0, 0.38, n_gemeenten)
    target[:TOWNS] = 0
    target *= 0.56 / target.sum()
    target[:TOWNS] = np.array([0.26, 0.18])[: min(TOWNS, n_gemeenten)]
    target[-1] = 0.017  # one gemeente too small for a survey of young adults
    target *= scale.inhabitants / target.sum()
    by_kind = {"core": 2.2, "extension": 1.6, "rural": 0.28, "industrial": 0.015}
    weight = np.array([by_kind[k] for k in geography.kinds]) * (0.25 + geography.urban) ** 0.7
    weight *= rng.lognormal(0, 0.6, len(weight))
    total = np.bincount(geography.gemeente, weights=weight)
    return np.maximum(0, np.round(weight * (target / total)[geography.gemeente])).astype(np.int64)


def _standard(values: Floats, weight: Floats) -> Floats:
    mean = np.average(values, weights=weight)
    deviation = values - mean
    return np.asarray(np.clip(deviation / np.sqrt(np.average(deviation**2, weights=weight)), -3.2, 3.2))


def _composition(geography: Geography, weight: Floats, rng: np.random.Generator) -> dict[str, Floats]:
    """Composition factors per buurt, each with weighted mean 0 and standard deviation 1."""
    n_wijken, n_buurten = int(geography.wijk.max()) + 1, len(geography.wijk)
    result = {"urban": _standard(np.sqrt(geography.urban), weight)}
    for name, (shared, leanings) in _RECIPE.items():
        own = np.sqrt(shared) * rng.normal(size=n_wijken)[geography.wijk] + np.sqrt(1 - shared) * rng.normal(
            size=n_buurten
        )
        leaning = np.zeros(n_buurten)
        for other, loading in leanings.items():
            leaning += loading * result[other]
        rest = max(0.15, 1 - float(np.average(leaning**2, weights=weight)))
        result[name] = _standard(leaning + np.sqrt(rest) * own, weight)
    return {name: result[name] for name in FACTORS}


def _ages(inhabitants: Ints, composition: dict[str, Floats], rng: np.random.Generator) -> dict[str, Ints]:
    """Inhabitants by age group, adding up to the total."""
    grey, urban, single = composition["grey"], composition["urban"], composition["single"]
    size = len(inhabitants)
    logits = {
        "0_14": np.log(0.152) - 0.16 * grey - 0.10 * single + 0.06 * rng.normal(size=size),
        "15_24": np.log(0.115) - 0.08 * grey + 0.12 * urban + 0.06 * rng.normal(size=size),
        "25_44": np.log(0.230) - 0.14 * grey + 0.12 * urban + 0.06 * rng.normal(size=size),
        "45_64": np.log(0.285) + 0.02 * grey - 0.05 * urban + 0.05 * rng.normal(size=size),
        "65": np.log(0.218) + 0.30 * grey - 0.05 * urban + 0.05 * rng.normal(size=size),
    }
    raw = np.exp(np.stack([logits[a] for a in AGES]))
    counts = np.floor(raw / raw.sum(axis=0) * inhabitants).astype(np.int64)
    counts[3] += inhabitants - counts.sum(axis=0)
    return dict(zip(AGES, counts, strict=True))


def levels(measure: Measure, year: int) -> dict[str, float]:
    """National level (%) per adult age in a year: 18+ is the weighted mean of the two age groups."""
    total = measure.levels[year]
    older = total * measure.older
    younger = (total - _OLDER_SHARE_NATIONAL * older) / (1 - _OLDER_SHARE_NATIONAL)
    return {"18+": total, "18-64": total if measure.young_only else younger, "65+": older}


def _prevalences(
    geography: Geography,
    composition: dict[int, dict[str, Floats]],
    adults: dict[str, Ints],
    rng: np.random.Generator,
) -> tuple[dict[tuple[str, int, str], Floats], dict[tuple[str, int, str], float]]:
    n_wijken, n_buurten = int(geography.wijk.max()) + 1, len(geography.wijk)
    prevalence: dict[tuple[str, int, str], Floats] = {}
    national: dict[tuple[str, int, str], float] = {}
    weight = np.sqrt(adults["18+"] + 1.0)
    for measure in (*MEASURES, PSYCHOLOGICAL_COMPLAINTS):
        context = _WIJK_EFFECT * rng.normal(size=n_wijken)[geography.wijk] + _BUURT_EFFECT * rng.normal(
            size=n_buurten
        )
        offset = rng.uniform(-_REGIONAL_OFFSET, _REGIONAL_OFFSET)
        for year in measure.levels:
            driven = sum(load * composition[year][name] for name, load in measure.loadings.items())
            pattern = _standard(np.asarray(driven), weight) + context
            level = levels(measure, year)
            for age in ("18-64", "65+"):
                share = level[age] / level["18+"]
                aim = level[age] + offset * min(1.0, share, level[age] / 10)
                spread = measure.spread * min(1.2, share) ** 0.7
                prevalence[measure.stem, year, age] = _calibrated(pattern, aim, spread, adults[age])
            whole = np.maximum(adults["18+"], 1)
            prevalence[measure.stem, year, "18+"] = (
                prevalence[measure.stem, year, "18-64"] * adults["18-64"]
                + prevalence[measure.stem, year, "65+"] * adults["65+"]
            ) / whole
            national.update({(measure.stem, year, age): round(value, 1) for age, value in level.items()})
    for year in YEARS:
        _agree(prevalence, year)
    return prevalence, national


def _calibrated(pattern: Floats, mean: float, spread: float, weight: Ints) -> Floats:
    """Percentages that follow `pattern` through a logistic curve, with a weighted mean and a spread between
    buurten.
    """
    centre, slope = np.log(mean / (100 - mean)), spread / (mean * (1 - mean / 100))
    typical = np.sqrt(weight + 1.0)
    for _ in range(25):
        value = 100 / (1 + np.exp(-(centre + slope * pattern)))
        found = np.average(value, weights=weight)
        deviation = np.sqrt(np.average((value - np.average(value, weights=typical)) ** 2, weights=typical))
        centre += (mean - found) / (mean * (1 - mean / 100))
        slope *= (spread / deviation) ** 0.7
    return np.asarray(value)


def _agree(prevalence: dict[tuple[str, int, str], Floats], year: int) -> None:
    """Parts stay within their whole: weight classes add up to 100, a severe form never exceeds the mild
    one.
    """
    for age in ADULT_AGES:
        value = {m.stem: prevalence[m.stem, year, age] for m in MEASURES if year in m.levels}
        value["NormaalGewicht"][:] = 100 - value["Ondergewicht"] - value["Overgewicht"]
        for part, whole in (
            ("ErnstigOvergewicht", "Overgewicht"),
            ("HoogRisicoOpAngstOfDepressie", "MatigHoogRisicoOpAngstOfDepressie"),
            ("ErnstigZeerErnstigEenzaam", "EmotioneelEenzaam"),
            ("EmotioneelEenzaam", "Eenzaam"),
            ("SociaalEenzaam", "Eenzaam"),
            ("LangdurigeZiekteEnBeperkt", "BeperktVanwegeGezondheid"),
        ):
            if part in value and whole in value:
                np.minimum(value[part], value[whole], out=value[part])
