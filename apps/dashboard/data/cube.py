"""Many indicators at once, for pages that lay figures side by side: which moment of each, and a table of areas by indicators.

Areas of two classifications are one only where code and name agree, because codes are used again for other areas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.dashboard.data import queries
from apps.dashboard.data import release as published_release
from apps.dashboard.data.areas import Rows, described, everywhere, in_order, inside, labels
from apps.dashboard.data.cache import cached
from apps.dashboard.data.regions import SeenKey, seen_key
from apps.dashboard.data.release import Extent, Identity, Release, Row, records

LEVELS = ("gemeente", "wijk")
# The age band that stands for the whole of a source comes first.
_AGES = ("all", "18+", "16-25")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """The newest figures of one indicator at a level: year and age band."""

    indicator_id: str
    mart: str
    year: int
    age: str


@dataclass(frozen=True)
class Cube:
    """Areas in rows; per indicator a column with NaN where nothing is known. The arrays may not be changed."""

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    gemeenten: tuple[str, ...]
    population: Floats
    focus: npt.NDArray[np.bool_]
    columns: dict[str, Floats]
    denominators: dict[str, Floats]
    modelled: dict[str, bool]

    def only(self, keep: npt.NDArray[np.bool_]) -> Cube:
        """The same table with some of the areas."""
        places = np.flatnonzero(keep)
        return Cube(
            tuple(self.codes[i] for i in places),
            tuple(self.labels[i] for i in places),
            tuple(self.gemeenten[i] for i in places),
            self.population[places],
            self.focus[places],
            {key: column[places] for key, column in self.columns.items()},
            {key: column[places] for key, column in self.denominators.items()},
            self.modelled,
        )


@dataclass(frozen=True)
class _Figures:
    """A table of no region, with the rows in the file of its areas and the place of each in the table."""

    everywhere: Cube
    rows: Rows
    places: npt.NDArray[np.intp]

    def cube_of(self, region: Rows) -> Cube:
        """The table with the areas marked that lie in a region, told by their rows in the file."""
        focus = np.zeros(len(self.everywhere.codes), dtype=bool)
        focus[self.places[np.isin(self.rows, region)]] = True
        return replace(self.everywhere, focus=focus)


def moments(
    release: Release, level: str, year: int | None = None, *, also_empty: bool = False
) -> list[Moment]:
    """Per public indicator the newest year in which something is known at a level (or the year asked for).

    With `also_empty` also the indicators of which every figure is hidden or missing: a profile says that they are.
    """
    return list(_moments(seen_key(release), level, year, also_empty, release))


@cached(60)
def _moments(
    key: SeenKey, level: str, year: int | None, also_empty: bool, _release: Release
) -> tuple[Moment, ...]:
    public = {row["indicator_id"] for row in queries.indicators(_release)}
    best: dict[str, tuple[bool, int, int, Moment]] = {}
    for row in queries.availability(_release):
        fits = row["region_level"] == level and row["sex"] == "total" and (row["known"] or also_empty)
        if not fits or row["indicator_id"] not in public or row["age_band"] not in _AGES:
            continue
        if year is not None and row["year"] != year:
            continue
        rank = (bool(row["known"]), row["year"], -_AGES.index(row["age_band"]))
        known = best.get(row["indicator_id"])
        if known is None or rank > known[:3]:
            moment = Moment(row["indicator_id"], row["mart"], row["year"], row["age_band"])
            best[row["indicator_id"]] = (*rank, moment)
    return tuple(moment for *_, moment in best.values())


def years_of(release: Release, level: str, indicators: tuple[str, ...]) -> list[int]:
    """The years in which something is known of every one of the indicators at a level, oldest first."""
    known: dict[str, set[int]] = {indicator: set() for indicator in indicators}
    for row in queries.availability(release):
        fits = (
            row["region_level"] == level
            and row["sex"] == "total"
            and row["known"]
            and row["age_band"] in _AGES
        )
        if fits and row["indicator_id"] in known:
            known[row["indicator_id"]].add(row["year"])
    return sorted(set.intersection(*known.values())) if known else []


def cube(release: Release, level: str, wanted: tuple[Moment, ...]) -> Cube:
    """The figures of the wanted moments for all areas of a level."""
    found = _figures(release.identity, level, key_of(wanted), wanted, release)
    return found.cube_of(inside(release))


def key_of(wanted: tuple[Moment, ...]) -> str:
    """The moments as one text: as a key of a cache that takes a hundredth of the time of the moments themselves."""
    return "|".join(f"{moment.indicator_id},{moment.year},{moment.age}" for moment in wanted)


def cubes(release: Release, level: str, wanted: Mapping[int, tuple[Moment, ...]]) -> dict[int, Cube]:
    """Per year the figures of its moments for all areas of a level, asked at once; not kept."""
    flat = tuple(moment for moments in wanted.values() for moment in moments)
    found, region = _found(release, level, flat), inside(release)
    answer, first = {}, 0
    for year, moments in wanted.items():
        mine = (found["indicator"] >= first) & (found["indicator"] < first + len(moments))
        own = {name: column[mine] for name, column in found.items()}
        own["indicator"] = own["indicator"] - first
        answer[year] = _laid_out(own, moments, release).cube_of(region)
        first += len(moments)
    return answer


@cached(24)
def _figures(
    identity: Identity, level: str, key: str, _wanted: tuple[Moment, ...], _release: Release
) -> _Figures:
    """The figures of the whole country: which areas lie in a region is laid over them."""
    return _laid_out(_found(_release, level, _wanted), _wanted, _release)


def _found(release: Release, level: str, wanted: tuple[Moment, ...]) -> dict[str, Any]:
    """The figures of moments as columns: the row of the area in the file, the number of the moment, and what is known."""
    marks = ", ".join(["(?, ?, ?, ?)"] * len(wanted)) or "(null, null, null, null)"
    # Figures come as columns of numbers with the places of area and indicator: thousands of filtered aggregates take ten times
    # as long, and so do the names of the areas, written out once for each of their figures.
    sql = f"""with wanted(nr, indicator_id, year, age_band) as (values {marks})
        select r.rowid as area, w.nr as indicator, max(f.value) as value, max(f.denominator) as denominator,
            bool_or(f.is_model_estimate) as modelled
        from core.fct_observation as f join wanted as w
          on f.indicator_id = w.indicator_id and f.year = w.year and f.age_band = w.age_band
        join core.dim_region as r on r.region_id = f.region_id
        where f.region_level = ? and f.sex = 'total' group by 1, 2"""
    asked = (*(part for i, w in enumerate(wanted) for part in (i, w.indicator_id, w.year, w.age)), level)
    return published_release.columns(release.identity, sql, asked)


def _laid_out(found: dict[str, Any], wanted: tuple[Moment, ...], release: Release) -> _Figures:
    """The figures with areas in rows and moments in columns."""
    rows, area = np.unique(found["area"], return_inverse=True)
    known = described(release)
    areas, order = in_order([known[row] for row in rows.tolist()])
    places = np.array(order, dtype=np.intp)
    found = {**found, "area": places[area]}
    shape = (len(wanted), len(areas))
    values, denominators = _table(found, "value", shape), _table(found, "denominator", shape)
    modelled = set(found["indicator"][found["modelled"].astype(bool)].tolist())
    names, codes, gemeenten, population = zip(*areas, strict=True) if areas else ((),) * 4
    everywhere = Cube(
        codes=codes,
        labels=labels(codes, names, gemeenten),
        gemeenten=tuple(gemeente or "" for gemeente in gemeenten),
        population=_column(population),
        focus=np.zeros(len(areas), dtype=bool),
        columns={w.indicator_id: values[i] for i, w in enumerate(wanted)},
        denominators={w.indicator_id: denominators[i] for i, w in enumerate(wanted)},
        modelled={w.indicator_id: i in modelled for i, w in enumerate(wanted)},
    )
    return _Figures(everywhere, rows, places)


def _table(found: dict[str, Any], name: str, shape: tuple[int, int]) -> Floats:
    """A row per indicator and a column per area, NaN where there is no figure."""
    table = np.full(shape, np.nan)
    figures = np.ma.filled(found[name].astype(np.float64), np.nan)
    np.fmax.at(table, (found["indicator"], found["area"]), figures)
    table.flags.writeable = False
    return table


def _column(cells: tuple[float | None, ...]) -> Floats:
    column = np.array(cells, dtype=np.float64)
    column.flags.writeable = False
    return column


def regions(release: Release, level: str) -> list[Row]:
    """The areas of a level that occur in the figures, newest classification of each, focus region first.

    A gemeente that ended is left out: its figures stand with its successors. The rows are shared and may not be changed.
    """
    return list(_regions(release.extent, level, release))


@cached(60)
def _regions(extent: Extent, level: str, _release: Release) -> tuple[Row, ...]:
    lying = set(inside(_release).tolist())
    rows = everywhere(_release, level)
    within = ({**row, "is_focus": True} for number, row in rows if number in lying)
    return (*within, *(row for number, row in rows if number not in lying))


def residents(release: Release, level: str) -> Mapping[str, float | None]:
    """How many people live in every area of a level now, by code; shared, so nobody may change it."""
    return _residents(release.identity, level, release)


@cached(24)
def _residents(identity: Identity, level: str, _release: Release) -> Mapping[str, float | None]:
    return {row["code"]: row["population"] for _, row in everywhere(_release, level)}


def known_region(release: Release, code: str) -> Row | None:
    """An area of any classification, with the last one it was in: an old link may name one that is gone."""
    sql = """select region_code as code, region_name as name, region_level as level, region_vintage as vintage
             from core.dim_region where region_code = ? order by region_vintage desc limit 1"""
    found = records(release.identity, sql, (code,))
    return found[0] if found else None


def cells(
    release: Release, level: str, indicators: tuple[str, ...], codes: tuple[str, ...]
) -> dict[tuple[str, int, str, str], tuple[float | None, str | None]]:
    """By indicator, year, age and area the figure of some areas, and the reason where it is suppressed."""
    if not indicators or not codes:
        return {}
    sql = f"""select indicator_id, year, age_band, region_code, max(value),
                any_value(coalesce(suppression_reason, 'source_secret'))
                  filter (value is null and value_status = 'suppressed')
              from core.fct_observation
              where region_level = ? and sex = 'total' and indicator_id in ({", ".join("?" * len(indicators))})
                and region_code in ({", ".join("?" * len(codes))}) group by 1, 2, 3, 4"""
    rows = published_release.query(release.identity, sql, (level, *indicators, *codes)).rows
    return {
        (indicator, year, age, code): (value, reason) for indicator, year, age, code, value, reason in rows
    }


def modelled(release: Release, level: str) -> set[tuple[str, int, str]]:
    """Indicator, year and age of which any figure at a level is a model estimate."""
    return {
        (row["indicator_id"], row["year"], row["age_band"])
        for row in queries.availability(release)
        if row["modelled"] and row["region_level"] == level and row["sex"] == "total"
    }
