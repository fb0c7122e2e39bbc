"""Who lives where: inhabitants per wijk, age band and cell, area characteristics and neighbours, from public snapshots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datawerkplaats.base.parquet import read_table
from datawerkplaats.base.settings import Settings
from ml.base.problems import DataProblem
from ml.small_area.world import CELLS, LEVELS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DELIVERED = ((0, 15), (15, 25), (25, 65))  # the age bands of the key figures that models can be about
PREDICTORS = ("HuishoudensMetEenLaagInkomen", "Omgevingsadressendichtheid", "Eenpersoonshuishoudens")
NEEDED = ("region_code", "AantalInwoners", "k_0Tot15Jaar", "k_15Tot25Jaar", "k_65JaarOfOuder",
          "OpleidingsniveauLaag", "NietWestersTotaal", "HuishoudensTotaal", *PREDICTORS)  # fmt: skip
# What the key figures do not tell per wijk, as national shares: high education among those who are not low, other Europeans.
HIGH_AMONG_OTHERS, OTHER_EUROPE = 0.45, 0.06


@dataclass(frozen=True)
class Population:
    """The wijken of the country or region, one array element each."""

    wijken: list[str]
    gemeente_codes: list[str]
    gemeenten: list[str]
    gemeente: Integers  # position in `gemeenten`
    people: tuple[Floats, ...]  # inhabitants per delivered age band, see DELIVERED
    share: Floats  # of each cell, the same at every age: wijken x cells
    covariates: Floats
    neighbours: Integers

    def cells(self, low: int, high: int) -> Floats:
        """Inhabitants from one age up to and including another: wijken x cells. The ages inside a delivered band count as
        evenly spread.
        """
        people = np.zeros(len(self.wijken))
        for (first, beyond), count in zip(DELIVERED, self.people, strict=True):
            years = min(high + 1, beyond) - max(low, first)
            if years > 0:
                people = people + years / (beyond - first) * count
        return np.asarray(people[:, None] * self.share)


def read_population(settings: Settings, source: str, boundaries: str) -> Population:
    """The wijken with inhabitants of the key figures in use.

    Args:
        settings: Where the snapshots are.
        source: The key figures.
        boundaries: The polygons of the wijken, from which neighbours follow.

    Raises:
        DataProblem: If the key figures or one of their columns are not there.
    """
    path = settings.inputs_dir / source / "data.parquet"
    if not path.exists():
        raise _nobody(source)
    table = read_table(path)
    absent = next((name for name in NEEDED if name not in table.column_names), None)
    if absent:
        raise DataProblem(
            "missing_column",
            subject=source,
            where=absent,
            expected=", ".join(NEEDED),
            remedy="declare the column in the source's file in the catalogue",
        )
    if not table.num_rows:  # an absent source is a table without rows, whose columns have no types
        raise _nobody(source)
    raw = {name: table.column(name).to_numpy(zero_copy_only=False) for name in NEEDED[1:]}
    codes = np.array([str(code).strip() for code in table.column("region_code").to_pylist()])
    people = np.nan_to_num(raw["AantalInwoners"].astype(float))
    here = np.flatnonzero(np.char.startswith(codes, "WK") & (people > 0))
    column = {name: _known(values.astype(float)[here]) for name, values in raw.items()}
    gemeente_codes = [f"GM{code[2:6]}" for code in codes[here]]
    gemeenten = sorted(set(gemeente_codes))
    gemeente = np.array([gemeenten.index(code) for code in gemeente_codes])
    households = np.maximum(column["HuishoudensTotaal"], 1)
    covariates = np.column_stack(
        [
            column["HuishoudensMetEenLaagInkomen"],
            np.log1p(column["Omgevingsadressendichtheid"]),
            100 * column["Eenpersoonshuishoudens"] / households,
        ]
    )
    wijken = [str(code) for code in codes[here]]
    return Population(wijken, gemeente_codes, gemeenten, gemeente, _people(column), _shares(column), covariates,
                 _neighbours(settings, boundaries, wijken, gemeente))  # fmt: skip


def _nobody(source: str) -> DataProblem:
    return DataProblem(
        "missing_delivery",
        subject=source,
        expected="the key figures that hold the population",
        remedy="load this source; without inhabitants no person is turned into an area",
    )


def _known(values: Floats) -> Floats:
    """The values with the median where there is none."""
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), np.median(known) if len(known) else 0.0, values)


def _people(column: dict[str, Floats]) -> tuple[Floats, ...]:
    total = column["AantalInwoners"]
    youngest, middle = column["k_0Tot15Jaar"], column["k_15Tot25Jaar"]
    return youngest, middle, np.maximum(total - youngest - middle - column["k_65JaarOfOuder"], 0)


def _shares(column: dict[str, Floats]) -> Floats:
    """The share of each cell: wijken x cells. Sex, education and origin count as independent, since the key figures hold only
    the margins.
    """
    total = column["AantalInwoners"]
    adults = np.maximum(total - column["k_0Tot15Jaar"], 1)
    low = np.clip(column["OpleidingsniveauLaag"] / adults, 0.05, 0.9)
    outside = np.clip(column["NietWestersTotaal"] / np.maximum(total, 1), 0.0, 0.9)
    education = np.column_stack([low, (1 - low) * (1 - HIGH_AMONG_OTHERS), (1 - low) * HIGH_AMONG_OTHERS])
    origin = np.column_stack(
        [1 - outside - OTHER_EUROPE * (1 - outside), OTHER_EUROPE * (1 - outside), outside]
    )
    # The age band is the whole population here, so only the first level of the cells' age is used.
    return np.asarray((CELLS[:, 0] == 0) * 0.5 * education[:, CELLS[:, 2]] * origin[:, CELLS[:, 3]])


def cell_of(strata: dict[str, NDArray[np.str_]]) -> Integers:
    """The cell of each participant, by sex, education and origin; unknown education counts as middle."""
    sizes = [len(levels) for levels in LEVELS.values()]
    index = np.zeros(len(strata["sex"]), dtype=np.int64)
    for name, size in zip(list(LEVELS)[1:], sizes[1:], strict=True):
        order = {level: i for i, level in enumerate(LEVELS[name])}
        index = index * size + np.array([order.get(str(value), 1) for value in strata[name]])
    return index


def _neighbours(settings: Settings, boundaries: str, wijken: list[str], gemeente: Integers) -> Integers:
    """Pairs of wijken that touch; where there are no polygons, those that follow each other in their gemeente."""
    path = settings.inputs_dir / boundaries / "data.parquet"
    position = {code: i for i, code in enumerate(wijken)}
    pairs = [(i, i + 1) for i in range(len(wijken) - 1) if gemeente[i] == gemeente[i + 1]]
    if path.exists():
        import shapely

        table = read_table(path, columns=["region_code", "geometry_geojson"])
        known = [
            (position[code.strip()], text)
            for code, text in zip(*(table.column(n).to_pylist() for n in table.column_names), strict=True)
            if code and code.strip() in position and text
        ]
        if known:
            numbers = np.array([number for number, _ in known])
            shapes = shapely.make_valid(shapely.from_geojson([text for _, text in known]))
            first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
            apart = first < second
            touching = zip(numbers[first[apart]].tolist(), numbers[second[apart]].tolist(), strict=True)
            pairs += [(min(a, b), max(a, b)) for a, b in touching]
    return np.unique(np.array(pairs or [(0, 0)], dtype=np.int64), axis=0)
