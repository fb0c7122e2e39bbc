"""Who lives in an area: inhabitants by sex and five-year age band, of an area itself or of the gemeenten that form it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.dashboard.data import cube, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.data.release import Release, Row

SOURCE = "cbs_population_03759ned"
TABLE = "core.fct_population"
# One part per sex and age group; what is not there in full is not shown.
_PARTS = """select age_from, age_band,
    sum(people) filter (where sex = 'men') as men, sum(people) filter (where sex = 'women') as women
  from core.fct_population
  where region_level = ? and region_code in ({marks}) and year = ? and age_from is not null
  group by age_from, age_band having count(distinct region_code) = ? order by age_from"""
_YEARS = "select max(year) as year from core.fct_population where region_level = ? and region_code = ?"


@dataclass(frozen=True)
class Residents:
    """Men and women per age band, from young to old, on 1 January of a year."""

    year: int
    starts: tuple[int, ...]
    bands: tuple[str, ...]
    men: tuple[int, ...]
    women: tuple[int, ...]

    @property
    def total(self) -> int:
        """Everyone."""
        return sum(self.men) + sum(self.women)

    def share(self, people: int) -> float:
        """People as a percentage of everyone."""
        return 100 * people / self.total

    def between(self, first: int, end: int | None = None) -> int:
        """Everyone from an age on, and below another."""
        inside = [i for i, start in enumerate(self.starts) if first <= start and (end is None or start < end)]
        return sum(self.men[i] + self.women[i] for i in inside)


def of_area(release: Release, level: str, code: str, year: int | None = None) -> Residents | None:
    """The residents of one area in a year (by default the newest), or None where they are not published."""
    if not published_release.has_tables(release, TABLE):
        return None
    if year is None:
        year = published_release.query(release.identity, _YEARS, (level, code)).rows[0][0]
    return _sum(release, level, (code,), year) if year else None


def of_reference(release: Release, comparator: str, area: Row, year: int) -> Residents | None:
    """The residents of what an area is compared with; those of a GGD region are the sum of its gemeenten."""
    if comparator == "country":
        return of_area(release, "country", "NL00", year)
    code = area.get(f"{comparator}_code")
    if comparator != "ggd_region" or not code:
        return of_area(release, comparator, code, year) if code else None
    inside = tuple(row["code"] for row in cube.regions(release, "gemeente") if row["ggd_region_code"] == code)
    return _sum(release, "gemeente", inside, year) if published_release.has_tables(release, TABLE) else None


def source(release: Release) -> Row:
    """The source as the downloads and the strip of quality name it: a row like that of an indicator."""
    found = next((row for row in queries.sources(release) if row["source_id"] == SOURCE), {})
    about = {
        "indicator_id": TABLE,
        "description_nl": "Inwoners op 1 januari naar geslacht en leeftijd.",
        "description_en": "Inhabitants on 1 January by sex and age.",
        "caveats_nl": None,
        "caveats_en": None,
        "methodology_url": found.get("url_main"),
    }
    return {**found, **about}


def _sum(release: Release, level: str, codes: tuple[str, ...], year: int) -> Residents | None:
    sql = _PARTS.format(marks=", ".join("?" * len(codes)))
    rows = (
        published_release.query(release.identity, sql, (level, *codes, year, len(codes))).rows
        if codes
        else []
    )
    if not rows or any(men is None or women is None for *_, men, women in rows):
        return None
    starts, bands, men, women = zip(*rows, strict=True)
    found = Residents(year, starts, bands, tuple(map(int, men)), tuple(map(int, women)))
    return found if found.total else None
