"""A made-up region with counts by gemeente, wijk, buurt, age and sex, to try protection on: from a seed, no
person in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from datawerkplaats.disclosure.cells import REST, Bools, Floats, LinkedTable, link, make_cells

AGES = ("0-17", "18-39", "40-64", "65+")
SEXES = ("men", "women")
ALL_AGES, BOTH_SEXES = "all", "total"
_OLDEST = 95
# Of the residents and of those in care, per age group and (men, women); chosen so that the share of small
# counts is that of a real region.
_GROUPS = ((0, 18, 0.20), (18, 40, 0.24), (40, 65, 0.33), (65, _OLDEST, 0.23))
_USE = np.array([[0.072, 0.054], [0.060, 0.084], [0.054, 0.066], [0.036, 0.048]])
PARTNERS = 3


@dataclass(frozen=True)
class Areas:
    """The areas of a region in order: code, level and code of the area above; and the residents of each
    buurt.
    """

    code: tuple[str, ...]
    level: tuple[str, ...]
    parent: tuple[str, ...]
    residents: dict[str, float]

    def above(self, area: str) -> str:
        """The code of the area above."""
        return self.parent[self.code.index(area)]


@dataclass(frozen=True)
class SimulatedRegion:
    """A linked table with the keys and residents of its cells in order; cells that are never published come
    last.
    """

    table: LinkedTable
    keys: dict[str, tuple[str, ...]]
    population: Floats

    @property
    def publishable(self) -> Bools:
        """Which cells belong to a published table."""
        return np.asarray(self.table.cells.level != REST, dtype=np.bool_)


def cell_name(area: str, age: str, sex: str) -> str:
    """The id of a cell."""
    return f"{area}|{age}|{sex}"


def simulated_region(
    seed: int, *, gemeenten: int = 12, partners: int = PARTNERS, tables: Sequence[Sequence[str]] = (AGES,)
) -> SimulatedRegion:
    """About 8,700 cells: 12 gemeenten, 114 wijken and 456 buurten by four ages and two sexes, with all
    totals.

    The counts are sums over `partners` care providers, each with its own share per gemeente. With more than
    one of `tables` the age bands of all are published side by side; what they have in common are segments
    that nobody publishes.
    """
    rng = np.random.default_rng(seed)
    areas = _areas(rng, gemeenten)
    segments = _segments([band for bands in tables for band in bands])
    place = {code: i for i, code in enumerate(areas.code)}
    counts = np.zeros((len(areas.code), len(segments) + 1, len(SEXES) + 1, partners))
    residents = np.zeros((*counts.shape[:3], 1))
    shares = {code: rng.dirichlet(np.full(partners, 2.0)) for code in areas.code if code.startswith("GM")}
    share, use = _by_segment(segments)
    for buurt, size in areas.residents.items():
        wijk = areas.above(buurt)
        gemeente = areas.above(wijk)
        living = np.round(np.outer(share, [0.5, 0.5]) * size)
        leaf = np.minimum(rng.poisson(living * use * rng.gamma(8, 1 / 8)), living)
        split = np.stack([rng.multinomial(int(n), shares[gemeente]) for n in leaf.ravel()])
        for area in (buurt, wijk, gemeente, areas.code[0]):
            counts[place[area]] += _with_totals(split.reshape(*leaf.shape, partners).astype(float))
            residents[place[area]] += _with_totals(living[:, :, None])
    return _linked(areas, segments, tables, counts, residents)


def _areas(rng: np.random.Generator, gemeenten: int) -> Areas:
    rows: list[tuple[str, str, str]] = [("PV99", "region", "")]
    residents: dict[str, float] = {}
    for g in range(gemeenten):
        rows.append((f"GM{9901 + g}", "gemeente", "PV99"))
        for w in range(int(rng.integers(9, 11))):
            rows.append((f"WK{9901 + g}{w:02d}", "wijk", f"GM{9901 + g}"))
            for b in range(int(rng.integers(3, 6))):
                rows.append((f"BU{9901 + g}{w:02d}{b:02d}", "buurt", f"WK{9901 + g}{w:02d}"))
                residents[rows[-1][0]] = float(np.exp(rng.normal(6.8, 0.75)))
    code, level, parent = (tuple(part) for part in zip(*rows, strict=True))
    return Areas(code, level, parent, residents)


def _ages(band: str) -> tuple[int, int]:
    first, _, last = band.rstrip("+").partition("-")
    return int(first), int(last) + 1 if last else _OLDEST


def _segments(bands: Sequence[str]) -> list[tuple[int, int]]:
    edges = sorted({edge for band in bands for edge in _ages(band)})
    return list(pairwise(edges))


def _by_segment(segments: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    """The share of residents in each segment, and the use of care by segment and sex, by years of age."""
    share = np.zeros(len(segments))
    use = np.zeros((len(segments), len(SEXES)))
    for i, (first, last) in enumerate(segments):
        for group, (start, stop, part) in enumerate(_GROUPS):
            years = max(min(last, stop) - max(first, start), 0)
            share[i] += part * years / (stop - start)
            use[i] += _USE[group] * part * years / (stop - start)
    return share, use / share[:, None]


def _with_totals(leaf: Floats) -> Floats:
    full = np.zeros((leaf.shape[0] + 1, leaf.shape[1] + 1, leaf.shape[2]))
    full[:-1, :-1] = leaf
    full[:-1, -1] = leaf.sum(axis=1)
    full[-1] = full[:-1].sum(axis=0)
    return full


def _linked(
    areas: Areas,
    segments: list[tuple[int, int]],
    tables: Sequence[Sequence[str]],
    counts: Floats,
    residents: Floats,
) -> SimulatedRegion:
    members: dict[str, list[int]] = {ALL_AGES: [len(segments)]}
    for band in (band for bands in tables for band in bands):
        first, last = _ages(band)
        members[band] = [i for i, (a, b) in enumerate(segments) if first <= a and b <= last]
    inner = {f"segment-{a}": [i] for i, (a, _) in enumerate(segments) if [i] not in members.values()}
    rows = [
        (area, level, parent, age, sex, counts[a, parts, s].sum(axis=0), residents[a, parts, s].sum())
        for ages in (members, inner)
        for a, (area, level, parent) in enumerate(zip(areas.code, areas.level, areas.parent, strict=True))
        for age, parts in ages.items()
        for s, sex in enumerate((*SEXES, BOTH_SEXES))
    ]
    area, level, parent, age, sex, own, population = zip(*rows, strict=True)
    cells = make_cells(
        [cell_name(*key) for key in zip(area, age, sex, strict=True)],
        [REST if a in inner else lev for a, lev in zip(age, level, strict=True)],
        np.sum(own, axis=1),
        block=[up if lev == "buurt" else code for code, lev, up in zip(area, level, parent, strict=True)],
        is_total=[a == ALL_AGES or s == BOTH_SEXES for a, s in zip(age, sex, strict=True)],
        upper=population,
        own=np.array(own),
    )
    shown = [i for i, a in enumerate(age) if a not in inner]
    keys = {
        "measure": ("care_users",) * len(shown),
        "period_id": ("2024",) * len(shown),
        "region_code": tuple(area[i] for i in shown),
        "region_level": tuple(level[i] for i in shown),
        "parent_code": tuple(parent[i] for i in shown),
        "age_band": tuple(age[i] for i in shown),
        "sex": tuple(sex[i] for i in shown),
    }
    names = {tuple(parts): name for name, parts in {**members, **inner}.items() if len(parts) == 1}
    sums = _sums(areas, members, inner, [names[(i,)] for i in range(len(segments))], tables)
    return SimulatedRegion(link(cells, sums), keys, np.array(population)[shown])


def _sums(
    areas: Areas,
    members: dict[str, list[int]],
    inner: dict[str, list[int]],
    segment_names: list[str],
    tables: Sequence[Sequence[str]],
) -> Iterator[tuple[str, list[str]]]:
    """All sums: over ages, sexes and areas, and over the segments behind overlapping bands."""
    ages, sexes = [*members, *inner], (*SEXES, BOTH_SEXES)
    children: dict[str, list[str]] = {}
    for code, parent in zip(areas.code[1:], areas.parent[1:], strict=True):
        children.setdefault(parent, []).append(code)
    for area in areas.code:
        for sex in sexes:
            yield from (
                (cell_name(area, ALL_AGES, sex), [cell_name(area, a, sex) for a in bands]) for bands in tables
            )
            for band, parts in members.items():
                if len(parts) > 1:
                    yield cell_name(area, band, sex), [cell_name(area, segment_names[i], sex) for i in parts]
        for age in ages:
            yield cell_name(area, age, BOTH_SEXES), [cell_name(area, age, sex) for sex in SEXES]
        for age in ages if area in children else ():
            for sex in sexes:
                yield cell_name(area, age, sex), [cell_name(child, age, sex) for child in children[area]]
