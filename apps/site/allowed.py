"""What may be on the public site: nothing of partners and nothing predicted, unless a decision of the gate says *openbaar*."""

from __future__ import annotations

from dataclasses import dataclass

from apps.dashboard.data import predictions, queries
from apps.dashboard.data.release import Release, Row, records
from datawerkplaats import publication
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance.openbaar import outside

_PREDICTED = """
select o.region_code as code, o.indicator_id, i.title_nl, i.title_en, o.year, o.age_band as age, o.value, o.lower, o.upper,
    i.unit, i.decimals
from core.fct_observation as o join core.dim_indicator as i using (indicator_id)
where o.sex = 'total' and o.value is not null
qualify o.year = max(o.year) over (partition by o.indicator_id, o.region_code)
order by o.region_code, o.indicator_id"""


@dataclass(frozen=True)
class Allowed:
    """What the site may show.

    Attributes:
        closed: Indicators that it does not show.
        predicted: By area the predictions that it shows; empty without a decision.
        opened: The sources, and what predicts, that a decision opened.
    """

    closed: frozenset[str]
    predicted: dict[str, list[Row]]
    opened: frozenset[str] = frozenset()


def allowed(settings: Settings, release: Release) -> Allowed:
    """What the decisions of now let this release show to everybody.

    Raises:
        DataProblem: If the register or the file with predictions cannot be read.
    """
    seen = outside(publication.of_file(release.path), settings)
    closed = frozenset(
        row["indicator_id"] for row in queries.indicators(release) if not seen.shows(row["source_id"])
    )
    predicted: dict[str, list[Row]] = {}
    if seen.predictions:
        for row in records(predictions.opened(release).identity, _PREDICTED):
            predicted.setdefault(row["code"], []).append(row)
    return Allowed(closed, predicted, seen.opened)
