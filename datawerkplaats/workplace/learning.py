"""What learners predicted in a lesson: kept without who they are, and shown as a group from five on.

A learner's identity is hashed with the lesson, so that a prediction can be changed by its giver and be traced by nobody.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store, new_id

LEAST_IN_A_GROUP = 5
_MOST = 40


@needs(Right.TAKE_PART)
def predict(
    store: Store, subject: Subject, /, lesson: str, step: str, value: str, *, group: str = ""
) -> None:
    """Keep what a learner expects; a second time it takes the place of the first.

    Args:
        store: The store.
        subject: Who learns.
        lesson: The lesson.
        step: The step of it.
        value: A number or an option, as `catalogue.lessons.checked_prediction` lets through.
        group: The code of the session at which it is followed, or nothing.
    """
    if not value or max(map(len, (value, step, lesson))) > 2 * _MOST or len(group) > _MOST:
        raise DataProblem(
            "input_refused", subject="prediction", expected="one of the answers", remedy="answer again"
        )
    table = schema.lesson_answer
    learner = hashlib.sha256(f"{lesson}\0{group}\0{subject.id}".encode()).hexdigest()
    key = {"lesson": lesson, "step": step, "group_code": group, "learner": learner}
    with store.writing(subject, Right.TAKE_PART) as write:
        row = write.connection.execute(
            sa.select(table.c.id, table.c.version).where(
                *(table.c[name] == told for name, told in key.items())
            )
        ).one_or_none()
        if row is None:
            write.insert(table, {"id": new_id(), **key, "value": value[:_MOST]}, "predicted")
        else:
            write.change(table, row.id, row.version, {"value": value[:_MOST]}, "predicted")


@needs(Right.READ)
def predictions_of(
    store: Store, subject: Subject, /, lesson: str, step: str, *, group: str = ""
) -> list[str]:
    """What the group expected, in the order of the answers; nothing below five learners."""
    table = schema.lesson_answer
    with store.reading() as connection:
        found = connection.execute(
            sa.select(table.c.value).where(
                table.c.lesson == lesson, table.c.step == step, table.c.group_code == group
            )
        ).scalars()
        values = sorted(found)
    return values if len(values) >= LEAST_IN_A_GROUP else []
