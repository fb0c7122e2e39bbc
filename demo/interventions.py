"""Three invented approaches in the register of the fictional province, frozen before anything of their outcome was known.

What is true of them stands in `demo/planted.py`, which is not read here: the register knows plans, the pages know counts.
"""

from __future__ import annotations

from datetime import UTC, datetime

from datawerkplaats import publication
from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace.interventions import plans, register_plan, report_reach
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.plans import Facts, Plan
from datawerkplaats.workplace.store import open_store
from demo.planted import NOTHING, START, UNSEEN, WORKS

OUTCOME, LEVEL, NEWEST = "youth_care_use_pct", "wijk", START - 1
_STEWARD = Subject("example-steward", frozenset({Role.STEWARD}), "Veenland (verzonnen)")
_FROZEN = datetime(START - 1, 11, 1, 9, tzinfo=UTC)
_PLANS = (
    ("Gezinscoach in de wijk (verzonnen)", "home_start", WORKS, "need", -0.15, 240),
    ("Inloop voor ouders (verzonnen)", "", NOTHING, "need", -0.20, 310),
    ("Maatje op school (verzonnen)", "schools_cool", UNSEEN, "falling", -0.10, 25),
)


def fill(settings: Settings) -> bool:
    """Register the examples; False where there is nothing of the demo, or it was done before."""
    served = publication.current(settings.publish_dir)
    if served.mode != "demo":
        return False
    store = open_store(settings, lambda: _FROZEN)
    try:
        if plans(store, _STEWARD):
            return False
        for title, approach, areas, chosen_by, smallest, reached in _PLANS:
            plan = Plan(
                title, approach, OUTCOME, LEVEL, dict.fromkeys(areas, START), (), chosen_by, "lower", smallest
            )
            facts = Facts(
                served.id, is_known=True, is_modelled=False, is_retired=False, newest_year=NEWEST,
                years_before=5, events=100, donors=100, areas=frozenset(areas), promised=None,
            )  # fmt: skip
            made = register_plan(store, _STEWARD, plan, facts)
            report_reach(store, _STEWARD, made, 1, reached)
        return True
    finally:
        store.engine.dispose()
