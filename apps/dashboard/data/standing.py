"""Where an area stands: the figures of all areas beside it in the region, for a few figures, and the moments of a theme."""

from __future__ import annotations

from typing import NamedTuple

from apps.dashboard.data import cube, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Moment
from apps.dashboard.data.regions import SeenKey, in_focus, seen_key
from apps.dashboard.data.release import Extent, Release, Row, records
from datawerkplaats.catalogue.themes import Theme


class Peer(NamedTuple):
    """One area beside the others, with its figure; None where it is hidden or missing."""

    code: str
    name: str
    residents: float | None
    value: float | None
    lower: float | None
    upper: float | None


Key = tuple[str, str]  # indicator and age band


def moments(release: Release, level: str, theme: Theme) -> dict[tuple[str, str], Moment]:
    """By phase and indicator the newest year in which a figure of the theme is known at a level."""
    main = {moment.indicator_id: moment for moment in cube.moments(release, level)}
    found = {}
    for phase, age, indicator in theme.figures():
        moment = main.get(indicator)
        if moment is not None and age is not None and moment.age != age:
            moment = newest_of(release, level, indicator, age)
        if moment is not None:
            found[phase, indicator] = moment
    return found


def newest_of(release: Release, level: str, indicator: str, age: str) -> Moment | None:
    """The newest year in which a figure at one age is known at a level; None where it is not known at all."""
    return _newest(seen_key(release), release).get((level, indicator, age))


@cached(12)
def _newest(key: SeenKey, _release: Release) -> dict[tuple[str, str, str], Moment]:
    """By level, indicator and age band the newest year in which something is known."""
    found: dict[tuple[str, str, str], Moment] = {}
    for row in queries.availability(_release):
        name = row["region_level"], row["indicator_id"], row["age_band"]
        if row["sex"] == "total" and row["known"] and (name not in found or row["year"] > found[name].year):
            found[name] = Moment(row["indicator_id"], row["mart"], row["year"], row["age_band"])
    return found


def peers(release: Release, level: str, area: Row, wanted: tuple[Moment, ...]) -> dict[Key, tuple[Peer, ...]]:
    """By indicator and age all areas of a level in the region that the publication is about, or else in the area's province."""
    inside = "" if queries.focus_region(release) else str(area["province_code"] or "")
    return _peers(release.extent, level, inside, cube.key_of(wanted), wanted, release)


@cached(60)
def _peers(
    extent: Extent, level: str, province: str, key: str, _wanted: tuple[Moment, ...], _release: Release
) -> dict[Key, tuple[Peer, ...]]:
    marks = ", ".join(["(?, ?, ?)"] * len(_wanted)) or "(null, null, null)"
    where = "r.province_code = ?" if province else in_focus(_release)
    sql = f"""with wanted(indicator_id, year, age_band) as (values {marks})
        select o.indicator_id, o.age_band, o.region_code, r.region_name, r.population, o.value, o.lower, o.upper
        from core.fct_observation as o join wanted as w
          on o.indicator_id = w.indicator_id and o.year = w.year and o.age_band = w.age_band
        join core.dim_region as r on r.region_id = o.region_id
        where o.region_level = ? and o.sex = 'total' and {where}
        order by r.region_name, o.region_code"""
    asked = [part for w in _wanted for part in (w.indicator_id, w.year, w.age)]
    rows = published_release.query.__wrapped__(
        _release.identity, sql, (*asked, level, *([province] if province else []))
    ).rows
    # The classification of a figure may have no residents: then those of the newest one that has them.
    residents = {row["code"]: row["population"] for row in cube.regions(_release, level)}
    found: dict[Key, dict[str, Peer]] = {}
    for indicator, age, code, name, people, value, lower, upper in rows:
        known = residents.get(code) or people
        found.setdefault((indicator, age), {})[code] = Peer(code, name, known, value, lower, upper)
    return {name: tuple(areas.values()) for name, areas in found.items()}


def reference_years(
    release: Release, indicator: str, age: str, level: str, code: str
) -> list[tuple[int, float, float | None]]:
    """The figures of a larger area by year, oldest first, as they stand beside estimates, each with what a survey says instead.

    Of the country with level `country`, whatever its code.
    """
    value, official, _ = published_release.held_against(release)
    sql = f"""select year, max({value}), max({official}) from core.fct_observation
             where indicator_id = ? and age_band = ? and sex = 'total' and region_level = ? and value is not null
               and (region_level = 'country' or region_code = ?)
             group by year order by year"""
    return list(published_release.query(release.identity, sql, (indicator, age, level, code)).rows)


def wijk_polygons(release: Release, gemeente: str) -> list[Row]:
    """Code, name, gemeente and GeoJSON geometry of the wijken of a gemeente, in the newest classification that has them."""
    sql = """select g.region_code as code, g.region_name as name, r.gemeente_name, g.geometry_geojson as geometry
             from core.dim_region_geometry as g join core.dim_region as r using (region_id)
             where g.region_level = 'wijk' and r.gemeente_code = ?
             qualify g.region_vintage = max(g.region_vintage) over () order by 1"""
    return records(release.identity, sql, (gemeente,))
