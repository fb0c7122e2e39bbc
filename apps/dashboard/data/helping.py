"""What is known to help with which figure, as a publication has it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from apps.dashboard.data.cache import cached
from apps.dashboard.data.release import Identity, Release, has_tables, query
from datawerkplaats.base.errors import Language

TABLE = "core.bridge_intervention_indicator"


class Approach(NamedTuple):
    """One intervention in the language of the page, with the indicators that it works on."""

    id: str
    name: str
    owner: str
    register: str
    url: str
    level: str
    recognised_on: date | None
    checked_on: date | None
    youngest: int
    oldest: int
    audience: str
    description: str
    indicators: tuple[str, ...]

    def is_for(self, ages: tuple[int, int]) -> bool:
        """Whether it is meant for somebody of these ages."""
        return self.youngest <= ages[1] and ages[0] <= self.oldest


def approaches(release: Release, language: Language) -> tuple[Approach, ...] | None:
    """All interventions by name; None where the publication is from before they were kept."""
    if not has_tables(release, TABLE):
        return None
    return _approaches(release.identity, language)


@cached(4)
def _approaches(identity: Identity, language: Language) -> tuple[Approach, ...]:
    sql = f"""select intervention_id, name, coalesce(owner, '') as owner, register_{language} as register, register_url, level,
                     recognised_on, checked_on, youngest_age, oldest_age, audience_{language} as audience,
                     description_{language} as description, list(indicator_id order by indicator_id) as indicators
              from {TABLE} group by all order by name"""
    return tuple(Approach._make((*row[:-1], tuple(row[-1]))) for row in query(identity, sql).rows)
