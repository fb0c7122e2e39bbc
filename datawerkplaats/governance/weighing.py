"""What stands beside a decision: what a system costs and brings, by board and chair, and what advisory bodies say of it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from datawerkplaats.governance.declarations import PHASES
from datawerkplaats.governance.register import refused, there
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import choice, plain
from datawerkplaats.workplace.store import Store, new_id

KINDS = ("cost", "benefit")
CONFIDENCES = ("measured", "reckoned", "guessed")
OUTCOMES = ("positive", "conditional", "negative")
MOST_EUROS = 1_000_000_000


@dataclass(frozen=True)
class Line:
    """One line of the form: a cost or a benefit, in whole euros, and how sure that is."""

    id: str
    kind: str
    text: str
    once: int
    per_year: int
    source: str
    confidence: str
    given_on: str
    version: int


@dataclass(frozen=True)
class Advice:
    """What an advisory body says of a system in a phase."""

    phase: str
    body: str
    outcome: str
    text: str
    given_on: str


@needs(Right.DECIDE)
def add_line(
    store: Store, subject: Subject, /, system_id: str, *, kind: str, text: str, once: int, per_year: int, source: str,
    confidence: str,
) -> str:  # fmt: skip
    """The id of a new line. What cannot be said in euros has 0 and its words.

    Raises:
        DataProblem: If an amount cannot be, or text or source may not stand there.
    """
    for name, amount in (("once", once), ("per_year", per_year)):
        if not 0 <= amount <= MOST_EUROS:
            raise refused(name, f"0 to {MOST_EUROS} euros", "write the amount in whole euros", str(amount))
    values = {
        "id": new_id(), "system_id": system_id, "kind": choice(kind, KINDS, "kind"),
        "text": plain(text, "cost or benefit", most=200), "once": once, "per_year": per_year,
        "source": plain(source, "source", most=400), "confidence": choice(confidence, CONFIDENCES, "confidence"),
        "role": str(subject.role_for(Right.DECIDE)), "given_on": store.clock().date().isoformat(), "status": "stands",
    }  # fmt: skip
    with store.writing(subject, Right.DECIDE) as write:
        there(write.connection, system_id)
        write.insert(schema.cost_benefit, values, "reckoned")
    return str(values["id"])


@needs(Right.DECIDE)
def drop_line(store: Store, subject: Subject, /, line_id: str, version: int) -> None:
    """Take a line back; it stays in the log."""
    with store.writing(subject, Right.DECIDE) as write:
        write.change(schema.cost_benefit, line_id, version, {"status": "dropped"}, "dropped")


@needs(Right.READ)
def lines(store: Store, subject: Subject, /, system_id: str) -> list[Line]:
    """The costs and then the benefits of a system."""
    table = schema.cost_benefit
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(table)
            .where(table.c.system_id == system_id, table.c.status == "stands")
            .order_by(table.c.kind.desc(), table.c.given_on, table.c.id)
        ).all()
    return [
        Line(r.id, r.kind, r.text, r.once, r.per_year, r.source, r.confidence, r.given_on, r.version)
        for r in rows
    ]


@needs(Right.ADVISE)
def advise(
    store: Store, subject: Subject, /, system_id: str, *, phase: str, body: str, outcome: str, text: str
) -> str:
    """The id of the advice of a body (a works council, a client council), which stands beside the decision.

    Raises:
        DataProblem: If phase or outcome is unknown, or the text may not stand there.
    """
    values = {
        "id": new_id(), "system_id": system_id, "phase": choice(phase, PHASES, "phase"),
        "body": plain(body, "body", most=120), "outcome": choice(outcome, OUTCOMES, "outcome"),
        "text": plain(text, "advice", most=4000), "given_on": store.clock().date().isoformat(),
    }  # fmt: skip
    with store.writing(subject, Right.ADVISE) as write:
        there(write.connection, system_id)
        write.insert(schema.advice, values, "advised")
    return str(values["id"])


@needs(Right.READ)
def advices(store: Store, subject: Subject, /, system_id: str) -> list[Advice]:
    """All advice about a system, the newest first."""
    table = schema.advice
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(table)
            .where(table.c.system_id == system_id)
            .order_by(table.c.given_on.desc(), table.c.id)
        ).all()
    return [Advice(r.phase, r.body, r.outcome, r.text, r.given_on) for r in rows]
