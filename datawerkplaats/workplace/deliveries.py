"""Deliveries that are handed in on the page: who did, what the door said, how often the effect was asked, and who decided.

Nothing of what stands in a file is kept here: a hash, a size, numbers to the nearest ten, and the kinds of what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import LOCAL, Right, Subject, needs
from datawerkplaats.workplace.prose import checked
from datawerkplaats.workplace.store import Store

RECEIVED, CHECKED, REFUSED = "received", "checked", "refused"
ACCEPTED, REJECTED, WITHDRAWN = "accepted", "rejected", "withdrawn"
WAITING = (RECEIVED, CHECKED)
# The log's word for a look at what a delivery would change.
EFFECT = "effect"
_TOLD = ("code", "subject", "where", "expected", "found", "remedy")
Fields = dict[str, str]


@dataclass(frozen=True)
class Delivery:
    """A delivery as it is read."""

    id: str
    source_id: str
    organisation: str
    author: str
    handed_in_at: str
    sha256: str
    bytes: int
    rows: int | None
    years: tuple[int, ...]
    problems: tuple[Fields, ...]
    status: str
    reason: str
    decided_by: str | None
    decided_at: str | None
    version: int

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status in WAITING


@needs(Right.DELIVER)
def receive(
    store: Store,
    subject: Subject,
    /,
    source_id: str,
    sha256: str,
    size: int,
    *,
    delivery_id: str,
    by: Sequence[str] = (),
) -> Delivery:
    """A delivery that lies in quarantine; of two that come at once one waits and the other is refused.

    Args:
        store: The store.
        subject: Who hands it in.
        source_id: Which source it is of.
        sha256: Of its bytes.
        size: In bytes.
        delivery_id: From `new_id`: under which its bytes lie.
        by: Organisations that may hand this source in; empty: all.

    Raises:
        DataProblem: `delivery_of_another` or `delivery_waits`.
    """
    check_organisation(store, subject, source_id, by)
    values = {
        "id": delivery_id, "source_id": source_id, "organisation": subject.organisation, "author": subject.id,
        "sha256": sha256, "bytes": size, "rows": None, "years": [], "problems": [], "status": RECEIVED, "reason": "",
        "decided_by": None, "decided_at": None,
    }  # fmt: skip
    table = schema.delivery
    with store.writing(subject, Right.DELIVER) as write:
        waiting = write.connection.execute(
            sa.select(table.c.handed_in_at).where(table.c.source_id == source_id, table.c.status.in_(WAITING))
        ).first()
        if waiting:
            raise DataProblem(
                "delivery_waits",
                subject=source_id,
                expected="one delivery at a time",
                found=f"one of {waiting.handed_in_at[:16].replace('T', ' ')} UTC",
                remedy="withdraw that one, or ask the steward to decide on it",
            )
        write.insert(table, {**values, "handed_in_at": write.at}, "handed_in")
    return _one(store, delivery_id)


@needs(Right.DELIVER)
def check_organisation(store: Store, subject: Subject, /, source_id: str, by: Sequence[str] = ()) -> None:
    """Passes if somebody may hand in this source for their organisation; a steward may for anybody.

    Raises:
        DataProblem: `delivery_of_another`.
    """
    if by and subject.organisation not in by and not subject.may(Right.APPROVE):
        raise DataProblem(
            "delivery_of_another",
            subject=source_id,
            expected=", ".join(by),
            found=subject.organisation or "no organisation",
            remedy="choose a source of your own organisation, or ask the steward",
        )


@needs(Right.DELIVER)
def judge(
    store: Store,
    subject: Subject,
    /,
    one: Delivery,
    problems: Sequence[DataProblem],
    rows: int | None,
    years: Sequence[int],
) -> Delivery:
    """Keep what the door said: `checked`, or `refused` with the kinds of what is wrong."""
    told = [{name: problem.as_dict()[name] for name in _TOLD} for problem in problems]
    values = {"problems": told, "rows": rows, "years": list(years), "status": REFUSED if told else CHECKED}
    with store.writing(subject, Right.DELIVER) as write:
        write.change(schema.delivery, one.id, one.version, values, str(values["status"]))
    return _one(store, one.id)


@needs(Right.DELIVER)
def use_try(store: Store, subject: Subject, /, one: Delivery, most: int) -> int:
    """Note that the effect of a delivery is looked at; how many looks at its source are left today.

    Raises:
        DataProblem: `effect_tries` when all of today's are used, by whomever.
    """
    _may_see(subject, one)
    table = schema.event
    with store.writing(subject, Right.DELIVER) as write:
        today = write.at[:10]
        used = write.connection.execute(
            sa.select(sa.func.count()).where(
                table.c.object_type == EFFECT, table.c.object_id == one.source_id[:80], table.c.at >= today
            )
        ).scalar_one()
        if used >= most:
            raise DataProblem(
                "effect_tries",
                subject=one.source_id,
                expected=f"at most {most} a day",
                found=str(used),
                remedy="wait until tomorrow, or let the steward decide on what was seen already",
            )
        write.record(EFFECT, one.source_id[:80], "asked", {"delivery": one.id})
    return most - int(used) - 1


@needs(Right.DELIVER)
def may_see(store: Store, subject: Subject, /, one: Delivery) -> None:
    """Passes for a delivery of one's own organisation, and for who approves.

    Raises:
        DataProblem: `delivery_of_another`.
    """
    _may_see(subject, one)


@needs(Right.DELIVER)
def note_effect(store: Store, subject: Subject, /, one: Delivery, numbers: dict[str, Any]) -> None:
    """Keep in the log how much of an effect was told."""
    with store.writing(subject, Right.DELIVER) as write:
        write.record("delivery", one.id, "effect_told", numbers)


@needs(Right.DELIVER)
def waiting(store: Store, subject: Subject, /) -> frozenset[str]:
    """The ids of all deliveries that wait: of others no bytes should lie anywhere."""
    del subject
    table = schema.delivery
    with store.reading() as connection:
        return frozenset(
            connection.execute(sa.select(table.c.id).where(table.c.status.in_(WAITING))).scalars()
        )


@needs(Right.APPROVE)
def accept(store: Store, subject: Subject, /, one: Delivery, move: Callable[[], None]) -> None:
    """Let the next build read a delivery; `move` gives its bytes their place, in the same step.

    Raises:
        DataProblem: `own_delivery`, `delivery_decided`, or what `move` raises: nothing is changed then.
    """
    if one.author == subject.id and subject != LOCAL:
        raise DataProblem(
            "own_delivery",
            subject=one.source_id,
            expected="a steward who did not hand it in",
            remedy="ask another steward",
        )
    _decide(store, subject, one, ACCEPTED, "", (CHECKED,), move)


@needs(Right.APPROVE)
def reject(store: Store, subject: Subject, /, one: Delivery, reason: str, remove: Callable[[], None]) -> None:
    """Say no to a delivery, and why; `remove` takes its bytes away."""
    _decide(store, subject, one, REJECTED, checked(reason, "reason"), WAITING, remove)


@needs(Right.DELIVER)
def withdraw(store: Store, subject: Subject, /, one: Delivery, remove: Callable[[], None]) -> None:
    """Take back a delivery of one's own organisation; `remove` takes its bytes away."""
    _may_see(subject, one)
    _decide(store, subject, one, WITHDRAWN, "", WAITING, remove, Right.DELIVER)


@needs(Right.DELIVER)
def deliveries(store: Store, subject: Subject, /) -> list[Delivery]:
    """The deliveries of one's own organisation, of everybody for who approves: waiting ones first, then the newest."""
    table = schema.delivery
    query = sa.select(table).order_by(table.c.status.not_in(WAITING), table.c.handed_in_at.desc(), table.c.id)
    if not subject.may(Right.APPROVE):
        query = query.where(table.c.organisation == subject.organisation)
        if not subject.organisation:
            query = query.where(table.c.author == subject.id)
    with store.reading() as connection:
        return [_read(row) for row in connection.execute(query)]


def _decide(
    store: Store,
    subject: Subject,
    one: Delivery,
    status: str,
    reason: str,
    among: Sequence[str],
    act: Callable[[], None],
    right: Right = Right.APPROVE,
) -> None:
    now = _one(store, one.id)
    if now.status not in among:
        raise DataProblem(
            "delivery_decided",
            subject=one.source_id,
            expected=f"one that is {' or '.join(among)}",
            found=now.status,
            remedy="draw the page anew",
        )
    with store.writing(subject, right) as write:
        values = {"status": status, "reason": reason, "decided_by": subject.id, "decided_at": write.at}
        write.change(schema.delivery, one.id, one.version, values, status)
        act()  # last in the transaction: bytes that were moved cannot be called back by it


def is_own(subject: Subject, one: Delivery) -> bool:
    """Whether a delivery is of somebody's own organisation; people whose sign-in names none do not share one."""
    return one.organisation == subject.organisation and (bool(one.organisation) or one.author == subject.id)


def _may_see(subject: Subject, one: Delivery) -> None:
    if not is_own(subject, one) and not subject.may(Right.APPROVE):
        raise DataProblem(
            "delivery_of_another",
            subject=one.source_id,
            expected="a delivery of your own organisation",
            remedy="ask the steward",
        )


def _one(store: Store, delivery_id: str) -> Delivery:
    with store.reading() as connection:
        row = connection.execute(
            sa.select(schema.delivery).where(schema.delivery.c.id == delivery_id)
        ).first()
    if row is None:
        raise DataProblem(
            "input_refused", subject="delivery", expected="a delivery that was handed in", remedy="draw the page anew"
        )  # fmt: skip
    return _read(row)


def _read(row: Any) -> Delivery:
    fields = dict(row._mapping)
    return Delivery(**{**fields, "years": tuple(fields["years"]), "problems": tuple(fields["problems"])})
