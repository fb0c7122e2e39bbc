"""The people of Veenland: national margins, spread, correlations and agreement between levels."""

from __future__ import annotations

import numpy as np
import pytest

from demo.areas import AreaList
from demo.geography import Geography
from demo.health_measures import FACTORS, MEASURES
from demo.population import ADULT_AGES, AGES, Population, make_population
from tests.province import SEED, province

DISTRESS, MENTAL, LONELY, STRAIN = (
    "HoogRisicoOpAngstOfDepressie",
    "PsychischeKlachten",
    "Eenzaam",
    "MoeiteMetRondkomen",
)
# Published national levels among adults (docs: domain, section 7.1).
MARGINS = {
    DISTRESS: 10.2,
    MENTAL: 22.2,
    LONELY: 49.2,
    "ErnstigZeerErnstigEenzaam": 14.4,
    "EmotioneelEenzaam": 30.1,
    "SociaalEenzaam": 35.3,
    "HeelVeelStressInAfgelopen4Weken": 20.7,
    "Mantelzorger": 13.5,
    "EenOfMeerLangdurigeAandoeningen": 33.4,
    "ErvarenGezondheidGoedZeerGoed": 69.0,
    STRAIN: 20.5,
    "Vrijwilligerswerk": 23.8,
}


@pytest.fixture(scope="module")
def geography() -> Geography:
    return province().geography


@pytest.fixture(scope="module")
def population() -> Population:
    return province().population


def _whole(population: Population, stem: str) -> np.ndarray:
    return population.prevalence[stem, 2020, "18+"]


def test_population__size_and_ages(population: Population) -> None:
    assert population.inhabitants.sum() == pytest.approx(500_000, abs=500)
    assert (np.sum([population.ages[a] for a in AGES], axis=0) == population.inhabitants).all()
    assert min(population.ages[a].min() for a in AGES) >= 0
    # Skewed: a typical buurt is far smaller than the mean, and some are too small to show.
    assert np.median(population.inhabitants) < 0.9 * population.inhabitants.mean()
    assert (population.adults["18+"] < 10).any()


@pytest.mark.parametrize("stem", MARGINS)
def test_population__level_is_the_published_one(population: Population, stem: str) -> None:
    assert population.national[stem, 2020, "18+"] == MARGINS[stem]
    mean = np.average(_whole(population, stem), weights=population.adults["18+"])
    assert abs(mean - MARGINS[stem]) < 1.0


@pytest.mark.parametrize(("stem", "low", "high"), [(DISTRESS, 2, 3), (MENTAL, 3, 4), (LONELY, 4, 5)])
def test_population__spread_between_buurten(
    population: Population, stem: str, low: float, high: float
) -> None:
    lived_in = population.adults["18+"] >= 10
    assert low <= _whole(population, stem)[lived_in].std() <= high


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (LONELY, DISTRESS, 0.65, 0.92),
        (STRAIN, DISTRESS, 0.70, 0.95),
        (MENTAL, DISTRESS, 0.85, 0.995),
        ("MatigVeelRegieOverEigenLeven", DISTRESS, -0.9, -0.4),
        ("ErvarenGezondheidGoedZeerGoed", STRAIN, -0.9, -0.4),
        ("Vrijwilligerswerk", LONELY, -0.9, -0.3),
        ("Mantelzorger", LONELY, -0.9, -0.2),
    ],
)
def test_population__correlations(
    population: Population, one: str, other: str, low: float, high: float
) -> None:
    lived_in = population.adults["18+"] >= 10
    r = np.corrcoef(_whole(population, one)[lived_in], _whole(population, other)[lived_in])[0, 1]
    assert low <= r <= high


@pytest.mark.parametrize("stem", [DISTRESS, MENTAL, LONELY, STRAIN, "MatigVeelRegieOverEigenLeven"])
def test_population__composition_explains_the_wijken(
    geography: Geography, population: Population, stem: str
) -> None:
    weight = population.adults["18+"].astype(float)
    total = np.bincount(geography.wijk, weights=weight)

    def per_wijk(values: np.ndarray) -> np.ndarray:
        return np.bincount(geography.wijk, weights=values * weight) / total

    design = np.stack(
        [np.ones(len(total)), *(per_wijk(population.composition[2020][f]) for f in FACTORS)], axis=1
    )
    value, root = per_wijk(_whole(population, stem)), np.sqrt(total)
    fitted = design @ np.linalg.lstsq(design * root[:, None], value * root, rcond=None)[0]
    mean = np.average(value, weights=total)
    explained = 1 - np.average((value - fitted) ** 2, weights=total) / np.average(
        (value - mean) ** 2, weights=total
    )
    assert 0.95 <= explained < 0.9999  # the rest is a wijk effect that is there, but small


def test_population__levels_agree(geography: Geography, population: Population) -> None:
    areas = AreaList(geography, geography.vintages[2022], "NL01")
    level = np.array([name for name, _ in areas.order])
    for stem in (DISTRESS, LONELY):
        adults = population.adults["18+"]
        values = areas.average(_whole(population, stem), adults)
        size = areas.add_up(adults.astype(float))
        means = {kind: np.average(values[level == kind], weights=size[level == kind]) for kind in set(level)}
        assert means["gemeente"] == pytest.approx(means["wijk"]) == pytest.approx(means["buurt"])
        assert means["country"] == pytest.approx(means["buurt"])


def test_population__every_value_is_a_percentage_and_parts_stay_within_wholes(population: Population) -> None:
    assert all((v >= 0).all() and (v <= 100).all() for v in population.prevalence.values())
    for age in ADULT_AGES:
        value = {m.stem: population.prevalence[m.stem, 2020, age] for m in MEASURES if 2020 in m.levels}
        assert value["Ondergewicht"] + value["NormaalGewicht"] + value["Overgewicht"] == pytest.approx(100)
        assert (value["ErnstigZeerErnstigEenzaam"] <= value[LONELY]).all()
        assert (value[DISTRESS] <= value["MatigHoogRisicoOpAngstOfDepressie"]).all()


def test_population__same_seed_same_people_and_another_seed_others(
    geography: Geography, population: Population
) -> None:
    again, other = make_population(SEED, geography), make_population(SEED + 1, geography)
    assert (again.inhabitants == population.inhabitants).all()
    assert all((again.prevalence[k] == v).all() for k, v in population.prevalence.items())
    assert not (other.inhabitants == population.inhabitants).all()
