"""A made-up region with counts by gemeente, wijk, buurt, age and sex, to try protection on: from a seed, no
person in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datawerkplaats.disclosure.cells import Cells, Floats, LinkedTable, link, make_cells

AGES = ("0-17", "18-39", "40-64", "65+")
SEXES = ("men", "women")
ALL_AGES, BOTH_SEXES = "all", "total"
_SHARE_OF_AGE = np.array([0.20, 0.24, 0.33, 0.23])
_USE_PER_PERSON = np.array([[0.072, 0.060, 0.054, 0.036], [0.054, 0.084, 0.066, 0.048]])
PARTNERS = 3


@dataclass(frozen=True)
class Areas:
    """The areas of a region: code, level, code of the area above, and population."""

    code: tuple[str, ...]
    level: tuple[str, ...]
    parent: tuple[str, ...]


@dataclass(frozen=True)
class SimulatedRegion:
    """A linked table with the keys and the residents of each cell, in the order of the cells."""

    table: LinkedTable
    keys: dict[str, tuple[str, ...]]
    population: Floats


def _areas(rng: np.random.Generator, gemeenten: int) -> tuple[Areas, dict[str, float]]:
    code, level, parent = ["PV99"], ["region"], [""]
    people: dict[str, float] = {}
    for g in range(gemeenten):
        gemeente = f"GM{9901 + g}"
        code, level, parent = [*code, gemeente], [*level, "gemeente"], [*parent, "PV99"]
        wijken = int(rng.integers(9, 11))
        for w in range(wijken):
            wijk = f"WK{9901 + g}{w:02d}"
            code, level, parent = [*code, wijk], [*level, "wijk"], [*parent, gemeente]
            for b in range(int(rng.integers(3, 6))):
                buurt = f"BU{9901 + g}{w:02d}{b:02d}"
                code, level, parent = [*code, buurt], [*level, "buurt"], [*parent, wijk]
                people[buurt] = float(np.exp(rng.normal(6.8, 0.75)))
    return Areas(tuple(code), tuple(level), tuple(parent)), people


def cell_name(area: str, age: str, sex: str) -> str:
    """The id of a cell."""
    return f"{area}|{age}|{sex}"


def simulated_region(seed: int, *, gemeenten: int = 12, partners: int = PARTNERS) -> SimulatedRegion:
    """About 8,400 cells: 12 gemeenten, 110 wijken and 440 buurten by four ages and two sexes, with all
    totals.

    The counts are sums over `partners` care providers, each with its own share per gemeente.
    """
    rng = np.random.default_rng(seed)
    areas, people = _areas(rng, gemeenten)
    above = dict(zip(areas.code, areas.parent, strict=True))
    place = {code: i for i, code in enumerate(areas.code)}
    counts = np.zeros((len(areas.code), len(AGES) + 1, len(SEXES) + 1, partners))
    residents = np.zeros(counts.shape[:3])
    gemeenten_codes = [code for code in areas.code if code.startswith("GM")]
    share_of_partner = {code: rng.dirichlet(np.full(partners, 2.0)) for code in gemeenten_codes}
    for buurt, size in people.items():
        wijk = above[buurt]
        gemeente = above[wijk]
        living = np.round(np.outer(_SHARE_OF_AGE, [0.5, 0.5]) * size)
        leaf = np.minimum(rng.poisson(living * _USE_PER_PERSON.T * rng.gamma(8, 1 / 8)), living)
        split = np.stack([rng.multinomial(int(n), share_of_partner[gemeente]) for n in leaf.ravel()])
        for area in (buurt, wijk, gemeente, "PV99"):
            counts[place[area]] += _with_totals(split.reshape(*leaf.shape, partners))
            residents[place[area]] += _with_totals(living[:, :, None])[:, :, 0]
    return _linked(areas, counts, residents)


def _with_totals(leaf: Floats) -> Floats:
    full = np.zeros((leaf.shape[0] + 1, leaf.shape[1] + 1, leaf.shape[2]))
    full[:-1, :-1] = leaf
    full[:-1, -1] = leaf.sum(axis=1)
    full[-1] = full[:-1].sum(axis=0)
    return full


def _linked(areas: Areas, counts: Floats, residents: Floats) -> SimulatedRegion:
    ages, sexes = (*AGES, ALL_AGES), (*SEXES, BOTH_SEXES)
    keys = [(a, age, sex) for a in areas.code for age in ages for sex in sexes]
    level_of = dict(zip(areas.code, areas.level, strict=True))
    above = dict(zip(areas.code, areas.parent, strict=True))
    own, population = counts.reshape(len(keys), -1), residents.ravel()
    cells: Cells = make_cells(
        [cell_name(*key) for key in keys],
        [level_of[a] for a, _, _ in keys],
        own.sum(axis=1),
        block=[above[a] if level_of[a] == "buurt" else a for a, _, _ in keys],
        is_total=[age == ALL_AGES or sex == BOTH_SEXES for _, age, sex in keys],
        upper=population,
        own=own,
    )
    children: dict[str, list[str]] = {}
    for code, parent in above.items():
        if parent:
            children.setdefault(parent, []).append(code)
    sums = [
        (cell_name(a, ALL_AGES, s), [cell_name(a, g, s) for g in AGES]) for a in areas.code for s in sexes
    ]
    sums += [
        (cell_name(a, g, BOTH_SEXES), [cell_name(a, g, s) for s in SEXES]) for a in areas.code for g in ages
    ]
    sums += [
        (cell_name(parent, g, s), [cell_name(child, g, s) for child in parts])
        for parent, parts in children.items()
        for g in ages
        for s in sexes
    ]
    area, age, sex = (tuple(part) for part in zip(*keys, strict=True))
    published = {
        "measure": ("care_users",) * len(keys),
        "period_id": ("2024",) * len(keys),
        "region_code": area,
        "region_level": tuple(level_of[a] for a in area),
        "parent_code": tuple(above[a] for a in area),
        "age_band": age,
        "sex": sex,
    }
    return SimulatedRegion(link(cells, sums), published, population)
