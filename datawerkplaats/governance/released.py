"""Releases in the log: what was let out, each after a decision that holds; and what the house does itself when a version is new."""

from __future__ import annotations

import json
from collections import defaultdict

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import gate, register
from datawerkplaats.governance.accounts import account
from datawerkplaats.governance.artefacts import Artefact
from datawerkplaats.governance.declarations import Governance
from datawerkplaats.governance.gate import GOING, NEEDED, Blocker, Step
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store

_MOST_NAMED = 5


@needs(Right.REGISTER)
def keep_up(
    store: Store, subject: Subject, /, governance: Governance, system_id: str, artefact: Artefact
) -> bool:
    """Whether a version of a registered system was new: it is entered, and what the house can answer itself is answered anew."""
    if not artefact.sha256 or artefact.sha256 in account(store, subject, system_id).artefacts:
        return False
    register.register_artefact(store, subject, system_id, artefact.sha256, artefact.measures)
    register.refresh_automatic(store, subject, governance, system_id, artefact.sha256, artefact.findings)
    return True


@needs(Right.REGISTER)
def release(
    store: Store, subject: Subject, /, governance: Governance, system_id: str, artefact: str, what: str,
    found: list[Blocker] | None = None, step: Step = "use",
) -> bool:  # fmt: skip
    """Note in the log that something is let out; False if this was noted before.

    Args:
        store: The store.
        subject: The steward, or the house itself.
        governance: The declared questions.
        system_id: The system.
        artefact: The version that is let out.
        what: What goes out: `area_estimates`, `model <id>/<run>`.
        found: What blocks it, where that was looked at another way; else it is asked here.
        step: Which step it is.

    Raises:
        DataProblem: `not_decided`, with the first things that block.
    """
    blocking = (
        gate.blockers(store, subject, governance, system_id, artefact, step) if found is None else found
    )
    if blocking:
        more = [f"and {len(blocking) - _MOST_NAMED} more"] if len(blocking) > _MOST_NAMED else []
        raise DataProblem(
            "not_decided",
            subject=what,
            expected="answers and decisions that hold for this version",
            found="; ".join([*(one.en.rstrip(".") for one in blocking[:_MOST_NAMED]), *more]),
            remedy="answer and decide on the page Vragen, then start again",
        )
    event = schema.event
    with store.writing(subject, Right.REGISTER) as write:
        body = {"what": what, "artefact": artefact}
        before = write.connection.execute(
            sa.select(event.c.body).where(
                event.c.object_type == "system", event.c.object_id == system_id, event.c.verb == "released"
            )
        ).scalars()
        if any(json.loads(one) == body for one in before):
            return False
        write.record("system", system_id, "released", body)
    return True


@needs(Right.READ)
def releases(store: Store, subject: Subject, /) -> dict[int, bool]:
    """Per release in the log, by the number of its event: whether the newest decisions before it let it go out."""
    event, found = schema.event, dict[int, bool]()
    newest: dict[str, dict[str, str]] = defaultdict(dict)
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(event.c.number, event.c.verb, event.c.object_id, event.c.body)
            .where(event.c.verb.in_(("decided", "released")))
            .order_by(event.c.number)
        ).all()
    for row in rows:
        told = json.loads(row.body)
        if row.verb == "decided":
            newest[told["system_id"]][told["phase"]] = told["outcome"]
        else:
            known = newest[row.object_id]
            found[row.number] = all(known.get(phase) in GOING for phase in NEEDED["use"])
    return found
