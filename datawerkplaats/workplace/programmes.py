"""A programme of the region: goals that begin at a figure of a release, and what is told of them on the way.

Nothing here says that the programme did anything: that is asked of a plan (`interventions`), on counts and beside other areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.figures import Figure, figure_of, pinned
from datawerkplaats.workplace.goals import Goal
from datawerkplaats.workplace.interventions import LEAST_REACHED, STATUSES
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.plans import refused
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, new_id

KINDS = ("reach", "delivery", "step")
REACH = "reach"


@dataclass(frozen=True)
class Progress:
    """What was told at one moment: how much of what was planned is done.

    Args:
        kind: `reach` (people), `delivery` (what was promised) or `step` (something in between that is counted).
        what: What is counted; empty for reach.
        done: How many.
        planned: Out of how many.
        told_on: The day, as in 2026-01-31.
    """

    kind: str
    what: str
    done: int
    planned: int
    told_on: str


@dataclass(frozen=True)
class Followed:
    """A goal as it is read: where it begins, and everything that was told of it, oldest first."""

    id: str
    goal: Goal
    begin: Figure
    progress: tuple[Progress, ...]

    @property
    def newest(self) -> list[Progress]:
        """What was told last of each thing that is counted: reach first, then deliveries and steps."""
        last = {(one.kind, one.what.casefold()): one for one in self.progress}
        return sorted(last.values(), key=lambda one: KINDS.index(one.kind))


@dataclass(frozen=True)
class Programme:
    """A programme as it is read."""

    id: str
    title: str
    organisation: str
    first_year: int
    last_year: int
    status: str
    goals: tuple[Followed, ...]
    version: int


@needs(Right.AGREE)
def begin_programme(store: Store, subject: Subject, /, title: str, first_year: int, last_year: int) -> str:
    """The id of a new programme.

    Raises:
        DataProblem: `plan_start_after_end`, or `text_refused`; nothing is stored then.
    """
    if first_year > last_year:
        raise refused(
            "plan_start_after_end", "first_year", str(first_year), f"at most {last_year}", "turn them around"
        )
    values = {
        "id": new_id(), "title": checked(title, "title", most=200), "organisation": subject.organisation,
        "first_year": first_year, "last_year": last_year, "status": "running",
    }  # fmt: skip
    with store.writing(subject, Right.AGREE) as write:
        write.insert(schema.programme, values, "begun")
    return str(values["id"])


@needs(Right.AGREE)
def add_goal(
    store: Store, subject: Subject, /, programme_id: str, goal: Goal, begin: Figure, *, is_followed: bool
) -> str:
    """The id of a new goal, which begins at a figure as the release shows it: nobody types it.

    Args:
        store: The store.
        subject: Who acts.
        programme_id: The programme.
        goal: What is wanted.
        begin: The figure it begins at.
        is_followed: Whether the indicator is still followed.

    Raises:
        DataProblem: `plan_outcome_retired`, `figure_hidden`, `goal_year`, `goal_same`, `reach_small`, `text_refused` or
            `not_there`; nothing is stored then.
    """
    at = begin.selection
    if not is_followed:
        raise refused(
            "plan_outcome_retired",
            at.indicator_id,
            "",
            "a figure that is still followed",
            "choose another figure",
        )
    if goal.target_year <= at.year:
        raise refused(
            "goal_year",
            "target_year",
            str(goal.target_year),
            f"a year after {at.year}",
            "choose a later year",
        )
    if begin.value is not None and abs(goal.target - begin.value) < 1e-9:
        raise refused("goal_same", "target", f"{goal.target:g}", "another figure", "say what has to change")
    if goal.people < LEAST_REACHED:
        raise refused(
            "reach_small",
            "people",
            f"fewer than {LEAST_REACHED}",
            f"at least {LEAST_REACHED}",
            "set a larger goal",
        )
    values = {
        "id": new_id(), "programme_id": programme_id, "title": checked(goal.title, "title", most=200),
        "owner": checked(goal.owner, "owner", most=120), "target": goal.target, "target_year": goal.target_year,
        "people": goal.people,
    }  # fmt: skip
    with store.writing(subject, Right.AGREE) as write:
        table = schema.programme
        running = sa.select(table.c.id).where(table.c.id == programme_id, table.c.status == "running")
        _there(write.connection.execute(running).scalar_one_or_none(), programme_id)
        write.insert(schema.goal, {**values, "figure_ref_id": pinned(write, begin)}, "set")
    return str(values["id"])


@needs(Right.AGREE)
def tell_progress(
    store: Store, subject: Subject, /, goal_id: str, kind: str, done: int, *, what: str = "", planned: int = 0
) -> None:
    """Say how many people were reached, or how much of what was planned is done. What was told before stays.

    Args:
        store: The store.
        subject: Who acts.
        goal_id: The goal.
        kind: One of `KINDS`.
        done: How many.
        what: What is counted; not asked for reach.
        planned: Out of how many; for reach what the goal says.

    Raises:
        DataProblem: `reach_small` for fewer than ten people, `input_refused`, `text_refused` or `not_there`.
    """
    choice(kind, KINDS, "kind")
    if kind == REACH and done < LEAST_REACHED:
        raise refused(
            "reach_small",
            "done",
            f"fewer than {LEAST_REACHED}",
            f"at least {LEAST_REACHED}",
            "tell it once there are more",
        )
    if done < 0 or (kind != REACH and planned < 1):
        raise DataProblem(
            "input_refused", subject="planned", expected="at least 1 planned, and none or more done", remedy="count them"
        )  # fmt: skip
    told = "" if kind == REACH else checked(what, "what", most=200)
    with store.writing(subject, Right.AGREE) as write:
        table = schema.goal
        people = write.connection.execute(
            sa.select(table.c.people).where(table.c.id == goal_id)
        ).scalar_one_or_none()
        _there(people, goal_id)
        values = {
            "id": new_id(), "goal_id": goal_id, "kind": kind, "what": told, "done": done,
            "planned": people if kind == REACH else planned, "told_on": store.clock().date().isoformat(),
            "position": write.number,
        }  # fmt: skip
        write.insert(schema.progress, values, "told")


@needs(Right.AGREE)
def end_programme(store: Store, subject: Subject, /, programme_id: str, version: int, status: str) -> None:
    """Say that a programme has ended, or was dropped; it stays on the page."""
    choice(status, STATUSES, "status")
    with store.writing(subject, Right.AGREE) as write:
        write.change(schema.programme, programme_id, version, {"status": status}, status)


@needs(Right.READ)
def programmes(store: Store, subject: Subject, /) -> list[Programme]:
    """All programmes with their goals: running ones first, then by their first year."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(schema.programme)).all()
        pins = connection.execute(sa.select(schema.figure_ref)).mappings().all()
        goals = connection.execute(sa.select(schema.goal)).all()
        table = schema.progress
        told = connection.execute(sa.select(table).order_by(table.c.position)).all()
    figures = {str(row["id"]): figure_of(dict(row)) for row in pins}
    by_goal: dict[str, list[Progress]] = {}
    for row in told:
        by_goal.setdefault(row.goal_id, []).append(
            Progress(row.kind, row.what, row.done, row.planned, row.told_on)
        )
    by_programme: dict[str, list[Followed]] = {}
    for row in goals:
        goal = Goal(row.title, row.owner, row.target, row.target_year, row.people)
        followed = Followed(row.id, goal, figures[row.figure_ref_id], tuple(by_goal.get(row.id, ())))
        by_programme.setdefault(row.programme_id, []).append(followed)
    found = [_programme(row, by_programme.get(row.id, [])) for row in rows]
    return sorted(found, key=lambda one: (one.status != "running", one.first_year, one.title))


def _programme(row: sa.Row[Any], goals: list[Followed]) -> Programme:
    ordered = tuple(sorted(goals, key=lambda one: (one.goal.target_year, one.goal.title)))
    return Programme(
        row.id, row.title, row.organisation, row.first_year, row.last_year, row.status, ordered, row.version
    )


def _there(found: object, asked: str) -> None:
    if found is None:
        raise DataProblem(
            "not_there", subject="programme", where=asked, remedy="open the page anew and choose again"
        )
