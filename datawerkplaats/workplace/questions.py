"""The list of questions: what organisations want to know, and which figure, gap or data holder answers it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, Writing, new_id

ANSWERED_BY = ("nothing", "figure", "gap", "data_holder")
STATUSES = ("open", "answered", "dropped")
PRIORITIES = (1, 2, 3)


@dataclass(frozen=True)
class Question:
    """A question as it is read. `source` says where it came from: typed, a note or an entry of the gap list."""

    id: str
    text: str
    organisation: str
    priority: int
    answered_by: str
    answer: str
    source: str
    status: str
    version: int


@needs(Right.ASK)
def ask(store: Store, subject: Subject, /, text: str, *, priority: int = 2, source: str = "typed") -> str:
    """The id of a new question of the subject's organisation."""
    if priority not in PRIORITIES:
        raise DataProblem(
            "input_refused", subject="priority", expected="1 (first), 2 or 3", remedy="choose one of them"
        )
    values = {
        "id": new_id(), "text": checked(text, "question"), "organisation": subject.organisation, "priority": priority,
        "answered_by": "nothing", "answer": "", "source": source[:80], "status": "open",
    }  # fmt: skip
    with store.writing(subject, Right.ASK) as write:
        write.insert(schema.question, values, "asked")
    return str(values["id"])


def enters(
    write: Writing, text: str, organisation: str, source: str, *, answered_by: str = "nothing"
) -> None:
    """Put on the list what arose elsewhere, in the transaction of that; once per source."""
    table = schema.question
    known = write.connection.execute(sa.select(table.c.id).where(table.c.source == source)).first()
    if known is None:
        values = {
            "id": new_id(), "text": text, "organisation": organisation, "priority": 2, "answered_by": answered_by,
            "answer": "", "source": source, "status": "open",
        }  # fmt: skip
        write.insert(table, values, "entered")


@needs(Right.ASK)
def ask_gap(store: Store, subject: Subject, /, indicator_id: str, title: str) -> None:
    """Put a gap of the gap list on the list of questions: somebody needs this figure. A second time changes nothing.

    Args:
        store: The store.
        subject: Who needs it.
        indicator_id: The gap.
        title: What it is called on the pages.
    """
    with store.writing(subject, Right.ASK) as write:
        source = f"gap:{indicator_id}"[:80]
        enters(write, checked(title, "question"), subject.organisation, source, answered_by="gap")


@needs(Right.MODERATE)
def answer(
    store: Store,
    subject: Subject,
    /,
    question_id: str,
    version: int,
    *,
    answered_by: str,
    text: str,
    status: str = "answered",
) -> None:
    """Say what answers a question: a figure, a gap on the list, or somebody who holds the data."""
    values = {
        "answered_by": choice(answered_by, ANSWERED_BY, "answered_by"), "answer": checked(text, "answer", most=400),
        "status": choice(status, STATUSES, "status"),
    }  # fmt: skip
    with store.writing(subject, Right.MODERATE) as write:
        write.change(schema.question, question_id, version, values, "answered")


@needs(Right.READ)
def questions(store: Store, subject: Subject, /) -> list[Question]:
    """All questions: open ones first, by priority."""
    table = schema.question
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(table).order_by(table.c.status != "open", table.c.priority, table.c.id)
        ).all()
    return [
        Question(
            r.id, r.text, r.organisation, r.priority, r.answered_by, r.answer, r.source, r.status, r.version
        )
        for r in rows
    ]
