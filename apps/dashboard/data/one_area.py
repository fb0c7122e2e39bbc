"""Everything that is published of one area: its figures, its years, and the trends among them."""

from __future__ import annotations

from apps.dashboard.data import history
from apps.dashboard.data import release as published_release
from apps.dashboard.data.release import Release, Row, records


def area_figures(release: Release, level: str, code: str) -> list[Row]:
    """Every figure of one area of both sexes together, by indicator, age and year.

    The level is asked beside the code: the file is in the order of levels, so most of it is not even looked at.
    """
    # Figures of two classifications are put together here: for some hundreds of rows the query would take three times as long.
    sql = """select indicator_id, age_band as age, year, value, lower, upper, denominator, value_status as status,
               suppression_reason as reason, coalesce(is_model_estimate, false) as is_modelled
             from core.fct_observation where region_level = ? and region_code = ? and sex = 'total'"""
    found: dict[tuple[str, str, int], Row] = {}
    for row in records(release.identity, sql, (level, code)):
        key = row["indicator_id"], row["age"], row["year"]
        found[key] = _together(found[key], row) if key in found else row
    return [found[key] for key in sorted(found)]


def _together(one: Row, other: Row) -> Row:
    """The largest of what two classifications tell of one figure."""
    whole = {
        name: max((row[name] for row in (one, other) if row[name] is not None), default=None)
        for name in ("value", "lower", "upper", "denominator")
    }
    words = {name: one[name] if one[name] is not None else other[name] for name in ("status", "reason")}
    return {**one, **whole, **words, "is_modelled": one["is_modelled"] or other["is_modelled"]}


def trends(release: Release, level: str, code: str) -> dict[tuple[str, str], str]:
    """By indicator and age the trend of one area as it is published: its marker, or the code of why there is none.

    What breaks a series is judged there, for all readers alike. Publications from before have none.
    """
    if not published_release.has_tables(release, "mart.obs"):
        return {}
    sql = """select indicator_id, age_band, any_value(coalesce(nullif(trend_reason, ''), trend)) from mart.obs
             where region_level = ? and region_code = ? and sex = 'total' group by indicator_id, age_band"""
    rows = published_release.query(release.identity, sql, (level, code)).rows
    return {(indicator, age): trend for indicator, age, trend in rows}


def measured_years(release: Release, level: str, code: str) -> list[Row]:
    """Per indicator the years of one area with value and margins, oldest first, each at its own main age band."""
    fields = ("indicator_id", "age", "year", "value", "lower", "upper")
    found = (row for row in area_figures(release, level, code) if row["value"] is not None)
    rows = [{field: row[field] for field in fields} for row in found]
    # A year of other boundaries is no point of the same series: without its margin nobody can test it for a rise or a fall.
    found_now = history.on_current_boundaries(rows, code, history.restated(release, code))
    return [row | {"lower": None, "upper": None} if row.get("restated") else row for row in found_now]


def all_years(release: Release, level: str, code: str) -> list[Row]:
    """Every published year of one area, with the reason where a figure is hidden, newest first."""
    sql = """select indicator_id, age_band as age, year, value, lower, upper, value_status as status,
                    suppression_reason as reason, is_model_estimate as is_modelled
             from core.fct_observation where region_level = ? and region_code = ? and sex = 'total'
             qualify row_number() over (partition by indicator_id, age_band, year order by region_vintage desc) = 1
             order by indicator_id, age, year desc"""
    return records(release.identity, sql, (level, code))
