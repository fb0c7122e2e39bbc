"""Counts of an outcome by area and year, worked out from what is published: what an approach is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from apps.dashboard.data.cache import cached
from apps.dashboard.data.release import Identity, Release, records
from datawerkplaats.effects.panel import NEVER, Floats, Panel

LEVELS = ("wijk", "gemeente")
_LEAST_YEARS = 5
# The main age band of an outcome is the one with most figures; a share or rate times its people is a count again.
_COUNTS = """with figures as (
  select o.*, i.counted_per from core.fct_observation as o join core.dim_indicator as i using (indicator_id)
  where o.sex = 'total' and o.denominator > 0 and o.region_level = ? and o.indicator_id = ?),
 main as (select age_band from figures group by age_band order by count(*) desc, age_band limit 1)
 select f.region_code as code, any_value(r.region_name) as name, any_value(coalesce(r.gemeente_code, r.region_code)) as gemeente,
        f.year as year, any_value(coalesce(f.numerator, f.value / f.counted_per * f.denominator)) as events,
        any_value(f.denominator) as people
 from figures as f join main using (age_band) join core.dim_region as r on r.region_id = f.region_id
 where r.is_focus group by f.region_code, f.year order by f.region_code, f.year"""


@dataclass(frozen=True)
class Counts:
    """Events and people, areas × years, with the areas' codes, names and gemeenten."""

    indicator: str
    level: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    gemeenten: tuple[str, ...]
    years: tuple[int, ...]
    events: Floats
    people: Floats

    def until(self, newest: int) -> Counts:
        """The same as it was known up to a year."""
        count = sum(year <= newest for year in self.years)
        return replace(
            self, years=self.years[:count], events=self.events[:, :count], people=self.people[:, :count]
        )

    def panel(
        self, starts: Mapping[str, int], others: Mapping[str, int] | None = None, among: tuple[str, ...] = ()
    ) -> Panel:
        """The panel of a plan.

        Args:
            starts: Per area of the plan its first year.
            others: Areas of other plans with their first year: from then on they tell nothing.
            among: Areas to compare with; all without.
        """
        years = np.array(self.years)
        events = self.events.copy()
        begun = np.full(len(self.codes), NEVER)
        for at, code in enumerate(self.codes):
            if code in starts:
                begun[at] = int(np.searchsorted(years, starts[code]))
            elif among and code not in among:
                events[at] = np.nan
            elif code in (others or {}):
                events[at, years >= (others or {})[code]] = np.nan
        return Panel(events, self.people, begun)


def outcomes(release: Release) -> tuple[tuple[str, str, int, int], ...]:
    """Indicator and level of every outcome that is counted, for enough years, with its first and newest year."""
    return _outcomes(release.identity)


@cached(3)
def _outcomes(identity: Identity) -> tuple[tuple[str, str, int, int], ...]:
    sql = f"""select o.indicator_id, o.region_level, min(o.year) as first, max(o.year) as newest
              from core.fct_observation as o join core.dim_indicator as i using (indicator_id)
              where o.denominator > 0 and o.value is not null and not coalesce(o.is_model_estimate, false)
                and o.sex = 'total' and o.region_level in ('wijk', 'gemeente') and i.mart = 'outcome'
              group by 1, 2 having count(distinct o.year) >= {_LEAST_YEARS} order by 1, 2 desc"""
    rows = records(identity, sql)
    return tuple((row["indicator_id"], row["region_level"], row["first"], row["newest"]) for row in rows)


def counts(release: Release, indicator: str, level: str) -> Counts | None:
    """The counts of an outcome; None where there are none."""
    return _counts(release.identity, indicator, level)


@cached(12)
def _counts(identity: Identity, indicator: str, level: str) -> Counts | None:
    rows = records(identity, _COUNTS, (level, indicator))
    if not rows:
        return None
    codes = sorted({row["code"] for row in rows})
    years = tuple(range(min(row["year"] for row in rows), max(row["year"] for row in rows) + 1))
    place = {code: at for at, code in enumerate(codes)}
    events = np.full((len(codes), len(years)), np.nan)
    people = np.zeros(events.shape)
    names, gemeenten = dict.fromkeys(codes, ""), dict.fromkeys(codes, "")
    for row in rows:
        at = place[row["code"]], row["year"] - years[0]
        events[at] = np.nan if row["events"] is None else round(row["events"])
        people[at] = row["people"]
        names[row["code"]], gemeenten[row["code"]] = row["name"], row["gemeente"]
    return Counts(
        indicator,
        level,
        tuple(codes),
        tuple(names.values()),
        tuple(gemeenten.values()),
        years,
        events,
        people,
    )
