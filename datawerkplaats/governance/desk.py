"""The contact desk: incidents that close the gate, and questions, objections and requests with a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.register import SEVERITIES
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, new_id

# Days to answer: questions of readers, and rights of persons by article 12 of the GDPR (one month).
DEADLINES = {"question": 14, "objection": 30, "access": 30, "erasure": 30}


@needs(Right.READ)
def report_incident(store: Store, subject: Subject, /, system_id: str, severity: str, text: str) -> str:
    """The id of a new incident; a serious one closes the gate at once."""
    values = {
        "id": new_id(), "system_id": system_id, "severity": choice(severity, SEVERITIES, "severity"),
        "text": checked(text, "incident", most=2000), "role": str(subject.role_for(Right.READ)), "cause": "",
        "reported_at": store.clock().isoformat(timespec="seconds"),
    }  # fmt: skip
    with store.writing(subject, Right.READ) as write:
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


@needs(Right.READ)
def send_report(store: Store, subject: Subject, /, kind: str, text: str) -> str:
    """The id of a new question, objection or request; what is due when follows from its kind."""
    choice(kind, DEADLINES, "kind")
    today = store.clock().date()
    values = {
        "id": new_id(), "kind": kind, "text": checked(text, "report", most=2000), "received_on": today.isoformat(),
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
