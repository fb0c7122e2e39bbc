"""Whether people lean on an outcome too much: what an exercise with wrong advice came to, per group and never per person.

A group is counted once it is full, so that no difference between two totals is the result of one person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from datawerkplaats.governance.register import refused
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Role, Subject, needs
from datawerkplaats.workplace.store import Store, new_id

GROUP = 5  # people in a group that is counted
RUN = Subject("house", frozenset({Role.STEWARD}))  # the house itself, where it writes what it measured
_OBJECT = "over_reliance"


@dataclass(frozen=True)
class Reliance:
    """How often people moved towards wrong advice, over all groups."""

    people: int
    cases: int
    moved: int

    @property
    def share(self) -> float:
        """The share of the cases in which somebody moved towards the wrong advice."""
        return self.moved / self.cases


@needs(Right.REGISTER)
def add_group(store: Store, subject: Subject, /, moved: list[int], cases: int) -> None:
    """Count a group: how often each of its people moved towards the wrong advice is added up before it is written.

    Args:
        store: The store.
        subject: The house, or a steward.
        moved: Per person of the group how often.
        cases: How many cases each of them had.

    Raises:
        DataProblem: If it is no whole group, or somebody moved more often than there were cases.
    """
    if len(moved) != GROUP:
        raise refused("group", f"{GROUP} people", "wait until the group is full", str(len(moved)))
    if cases < 1 or not all(0 <= one <= cases for one in moved):
        raise refused("moved", "between 0 and the number of cases", "count anew")
    with store.writing(subject, Right.REGISTER) as write:
        body = {"people": GROUP, "cases": GROUP * cases, "moved": sum(moved)}
        write.record(_OBJECT, new_id(), "measured", body)


@needs(Right.READ)
def measured(store: Store, subject: Subject, /) -> Reliance | None:
    """What all groups came to; None while no group was counted."""
    event = schema.event
    with store.reading() as connection:
        bodies = connection.execute(
            sa.select(event.c.body).where(event.c.object_type == _OBJECT, event.c.verb == "measured")
        ).scalars()
        rows = [json.loads(body) for body in bodies]
    if not rows:
        return None
    return Reliance(*(sum(row[name] for row in rows) for name in ("people", "cases", "moved")))
