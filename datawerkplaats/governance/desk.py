"""The contact desk: incidents that close the gate, and questions, objections and requests with a deadline.

Nobody gives a name. Whoever reports something gets a code with which the status can be read, by anybody who has the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.register import SEVERITIES, there
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked, choice, plain
from datawerkplaats.workplace.store import Store, new_id

# Days to answer: questions of readers, and rights of persons by article 12 of the GDPR (one month). An incident about nothing
# that stands in the register is a report as well.
DEADLINES = {"question": 14, "objection": 30, "access": 30, "erasure": 30, "incident": 3}
# Days to find the cause; three days is what article 33 of the GDPR leaves for telling a breach.
INCIDENT_DAYS = {"serious": 3, "minor": 14}
ANSWERED_WITHIN = 5  # working days, what people at the desk hold themselves to
_CODE = 12  # of the id: 48 random bits
_SATURDAY = 5


@dataclass(frozen=True)
class Status:
    """What the code of a report tells: nothing of who reported, nothing of what was written."""

    kind: str
    received_on: str
    due_on: str
    status: str
    reply: str


@dataclass(frozen=True)
class Report:
    """Something somebody asked, without who it was."""

    id: str
    kind: str
    text: str
    received_on: str
    due_on: str
    status: str
    reply: str
    version: int

    def is_overdue(self, today: date) -> bool:
        """Whether its last day has passed without an answer."""
        return self.status == "open" and self.due_on < today.isoformat()


@dataclass(frozen=True)
class Timely:
    """How many messages were answered within five working days, of those whose five days are over or that are answered."""

    in_time: int
    of: int


def code_of(report_id: str) -> str:
    """The code that goes with a report, in three groups that can be read aloud."""
    return "-".join(re.findall("....", report_id[:_CODE].upper()))


def status_of(store: Store, code: str) -> Status:
    """The status of a report, for whoever has its code.

    Raises:
        DataProblem: `not_there`.
    """
    start = re.sub(r"[^0-9a-f]", "", code[:40].lower())
    with store.reading() as connection:
        for table, told in ((schema.report, _told), (schema.incident, _told_incident)):
            rows = connection.execute(sa.select(table).where(table.c.id.startswith(start))).fetchmany(2)
            if len(start) == _CODE and len(rows) == 1:
                return told(rows[0])
    raise DataProblem(
        "not_there", subject="report", expected="the code that was given, such as 3F2A-90BC-17DE",
        remedy="look at the code again, or report it anew",
    )  # fmt: skip


@needs(Right.READ)
def report_incident(store: Store, subject: Subject, /, system_id: str, severity: str, text: str) -> str:
    """The id of a new incident; a serious one closes the gate at once."""
    values = {
        "id": new_id(), "system_id": system_id, "severity": choice(severity, SEVERITIES, "severity"),
        "text": plain(text, "incident", most=2000), "role": str(subject.role_for(Right.READ)), "cause": "",
        "reported_at": store.clock().isoformat(timespec="seconds"),
    }  # fmt: skip
    with store.writing(subject, Right.READ) as write:
        there(write.connection, system_id)
        write.insert(schema.incident, values, "reported")
    return str(values["id"])


@needs(Right.AUDIT)
def close_incident(store: Store, subject: Subject, /, incident_id: str, cause: str) -> None:
    """Close an incident with its cause."""
    table = schema.incident
    with store.writing(subject, Right.AUDIT) as write:
        version = write.connection.execute(
            sa.select(table.c.version).where(table.c.id == incident_id, table.c.closed_at.is_(None))
        ).scalar_one_or_none()
        if version is None:
            raise DataProblem("not_there", subject="incident", remedy="choose an open one from the list")
        values = {
            "closed_at": store.clock().isoformat(timespec="seconds"),
            "cause": checked(cause, "cause", most=2000),
        }
        write.change(table, incident_id, version, values, "closed")


@needs(Right.READ)
def send_report(store: Store, subject: Subject, /, kind: str, text: str) -> str:
    """The id of a new question, objection or request; what is due when follows from its kind."""
    choice(kind, DEADLINES, "kind")
    today = store.clock().date()
    values = {
        "id": new_id(), "kind": kind, "text": plain(text, "report", most=2000), "received_on": today.isoformat(),
        "due_on": (today + timedelta(days=DEADLINES[kind])).isoformat(), "status": "open", "reply": "",
    }  # fmt: skip
    with store.writing(subject, Right.READ) as write:
        write.insert(schema.report, values, "received")
    return str(values["id"])


@needs(Right.AUDIT)
def reply_to(store: Store, subject: Subject, /, report_id: str, version: int, reply: str) -> None:
    """Answer a report and close it."""
    values = {"reply": checked(reply, "reply", most=2000), "status": "answered"}
    with store.writing(subject, Right.AUDIT) as write:
        write.change(schema.report, report_id, version, values, "answered")


@needs(Right.AUDIT)
def reports(store: Store, subject: Subject, /) -> list[Report]:
    """All reports, those that are due first at the top."""
    table = schema.report
    with store.reading() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.status != "open", table.c.due_on)).all()
    return [Report(r.id, r.kind, r.text, r.received_on, r.due_on, r.status, r.reply, r.version) for r in rows]


@needs(Right.AUDIT)
def incidents(store: Store, subject: Subject, /) -> list[Report]:
    """All incidents as reports, those that are due first at the top."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(schema.incident)).all()
    found = []
    for row in rows:
        told = _told_incident(row)
        found.append(
            Report(row.id, told.kind, row.text, told.received_on, told.due_on, told.status, row.cause, row.version)
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.status != "open", one.due_on, one.id))


@needs(Right.READ)
def waiting(store: Store, subject: Subject, /) -> tuple[int, int]:
    """How many reports and incidents wait for an answer, and how many of them are overdue; nothing of what they say."""
    today = store.clock().date().isoformat()
    with store.reading() as connection:
        told = [_told(row) for row in connection.execute(sa.select(schema.report))]
        told += [_told_incident(row) for row in connection.execute(sa.select(schema.incident))]
    due = [one.due_on for one in told if one.status == "open"]
    return len(due), sum(day < today for day in due)


@needs(Right.READ)
def answered_in_time(store: Store, subject: Subject, /) -> Timely:
    """How many messages were answered within five working days (Monday to Friday; holidays count as working days).

    One that still waits counts once its five days are over.
    """
    report, event = schema.report, schema.event
    today = store.clock().date()
    with store.reading() as connection:
        answered = sa.select(event.c.object_id, sa.func.min(event.c.at).label("at")).where(
            event.c.object_type == report.name, event.c.verb == "answered"
        )
        when = answered.group_by(event.c.object_id).subquery()
        rows = connection.execute(
            sa.select(report.c.received_on, when.c.at).outerjoin(when, when.c.object_id == report.c.id)
        ).all()
    last = [(working_day_after(date.fromisoformat(row.received_on), ANSWERED_WITHIN), row.at) for row in rows]
    in_time = sum(at is not None and datetime.fromisoformat(at).date() <= day for day, at in last)
    return Timely(in_time, sum(at is not None or day < today for day, at in last))


def working_day_after(day: date, count: int) -> date:
    """The working day that is so many working days later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def _told(row: sa.Row[Any]) -> Status:
    return Status(row.kind, row.received_on, row.due_on, row.status, row.reply)


def _told_incident(row: sa.Row[Any]) -> Status:
    received = date.fromisoformat(row.reported_at[:10])
    due = received + timedelta(days=INCIDENT_DAYS[row.severity])
    is_open = row.closed_at is None
    return Status(
        row.severity, received.isoformat(), due.isoformat(), "open" if is_open else "answered", row.cause
    )
