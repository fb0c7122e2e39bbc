"""What a report is asked for, and the figures that answer it: the same lines as the area profile shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from apps.dashboard.data import cube, one_area, profile
from apps.dashboard.data.release import Row
from apps.dashboard.profile.lines import COMPARATORS, Line, domain_of, lines
from apps.dashboard.profile.plans_here import Here, here
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text

LEVELS = ("gemeente", "wijk", "ggd_region", "province")
_ABOVE = {
    "wijk": COMPARATORS,
    "gemeente": ("country", "province", "ggd_region"),
    "ggd_region": ("country", "province"),
    "province": ("country",),
}


def comparators(context: Context, level: str, area: Row) -> dict[str, str]:
    """What an area of a level can be compared with, by name: larger areas only."""
    country = "verkennen.country_fictional" if context.release.is_fictional else "verkennen.country"
    names = {
        "country": text(country, context.language),
        "province": area["province_name"],
        "ggd_region": area["ggd_region_name"],
        "gemeente": area["gemeente_name"],
    }
    return regions.compared(context.region, {key: str(names[key]) for key in _ABOVE[level] if names[key]})


@dataclass(frozen=True)
class Request:
    """One report: of which area, compared with what, about which domains, with or without charts."""

    context: Context
    level: str
    area: Row
    comparator: str
    domains: tuple[str, ...] = ()  # none: all that have figures
    with_charts: bool = True
    address: str = ""  # the link that shows the same report again

    @property
    def name(self) -> str:
        """The area as it is called."""
        return str(self.area["name"])

    @property
    def full_name(self) -> str:
        """The area with its gemeente, since many wijken have the same name."""
        inside = self.area["gemeente_name"]
        return f"{self.name} ({inside})" if self.level == "wijk" and inside else self.name

    @property
    def reference(self) -> str:
        """The name of what it is compared with."""
        return comparators(self.context, self.level, self.area)[self.comparator]

    @cached_property
    def plans(self) -> list[Here]:
        """What is registered for the area."""
        return here(self.context, self.level, self.area)

    @cached_property
    def indicator_texts(self) -> IndicatorTexts:
        """The indicators in the language of the report."""
        return IndicatorTexts(self.context)

    @cached_property
    def all_lines(self) -> list[Line]:
        """All figures of the area."""
        release, code = self.context.release, self.area["code"]
        wanted = tuple(cube.moments(release, self.level, also_empty=True))
        parents = {key: self.area[key] for key in ("province_code", "ggd_region_code", "gemeente_code")}
        rows = profile.profile(release, self.level, code, parents, wanted)
        trends = one_area.trends(release, self.level, code)
        return lines(self.indicator_texts, rows, trends, self.comparator, self.area["population"])

    @cached_property
    def lines(self) -> list[Line]:
        """The figures of the chosen domains."""
        return [line for line in self.all_lines if not self.domains or line.domain in self.domains]

    @cached_property
    def absent(self) -> list[str]:
        """Indicators of the chosen domains that are known of gemeenten, but that nobody delivers of such an area."""
        release = self.context.release
        here = {moment.indicator_id for moment in cube.moments(release, self.level, also_empty=True)}
        known = [moment.indicator_id for moment in cube.moments(release, "gemeente")]
        chosen = [
            item
            for item in known
            if not self.domains or domain_of(self.indicator_texts.rows[item]) in self.domains
        ]
        return [item for item in chosen if item not in here]

    @cached_property
    def years(self) -> dict[str, list[Row]]:
        """Per indicator all years of the area at the age of its line, hidden ones too, newest first."""
        ages = {line.indicator: line.age for line in self.lines}
        found: dict[str, list[Row]] = {}
        for row in one_area.all_years(self.context.release, self.level, self.area["code"]):
            if ages.get(row["indicator_id"]) == row["age"]:
                found.setdefault(row["indicator_id"], []).append(row)
        return found
