"""One invented programme of the fictional province: three goals that begin at published figures, and what was told of them.

The figures are read from the publication, as anybody else's would be; what is reached and delivered is made up, and says so.
"""

from __future__ import annotations

from datetime import UTC, datetime

from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.settings import Settings
from datawerkplaats.publication.store import Publication
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.goals import Goal
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.programmes import add_goal, begin_programme, programmes, tell_progress
from datawerkplaats.workplace.store import open_store

TITLE = "Samen minder eenzaam (verzonnen)"
FIRST, LAST = 2023, 2028
_STEWARD = Subject("example-steward", frozenset({Role.STEWARD}), "Veenland (verzonnen)")
_TOLD = datetime(2024, 5, 15, 9, tzinfo=UTC)
_FIGURE = """select value, lower, upper from core.fct_observation where indicator_id = ? and region_code = ? and year = ?
             and age_band = ? and sex = 'total' order by region_vintage desc limit 1"""
# Goal, where it begins, and what was told: one figure that comes now and then, one that is counted, one that a model works out.
GOALS = (
    (
        Goal("Minder volwassenen zijn eenzaam", "GGD Veenland (verzonnen)", 47.0, LAST, 1500),
        Selection("loneliness_djg_pct", "GG9901", 2022, "18+"),
        (("reach", "", 240, 0), ("delivery", "trainingen voor vrijwilligers", 14, 24),
         ("step", "huisartsen die naar het buurtpunt verwijzen", 6, 20)),
    ),
    (
        Goal("Minder kinderen in Turfhaven hebben jeugdhulp nodig", "Gemeente Turfhaven (verzonnen)", 11.5, 2027, 400),
        Selection("youth_care_use_pct", "GM9901", 2021),
        (("reach", "", 85, 0), ("delivery", "scholen met een gezinscoach", 5, 9)),
    ),
    (
        Goal("In de eerste wijk van Turfhaven kent iedereen een buur", "Buurtpunt (verzonnen)", 48.0, LAST, 200),
        Selection("loneliness_djg_pct", "WK990101", 2022, "18+"),
        (("step", "straten met een buurtgroep", 11, 30),),
    ),
)  # fmt: skip


def fill(settings: Settings) -> bool:
    """Begin the example; False where there is nothing of the demo, or it was done before."""
    served = publication.current(settings.publish_dir)
    if served.mode != "demo":
        return False
    store = open_store(settings, lambda: _TOLD)
    try:
        if programmes(store, _STEWARD):
            return False
        made = begin_programme(store, _STEWARD, TITLE, FIRST, LAST)
        for goal, at, told in GOALS:
            begin = _figure(served, at)
            if begin.value is None:  # a region of the demo may be made with fewer sources
                continue
            one = add_goal(store, _STEWARD, made, goal, begin, is_followed=True)
            for kind, what, done, planned in told:
                tell_progress(store, _STEWARD, one, kind, done, what=what, planned=planned)
        return True
    finally:
        store.engine.dispose()


def _figure(served: Publication, at: Selection) -> Figure:
    """The figure as the publication shows it."""
    with connect_read_only(served.path) as con:
        found = con.execute(_FIGURE, [at.indicator_id, at.region_code, at.year, at.age]).fetchone()
    return Figure(served.id, at, *(found or (None,)))
