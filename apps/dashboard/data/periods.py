"""Which figures count several years together, and how their period is written; they stand under the last of these years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apps.dashboard.data.cache import cached
from apps.dashboard.data.release import Identity, Release, query


def first_years(release: Release) -> Mapping[tuple[str, int], int]:
    """By indicator and year the first year that is counted with it; only where that is another one."""
    return _first_years(release.identity)


@cached(3)
def _first_years(identity: Identity) -> dict[tuple[str, int], int]:
    sql = """select indicator_id, year, min(year(period_start)) from core.fct_observation
             where year(period_start) < year group by all"""
    return {(indicator, int(year)): int(first) for indicator, year, first in query(identity, sql).rows}


def first_year(release: Release, indicator: str, year: int) -> int:
    """The first year that a figure counts: the year itself, unless several are counted together."""
    return first_years(release).get((indicator, year), year)


def when(release: Release, indicator: str, year: int) -> str:
    """The period of a figure: `2023`, or `2019–2023` where these years are counted together."""
    first = first_year(release, indicator, year)
    return str(year) if first == year else f"{first}–{year}"


def counted_years(release: Release, indicators: Iterable[str], years: Iterable[int]) -> tuple[int, ...]:
    """The years of some figures, with the first of those that are counted together."""
    known, told = first_years(release), set(years)
    also = {known[indicator, year] for indicator in indicators for year in told if (indicator, year) in known}
    return tuple(sorted(told | also))
