"""What partners have counted of registrations at care: per area how many, and how many were to be expected."""

from __future__ import annotations

from dataclasses import dataclass

from apps.dashboard.data import release as published_release
from apps.dashboard.data.regions import deliveries_of_others
from apps.dashboard.data.release import Release

SOURCE = "partner_ggz_registrations"
COUNT, RATIO, RATE = "registered_count", "registered_ratio", "registered_per_1000"
ALL = "all"


@dataclass(frozen=True)
class Counted:
    """One area: registrations in the years together, the expected number, the ratio with its margin; None where hidden."""

    code: str
    name: str
    gemeente: str
    registered: float | None
    expected: float | None
    ratio: float | None
    lower: float | None
    upper: float | None
    per_1000: float | None


def indicators(release: Release) -> dict[str, str]:
    """Measure code to the id of the indicator that shows it; empty in a publication without this partner."""
    sql = "select measure_code, indicator_id from core.dim_indicator where source_id = ? order by 1"
    return dict(published_release.query(release.identity, sql, (SOURCE,)).rows)


def kinds(release: Release) -> list[str]:
    """The kinds of complaint, in the order of their codes, after all together."""
    found = (code.partition("__") for code in indicators(release))
    return [ALL, *(kind for code, _, kind in found if code == RATIO and kind)]


def periods(release: Release, level: str) -> list[tuple[int, int]]:
    """The first and the last of the years that are counted together, newest first; figures stand under the last.

    None where the partner delivers for another region.
    """
    if SOURCE in deliveries_of_others(release):
        return []
    sql = """select min(year(period_start)), year from core.fct_observation where source_id = ? and region_level = ?
             group by year order by year desc"""
    found = published_release.query(release.identity, sql, (SOURCE, level)).rows
    return [(int(first), int(last)) for first, last in found]


def areas(release: Release, level: str, kind: str, year: int) -> list[Counted]:
    """Every area of a level, by gemeente and name."""
    ids = indicators(release)
    suffix = "" if kind == ALL else f"__{kind}"
    wanted = [ids.get(f"{COUNT}{suffix}", ""), ids.get(f"{RATIO}{suffix}", "")]
    rate = ids.get(RATE, "") if kind == ALL else ""
    sql = """with f as (
            select o.*, r.region_name, r.gemeente_name from core.fct_observation as o
            join core.dim_region as r on r.region_id = o.region_id
            where o.source_id = ? and o.region_level = ? and o.year = ? and o.sex = 'total' and o.age_band = 'all')
        select region_code, any_value(region_name), coalesce(any_value(gemeente_name), ''),
            max(value) filter (where indicator_id = ?), max(denominator) filter (where indicator_id = ?),
            max(value) filter (where indicator_id = ?), max(lower) filter (where indicator_id = ?),
            max(upper) filter (where indicator_id = ?), max(value) filter (where indicator_id = ?)
        from f where indicator_id in (?, ?, ?) group by region_code order by 3, 2, 1"""
    count, ratio = wanted
    asked = (SOURCE, level, year, count, ratio, ratio, ratio, ratio, rate, count, ratio, rate)
    return [Counted(*row) for row in published_release.query(release.identity, sql, asked).rows]
