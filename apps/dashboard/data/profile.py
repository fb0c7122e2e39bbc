"""What an area profile reads: the area's own figures, and what it is compared with."""

from __future__ import annotations

from typing import Any

from apps.dashboard.data import cube, history, one_area
from apps.dashboard.data import release as published_release
from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Moment
from apps.dashboard.data.regions import in_focus
from apps.dashboard.data.release import Identity, Release, Row, records


def profile(
    release: Release, level: str, code: str, parents: dict[str, str | None], wanted: tuple[Moment, ...]
) -> list[Row]:
    """Per indicator and age the figure of one area, the spread of its peers, and the figures to compare with.

    Peers are the areas of the level inside the region the publication is about. The figure of a province or GGD region is the
    delivered one or else the mean of its gemeenten by residents (`*_computed`). Peers and larger areas are the same for all areas
    of a level, so they are asked apart and kept. Beside an estimate stands the mean of estimates of a larger area; what a survey
    says of it is then its `*_official`, and `*_estimated` tells that it is such a mean.
    """
    if not wanted:
        return []
    own = _own(release, level, code, parents.get("gemeente_code"), wanted)
    columns = published_release.held_against(release)
    larger = _larger(release.identity, f"{cube.key_of(wanted)} {columns}", wanted, columns)
    above = {name: parents.get(f"{name}_code") or "" for name in ("province", "ggd_region")}
    rows = []
    for row in _spread(release, level, wanted):
        key = row["indicator_id"], row["age"]
        for name, larger_code in above.items():
            delivered, official, is_estimated, computed = larger.get(
                (*key, name, larger_code), (None, None, False, None)
            )
            row |= {
                name: delivered, f"{name}_official": official, f"{name}_estimated": is_estimated, f"{name}_computed": computed
            }  # fmt: skip
        rows.append({**row, **own.get(key, _NOTHING)})
    return history.on_current_boundaries(rows, code, history.restated(release, code))


_NOTHING = dict.fromkeys(("value", "lower", "upper", "denominator", "status", "reason", "gemeente"), None) | {
    "is_modelled": False
}
_WANTED = "wanted(indicator_id, year, age_band) as (values {marks})"
_OF_WANTED = """core.fct_observation as o join wanted as w
          on o.indicator_id = w.indicator_id and o.year = w.year and o.age_band = w.age_band"""


def _asked(wanted: tuple[Moment, ...]) -> tuple[str, list[Any]]:
    marks = ", ".join(["(?, ?, ?)"] * len(wanted))
    return _WANTED.format(marks=marks), [part for w in wanted for part in (w.indicator_id, w.year, w.age)]


def _own(
    release: Release, level: str, code: str, gemeente: str | None, wanted: tuple[Moment, ...]
) -> dict[tuple[str, str], Row]:
    """Per indicator and age the figure of one area and of the gemeente it lies in."""
    moments = {(moment.indicator_id, moment.age, moment.year) for moment in wanted}
    found: dict[tuple[str, str], Row] = {}
    for row in one_area.area_figures(release, "gemeente", gemeente) if gemeente else []:
        key = row["indicator_id"], row["age"]
        if (*key, row["year"]) in moments:
            found[key] = {**_NOTHING, "gemeente": row["value"]}
    for row in one_area.area_figures(release, level, code):
        key = row.pop("indicator_id"), row.pop("age")
        if (*key, row.pop("year")) in moments:
            found[key] = {**row, "gemeente": found.get(key, _NOTHING)["gemeente"]}
    return found


def _spread(release: Release, level: str, wanted: tuple[Moment, ...]) -> list[Row]:
    """Per indicator the spread of the areas of a level, and the figure of the country."""
    with_wanted, flat = _asked(wanted)
    value, official, is_estimated = published_release.held_against(release)
    sql = f"""with {with_wanted},
      chosen as (select ? as level),
      f as (select o.*, o.region_level = c.level and {in_focus(release)} as is_peer
        from {_OF_WANTED} cross join chosen as c left join core.dim_region as r on r.region_id = o.region_id
        where o.sex = 'total' and o.region_level in (?, 'country', 'province', 'ggd_region', 'gemeente'))
      select indicator_id, any_value(year) as year, age_band as age,
        count(value) filter (where is_peer) as peers,
        min(value) filter (where is_peer) as low, max(value) filter (where is_peer) as high,
        quantile_cont(value, 0.25) filter (where is_peer) as p25,
        quantile_cont(value, 0.75) filter (where is_peer) as p75,
        max({value}) filter (where region_level = 'country') as country,
        max({official}) filter (where region_level = 'country') as country_official,
        coalesce(bool_or({is_estimated}) filter (where region_level = 'country' and value is not null), false)
          as country_estimated
      from f group by indicator_id, age_band"""
    return records(release.identity, sql, (*flat, level, level))


@cached(12)
def _larger(
    identity: Identity, key: str, _wanted: tuple[Moment, ...], _columns: tuple[str, str, str]
) -> dict[tuple[str, str, str, str], tuple[float | None, float | None, bool, float | None]]:
    """By indicator, age, level and code the delivered figure of every province and GGD region, what a survey says where that is
    the mean of estimates, whether it is one, and the mean of its gemeenten.
    """
    with_wanted, flat = _asked(_wanted)
    value, official, is_estimated = _columns
    sql = f"""with {with_wanted},
      f as (select o.indicator_id, o.age_band, o.region_level, o.region_code, {value} as value, {official} as official,
               {is_estimated} as is_estimated,
               r.population, r.province_code, r.ggd_region_code
        from {_OF_WANTED} left join core.dim_region as r on r.region_id = o.region_id
        where o.sex = 'total' and o.region_level in ('province', 'ggd_region', 'gemeente') and o.value is not null),
      placed as (
        select indicator_id, age_band, region_level as level, region_code as code, value as delivered, official, is_estimated,
          null as value, null as population
        from f where region_level <> 'gemeente'
        union all select indicator_id, age_band, 'province', province_code, null, null, false, value, population from f
          where region_level = 'gemeente'
        union all select indicator_id, age_band, 'ggd_region', ggd_region_code, null, null, false, value, population from f
          where region_level = 'gemeente')
      select indicator_id, age_band, level, code, max(delivered) as delivered, max(official) as official,
        bool_or(is_estimated) as is_estimated,
        sum(value * population) / nullif(sum(population) filter (where value is not null), 0) as computed
      from placed where code is not null group by all"""
    rows = published_release.query.__wrapped__(identity, sql, tuple(flat)).rows
    return {
        (indicator, age, level, code): (delivered, official, is_estimated, computed)
        for indicator, age, level, code, delivered, official, is_estimated, computed in rows
    }
