"""Windows at the tables of a world café: each sits at one with the session's code, and no name is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.declarations import Governance, Value
from datawerkplaats.governance.register import refused
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Role, Subject
from datawerkplaats.workplace.prose import choice
from datawerkplaats.workplace.store import Store, new_id
from datawerkplaats.workplace.table import session_with

TEMPLATE = "world_cafe"
MOST_PEOPLE = 50


@dataclass(frozen=True)
class Seat:
    """A window at a table: what it needs to write."""

    session_id: str
    table: Value
    subject: Subject


def is_cafe(store: Store, code: str) -> bool:
    """Whether the session with this code is a world café, also one that is over.

    Raises:
        DataProblem: If there is no such session.
    """
    with store.reading() as connection:
        return bool(session_with(connection, code, or_closed=True).template == TEMPLATE)


def sit(store: Store, governance: Governance, code: str, table: str, people: int) -> Seat:
    """Open a table, or sit down at one that is open; again changes nothing.

    Args:
        store: The store.
        governance: What is declared of the café.
        code: The code on the screen.
        table: The value that the table is about.
        people: How many sit there, which counts for the table as it is opened.

    Raises:
        DataProblem: If there is no such session or table, or the number cannot be.
    """
    choice(table, governance.world_cafe.tables, "table")
    seat = seat_at(store, governance, code, table)
    if seat is not None:
        return seat
    if not 1 <= people <= MOST_PEOPLE:
        raise refused("people", f"1 to {MOST_PEOPLE}", "count who sits at this table", str(people))
    subject = _subject(table)
    with store.writing(subject, Right.TAKE_PART) as write:
        session_id = session_with(write.connection, code).id
        if table_row(write.connection, session_id, table) is None:
            values = {
                "id": new_id(), "session_id": session_id, "place": table, "people": people, "handed_over": 0,
                "picks": [], "judged": {}, "remark": "",
            }  # fmt: skip
            write.insert(schema.cafe_table, values, "opened")
    return Seat(str(session_id), _value(governance, table), subject)


def seat_at(store: Store, governance: Governance, code: str, table: str) -> Seat | None:
    """A seat at a table that was opened; None at one that was not yet. When the café is over it can only look.

    Raises:
        DataProblem: If there is no such café or table.
    """
    choice(table, governance.world_cafe.tables, "table")
    with store.reading() as connection:
        row = session_with(connection, code, or_closed=True)
        if row.template != TEMPLATE:
            raise DataProblem(
                "not_there",
                subject="session",
                expected="the code of a world café",
                remedy="look at the screen",
            )
        if table_row(connection, row.id, table) is None:
            return None
    return Seat(row.id, _value(governance, table), _subject(table))


def table_row(connection: sa.Connection, session_id: str, table: str) -> sa.Row[Any] | None:
    """The row of a table; None before it is opened."""
    one = schema.cafe_table
    return connection.execute(
        sa.select(one).where(one.c.session_id == session_id, one.c.place == table)
    ).one_or_none()


def _value(governance: Governance, table: str) -> Value:
    return next(one for one in governance.world_cafe.tables if one == table)


def _subject(table: str) -> Subject:
    return Subject(f"table {table}", frozenset({Role.PARTNER}))
