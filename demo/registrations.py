"""What further partners of Veenland deliver as rows per person: made-up registrations at the ggz, pupils and practice contacts.

Nobody real is in them. Chances depend on age, sex, strain in the buurt and a wijk of its own: some wijken have more than their
residents explain, as a reader is to find out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from demo.geography import Geography
from demo.population import Population
from demo.pseudonyms import pseudonym

Line = tuple[object, ...]
YEARS = (2019, 2020, 2021, 2022, 2023)
PUPILS_YEAR, CONTACT_YEARS = 2023, (2022, 2023)
_NO_WIJK = 0.003


@dataclass(frozen=True)
class Band:
    """A band of ages: the age group of the population that it is a part of, and its share of it."""

    name: str
    group: str
    part: float


_YOUNG = (
    Band("0-11", "0_14", 0.79),
    Band("12-17", "0_14", 0.21),
    Band("12-17", "15_24", 0.30),
    Band("18-24", "15_24", 0.70),
)
# Chance per year by complaint and age, share of women, how strongly strain moves it, and how much a wijk of its own.
_COMPLAINTS = {
    "angst": ({"0-11": 0.005, "12-17": 0.018, "18-24": 0.017}, 0.66, 0.16, 0.22),
    "stemming": ({"0-11": 0.002, "12-17": 0.014, "18-24": 0.016}, 0.67, 0.18, 0.16),
    "gedrag": ({"0-11": 0.010, "12-17": 0.012, "18-24": 0.005}, 0.33, 0.20, 0.14),
    "anders": ({"0-11": 0.006, "12-17": 0.012, "18-24": 0.014}, 0.50, 0.10, 0.10),
}
_PEOPLE = (
    Band("0-24", "0_14", 1.0),
    Band("0-24", "15_24", 1.0),
    Band("25-64", "25_44", 1.0),
    Band("25-64", "45_64", 1.0),
    Band("65+", "65", 1.0),
)
_CONTACTS = {"0-24": 0.022, "25-64": 0.045, "65+": 0.024}
_PUPILS, _COMPLAIN = 380, 0.28


def registrations(seed: int, geography: Geography, population: Population) -> Iterator[Line]:
    """Young people registered at a provider of mental health care, with the complaint."""
    rng = np.random.default_rng([seed, 73])
    strain, wijken = _strain(geography, population), len(geography.vintages[2022].wijken.codes)
    for complaint, (chances, women, pull, own) in _COMPLAINTS.items():
        of_wijk = own * rng.normal(size=wijken)
        for year in YEARS:
            for band in _YOUNG:
                use = chances[band.name] * 1.03 ** (year - YEARS[0]) * np.exp(pull * strain)
                for place, sex in _persons(rng, geography, population, band, use, of_wijk, women):
                    number = int(rng.integers(2**62))
                    yield (
                        pseudonym(seed, "registrations", number), year, place[0], sex, band.name, complaint, place[1]
                    )  # fmt: skip


def contacts(seed: int, geography: Geography, population: Population) -> Iterator[Line]:
    """People who saw the practice nurse for mental health of their general practice."""
    rng = np.random.default_rng([seed, 74])
    strain, wijken = _strain(geography, population), len(geography.vintages[2022].wijken.codes)
    of_wijk = 0.08 * rng.normal(size=wijken)
    for year in CONTACT_YEARS:
        for band in _PEOPLE:
            use = _CONTACTS[band.name] * 1.04 ** (year - CONTACT_YEARS[0]) * np.exp(0.14 * strain)
            for place, sex in _persons(rng, geography, population, band, use, of_wijk, 0.61):
                number = int(rng.integers(2**62))
                yield pseudonym(seed, "contacts", number), year, place[0], sex, band.name, place[1]


def pupils(seed: int, geography: Geography, population: Population) -> Iterator[Line]:
    """Pupils of school years 2 and 4 who took part, with weights that bring them back to the size of their gemeente."""
    rng = np.random.default_rng([seed, 75])
    vintage = geography.vintages[2022]
    strain = _strain(geography, population)
    people = population.ages["0_14"][vintage.buurt_order].astype(float)
    for gemeente, code in enumerate(vintage.gemeenten.codes):
        inside = vintage.buurten.gemeente == gemeente
        residents = people[inside]
        size = min(_PUPILS, int(residents.sum() / 8))
        own = np.repeat(strain[inside], rng.multinomial(size, residents / residents.sum()))
        girls, older = rng.random(size) < 0.53, rng.random(size) < 0.47
        chance = 1 / (
            1 + np.exp(-(np.log(_COMPLAIN / (1 - _COMPLAIN)) + 0.2 * own + 0.9 * (girls - 0.5) + 0.3 * older))
        )
        complains = rng.random(size) < chance
        weights = residents.sum() / 8 / size * np.where(girls, 0.5 / 0.53, 0.5 / 0.47)
        weights = weights * np.exp(0.15 * rng.normal(size=size))
        for i in range(size):
            yield (
                pseudonym(seed, "pupils", int(rng.integers(2**62))),
                PUPILS_YEAR,
                code,
                "m" if girls[i] else "j",
                "15-17" if older[i] else "12-14",
                f"{weights[i]:.4f}",
                "ja" if complains[i] else "nee",
            )


def _strain(geography: Geography, population: Population) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(population.composition[2020]["strain"][geography.vintages[2022].buurt_order])


def _persons(
    rng: np.random.Generator,
    geography: Geography,
    population: Population,
    band: Band,
    use: np.ndarray[tuple[int], np.dtype[np.float64]],
    of_wijk: np.ndarray[tuple[int], np.dtype[np.float64]],
    women: float,
) -> Iterator[tuple[tuple[str, str], str]]:
    """Area and organisation, and the sex, of each person of a band that is drawn."""
    vintage = geography.vintages[2022]
    people = np.floor(population.ages[band.group][vintage.buurt_order] * band.part).astype(np.int64)
    chance = np.clip(use * np.exp(of_wijk[vintage.buurten.wijk]), 0, 0.6)
    for buurt in np.repeat(np.arange(len(people)), rng.binomial(people, chance)).tolist():
        wijk, gemeente = int(vintage.buurten.wijk[buurt]), int(vintage.buurten.gemeente[buurt])
        known = rng.random() >= _NO_WIJK
        area = vintage.wijken.codes[wijk] if known else vintage.gemeenten.codes[gemeente]
        yield (area, "abc"[min(int(rng.exponential(0.9)), 2)]), "v" if rng.random() < women else "m"
