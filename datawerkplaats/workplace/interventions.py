"""What we do: local interventions whose plan is frozen before anything of the outcome after the start is known.

A plan that could be changed afterwards, or an outcome that a model has worked out, can be made to say anything. So what cannot be
judged honestly is refused here, each with its own sentence, and nothing of it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.plans import Facts, Plan, check_plan, refused
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, Writing, new_id

STATUSES = ("running", "ended", "dropped")
LEAST_REACHED = 10


@dataclass(frozen=True)
class Registered:
    """A plan as it is read, with how it goes."""

    id: str
    plan: Plan
    organisation: str
    release_id: str
    newest_known: int
    promised: float | None
    plan_hash: str
    frozen_on: str
    reached: int | None
    status: str
    version: int

    @property
    def is_whole(self) -> bool:
        """Whether the plan is still what was frozen."""
        return self.plan.hash == self.plan_hash


@needs(Right.AGREE)
def register_plan(store: Store, subject: Subject, /, plan: Plan, facts: Facts) -> str:
    """The id of a plan that is frozen now.

    Raises:
        DataProblem: One code for each reason why it cannot be judged; nothing is stored then.
    """
    check_plan(plan, facts)
    values = {
        "id": new_id(),
        **_values(plan, facts),
        "organisation": subject.organisation,
        "status": "running",
    }
    with store.writing(subject, Right.AGREE) as write:
        _not_overlapping(write, plan, "")
        values["frozen_on"] = store.clock().date().isoformat()
        write.insert(schema.local_intervention, values, "frozen")
    return str(values["id"])


@needs(Right.AGREE)
def change_plan(
    store: Store, subject: Subject, /, plan_id: str, version: int, plan: Plan, facts: Facts
) -> None:
    """Freeze a plan anew, as long as nothing has begun; the log keeps what it was.

    Raises:
        DataProblem: `plan_begun` once the old plan has begun, or what `register_plan` says.
    """
    old = next((one for one in plans(store, subject) if one.id == plan_id), None)
    if old is None or old.plan.first <= store.clock().year or old.plan.first <= facts.newest_year:
        begun = str(old.plan.first) if old else ""
        raise refused(
            "plan_begun", "plan", begun, "a plan that has not begun", "register a new plan with a later start"
        )
    check_plan(plan, facts)
    with store.writing(subject, Right.AGREE) as write:
        _not_overlapping(write, plan, plan_id)
        write.change(schema.local_intervention, plan_id, version, _values(plan, facts), "frozen_anew")


@needs(Right.AGREE)
def report_reach(store: Store, subject: Subject, /, plan_id: str, version: int, reached: int) -> None:
    """Say how many people were reached.

    Raises:
        DataProblem: `reach_small` under 10: so few could be known by name.
    """
    if reached < LEAST_REACHED:
        raise refused(
            "reach_small",
            "reached",
            f"fewer than {LEAST_REACHED}",
            f"at least {LEAST_REACHED}",
            "tell it once there are more",
        )
    with store.writing(subject, Right.AGREE) as write:
        write.change(schema.local_intervention, plan_id, version, {"reached": reached}, "reached")


@needs(Right.AGREE)
def end_plan(store: Store, subject: Subject, /, plan_id: str, version: int, status: str) -> None:
    """Say that a plan has ended, or was dropped; it stays on the page."""
    choice(status, STATUSES, "status")
    with store.writing(subject, Right.AGREE) as write:
        write.change(schema.local_intervention, plan_id, version, {"status": status}, status)


@needs(Right.READ)
def plans(store: Store, subject: Subject, /) -> list[Registered]:
    """All plans: running ones first, then by their start."""
    with store.reading() as connection:
        found = [_registered(row) for row in connection.execute(sa.select(schema.local_intervention))]
    return sorted(found, key=lambda one: (one.status != "running", one.plan.first, one.id))


def _values(plan: Plan, facts: Facts) -> dict[str, Any]:
    title = checked(plan.title, "title", most=200)
    kept = Plan(**{**vars(plan), "title": title})
    return {
        **vars(kept), "starts": dict(plan.starts), "comparison": list(plan.comparison), "release_id": facts.release_id,
        "newest_known": facts.newest_year, "promised": facts.promised, "plan_hash": kept.hash,
    }  # fmt: skip


def _not_overlapping(write: Writing, plan: Plan, plan_id: str) -> None:
    table = schema.local_intervention
    rows = write.connection.execute(
        sa.select(table.c.starts, table.c.id).where(
            table.c.indicator_id == plan.indicator_id, table.c.status == "running", table.c.id != plan_id
        )
    )
    both = sorted({code for starts, _ in rows for code in starts} & set(plan.starts))
    if both:
        raise refused(
            "plan_overlapping",
            "areas",
            both[0],
            "areas without another plan for this outcome",
            "choose others, or end the other plan",
        )


def _registered(row: sa.Row[Any]) -> Registered:
    plan = Plan(
        row.title, row.approach, row.indicator_id, row.region_level, dict(row.starts), tuple(row.comparison), row.chosen_by,
        row.aim, row.smallest_effect, row.end_year,
    )  # fmt: skip
    return Registered(
        row.id, plan, row.organisation, row.release_id, row.newest_known, row.promised, row.plan_hash, row.frozen_on,
        row.reached, row.status, row.version,
    )  # fmt: skip
