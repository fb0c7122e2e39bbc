"""The region that a publication is looked at for: its file, its members in this publication, and which areas lie in it.

A publication holds the whole country and marks the areas of the region that it was made for (`is_focus`). Looked at for another
region, the same areas are marked by the members of that region's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from apps.dashboard.data.cache import cached
from apps.dashboard.data.declared import Looked
from apps.dashboard.data.release import Identity, Release, Row, query, records
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.regions import Level, Region, Regions, load_regions
from datawerkplaats.regions.members import Geography, Member, geography_of, members_of
from datawerkplaats.regions.setting import resolve

# Publication, its file, the theme, and the deliveries that are not seen.
SeenKey = tuple[str, str, str, frozenset[str]]
_COLUMNS: Mapping[Level, tuple[str, ...]] = {
    "province": ("province_code",), "ggd_region": ("ggd_region_code",),
    "corop": ("corop_code", "corop_name"), "gemeente": ("gemeente_code",),
}  # fmt: skip


_declared = Looked(load_regions)


def all_regions() -> Regions:
    """Every declared region by id."""
    return _declared(get_settings().catalogue_dir)


def of_installation() -> str:
    """The id of the declared region that this installation is for, by its settings; empty without."""
    found = all_regions().find(get_settings().region)
    return found.region_id if found else ""


def offered(release: Release) -> tuple[str, ...]:
    """The declared regions that a publication can be looked at for, in the order of their names.

    Empty where it was published for one region, or where this installation is for one.
    """
    if published_for(release) or of_installation():
        return ()
    return tuple(key for key, _ in _in_data(release.identity, all_regions(), release.is_fictional))


def published_for(release: Release) -> str:
    """The setting REGION that the publication was made with; empty for the whole country."""
    rows = query(release.identity, "select region from meta.publication limit 1").rows
    told = str(rows[0][0] or "") if rows else ""
    is_country, _ = _resolved(release.identity, all_regions(), release.is_fictional, told)
    return "" if is_country else told


def looked_at(release: Release, asked: str) -> Release:
    """The publication, looked at for the region that this installation is for, or else for the one that is asked and offered."""
    fixed = of_installation()
    if not fixed:
        return replace(release, region=asked if asked and asked in offered(release) else "")
    told = published_for(release)
    if (
        told
        and _resolved(release.identity, all_regions(), release.is_fictional, told)[1] == all_regions()[fixed]
    ):
        return replace(release, region="")
    known = {key for key, _ in _in_data(release.identity, all_regions(), release.is_fictional)}
    return replace(release, region=fixed if fixed in known else "")


def region_of(release: Release) -> Region | None:
    """The file of the region that the publication is looked at for; None for the whole country or an area without a file."""
    if release.region:
        return all_regions().get(release.region)
    told = published_for(release)
    return _resolved(release.identity, all_regions(), release.is_fictional, told)[1] if told else None


def deliveries_of_others(release: Release) -> frozenset[str]:
    """The sources that partners of another region deliver: they are seen where a publication is looked at for their region."""
    region = region_of(release)
    return _deliveries(all_regions()).difference(region.deliveries if region else ())


@cached(3)
def _deliveries(regions: Regions) -> frozenset[str]:
    return frozenset(one for region in regions.values() for one in region.deliveries)


def seen_key(release: Release) -> SeenKey:
    """What caches are keyed by whose answer follows from the theme, and from the region only by what its partners deliver."""
    return release.id, str(release.path), release.theme, deliveries_of_others(release)


def members(release: Release) -> tuple[Member, ...]:
    """The areas that the region consists of, in this publication; none where no file is chosen."""
    region = region_of(release)
    if region is None:
        return ()
    return dict(_in_data(release.identity, all_regions(), release.is_fictional)).get(region.region_id, ())


def in_focus(release: Release, table: str = "r") -> str:
    """SQL that is true for the areas of the region, for rows of `core.dim_region` under this name."""
    if not release.region:
        return f"coalesce({table}.is_focus, false)"
    has_corop = "corop_code" in _columns(release.identity)
    by_column: dict[str, list[str]] = {}
    for level, code in members(release):
        for column in _COLUMNS[level] if level != "corop" or has_corop else ():
            by_column.setdefault(column, []).append("'" + code.replace("'", "''") + "'")
    parts = [
        f"coalesce({table}.{column} in ({', '.join(sorted(codes))}), false)"
        for column, codes in sorted(by_column.items())
    ]
    return f"({' or '.join(parts)})" if parts else "false"


def region_row(release: Release, region: Region) -> Row | None:
    """Name, code and level of the region as pages ask for it; None where it is the whole country, or not there at all."""
    return _row(release.identity, release.is_fictional, members(release), region.name)


@cached(60)
def _row(identity: Identity, is_fictional: bool, found: tuple[Member, ...], name: str) -> Row | None:
    known = _geography(identity, is_fictional)
    inside = known.inside(found)
    if not inside or len(inside) == len({row["gemeente"] for row in known.gemeenten}):
        return None
    alone = found[0] if len(found) == 1 and found[0][0] != "gemeente" else ("region", "")
    return {"region_name": name, "region_code": alone[1], "region_level": alone[0]}


@cached(3)
def _geography(identity: Identity, is_fictional: bool) -> Geography:
    also = ", corop_code, corop_name" if "corop_code" in _columns(identity) else ""
    sql = f"""select gemeente_code, region_name as gemeente_name, province_code, province_name, ggd_region_code,
                ggd_region_name{also}
              from core.dim_region where region_level = 'gemeente'
              qualify row_number() over (partition by region_code order by region_vintage desc) = 1 order by region_code"""
    return geography_of(records(identity, sql), is_fictional=is_fictional)


@cached(3)
def _columns(identity: Identity) -> frozenset[str]:
    sql = "select column_name from information_schema.columns where table_schema = 'core' and table_name = 'dim_region'"
    return frozenset(row["column_name"] for row in records(identity, sql))


@cached(3)
def _in_data(
    identity: Identity, regions: Regions, is_fictional: bool
) -> tuple[tuple[str, tuple[Member, ...]], ...]:
    """The regions whose members are all in the publication, with these, in the order of their names."""
    known = _geography(identity, is_fictional)
    found = []
    for region in sorted(regions.values(), key=lambda one: one.name.casefold()):
        try:
            found.append((region.region_id, members_of(region, known)))
        except DataProblem:
            continue  # not in this publication
    return tuple(found)


@cached(6)
def _resolved(
    identity: Identity, regions: Regions, is_fictional: bool, told: str
) -> tuple[bool, Region | None]:
    """Whether a setting REGION means the whole country in this publication, and the file of the region that it means."""
    try:
        chosen = resolve(told, _geography(identity, is_fictional), get_settings().catalogue_dir)
    except DataProblem:
        return False, None  # its file has gone or changed since: the publication tells its areas itself
    return chosen.is_country, chosen.region
