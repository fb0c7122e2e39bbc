"""Persons counted: per source and year the counts of every cell of its tables, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datawerkplaats.catalogue.partners import Micro, MicroLevel, band_ages
from datawerkplaats.disclosure import REST
from datawerkplaats.partners.agreed import LEVEL_OF
from datawerkplaats.partners.residents import Residents

ALL_AGES, BOTH = "all", "total"
SEXES = ("men", "women")
Floats = npt.NDArray[np.float64]
Key = tuple[str, str, str]


@dataclass
class Counted:
    """One quantity of one source in one year: its cells by (area, age band, sex), and what nobody publishes.

    Attributes:
        source_id: Whose rows were counted.
        quantity: What was counted: persons, yes or no.
        year: Of which year.
        cells: Count per published cell, with the share of each partner.
        inner: The same for cells that tie published ones together and are never published themselves.
        sums: Parent and parts, for cells and inner cells alike.
        partners: Whose shares the counts are made up of, in that order.
    """

    source_id: str
    quantity: str
    year: int
    cells: dict[Key, Floats] = field(default_factory=dict)
    inner: dict[Key, Floats] = field(default_factory=dict)
    sums: list[tuple[Key, list[Key]]] = field(default_factory=list)
    partners: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What its cells are called by."""
        return f"{self.source_id}|{self.quantity}|{self.year}"

    def level(self, key: Key) -> str:
        """The region level of a cell, or rest for what is never published."""
        return level_of(key[0]) if key in self.cells else REST


def level_of(code: str) -> MicroLevel:
    """The level of an area."""
    level: MicroLevel = LEVEL_OF[code[:2]]  # type: ignore[assignment]
    return level


def counted_by_year(
    source_id: str, micro: Micro, rows: pa.Table, residents: Residents, partners: list[str]
) -> Iterator[Counted]:
    """Per year (and, for a survey, per answer) the counts of all cells of the declared tables."""
    columns = {name: rows.column(name).to_pylist() for name in rows.column_names}
    for year in sorted(set(columns["year"])):
        quantities: dict[str, list[bool]] = {"persons": [True] * rows.num_rows}
        if "answer" in columns:
            quantities = {"yes": columns["answer"], "no": [not answer for answer in columns["answer"]]}
        for quantity, counts in quantities.items():
            taken = [i for i, of in enumerate(columns["year"]) if of == year and counts[i]]
            of_year = [i for i, of in enumerate(columns["year"]) if of == year]
            yield counted_cells(
                Counted(source_id, quantity, int(year), partners=partners),
                micro,
                [
                    (columns["area"][i], columns["age_band"][i], columns["sex"][i], columns["partner"][i], 1)
                    for i in taken
                ],
                areas_of((columns["area"][i] for i in of_year), residents),
                residents,
                partners,
            )


def areas_of(codes: Iterable[str], residents: Residents) -> list[str]:
    """All areas that a delivery is about: the gemeenten it names, what lies in them and what they lie in."""
    gemeenten = {("GM" + code[2:6]) for code in set(codes) if code[:2] in ("GM", "WK", "BU")}
    inside = [code for code in residents.by_area if ("GM" + code[2:6]) in gemeenten]
    return sorted({*inside, *gemeenten, *(up for code in gemeenten if (up := residents.above(code)))})


def counted_cells(
    counted: Counted,
    micro: Micro,
    persons: Iterable[tuple[str, str, str, str, int]],
    areas: list[str],
    residents: Residents,
    partners: list[str],
) -> Counted:
    """All cells of the declared tables filled in; a person is (area, age band, sex, partner, how much it counts for)."""
    leaves = micro.leaf_bands
    counts = _counts(micro, persons, areas, residents, partners)
    inside = {band: _parts(band, leaves) for band in leaves}
    for table in micro.tables:
        inside |= {band: _parts(band, leaves) for band in micro.bands(table)}

    def value(key: Key) -> Floats:
        area, band, sex = key
        of_age = counts[area] if band == ALL_AGES else counts[area][inside[band]]
        of_sex = of_age if sex == BOTH else of_age[:, [SEXES.index(sex)]]
        return np.asarray(of_sex.sum(axis=(0, 1)))

    for table in micro.tables:
        shown = [code for code in areas if level_of(code) in table.levels]
        sexes = (BOTH, *SEXES) if table.by_sex else (BOTH,)
        for key in product(shown, (ALL_AGES, *micro.bands(table)), sexes):
            counted.cells[key] = value(key)
        if micro.bands(table):
            for key in product(shown, leaves, sexes):
                if key not in counted.cells:
                    counted.inner[key] = value(key)
    counted.inner = {key: count for key, count in counted.inner.items() if key not in counted.cells}
    counted.sums = list(_sums(counted, micro, inside, leaves, residents))
    return counted


def _counts(
    micro: Micro,
    persons: Iterable[tuple[str, str, str, str, int]],
    areas: list[str],
    residents: Residents,
    partners: list[str],
) -> dict[str, Floats]:
    """Per area the number of persons by leaf band, sex and partner; each counts in every area that holds the own one."""
    leaves = micro.leaf_bands
    counts: dict[str, Floats] = {code: np.zeros((len(leaves), len(SEXES), len(partners))) for code in areas}
    band_at = {band: i for i, band in enumerate(leaves)}
    partner_at = {partner: i for i, partner in enumerate(partners)}
    top = [code for code in areas if code.startswith("PV")]
    # Where the area is not known, the person still counts in the one larger area that there is.
    unknown = top if len(top) == 1 else []
    for area, band, sex, partner, amount in persons:
        chain = residents.chain(area) if area else unknown
        for code in counts.keys() & chain:
            counts[code][band_at[band], SEXES.index(sex), partner_at[partner]] += amount
    return counts


def _parts(band: str, leaves: list[str]) -> list[int]:
    first, last = band_ages(band)
    return [i for i, leaf in enumerate(leaves) if first <= band_ages(leaf)[0] and band_ages(leaf)[1] <= last]


def _sums(
    counted: Counted, micro: Micro, inside: dict[str, list[int]], leaves: list[str], residents: Residents
) -> Iterator[tuple[Key, list[Key]]]:
    """Totals over ages and sexes, bands over the ages behind them, and areas over the areas that lie in them."""
    known = {**counted.cells, **counted.inner}
    bands = [some for table in micro.tables if (some := micro.bands(table))]
    below: dict[Key, list[Key]] = {}
    for area, band, sex in known:
        parent = _known_above(area, band, sex, known, residents)
        if parent:
            below.setdefault(parent, []).append((area, band, sex))
        if sex == BOTH and (area, band, SEXES[0]) in known:
            yield (area, band, BOTH), [(area, band, s) for s in SEXES]
        if band == ALL_AGES:
            for part in bands:
                if all((area, b, sex) in known for b in part):
                    yield (area, band, sex), [(area, b, sex) for b in part]
        elif band not in leaves:
            yield (area, band, sex), [(area, leaves[i], sex) for i in inside[band]]
    yield from below.items()


def _known_above(
    area: str, band: str, sex: str, known: dict[Key, Floats], residents: Residents
) -> Key | None:
    """The same cell of the nearest larger area that has it."""
    up = residents.above(area)
    while up:
        if (up, band, sex) in known:
            return up, band, sex
        up = residents.above(up)
    return None
