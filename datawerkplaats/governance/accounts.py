"""What the register holds about a system that predicts, as one account: artefacts, newest answers, decisions, incidents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from datawerkplaats.governance.declarations import Phase
from datawerkplaats.governance.register import there
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store


@dataclass(frozen=True)
class Bounds:
    """Within which a decision holds for another artefact of the same design, None is no bound; and for whom it may be seen.

    `openbaar`: everybody, on the public site; otherwise who works with the region.
    """

    auroc_lower_from: float | None = None
    slope_from: float | None = None
    slope_to: float | None = None
    gap_to: float | None = None
    population: str = ""
    openbaar: bool = False

    def broken_by(self, measures: dict[str, Any]) -> list[str]:
        """The names of the bounds that an artefact with these measures does not keep."""
        rules = {
            "auroc_lower": (self.auroc_lower_from, None),
            "slope": (self.slope_from, self.slope_to),
            "gap": (None, self.gap_to),
        }
        broken = []
        for name, (low, high) in rules.items():
            if low is None and high is None:
                continue
            value = measures.get(name)
            if value is None or (low is not None and value < low) or (high is not None and value > high):
                broken.append(name)
        if self.population and measures.get("population") != self.population:
            broken.append("population")
        return broken


@dataclass(frozen=True)
class System:
    """Something that predicts, or a rule for releasing what does."""

    id: str
    name: str
    kind: str
    learned_from_synthetic: bool
    first_used_on: str | None
    version: int


@dataclass(frozen=True)
class Answer:
    """The newest answer to a question about a system."""

    id: str
    question_id: str
    artefact: str
    status: str
    text: str
    mitigation: str
    evidence: str
    evidence_hash: str
    document: str
    author: str
    reviewer: str
    given_on: str
    valid_until: str
    version: int


@dataclass(frozen=True)
class Decision:
    """A decision of board and chair on a phase."""

    id: str
    phase: Phase
    outcome: str
    conditions: str
    bounds: Bounds
    artefact: str
    role: str
    decided_on: str


@dataclass(frozen=True)
class Account:
    """All that the register holds about one system: what the gate and *Waarom mag dit?* read."""

    system: System
    artefacts: dict[str, dict[str, Any]]  # by the order in which they were registered
    answers: dict[str, Answer]
    decisions: tuple[Decision, ...]
    open_incidents: tuple[str, ...] = field(default=())  # severities


@needs(Right.READ)
def account(store: Store, subject: Subject, /, system_id: str) -> Account:
    """Everything the register holds about a system.

    Raises:
        DataProblem: `not_there`.
    """
    with store.reading() as connection:
        row = there(connection, system_id)
        system = System(
            row.id, row.name, row.kind, row.learned_from_synthetic, row.first_used_on, row.version
        )
        of_system = {
            name: table.c.system_id == system_id
            for name, table in schema.METADATA.tables.items()
            if "system_id" in table.c
        }
        registered = (schema.event.c.object_id == schema.artefact.c.sha256) & (
            schema.event.c.object_type == "artefact"
        )
        artefacts = connection.execute(
            sa.select(schema.artefact)
            .join(schema.event, registered)
            .where(of_system["artefact"])
            .order_by(schema.event.c.number)
        ).all()
        given = schema.answer_given
        # The order of the log decides which answer is the newest: two of one day have the same date.
        rows = connection.execute(
            sa.select(given)
            .join(
                schema.event, (schema.event.c.object_id == given.c.id) & (schema.event.c.verb == "answered")
            )
            .where(of_system["answer_given"])
            .order_by(schema.event.c.number)
        ).all()
        decided = connection.execute(
            sa.select(schema.decision)
            .join(schema.event, schema.event.c.object_id == schema.decision.c.id)
            .where(of_system["decision"])
            .order_by(schema.event.c.number)
        ).all()
        incidents = connection.execute(
            sa.select(schema.incident.c.severity).where(
                of_system["incident"], schema.incident.c.closed_at.is_(None)
            )
        ).scalars()
        return Account(
            system,
            {one.sha256: dict(one.measures) for one in artefacts},
            {one.question_id: _answer(one) for one in rows},
            tuple(
                Decision(
                    one.id,
                    one.phase,
                    one.outcome,
                    one.conditions,
                    Bounds(**one.bounds),
                    one.artefact,
                    one.role,
                    one.decided_on,
                )
                for one in decided
            ),
            tuple(incidents),
        )


@needs(Right.READ)
def systems(store: Store, subject: Subject, /) -> list[System]:
    """All systems by name."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(schema.system).order_by(schema.system.c.name)).all()
    return [System(r.id, r.name, r.kind, r.learned_from_synthetic, r.first_used_on, r.version) for r in rows]


def _answer(row: sa.Row[Any]) -> Answer:
    return Answer(
        row.id, row.question_id, row.artefact, row.status, row.text, row.mitigation, row.evidence, row.evidence_hash,
        row.document, row.author, row.reviewer, row.given_on, row.valid_until, row.version,
    )  # fmt: skip
