"""What a table agrees on before anybody sees results: targets, expected directions and exclusions of a model.

Once a page with results has been on the screen, or the session is closed, nothing is added: what follows would be fitted to
what was seen. A design cites a closed session by its code and the digest of what was agreed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import events, schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, new_id

KINDS = ("target", "direction", "exclusion")
DIRECTIONS = ("higher", "lower", "unclear")
TEMPLATE = "model_assumptions"


@dataclass(frozen=True)
class Assumption:
    """One thing that was agreed: a target, how something is expected to go with it, or what stays out."""

    id: str
    kind: str
    about: str
    expected: str
    reason: str


@dataclass(frozen=True)
class Citation:
    """How a design names what was agreed."""

    session: str
    agreed_on: str
    sha256: str


@needs(Right.LEAD_SESSION)
def assume(
    store: Store,
    subject: Subject,
    /,
    session_id: str,
    *,
    kind: str,
    about: str,
    expected: str = "",
    reason: str,
    results: Collection[str] = ("risico",),
) -> str:
    """The id of what was agreed.

    Args:
        store: The store.
        subject: Who leads the session.
        session_id: The session.
        kind: target, direction or exclusion.
        about: Which target, topic or question it is about.
        expected: For a direction: higher, lower or unclear.
        reason: Why, in the table's own words.
        results: The pages that show results.

    Raises:
        DataProblem: If results were already on the screen, or the session is closed or of another kind.
    """
    values = {
        "id": new_id(), "session_id": session_id, "kind": choice(kind, KINDS, "kind"),
        "about": checked(about, "about", most=120),
        "expected": choice(expected, DIRECTIONS, "expected") if kind == "direction" else "",
        "reason": checked(reason, "reason", most=400),
    }  # fmt: skip
    with store.writing(subject, Right.LEAD_SESSION) as write:
        row = write.connection.execute(
            sa.select(schema.session).where(schema.session.c.id == session_id)
        ).one_or_none()
        if row is None:
            raise DataProblem("not_there", subject="session", remedy="choose one from the list of sessions")
        if row.template != TEMPLATE or row.status == "closed":
            raise DataProblem(
                "input_refused", subject="session", expected="a session on assumptions that is not closed",
                remedy="prepare one with that template",
            )  # fmt: skip
        if _shown_results(write.connection, session_id, results):
            raise DataProblem(
                "input_refused", subject="assumptions", expected="a session in which no results were shown yet",
                remedy="keep what was agreed before; prepare a new session for what comes after",
            )  # fmt: skip
        write.insert(schema.assumption, values, "assumed")
    return str(values["id"])


def _shown_results(connection: sa.Connection, session_id: str, results: Collection[str]) -> bool:
    """Whether an item with results was ever on the screen: the log knows, also when another item is there now."""
    told = connection.execute(
        sa.select(schema.event.c.body).where(
            schema.event.c.object_type == "session",
            schema.event.c.object_id == session_id,
            schema.event.c.verb == "showed",
        )
    ).scalars()
    seen = {json.loads(body).get("current_item") for body in told}
    item = schema.session_item
    addresses = connection.execute(sa.select(item.c.address).where(item.c.id.in_(seen))).scalars()
    return any(urlsplit(address).path.strip("/") in results for address in addresses)


@needs(Right.READ)
def assumptions(store: Store, subject: Subject, /, session_id: str) -> list[Assumption]:
    """What was agreed in a session: targets, then directions, then exclusions."""
    table = schema.assumption
    with store.reading() as connection:
        rows = connection.execute(sa.select(table).where(table.c.session_id == session_id)).all()
    found = [Assumption(row.id, row.kind, row.about, row.expected, row.reason) for row in rows]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.about, one.id))


@needs(Right.READ)
def citation(store: Store, subject: Subject, /, session_id: str) -> Citation | None:
    """How a design cites a session; None while it is not closed, or where nothing was agreed."""
    with store.reading() as connection:
        row = connection.execute(
            sa.select(schema.session).where(schema.session.c.id == session_id)
        ).one_or_none()
    agreed = assumptions(store, subject, session_id)
    if row is None or row.status != "closed" or not agreed:
        return None
    return Citation(row.code, row.held_on, digest(agreed))


def digest(agreed: Collection[Assumption]) -> str:
    """One number for exactly these agreements."""
    told = [[one.kind, one.about, one.expected, one.reason] for one in agreed]
    return hashlib.sha256(events.canonical(told).encode()).hexdigest()


def fault_of(store: Store, cited: Citation) -> str:
    """What is wrong with a citation of a session that this store should know; nothing if it holds."""
    with store.reading() as connection:
        row = connection.execute(
            sa.select(schema.session).where(schema.session.c.code == cited.session)
        ).one_or_none()
        if row is None or row.status != "closed":
            return "no closed session with this code"
        table = schema.assumption
        rows = connection.execute(sa.select(table).where(table.c.session_id == row.id)).all()
    found = [Assumption(r.id, r.kind, r.about, r.expected, r.reason) for r in rows]
    found.sort(key=lambda one: (KINDS.index(one.kind), one.about, one.id))
    return "" if digest(found) == cited.sha256 else "another agreement than the session holds"
