"""What partners of Veenland deliver as rows per person: made-up referrals, youth care and surveys, nobody real in them.

Use depends on age, on strain in the buurt (deprivation) and on chance; the same seed gives the same rows. Pseudonyms are made
with a key that is thrown away, as a partner would.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from datawerkplaats.base.files import written
from demo.geography import Geography
from demo.population import Population
from demo.pseudonyms import pseudonym
from demo.registrations import contacts, pupils, registrations

YEARS = (2022, 2023)
# Delivered band: age group of the population that it is part of, its share of it, chance of a referral and of youth care.
_BANDS = {
    "0-11": ("0_14", 0.79, 0.028, 0.165),
    "12-14": ("0_14", 0.21, 0.075, 0.280),
    "15-17": ("15_24", 0.30, 0.105, 0.290),
    "18-24": ("15_24", 0.70, 0.066, 0.140),
}
_STRAIN, _BUURT_NOISE, _YEARLY = 0.16, 0.06, 1.04
_WOMEN = {"referrals": {"0-11": 0.42, "12-14": 0.56, "15-17": 0.62, "18-24": 0.63}, "care": 0.47}
_REFERRERS = (("huisarts", 0.62), ("jeugdteam", 0.22), ("jeugdarts", 0.10), ("anders", 0.06))
_CARE_TYPES = (("ambulant", 0.84), ("dagbesteding", 0.07), ("verblijf", 0.09))
_PROVIDERS = ("a", "b", "c")
_NO_WIJK, _NO_AREA = 0.004, 0.001
SURVEY_YEAR = 2023
_RESPONDENTS, _STRESSED = 420, 0.42

Line = tuple[object, ...]


def write_partner_files(folder: Path, seed: int, geography: Geography, population: Population) -> None:
    """Write the files, each with its heading, as text; the word synthetic is in every name."""
    folder.mkdir(parents=True, exist_ok=True)
    care = ["pseudonym", "year", "area_code", "sex", "age_band", "provider"]
    files: dict[str, tuple[list[str], Iterable[Line]]] = {
        "partner_ggz_referrals_synthetic.csv": (
            [*care, "referrer"],
            _in_care(seed, "referrals", _REFERRERS, geography, population),
        ),
        "partner_youth_care_synthetic.csv": (
            [*care, "care_type"],
            _in_care(seed, "care", _CARE_TYPES, geography, population),
        ),
        "partner_young_adults_survey_synthetic.csv": (
            ["pseudonym", "year", "area_code", "sex", "age_band", "weight", "often_stressed"],
            _respondents(seed, geography, population),
        ),
        "partner_ggz_registrations_synthetic.csv": (
            ["pseudonym", "year", "area_code", "sex", "age_band", "complaint", "provider"],
            registrations(seed, geography, population),
        ),
        "partner_pupils_survey_synthetic.csv": (
            ["pseudonym", "year", "area_code", "sex", "age_band", "weight", "mhi5_60_or_less"],
            pupils(seed, geography, population),
        ),
        "partner_gp_synthetic.csv": (
            ["pseudonym", "year", "area_code", "sex", "age_band", "practice_group"],
            contacts(seed, geography, population),
        ),
    }
    for name, (heading, lines) in files.items():
        with (
            written(folder / name) as unfinished,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, delimiter=";")
            writer.writerow(heading)
            writer.writerows(lines)


def _in_care(
    seed: int, kind: str, details: Sequence[tuple[str, float]], geography: Geography, population: Population
) -> Iterator[Line]:
    """Persons in care: year by year, buurt by buurt, band by band."""
    rng = np.random.default_rng([seed, 71, 1 if kind == "care" else 0])
    vintage = geography.vintages[2022]
    order = vintage.buurt_order
    strain = population.composition[2020]["strain"][order]
    noise = _BUURT_NOISE * rng.normal(size=len(order))
    market = rng.dirichlet(np.full(len(_PROVIDERS), 4.0), size=len(vintage.gemeenten.codes))
    names, shares = [name for name, _ in details], np.array([share for _, share in details])
    number = 0
    for year in YEARS:
        for band, (group, part, referral, care) in _BANDS.items():
            chance = (care if kind == "care" else referral) * _YEARLY ** (year - YEARS[0])
            people = np.floor(population.ages[group][order] * part).astype(np.int64)
            use = np.clip(chance * np.exp(_STRAIN * strain + noise), 0, 0.6)
            women = _WOMEN["care"] if kind == "care" else _WOMEN["referrals"][band]  # type: ignore[index]
            for buurt, count in enumerate(rng.binomial(people, use).tolist()):
                gemeente, wijk = int(vintage.buurten.gemeente[buurt]), int(vintage.buurten.wijk[buurt])
                known, sexes = rng.random(count), rng.random(count) < women
                providers = rng.choice(len(_PROVIDERS), count, p=market[gemeente])
                chosen = rng.choice(len(names), count, p=shares / shares.sum())
                for i in range(count):
                    area = vintage.wijken.codes[wijk]
                    if known[i] < _NO_WIJK:
                        area = "" if known[i] < _NO_AREA else vintage.gemeenten.codes[gemeente]
                    number += 1
                    yield (
                        pseudonym(seed, kind, number),
                        year,
                        area,
                        "v" if sexes[i] else "m",
                        band,
                        _PROVIDERS[int(providers[i])],
                        names[int(chosen[i])],
                    )


def _respondents(seed: int, geography: Geography, population: Population) -> Iterator[Line]:
    """Respondents of the survey: about as many in every gemeente, with weights that bring them back to its size."""
    rng = np.random.default_rng([seed, 72])
    vintage = geography.vintages[2022]
    order = vintage.buurt_order
    strain = population.composition[2020]["strain"][order]
    people = population.ages["15_24"][order].astype(float)
    number = 0
    for gemeente, code in enumerate(vintage.gemeenten.codes):
        inside = vintage.buurten.gemeente == gemeente
        residents = people[inside]
        size = min(_RESPONDENTS, int(residents.sum() / 3))
        own = np.repeat(strain[inside], rng.multinomial(size, residents / residents.sum()))
        women = rng.random(size) < 0.58  # women answer more often: their weight is lower
        older = rng.random(size) < 0.46
        chance = 1 / (1 + np.exp(-(np.log(_STRESSED / (1 - _STRESSED)) + 0.25 * own + 0.55 * (women - 0.5))))
        stressed = rng.random(size) < chance
        base = residents.sum() / size
        weights = base * np.where(women, 0.5 / 0.58, 0.5 / 0.42) * np.exp(0.18 * rng.normal(size=size))
        for i in range(size):
            number += 1
            yield (
                pseudonym(seed, "survey", number),
                SURVEY_YEAR,
                code,
                "v" if women[i] else "m",
                "21-25" if older[i] else "16-20",
                f"{weights[i]:.4f}",
                "ja" if stressed[i] else "nee",
            )
