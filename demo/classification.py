"""Codes, names and polygons of gemeenten, wijken and buurten per classification year, and the recoding in
between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from demo import names
from demo.tessellation import SEA, Cells, Floats, Ints, grow_graph, polygons, spread

TOWNS = 2
RECODED, RECODED_WIJKEN_2020, _RECODED_WIJKEN_2022, _RECODED_FIRST_CODE = 6, 17, 25, 30


@dataclass(frozen=True)
class Areas:
    """The areas of one level in one vintage, in order of code: code, name, parents (positions) and polygon
    (degrees).
    """

    level: str
    codes: list[str]
    names: list[str]
    gemeente: Ints
    wijk: Ints
    shapes: list[shapely.Polygon]


@dataclass(frozen=True)
class Vintage:
    """All levels of one classification year. `buurt_order` maps its buurten to positions in the arrays per
    buurt.
    """

    year: int
    gemeenten: Areas
    wijken: Areas
    buurten: Areas
    buurt_order: Ints


@dataclass(frozen=True)
class Pieces:
    """What every classification year is made of: the cells, the buurt per cell, and per buurt its gemeente,
    kind and shape.

    `degrees` are the positions of the vertices, `gemeente_shapes` the polygons of the gemeenten.
    """

    cells: Cells
    buurt: Ints
    gemeente: Ints
    kinds: list[str]
    shapes: list[shapely.Polygon]
    gemeente_shapes: list[shapely.Polygon]
    degrees: Floats

    def vintage(self, year: int, wijk: Ints, numbers: Ints, rng: np.random.Generator) -> Vintage:
        """One classification year, given the wijk per buurt and the number of each wijk inside its
        gemeente.
        """
        n_wijken = len(numbers)
        owner = np.zeros(n_wijken, dtype=np.int64)
        owner[wijk] = self.gemeente
        gm_names = names.gemeente_names(len(self.gemeente_shapes))
        gm_codes = [f"GM99{g + 1:02d}" for g in range(len(gm_names))]
        none = np.full(len(gm_codes), -1)
        gemeenten = Areas(
            "gemeente", gm_codes, gm_names, np.arange(len(gm_codes)), none, self.gemeente_shapes
        )
        plain: list[str] = []
        for g, name in enumerate(gm_names):
            plain += names.wijk_names(name, int((owner == g).sum()), g < TOWNS, rng)
        codes = [f"WK{gm_codes[owner[w]][2:]}{numbers[w]:02d}" for w in range(n_wijken)]
        numbered = [f"Wijk {numbers[w]:02d} {plain[w]}" for w in range(n_wijken)]
        label = np.where(self.buurt >= 0, wijk[self.buurt], SEA)
        outlines = polygons(self.cells, label, self.degrees)
        wijken = Areas("wijk", codes, numbered, owner, np.arange(n_wijken), outlines)
        order = np.argsort(wijk, kind="stable")
        bu_codes, bu_names = [], []
        for w in range(n_wijken):
            members = order[wijk[order] == w]
            bu_codes += [f"BU{codes[w][2:]}{i:02d}" for i in range(len(members))]
            bu_names += names.buurt_names(plain[w], [self.kinds[m] for m in members])
        shapes = [self.shapes[m] for m in order]
        buurten = Areas("buurt", bu_codes, bu_names, self.gemeente[order], wijk[order], shapes)
        return Vintage(year, gemeenten, wijken, buurten, order)


def regroup(cells: Cells, buurt: Ints, members: Ints, rng: np.random.Generator) -> Ints:
    """New wijk (0..) for each buurt of the recoded gemeente: connected groups, other than the old ones."""
    number = np.full(buurt.max() + 1, -1)
    number[members] = np.arange(len(members))
    left, right = cells.neighbours
    a, b = number[buurt[left]], number[buurt[right]]
    touching = np.unique(np.sort(np.stack([a, b])[:, (a >= 0) & (b >= 0) & (a != b)], axis=0), axis=1)
    middle = np.array([cells.centres[buurt == m].mean(axis=0) for m in members])
    count = min(_RECODED_WIJKEN_2022, len(members))
    step = np.linalg.norm(middle[touching[0]] - middle[touching[1]], axis=1) * rng.uniform(
        0.8, 1.2, touching.shape[1]
    )
    return grow_graph(len(members), touching[0], touching[1], step, spread(middle, count, rng))


def apply_regrouping(wijk: Ints, gemeente: Ints, recoded: int, regrouped: Ints) -> tuple[Ints, Ints]:
    """Wijk per buurt and number inside its gemeente per wijk, after the recoding."""
    n_wijken = int(wijk.max()) + 1
    wijk_gemeente = np.zeros(n_wijken, dtype=np.int64)
    wijk_gemeente[wijk] = gemeente
    kept = np.flatnonzero(wijk_gemeente != recoded)
    new_position = np.full(n_wijken, -1)
    before = int((wijk_gemeente[kept] < recoded).sum())
    count = int(regrouped.max()) + 1
    new_position[kept] = np.where(
        wijk_gemeente[kept] < recoded, np.arange(len(kept)), np.arange(len(kept)) + count
    )
    result = new_position[wijk]
    result[gemeente == recoded] = before + regrouped
    owner = np.concatenate(
        [wijk_gemeente[kept[:before]], np.full(count, recoded), wijk_gemeente[kept[before:]]]
    )
    numbers = (
        np.arange(len(owner))
        - np.searchsorted(owner, owner)
        + np.where(owner == recoded, _RECODED_FIRST_CODE, 0)
    )
    return result, numbers
