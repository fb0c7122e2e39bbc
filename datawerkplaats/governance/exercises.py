"""The yearly exercise with a scenario card: what was learned, and which questions should have shown it before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from datawerkplaats.governance.declarations import Governance
from datawerkplaats.governance.register import refused
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import choice, plain
from datawerkplaats.workplace.store import Store, new_id


@dataclass(frozen=True)
class Exercise:
    """An exercise that was held."""

    id: str
    held_on: str
    scenario: str
    learned: str
    signalled_by: tuple[str, ...]


@needs(Right.DECIDE)
def record(
    store: Store, subject: Subject, /, governance: Governance, *, held_on: date, scenario: str, learned: str,
    signalled_by: list[str],
) -> str:  # fmt: skip
    """The id of an exercise that was held.

    Raises:
        DataProblem: If its day is still to come, the card or a question is unknown, or no question is named.
    """
    if held_on > store.clock().date():
        raise refused("held_on", "today or an earlier day", "record it once it was held")
    questions = list(dict.fromkeys(signalled_by))
    if not questions:
        raise refused("questions", "at least one", "name the questions that should have shown it")
    for one in questions:
        choice(one, governance.questions, "question")
    values = {
        "id": new_id(), "held_on": held_on.isoformat(), "scenario": choice(scenario, governance.scenarios, "card"),
        "learned": plain(learned, "learned", most=2000), "signalled_by": questions,
        "role": str(subject.role_for(Right.DECIDE)),
    }  # fmt: skip
    with store.writing(subject, Right.DECIDE) as write:
        write.insert(schema.exercise, values, "held")
    return str(values["id"])


@needs(Right.READ)
def exercises(store: Store, subject: Subject, /) -> list[Exercise]:
    """All exercises, the newest first."""
    table = schema.exercise
    with store.reading() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.held_on.desc(), table.c.id)).all()
    return [Exercise(r.id, r.held_on, r.scenario, r.learned, tuple(r.signalled_by)) for r in rows]


@needs(Right.READ)
def due_on(store: Store, subject: Subject, /, governance: Governance) -> date | None:
    """The day by which the next exercise is held: so long after the last one, or after the first decision; None without any."""
    with store.reading() as connection:
        last = connection.execute(sa.select(sa.func.max(schema.exercise.c.held_on))).scalar_one()
        first = connection.execute(sa.select(sa.func.min(schema.decision.c.decided_on))).scalar_one()
    since = last or first
    return date.fromisoformat(since) + timedelta(days=governance.exercise.every_days) if since else None
