"""Sessions at the table: a chair prepares an agenda of views and leads; what phones answer stands in `table`.

Views are frozen to their release. What is changed live on the big screen becomes an item of its own, so that the minutes
hold both.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, Writing, new_id

TEMPLATES = ("interpretation", "world_cafe", "model_assumptions", "school_care_meeting", "learning_community")
STATUSES = ("prepared", "open", "closed")
# No letters or digits that are read as another.
_ALPHABET, _CODE_LENGTH = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 6
_MOST_ITEMS, _MOST_MINUTES, _MOST_ADDRESS = 40, 240, 2_000
# A browser reads a backslash as a slash and passes over tabs: `/\elsewhere.example` would lead away.
_OUR_OWN = re.compile(r"/(?!/)[^\\\x00-\x1f\x7f]*")


@dataclass(frozen=True)
class Item:
    """One point of the agenda: a view with its release."""

    id: str
    position: int
    title: str
    address: str
    release_id: str
    minutes: int
    changed_from: str | None


@dataclass(frozen=True)
class Session:
    """A session with its agenda."""

    id: str
    code: str
    template: str
    title: str
    held_on: str
    organisations: tuple[str, ...]
    status: str
    current_item: str | None
    version: int
    items: tuple[Item, ...]


def _refused(what: str, expected: str, remedy: str, found: str = "") -> DataProblem:
    return DataProblem("input_refused", subject=what, expected=expected, found=found, remedy=remedy)


def _row(connection: sa.Connection, session_id: str) -> sa.Row[Any]:
    row = connection.execute(sa.select(schema.session).where(schema.session.c.id == session_id)).one_or_none()
    if row is None:
        raise DataProblem("not_there", subject="session", remedy="choose one from the list of sessions")
    return row


def new_session(
    store: Store, *, title: str, held_on: date, organisations: list[str], template: str
) -> dict[str, Any]:
    """The row of a new session, checked and not yet written.

    Raises:
        DataProblem: If the day has passed, the template is unknown, or no organisation takes part.
    """
    if held_on < store.clock().date():
        raise _refused("held_on", "today or a later day", "choose the day of the session")
    names = list(dict.fromkeys(checked(name, "organisation", most=120) for name in organisations))
    if not names:
        raise _refused("organisations", "at least one", "name who sits at the table, as organisations")
    return {
        "id": new_id(), "code": "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)),
        "template": choice(template, TEMPLATES, "template"), "title": checked(title, "title", most=200),
        "held_on": held_on.isoformat(), "organisations": names, "status": "prepared",
    }  # fmt: skip


@needs(Right.LEAD_SESSION)
def prepare(
    store: Store,
    subject: Subject,
    /,
    *,
    title: str,
    held_on: date,
    organisations: list[str],
    template: str = "interpretation",
) -> str:
    """The id of a new session without an agenda.

    Raises:
        DataProblem: If the day has passed, the template is unknown, or no organisation takes part.
    """
    values = new_session(store, title=title, held_on=held_on, organisations=organisations, template=template)
    with store.writing(subject, Right.LEAD_SESSION) as write:
        write.insert(schema.session, values, "prepared")
    return str(values["id"])


@needs(Right.LEAD_SESSION)
def add_item(
    store: Store, subject: Subject, /, session_id: str, *, title: str, address: str, release_id: str, minutes: int = 15,
    changed_from: str | None = None,
) -> str:  # fmt: skip
    """The id of a new last item: a view as its address, frozen to a release.

    Raises:
        DataProblem: If the session is closed, the agenda is full, or the address is no page of ours.
    """
    if not _OUR_OWN.fullmatch(address) or len(address) > _MOST_ADDRESS:
        raise _refused(
            "address", "the address of one of our own pages, from the first slash", "add it from the page"
        )
    if not 1 <= minutes <= _MOST_MINUTES:
        raise _refused("minutes", f"1 to {_MOST_MINUTES}", "give the item a time that fits", str(minutes))
    with store.writing(subject, Right.LEAD_SESSION) as write:
        if _row(write.connection, session_id).status == "closed":
            raise _refused("session", "one that is not closed", "prepare a new session")
        return _added(
            write, session_id, checked(title, "title", most=200), address, release_id, minutes, changed_from
        )


def _added(
    write: Writing,
    session_id: str,
    title: str,
    address: str,
    release_id: str,
    minutes: int,
    changed_from: str | None,
) -> str:
    table = schema.session_item
    last = write.connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(table.c.position), 0)).where(table.c.session_id == session_id)
    ).scalar_one()
    if last >= _MOST_ITEMS:
        raise _refused("agenda", f"at most {_MOST_ITEMS} items", "split the session")
    values = {
        "id": new_id(), "session_id": session_id, "position": last + 1, "title": title, "address": address,
        "release_id": release_id, "minutes": minutes, "changed_from": changed_from,
    }  # fmt: skip
    write.insert(table, values, "added" if changed_from is None else "changed_live")
    return str(values["id"])


@needs(Right.LEAD_SESSION)
def show_item(store: Store, subject: Subject, /, session_id: str, item_id: str) -> None:
    """Put an item on the big screen and the phones; the first one opens the session.

    Raises:
        DataProblem: If the session has no agenda, is closed, or does not hold the item.
    """
    with store.writing(subject, Right.LEAD_SESSION) as write:
        row = _row(write.connection, session_id)
        if row.status == "closed":
            raise _refused("session", "one that is not closed", "prepare a new session")
        table = schema.session_item
        known = write.connection.execute(
            sa.select(table.c.id).where(table.c.id == item_id, table.c.session_id == session_id)
        ).one_or_none()
        if known is None:
            raise _refused("agenda", "an item of this session", "add a view to the agenda first")
        write.change(
            schema.session, session_id, row.version, {"status": "open", "current_item": item_id}, "showed"
        )


@needs(Right.LEAD_SESSION)
def close(store: Store, subject: Subject, /, session_id: str) -> None:
    """End a session: phones can answer no more."""
    with store.writing(subject, Right.LEAD_SESSION) as write:
        row = _row(write.connection, session_id)
        if row.status != "closed":
            write.change(schema.session, session_id, row.version, {"status": "closed"}, "closed")


@needs(Right.READ)
def session(store: Store, subject: Subject, /, session_id: str) -> Session:
    """A session with its agenda.

    Raises:
        DataProblem: `not_there`.
    """
    with store.reading() as connection:
        return _read(connection, _row(connection, session_id))


@needs(Right.READ)
def sessions(store: Store, subject: Subject, /) -> list[Session]:
    """All sessions, the newest day first."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(schema.session).order_by(schema.session.c.held_on.desc())).all()
        return [_read(connection, row) for row in rows]


def _read(connection: sa.Connection, row: sa.Row[Any]) -> Session:
    table = schema.session_item
    items = connection.execute(
        sa.select(table).where(table.c.session_id == row.id).order_by(table.c.position)
    )
    return Session(
        row.id, row.code, row.template, row.title, row.held_on, tuple(row.organisations), row.status, row.current_item,
        row.version,
        tuple(
            Item(i.id, i.position, i.title, i.address, i.release_id, i.minutes, i.changed_from) for i in items
        ),
    )  # fmt: skip
