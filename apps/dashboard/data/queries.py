"""What several pages ask of a publication: sources, indicators, checks, areas and their figures."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from apps.dashboard.data.cache import cached
from apps.dashboard.data.regions import (
    SeenKey,
    deliveries_of_others,
    in_focus,
    region_of,
    region_row,
    seen_key,
)
from apps.dashboard.data.release import Extent, Identity, Release, Row, held_against, query, records
from apps.dashboard.data.themes import place_in, placed, theme_of
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.themes import Place
from datawerkplaats.loading.notices import read_notices

MARTS = ("indicator", "determinant", "outcome")
LEVELS = ("country", "province", "ggd_region", "corop", "gemeente", "wijk", "buurt")


class AreaRow(NamedTuple):
    """One area with its value and state for one selection."""

    code: str
    name: str
    gemeente_code: str | None
    gemeente_name: str | None
    population: float | None
    is_focus: bool
    vintage: int
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    is_modelled: bool


@cached(30)
def _shared(identity: Identity, sql: str) -> tuple[Row, ...]:
    """The answer as dictionaries that all visitors share and nobody may change, for the lists that every page reads."""
    return tuple(records(identity, sql))


def notices() -> list[dict[str, str]]:
    """Open rejections and absent sources, as ingestion left them; an unreadable list is no reason to show no page."""
    return [item for item in read_notices(get_settings().publish_dir) if isinstance(item, dict)]


def failed_update() -> datetime | None:
    """When the last attempt to refresh the data failed, or None when it did not: then an older publication is shown."""
    try:
        last = json.loads((get_settings().publish_dir / "last_run.json").read_text(encoding="utf-8"))
        return datetime.fromisoformat(last["at"]) if last["status"] == "failed" else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def publication_facts(release: Release) -> Row:
    """The row of `meta.publication`: checks, hashes and engine."""
    return records(release.identity, "select * from meta.publication limit 1")[0]


def failed_checks(release: Release) -> list[Row]:
    """Checks that did not pass, one row per rule with its first subject and the number of others, most serious first."""
    sql = """select rule, severity, arg_min(message, subject) as message,
                    min(subject) || if(count(*) > 1, ' (+ ' || (count(*) - 1) || ')', '') as subject
             from quality.check_result where status in ('failed', 'error')
             group by rule, severity order by severity = 'error' desc, count(*) desc, rule"""
    return records(release.identity, sql)


def checks_by_subject(release: Release) -> dict[str, tuple[int, int]]:
    """Per source, table or indicator how many checks passed, and of how many that applied; shared, not to be changed."""
    return _checks_by_subject(release.identity)


@cached(3)
def _checks_by_subject(identity: Identity) -> dict[str, tuple[int, int]]:
    sql = """select split_part(subject, '/', 1) as subject, count(*) filter (status = 'passed') as passed, count(*) as total
             from quality.check_result where status <> 'not_applicable' group by 1"""
    return {subject: (passed, total) for subject, passed, total in query(identity, sql).rows}


def sources(release: Release) -> list[Row]:
    """All sources with the last period they tell about, loaded ones first."""
    sql = """select s.*, o.last_period_end, o.last_year from core.dim_source as s
             left join (select source_id, max(period_end) as last_period_end, max(year) as last_year
                        from core.fct_observation where value is not null group by source_id) as o using (source_id)
             order by s.status = 'loaded' desc, o.last_year is null, s.title_nl"""
    return list(_shared(release.identity, sql))


def availability(release: Release) -> tuple[Row, ...]:
    """Which indicator of the theme has rows for which level, year, age and sex, with how many known values and estimates.

    The rows are shared and may not be changed; their mart is the role that the indicator plays in the theme.
    """
    return _availability(seen_key(release), release)


@cached(12)
def _availability(kept_for: SeenKey, _release: Release) -> tuple[Row, ...]:
    theme = theme_of(_release)
    seen = {row["indicator_id"] for row in _listed(_release)} if deliveries_of_others(_release) else None
    roles: dict[str, Place | None] = {}
    found = []
    for row in _all_availability(_release):
        key = row["indicator_id"]
        if key not in roles:
            roles[key] = place_in(theme, key, row["mart"]) if seen is None or key in seen else None
        place = roles[key]
        if place is not None:
            found.append(row if place.role == row["mart"] else {**row, "mart": place.role})
    return tuple(found)


def _all_availability(release: Release) -> tuple[Row, ...]:
    facts = " union all ".join(
        f"select '{mart}' as mart, indicator_id, region_level, year, age_band, sex, count(value) as known,"
        f" count(*) filter (is_model_estimate) as modelled from {mart}.fct_{mart} group by all"
        for mart in MARTS
    )
    return _shared(
        release.identity, f"{facts} order by mart, indicator_id, region_level, year desc, age_band, sex"
    )


def indicators(release: Release) -> tuple[Row, ...]:
    """The public indicators of the theme with their source's title, model flag and date; shared, and may not be changed.

    What partners of another region deliver is not among them.

    `mart` is the role in the theme, `component` the place in its framework, `home` the mart where the figures stand.
    """
    return _taking_part(seen_key(release), release)


def all_indicators(release: Release) -> tuple[Row, ...]:
    """The same of every public indicator: those of other themes in their usual role, for what refers to them."""
    return tuple(row for row, _ in _placed(seen_key(release), release))


@cached(12)
def _taking_part(kept_for: SeenKey, _release: Release) -> tuple[Row, ...]:
    return tuple(row for row, takes_part in _placed(kept_for, _release) if takes_part)


@cached(12)
def _placed(kept_for: SeenKey, _release: Release) -> tuple[tuple[Row, bool], ...]:
    theme = theme_of(_release)
    places = ((row, place_in(theme, row["indicator_id"], row["mart"])) for row in _listed(_release))
    found = [(placed(row, place, theme), place is not None) for row, place in places]
    return tuple(sorted(found, key=lambda item: (item[0]["mart"], str(item[0]["title_nl"]))))


def _listed(release: Release) -> tuple[Row, ...]:
    sql = """select i.*, s.title_nl as source_title_nl, s.title_en as source_title_en, s.publisher, s.licence, s.citation,
                    s.url_main, s.retrieved_at, s.is_model_estimate as source_is_model, s.snapshot_id
             from core.dim_indicator as i left join core.dim_source as s using (source_id)
             where coalesce(i.is_public, true) order by i.mart, i.title_nl"""
    hidden = deliveries_of_others(release)
    rows = _shared(release.identity, sql)
    return tuple(row for row in rows if row["source_id"] not in hidden) if hidden else rows


def circular_pairs(release: Release) -> dict[str, frozenset[str]]:
    """Per indicator the others with which a model has built the association in; shared, and may not be changed."""
    return _circular_pairs(release.identity)


@cached(3)
def _circular_pairs(identity: Identity) -> dict[str, frozenset[str]]:
    sql = """select indicator_id, list(other_indicator_id) as others from core.bridge_circular_pair
             where guard = 'circular_pair' group by indicator_id"""
    return {row["indicator_id"]: frozenset(row["others"]) for row in records(identity, sql)}


def focus_region(release: Release) -> Row | None:
    """The region the pages open with, or None when that is the whole country: name, code and level; shared, as it is."""
    declared = region_of(release)
    if declared is not None:
        return region_row(release, declared)
    return _focus_region(release.identity, str(publication_facts(release)["region"] or ""))


@cached(3)
def _focus_region(identity: Identity, wanted: str) -> Row | None:
    inside = """select count(*) filter (is_focus) as inside, count(*) as everything
                from core.dim_region where region_level = 'gemeente'"""
    count = records(identity, inside)[0]
    if not 0 < count["inside"] < count["everything"]:
        return None
    larger = """select region_code, region_name, region_level, max(region_vintage) as region_vintage
                from core.dim_region
                where is_focus and region_level in ('province', 'ggd_region', 'corop') group by all"""
    rank = {"province": 0, "ggd_region": 1, "corop": 2}
    found = records(identity, larger)
    found.sort(
        key=lambda row: (
            row["region_name"].lower() != wanted.lower(),
            rank[row["region_level"]],
            row["region_name"],
        )
    )
    return found[0] if found else None


def region_name(release: Release) -> str | None:
    """The name of what the publication is about: the region it opens with or its only province; None for the whole country."""
    declared = region_of(release)
    region = focus_region(release)
    if declared or region:
        return declared.name if declared else str(region["region_name"] if region else "")
    sql = "select distinct region_name from core.dim_region where region_level = 'province'"
    provinces = records(release.identity, sql)
    return str(provinces[0]["region_name"]) if len(provinces) == 1 else None


def areas(
    release: Release, mart: str, indicator: str, level: str, year: int, age_band: str, sex: str
) -> list[AreaRow]:
    """Every area of a level in the classification the figures use, highest first, those without a value last.

    An area without a row is `missing`: nothing is left out silently.
    """
    # What is empty is filled in here: written out by the query it takes half as long again.
    sql = f"""select region_id, value, lower, upper, value_status, is_model_estimate, region_vintage
              from {_fact(mart)}
              where region_level = ? and indicator_id = ? and year = ? and age_band = ? and sex = ?"""
    # Not kept: a page keeps what it makes of the areas.
    facts = query.__wrapped__(release.identity, sql, (level, indicator, year, age_band, sex)).rows
    if not facts:
        return []
    vintage = max(fact[-1] for fact in facts)
    found = {
        code: (value, lower, upper, status or "missing", bool(modelled))
        for code, value, lower, upper, status, modelled, _ in facts
    }
    blank = (None, None, None, "missing", False)
    rows = [
        AreaRow._make(about[1:] + found.get(about[0], blank))
        for about in _areas_of(release.extent, level, vintage, release)
    ]
    # Sorted here: ordering text in the query takes as long as the query itself.
    return sorted(rows, key=lambda row: (row.value is None, -(row.value or 0.0), row.name))


@cached(12)
def _areas_of(extent: Extent, level: str, vintage: int, _release: Release) -> tuple[tuple[Any, ...], ...]:
    """Id and description of every area of a level in one classification."""
    sql = f"""select region_id, region_code, region_name, gemeente_code, gemeente_name, population,
               {in_focus(_release)}, region_vintage
             from core.dim_region as r where region_level = ? and region_vintage = ?"""
    return query.__wrapped__(_release.identity, sql, (level, vintage)).rows


def reference_figures(
    release: Release, mart: str, indicator: str, year: int, age_band: str, sex: str
) -> list[Row]:
    """The figures of country, provinces and GGD regions for the same selection, as they stand beside estimates.

    `official` is what a survey says where `value` is the mean of estimates.
    """
    value, official, is_estimated = held_against(release)
    sql = f"""select region_code as code, region_level as level, {value} as value, {official} as official,
               {is_estimated} as is_estimated
             from {_fact(mart)}
             where indicator_id = ? and year = ? and age_band = ? and sex = ? and value is not null
               and region_level in ('country', 'province', 'ggd_region', 'corop')"""
    return records(release.identity, sql, (indicator, year, age_band, sex))


def history(
    release: Release, mart: str, indicator: str, level: str, code: str, age_band: str, sex: str
) -> list[Row]:
    """All years of one area, newest first.

    The level is asked beside the code: the file is in the order of levels, so most of it is not even looked at.
    """
    sql = f"""select year, region_vintage as vintage, value, lower, upper, value_status as status,
                    is_model_estimate as is_modelled
             from {_fact(mart)}
             where region_level = ? and indicator_id = ? and region_code = ? and age_band = ? and sex = ?
             order by year desc"""
    return records(release.identity, sql, (level, indicator, code, age_band, sex))


def _fact(mart: str) -> str:
    if mart not in MARTS:
        raise ValueError(f"unknown mart {mart!r}")
    return f"{mart}.fct_{mart}"
