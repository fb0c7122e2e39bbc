"""Agreements: what organisations will do, by when, and the figures it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.figures import Figure, pinned
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, new_id

STATUSES = ("open", "busy", "done", "dropped")
UNFINISHED = ("open", "busy")


@dataclass(frozen=True)
class Agreement:
    """An agreement as it is read."""

    id: str
    session_id: str | None
    text: str
    organisation: str
    role: str
    due_on: str
    status: str
    figure_refs: tuple[str, ...]
    version: int

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed and it is not finished."""
        return self.status in UNFINISHED and self.due_on < today.isoformat()


@needs(Right.AGREE)
def agree(
    store: Store, subject: Subject, /, *, text: str, organisation: str, role: str, due_on: date,
    figures: list[Figure] | None = None, session_id: str | None = None,
) -> str:  # fmt: skip
    """The id of a new agreement.

    Raises:
        DataProblem: If its day has passed, a figure is hidden, or the text may not stand there.
    """
    if due_on < store.clock().date():
        raise DataProblem(
            "input_refused",
            subject="due_on",
            expected="today or a later day",
            remedy="agree on a day to come",
        )
    values = {
        "id": new_id(), "session_id": session_id, "text": checked(text, "agreement"),
        "organisation": checked(organisation, "organisation", most=120), "role": checked(role, "role", most=40),
        "due_on": due_on.isoformat(), "status": "open",
    }  # fmt: skip
    with store.writing(subject, Right.AGREE) as write:
        refs = [pinned(write, figure) for figure in figures or []]
        write.insert(schema.agreement, {**values, "figure_refs": refs}, "agreed")
    return str(values["id"])


@needs(Right.AGREE)
def move_agreement(store: Store, subject: Subject, /, agreement_id: str, version: int, status: str) -> None:
    """Say how far an agreement is."""
    choice(status, STATUSES, "status")
    with store.writing(subject, Right.AGREE) as write:
        write.change(schema.agreement, agreement_id, version, {"status": status}, status)


@needs(Right.READ)
def agreements(store: Store, subject: Subject, /, session_id: str | None = None) -> list[Agreement]:
    """Agreements, of one session or all: overdue first, then by day; finished ones last."""
    table = schema.agreement
    wanted = sa.select(table)
    if session_id is not None:
        wanted = wanted.where(table.c.session_id == session_id)
    with store.reading() as connection:
        found = [_agreement(row) for row in connection.execute(wanted)]
    return sorted(found, key=lambda one: (one.status not in UNFINISHED, one.due_on, one.id))


def _agreement(row: sa.Row[Any]) -> Agreement:
    return Agreement(
        row.id, row.session_id, row.text, row.organisation, row.role, row.due_on, row.status, tuple(row.figure_refs),
        row.version,
    )  # fmt: skip
