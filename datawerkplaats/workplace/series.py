"""A series of sessions that belong together, such as those of a learning community: one phase after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked
from datawerkplaats.workplace.sessions import new_session
from datawerkplaats.workplace.store import Store, new_id

MOST_MEETINGS, MOST_WEEKS = 24, 26


@dataclass(frozen=True)
class Meeting:
    """One session of a series, with the phase that it belongs to."""

    session_id: str
    position: int
    phase: str
    title: str
    held_on: str
    status: str


@dataclass(frozen=True)
class Series:
    """A series with its meetings in order."""

    id: str
    title: str
    template: str
    meetings: tuple[Meeting, ...]


@needs(Right.LEAD_SESSION)
def plan_series(
    store: Store,
    subject: Subject,
    /,
    *,
    title: str,
    template: str,
    starts_on: date,
    every_weeks: int,
    organisations: list[str],
    meetings: Sequence[tuple[str, str]],
) -> str:
    """The id of a new series with all of its sessions prepared, or nothing at all.

    Args:
        store: The store.
        subject: Who leads it.
        title: What it is called.
        template: The template of its sessions.
        starts_on: The day of the first one.
        every_weeks: Weeks from one to the next.
        organisations: Who takes part.
        meetings: Phase and title of each session.

    Raises:
        DataProblem: If the first day has passed, or there are no meetings, too many, or too far apart.
    """
    if not 1 <= len(meetings) <= MOST_MEETINGS:
        raise DataProblem(
            "input_refused", subject="meetings", found=str(len(meetings)), expected=f"1 to {MOST_MEETINGS}",
            remedy="choose phases for the series",
        )  # fmt: skip
    if not 1 <= every_weeks <= MOST_WEEKS:
        raise DataProblem(
            "input_refused", subject="weeks", found=str(every_weeks), expected=f"1 to {MOST_WEEKS}",
            remedy="choose how many weeks lie between two sessions",
        )  # fmt: skip
    series_id, name = new_id(), checked(title, "title", most=120)
    planned = [
        new_session(
            store, title=f"{name}: {told}", held_on=starts_on + timedelta(weeks=every_weeks * place),
            organisations=organisations, template=template,
        )
        for place, (_, told) in enumerate(meetings)
    ]  # fmt: skip
    with store.writing(subject, Right.LEAD_SESSION) as write:
        write.insert(schema.series, {"id": series_id, "title": name, "template": template}, "planned")
        for place, ((phase, _), values) in enumerate(zip(meetings, planned, strict=True), start=1):
            write.insert(schema.session, values, "prepared")
            row = {
                "id": new_id(), "series_id": series_id, "session_id": values["id"], "position": place, "phase": phase,
            }  # fmt: skip
            write.insert(schema.series_meeting, row, "planned")
    return series_id


@needs(Right.READ)
def all_series(store: Store, subject: Subject, /) -> list[Series]:
    """All series with their meetings in order."""
    one, part, session = schema.series, schema.series_meeting, schema.session
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(
                one.c.id, one.c.title, one.c.template, part.c.session_id, part.c.position, part.c.phase,
                session.c.title.label("name"), session.c.held_on, session.c.status,
            )
            .join(part, part.c.series_id == one.c.id)
            .join(session, session.c.id == part.c.session_id)
            .order_by(one.c.title, one.c.id, part.c.position)
        ).all()  # fmt: skip
    found: dict[str, Series] = {}
    for row in rows:
        meeting = Meeting(row.session_id, row.position, row.phase, row.name, row.held_on, row.status)
        before = found.get(row.id)
        meetings = (*(before.meetings if before else ()), meeting)
        found[row.id] = Series(row.id, row.title, row.template, meetings)
    return list(found.values())


@needs(Right.READ)
def series_of(store: Store, subject: Subject, /, session_id: str) -> Series | None:
    """The series in which a session stands, if any."""
    return next(
        (
            one
            for one in all_series(store, subject)
            if any(meeting.session_id == session_id for meeting in one.meetings)
        ),
        None,
    )
