"""The areas in the published file: what each is, in which order they stand, and what they are called."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from apps.dashboard.data import history
from apps.dashboard.data import release as published_release
from apps.dashboard.data.cache import cached
from apps.dashboard.data.regions import in_focus
from apps.dashboard.data.release import Extent, Identity, Release, Row, records

# Name, code, gemeente and population.
Area = tuple[str, str, str | None, float | None]
Rows = npt.NDArray[np.int64]


@cached(3)
def _described(identity: Identity) -> dict[int, Area]:
    sql = "select rowid, region_name, region_code, gemeente_name, population from core.dim_region"
    rows = published_release.query.__wrapped__(identity, sql).rows
    return {row: tuple(about) for row, *about in rows}


def described(release: Release) -> dict[int, Area]:
    """Every area of every classification by its row in the file."""
    return _described(release.identity)


@cached(60)
def _inside(extent: Extent, _release: Release) -> Rows:
    sql = f"select rowid from core.dim_region as r where {in_focus(_release)} order by 1"
    rows = published_release.query.__wrapped__(_release.identity, sql).rows
    return np.array([row for (row,) in rows], dtype=np.int64)


def inside(release: Release) -> Rows:
    """The rows in the file of the areas in the region that the pages open with, in order."""
    return _inside(release.extent, release)


def everywhere(release: Release, level: str) -> tuple[tuple[int, Row], ...]:
    """The areas of a level by name, as if none were in the region, each with its row in the file; all regions share them."""
    return _everywhere(release.identity, level, release)


@cached(24)
def _everywhere(identity: Identity, level: str, _release: Release) -> tuple[tuple[int, Row], ...]:
    also = ""
    if published_release.has_tables(_release, "core.fct_observation_restated"):
        also = "union select region_id from core.fct_observation_restated where region_level = ?"
    sql = f"""select r.rowid as number, r.region_code as code, r.region_name as name, r.gemeente_code, r.gemeente_name,
                    r.province_code, r.province_name,
                    r.ggd_region_code, r.ggd_region_name, r.population, false as is_focus
             from core.dim_region as r
             where r.region_level = ?
               and r.region_id in (select distinct region_id from core.fct_observation where region_level = ? {also})
             qualify row_number() over (partition by r.region_code order by r.population is null, r.region_vintage desc) = 1
             order by r.region_name, r.region_code"""
    gone = history.ended(_release)
    levels = (level,) * (3 if also else 2)
    rows = (row for row in records(_release.identity, sql, levels) if row["code"] not in gone)
    return tuple((row.pop("number"), row) for row in rows)


def in_order(rows: list[Area]) -> tuple[list[Area], list[int]]:
    """The areas in the order of their names, and of each row the place; rows of one name and code are one area."""
    same: dict[tuple[str, str], list[Area]] = {}
    for area in rows:
        same.setdefault(area[:2], []).append(area)
    order = {key: index for index, key in enumerate(sorted(same))}
    areas = [
        (
            *key,
            next((area[2] for area in same[key] if area[2]), None),
            max((area[3] for area in same[key] if area[3] is not None), default=None),
        )
        for key in order
    ]
    return areas, [order[area[:2]] for area in rows]


def labels(
    codes: tuple[str, ...], names: tuple[str, ...], gemeenten: tuple[str | None, ...]
) -> tuple[str, ...]:
    """A name for each area that no other has: with its gemeente where it is shared, and else with its code."""
    shared = Counter(names)
    told = [
        f"{name} ({gemeente})" if shared[name] > 1 and gemeente else name
        for name, gemeente in zip(names, gemeenten, strict=True)
    ]
    twice = Counter(told)
    return tuple(
        f"{label} {code}" if twice[label] > 1 else label for label, code in zip(told, codes, strict=True)
    )
