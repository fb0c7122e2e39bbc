"""Notes: what people make of a figure, bound to exactly that figure.

A note is a draft until a steward shares it; confirmed when a session agreed with it; withdrawn leaves a tombstone (who reads sees
that something stood there, not what). It never shows a person: only role and organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.figures import Figure, Selection, figure_of, pinned
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.questions import enters
from datawerkplaats.workplace.store import Store, new_id

KINDS = ("recognised", "explanation", "question", "signal")
EVIDENCE = ("none", "experience", "data", "literature")
STATUSES = ("draft", "shared", "confirmed", "withdrawn")
SHOWN = ("shared", "confirmed")
_LASTS = timedelta(days=730)
# From which status a steward may bring a note to which.
_STEPS = {
    ("draft", "shared"),
    ("shared", "confirmed"),
    ("draft", "withdrawn"),
    ("shared", "withdrawn"),
    ("confirmed", "withdrawn"),
}


@dataclass(frozen=True)
class Note:
    """A note as it is read: without its author, with the figure as it was."""

    id: str
    selection: Selection
    kind: str
    text: str
    organisation: str
    role: str
    evidence: str
    link: str
    status: str
    written_on: str
    expires_on: str
    version: int
    then: Figure


def _note(row: Mapping[str, Any]) -> Note:
    figure = figure_of(
        {name.removeprefix("figure_"): value for name, value in row.items() if name.startswith("figure_")}
    )
    is_gone = row["status"] == "withdrawn"
    return Note(
        row["id"], Selection.of_key(row["selection"]), row["kind"], "" if is_gone else row["text"], row["organisation"],
        row["role"], row["evidence"], "" if is_gone else row["link"], row["status"], row["written_on"],
        row["expires_on"], row["version"], figure,
    )  # fmt: skip


def _joined() -> sa.Select[Any]:
    note, figure = schema.note, schema.figure_ref
    return sa.select(
        note, *(column.label(f"figure_{column.name}") for column in figure.c if column.name != "id")
    ).join(figure, figure.c.id == note.c.figure_ref_id)


@needs(Right.WRITE_NOTE)
def write_note(
    store: Store,
    subject: Subject,
    /,
    figure: Figure,
    *,
    kind: str,
    text: str,
    evidence: str = "none",
    link: str = "",
    names: Iterable[str] = (),
    expires_on: date | None = None,
) -> str:
    """The id of a new note, a draft that a steward has to share.

    Raises:
        DataProblem: If the text may not stand there, the kind is unknown, or the figure is hidden.
    """
    today = store.clock().date()
    until = expires_on or today + _LASTS
    if until <= today:
        raise DataProblem(
            "input_refused", subject="expires_on", expected="a day after today", remedy="choose a later day"
        )
    if link and not link.startswith(("https://", "http://")):
        raise DataProblem(
            "input_refused",
            subject="link",
            expected="an address that starts with https://",
            remedy="correct the link",
        )
    values = {
        "id": new_id(), "selection": figure.selection.key, "kind": choice(kind, KINDS, "kind"),
        "text": checked(text, "note", names=names), "organisation": subject.organisation,
        "role": str(subject.role_for(Right.WRITE_NOTE)), "evidence": choice(evidence, EVIDENCE, "evidence"),
        "link": checked(link, "link", most=400) if link else "", "status": "draft", "author": subject.id,
        "written_on": today.isoformat(), "expires_on": until.isoformat(),
    }  # fmt: skip
    with store.writing(subject, Right.WRITE_NOTE) as write:
        write.insert(schema.note, {**values, "figure_ref_id": pinned(write, figure)}, "written")
    return str(values["id"])


@needs(Right.WRITE_NOTE)
def edit_note(
    store: Store, subject: Subject, /, note_id: str, version: int, text: str, names: Iterable[str] = ()
) -> None:
    """Change the text of one's own draft.

    Raises:
        DataProblem: `stale_edit`, `not_there`, `not_allowed` for a note of somebody else or one that is already shared.
    """
    text = checked(text, "note", names=names)
    with store.writing(subject, Right.WRITE_NOTE) as write:
        row = write.connection.execute(
            sa.select(schema.note.c.author, schema.note.c.status).where(schema.note.c.id == note_id)
        ).one_or_none()
        if row is None:
            raise DataProblem("not_there", subject="note", remedy="look for it in the list of notes")
        if row.author != subject.id or row.status != "draft":
            raise DataProblem(
                "not_allowed",
                subject="note",
                expected="your own draft",
                remedy="withdraw it and write another",
            )
        write.change(schema.note, note_id, version, {"text": text}, "edited")


@needs(Right.MODERATE)
def move_note(store: Store, subject: Subject, /, note_id: str, version: int, status: str) -> None:
    """Share, confirm or withdraw a note; a question that is shared enters the list of questions.

    Raises:
        DataProblem: If there is no such step from where it is, or somebody was first.
    """
    choice(status, STATUSES, "status")
    with store.writing(subject, Right.MODERATE) as write:
        row = write.connection.execute(
            sa.select(schema.note).where(schema.note.c.id == note_id)
        ).one_or_none()
        if row is None:
            raise DataProblem("not_there", subject="note", remedy="look for it in the list of notes")
        now = row.status
        if (now, status) not in _STEPS:
            raise DataProblem(
                "input_refused", subject="note", found=f"from {now} to {status}",
                expected="draft to shared to confirmed, or withdrawn", remedy="take the steps in this order",
            )  # fmt: skip
        write.change(schema.note, note_id, version, {"status": status}, status)
        if row.kind == "question" and status == "shared":
            enters(write, row.text, row.organisation, f"note:{note_id}")


@needs(Right.READ)
def notes_for(
    store: Store,
    subject: Subject,
    /,
    selections: Iterable[Selection],
    predecessors: Mapping[str, list[str]] | None = None,
) -> list[Note]:
    """Notes that everybody may read for exactly these figures; tombstones of withdrawn ones included.

    Args:
        store: The store.
        subject: Who reads.
        selections: The figures that are on the page.
        predecessors: Per region code the codes of areas that merged into it: their notes follow.
    """
    wanted: set[str] = set()
    for one in selections:
        for code in (one.region_code, *(predecessors or {}).get(one.region_code, ())):
            wanted.add(Selection(one.indicator_id, code, one.year, one.age, one.sex).key)
    today = store.clock().date().isoformat()
    with store.reading() as connection:
        rows = connection.execute(
            _joined()
            .where(
                schema.note.c.selection.in_(wanted),
                schema.note.c.status.in_((*SHOWN, "withdrawn")),
                schema.note.c.expires_on >= today,
            )
            .order_by(schema.note.c.written_on.desc(), schema.note.c.id)
        ).mappings()
        return [_note(dict(row)) for row in rows]


@needs(Right.READ)
def readable_notes(
    store: Store,
    subject: Subject,
    /,
    *,
    indicators: Sequence[str] = (),
    regions: Sequence[str] = (),
    years: Sequence[int] = (),
) -> list[Note]:
    """All notes that everybody may read, newest first, tombstones included; of some figures where they are named."""
    figure = schema.figure_ref
    wanted = _joined().where(
        schema.note.c.status.in_((*SHOWN, "withdrawn")),
        schema.note.c.expires_on >= store.clock().date().isoformat(),
    )
    for column, told in (
        (figure.c.indicator_id, indicators),
        (figure.c.region_code, regions),
        (figure.c.year, years),
    ):
        if told:
            wanted = wanted.where(column.in_(list(told)))
    with store.reading() as connection:
        rows = connection.execute(
            wanted.order_by(schema.note.c.written_on.desc(), schema.note.c.id)
        ).mappings()
        return [_note(dict(row)) for row in rows]


@needs(Right.MODERATE)
def waiting_notes(store: Store, subject: Subject, /) -> list[Note]:
    """Drafts that wait for a steward, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            _joined()
            .where(schema.note.c.status == "draft")
            .order_by(schema.note.c.written_on, schema.note.c.id)
        ).mappings()
        return [_note(dict(row)) for row in rows]


@needs(Right.WRITE_NOTE)
def own_notes(store: Store, subject: Subject, /) -> list[Note]:
    """What the subject wrote, newest first."""
    with store.reading() as connection:
        rows = connection.execute(
            _joined().where(schema.note.c.author == subject.id).order_by(schema.note.c.written_on.desc())
        ).mappings()
        return [_note(dict(row)) for row in rows]


def changed(notes: Iterable[Note], now: Callable[[Selection], Figure]) -> dict[str, Figure]:
    """Per note whose figure differs by more than its margin since it was written: the figure now."""
    found = {}
    for note in notes:
        current = now(note.selection)
        if current.differs_from(note.then):
            found[note.id] = current
    return found
