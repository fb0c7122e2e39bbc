"""At the table: what phones answer while a session is open, and what the screen shows of it.

A phone is a random word that only it knows; the store keeps a hash of that and the organisation, nothing of a person. Totals
always show; by organisation only from five answers of each, or an answer could be traced to its giver.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Role, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, Writing, new_id

ANSWERS = ("yes", "partly", "no")
KINDS = ("explanation", "question")
DOTS = 3  # per participant over the whole agenda
LEAST_BY_ORGANISATION = 5
_SHORTEST_DEVICE = 20


@dataclass(frozen=True)
class Place:
    """A phone at the table: what it needs to answer."""

    session_id: str
    participant_id: str
    subject: Subject


@dataclass(frozen=True)
class Totals:
    """What the screen shows of an item: answers of all, and by organisation where each has five or more."""

    recognised: dict[str, int]
    dots: int
    by_organisation: dict[str, dict[str, int]]


def join(store: Store, code: str, device: str, organisation: str) -> Place:
    """Take a seat with the code of a session; again with the same phone gives the same seat.

    Args:
        store: The store.
        code: The code on the screen.
        device: A random word that the phone made and keeps, at least 20 characters.
        organisation: One of the organisations of the session.

    Raises:
        DataProblem: If there is no such session, it is closed, or the organisation does not take part.
    """
    if len(device) < _SHORTEST_DEVICE:
        raise DataProblem(
            "input_refused", subject="phone", expected="a word of its own", remedy="open the code again"
        )
    hashed = hashlib.sha256(device.encode()).hexdigest()
    subject = Subject(f"phone {hashed[:12]}", frozenset({Role.PARTNER}), organisation)
    with store.writing(subject, Right.TAKE_PART) as write:
        row = session_with(write.connection, code)
        choice(organisation, row.organisations, "organisation")
        table = schema.participant
        seat = write.connection.execute(
            sa.select(table.c.id).where(table.c.session_id == row.id, table.c.device_hash == hashed)
        ).scalar_one_or_none()
        if seat is None:
            seat = new_id()
            values = {"id": seat, "session_id": row.id, "device_hash": hashed, "organisation": organisation}
            write.insert(table, values, "joined")
    return Place(row.id, str(seat), subject)


def organisations_of(store: Store, code: str) -> list[str]:
    """Who sits at the table of the session with this code.

    Raises:
        DataProblem: If there is no such session, or it is closed.
    """
    with store.reading() as connection:
        return list(session_with(connection, code).organisations)


def session_with(connection: sa.Connection, code: str, *, or_closed: bool = False) -> sa.Row[Any]:
    """The session with this code.

    Raises:
        DataProblem: `not_there` if there is none, or it is closed and that was not asked for.
    """
    row = connection.execute(
        sa.select(schema.session).where(schema.session.c.code == code.strip().upper())
    ).one_or_none()
    if row is None or (row.status == "closed" and not or_closed):
        raise DataProblem(
            "not_there",
            subject="session",
            expected="the code of a session that is going on",
            remedy="look at the screen",
        )
    return row


def own_answer(store: Store, place: Place, item_id: str) -> tuple[str | None, int]:
    """What this phone answered on an item, and its dots there."""
    table = schema.answer
    with store.reading() as connection:
        row = connection.execute(
            sa.select(table.c.recognised, table.c.dots).where(
                table.c.item_id == item_id, table.c.participant_id == place.participant_id
            )
        ).one_or_none()
    return (row.recognised, row.dots) if row else (None, 0)


def _open_item(write: Writing, place: Place, item_id: str) -> None:
    item, one = schema.session_item, schema.session
    status = write.connection.execute(
        sa.select(one.c.status)
        .join(item, item.c.session_id == one.c.id)
        .where(item.c.id == item_id, one.c.id == place.session_id)
    ).scalar_one_or_none()
    if status is None:
        raise DataProblem("not_there", subject="item", remedy="wait for the next item on the screen")
    if status != "open":
        raise DataProblem(
            "input_refused", subject="session", expected="one that is going on", remedy="tell it to the chair"
        )


def _set(write: Writing, place: Place, item_id: str, values: dict[str, Any], verb: str) -> None:
    table = schema.answer
    here = (table.c.item_id == item_id, table.c.participant_id == place.participant_id)
    if write.connection.execute(sa.update(table).where(*here).values(**values)).rowcount == 0:
        write.connection.execute(
            sa.insert(table).values(item_id=item_id, participant_id=place.participant_id, **values)
        )
    write.record("answer", f"{item_id}/{place.participant_id}", verb, values)


def recognise(store: Store, place: Place, item_id: str, answer: str) -> None:
    """Answer *do you recognise this picture?*; a second answer replaces the first, so a double tap counts once."""
    choice(answer, ANSWERS, "answer")
    with store.writing(place.subject, Right.TAKE_PART) as write:
        _open_item(write, place, item_id)
        _set(write, place, item_id, {"recognised": answer}, "recognised")


def put_dots(store: Store, place: Place, item_id: str, dots: int) -> None:
    """Put so many of one's three dots on an item.

    Raises:
        DataProblem: If that would be more than three over the whole agenda.
    """
    table = schema.answer
    with store.writing(place.subject, Right.TAKE_PART) as write:
        _open_item(write, place, item_id)
        elsewhere = write.connection.execute(
            sa.select(sa.func.coalesce(sa.func.sum(table.c.dots), 0)).where(
                table.c.participant_id == place.participant_id, table.c.item_id != item_id
            )
        ).scalar_one()
        if not 0 <= dots <= DOTS - elsewhere:
            raise DataProblem(
                "input_refused",
                subject="dots",
                expected=f"at most {DOTS} over all items",
                remedy="take one away elsewhere",
            )
        _set(write, place, item_id, {"dots": dots}, "put_dots")


def contribute(
    store: Store, place: Place, item_id: str, *, kind: str, text: str, may_be_quoted: bool = False
) -> str:
    """The id of an explanation or a question, which the chair sees before the screen does."""
    values = {
        "id": new_id(), "item_id": item_id, "participant_id": place.participant_id, "kind": choice(kind, KINDS, "kind"),
        "text": checked(text, "contribution"), "may_be_quoted": may_be_quoted, "status": "waiting",
    }  # fmt: skip
    with store.writing(place.subject, Right.TAKE_PART) as write:
        _open_item(write, place, item_id)
        write.insert(schema.contribution, values, "contributed")
    return str(values["id"])


@needs(Right.LEAD_SESSION)
def accept(store: Store, subject: Subject, /, contribution_id: str, *, is_shown: bool) -> None:
    """Let a contribution onto the screen and into the minutes, or leave it out."""
    table = schema.contribution
    with store.writing(subject, Right.LEAD_SESSION) as write:
        version = write.connection.execute(
            sa.select(table.c.version).where(table.c.id == contribution_id)
        ).scalar_one_or_none()
        if version is None:
            raise DataProblem("not_there", subject="contribution", remedy="choose one from the list")
        status = "shown" if is_shown else "left_out"
        write.change(table, contribution_id, version, {"status": status}, status)


@needs(Right.READ)
def totals(store: Store, subject: Subject, /, item_id: str) -> Totals:
    """What the table answered on an item."""
    answer, seat = schema.answer, schema.participant
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(answer.c.recognised, answer.c.dots, seat.c.organisation)
            .join(seat, seat.c.id == answer.c.participant_id)
            .where(answer.c.item_id == item_id)
        ).all()
    answered = [row for row in rows if row.recognised]
    groups = Counter(row.organisation for row in answered)
    # One group below five could be had by subtraction if the others were shown: then none is.
    is_split = len(groups) > 1 and min(groups.values()) >= LEAST_BY_ORGANISATION
    return Totals(
        {choice: sum(row.recognised == choice for row in answered) for choice in ANSWERS},
        sum(row.dots for row in rows),
        {
            name: {
                c: sum(row.recognised == c and row.organisation == name for row in answered) for c in ANSWERS
            }
            for name in sorted(groups)
        }
        if is_split
        else {},
    )


@dataclass(frozen=True)
class Contribution:
    """A contribution as it is read: without its giver."""

    id: str
    kind: str
    text: str
    may_be_quoted: bool
    status: str


@needs(Right.LEAD_SESSION)
def contributions(store: Store, subject: Subject, /, item_id: str) -> list[Contribution]:
    """All contributions to an item, for the chair."""
    table = schema.contribution
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(table).where(table.c.item_id == item_id).order_by(table.c.id)
        ).all()
    return [Contribution(r.id, r.kind, r.text, r.may_be_quoted, r.status) for r in rows]
