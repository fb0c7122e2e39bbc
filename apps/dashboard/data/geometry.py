"""The polygons in the published file, and of which areas there are any."""

from __future__ import annotations

from apps.dashboard.data.cache import cached
from apps.dashboard.data.regions import in_focus
from apps.dashboard.data.release import Extent, Release, Row, records

# Of one gemeente, or of all.
_INSIDE = "(? = '' or r.gemeente_code = ?)"


def geometry_vintages(release: Release) -> dict[str, list[int]]:
    """Per region level the classifications of which there are polygons."""
    sql = """select region_level, list(distinct region_vintage order by region_vintage) as vintages
             from core.dim_region_geometry group by 1"""
    return {row["region_level"]: row["vintages"] for row in records(release.identity, sql)}


def polygons(release: Release, level: str, vintage: int, only_focus: bool, gemeente: str = "") -> list[Row]:
    """The polygons of one level and classification, of a gemeente if named; not cached, since they are written to a file once."""
    sql = f"""select g.region_code as code, g.region_name as name, r.gemeente_code, r.gemeente_name, g.geometry_geojson as geometry
             from core.dim_region_geometry as g left join core.dim_region as r using (region_id)
             where g.region_level = ? and g.region_vintage = ? and (not ? or {in_focus(release)}) and {_INSIDE} order by 1"""
    return records(release.identity, sql, (level, vintage, only_focus, gemeente, gemeente))


def polygon_names(
    release: Release, level: str, vintage: int, only_focus: bool, gemeente: str = ""
) -> dict[str, str]:
    """Name per code of the areas that have a polygon; shared, and may not be changed."""
    return _polygon_names(release.extent, level, vintage, only_focus, gemeente, release)


@cached(12)
def _polygon_names(
    extent: Extent, level: str, vintage: int, only_focus: bool, gemeente: str, _release: Release
) -> dict[str, str]:
    sql = f"""select g.region_code as code, g.region_name as name
             from core.dim_region_geometry as g left join core.dim_region as r using (region_id)
             where g.region_level = ? and g.region_vintage = ? and (not ? or {in_focus(_release)}) and {_INSIDE} order by 1"""
    asked = (level, vintage, only_focus, gemeente, gemeente)
    return {row["code"]: row["name"] for row in records(_release.identity, sql, asked)}
