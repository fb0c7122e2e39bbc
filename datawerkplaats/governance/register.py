# Long because the states of a system and what moves it from one to the next are one table of decisions.
"""The register: systems that predict, their artefacts, what was answered about them and what was decided.

It stands in the workplace's store, so every line of it is in the signed log. With real data it starts empty.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.declarations import Governance, Phase, Question
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.backup import DOCUMENTS
from datawerkplaats.workplace.people import Right, Role, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, new_id

KINDS = ("area_model", "person_tool", "joint_computation", "release_rule")
STATUSES = ("answered", "with_reservation", "open", "not_applicable")
SEVERITIES = ("minor", "serious")
HOUSE = "house"  # the author of automatic answers
_LONGEST = 4000


@dataclass(frozen=True)
class Bounds:
    """Within which a decision holds for another artefact of the same design; None is no bound."""

    auroc_lower_from: float | None = None
    slope_from: float | None = None
    slope_to: float | None = None
    gap_to: float | None = None
    population: str = ""

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
    artefacts: dict[str, dict[str, Any]]
    answers: dict[str, Answer]
    decisions: tuple[Decision, ...]
    open_incidents: tuple[str, ...] = field(default=())  # severities


def refused(what: str, expected: str, remedy: str, found: str = "") -> DataProblem:
    """What was filled in is not right, as a sentence."""
    return DataProblem("input_refused", subject=what, expected=expected, found=found, remedy=remedy)


@needs(Right.REGISTER)
def register_system(
    store: Store, subject: Subject, /, name: str, kind: str, *, learned_from_synthetic: bool
) -> str:
    """The id of a system, made at the first call for its name."""
    choice(kind, KINDS, "kind")
    with store.writing(subject, Right.REGISTER) as write:
        found = write.connection.execute(
            sa.select(schema.system.c.id).where(schema.system.c.name == name)
        ).scalar_one_or_none()
        if found is not None:
            return str(found)
        values = {
            "id": new_id(), "name": name, "kind": kind, "learned_from_synthetic": learned_from_synthetic,
        }  # fmt: skip
        write.insert(schema.system, values, "registered")
    return str(values["id"])


@needs(Right.REGISTER)
def register_artefact(
    store: Store, subject: Subject, /, system_id: str, sha256: str, measures: dict[str, Any]
) -> None:
    """Say which artefact a system is now made of, with the measures that bounds are held against."""
    with store.writing(subject, Right.REGISTER) as write:
        here = (schema.artefact.c.system_id == system_id, schema.artefact.c.sha256 == sha256)
        if write.connection.execute(sa.select(schema.artefact.c.sha256).where(*here)).one_or_none():
            return
        values = {
            "sha256": sha256, "system_id": system_id, "measures": measures,
            "registered_on": store.clock().date().isoformat(),
        }  # fmt: skip
        write.connection.execute(sa.insert(schema.artefact).values(**values))
        write.record("artefact", sha256, "registered", values)


def documents_of(store: Store) -> Path:
    """Where the documents lie that answers rest on."""
    return store.head.path.parent / DOCUMENTS


@needs(Right.ANSWER)
def answer(
    store: Store, subject: Subject, /, governance: Governance, system_id: str, question_id: str, *, status: str,
    text: str, evidence: str, mitigation: str = "", document: tuple[str, bytes] | None = None,
) -> str:  # fmt: skip
    """The id of a new answer by a person, which somebody else has to review.

    Raises:
        DataProblem: If the question is unknown, retired or not for this role, or something obligatory is missing.
    """
    question = _asked(governance, question_id)
    role = _role_for(question, subject)
    choice(evidence, [kind for kind in question.evidence if kind != "automatic"], "evidence")
    choice(status, STATUSES, "status")
    if status == "with_reservation" and not mitigation.strip():
        raise refused(
            question_id, "what is done about the reservation", "write the mitigation, or leave it open"
        )
    if evidence == "document" and document is None:
        raise refused(question_id, "a document", "add the document, or answer as a person")
    today = store.clock().date()
    values = {
        "id": new_id(), "system_id": system_id, "question_id": question_id, "artefact": "", "status": status,
        "text": checked(text, question_id, most=_LONGEST),
        "mitigation": checked(mitigation, question_id, most=2000) if mitigation else "", "evidence": evidence,
        "evidence_hash": "", "document": "", "author": subject.id, "role": str(role), "reviewer": "",
        "given_on": today.isoformat(), "valid_until": _until(governance, question, today),
    }  # fmt: skip
    if document is not None:
        name, content = document
        digest = hashlib.sha256(content).hexdigest()
        values |= {"evidence_hash": digest, "document": f"{digest[:16]}-{Path(name).name[-80:]}"}
        files.write_bytes(documents_of(store) / str(values["document"]), content)
    with store.writing(subject, Right.ANSWER) as write:
        write.insert(schema.answer_given, values, "answered")
    return str(values["id"])


@needs(Right.ANSWER)
def review(store: Store, subject: Subject, /, answer_id: str) -> None:
    """Stand behind an answer that somebody else gave.

    Raises:
        DataProblem: If it is one's own answer, or it is not there.
    """
    table = schema.answer_given
    with store.writing(subject, Right.ANSWER) as write:
        row = write.connection.execute(sa.select(table).where(table.c.id == answer_id)).one_or_none()
        if row is None:
            raise DataProblem("not_there", subject="answer", remedy="choose one from the register")
        if row.author == subject.id:
            raise refused("reviewer", "somebody else than the author", "ask a colleague to review it")
        write.change(table, answer_id, row.version, {"reviewer": subject.id}, "reviewed")


@needs(Right.REGISTER)
def refresh_automatic(
    store: Store,
    subject: Subject,
    /,
    governance: Governance,
    system_id: str,
    artefact: str,
    findings: dict[str, str],
) -> int:
    """Answer what the house can answer itself, bound to the artefact, and return how many questions that were.

    Args:
        store: The store.
        subject: The steward, or the run that acts for one.
        governance: The declared questions.
        system_id: The system.
        artefact: The sha256 of the artefact that the findings are about.
        findings: Per name of a finding (`automatic` of a question) what was found, as a sentence with its figures.
    """
    today = store.clock().date()
    done = 0
    with store.writing(subject, Right.REGISTER) as write:
        for question in governance.questions.values():
            text = findings.get(question.automatic)
            if question.retired or not text:
                continue
            values = {
                "id": new_id(), "system_id": system_id, "question_id": question.question_id, "artefact": artefact,
                "status": "answered", "text": text, "mitigation": "", "evidence": "automatic",
                "evidence_hash": hashlib.sha256(text.encode()).hexdigest(), "document": "", "author": HOUSE,
                "role": HOUSE, "reviewer": HOUSE, "given_on": today.isoformat(),
                "valid_until": _until(governance, question, today),
            }  # fmt: skip
            write.insert(schema.answer_given, values, "answered")
            done += 1
    return done


@needs(Right.REGISTER)
def first_use(store: Store, subject: Subject, /, system_id: str) -> None:
    """Note the first day of use, from which the questions of the last phase have their time."""
    with store.writing(subject, Right.REGISTER) as write:
        row = write.connection.execute(
            sa.select(schema.system).where(schema.system.c.id == system_id)
        ).one_or_none()
        if row is None:
            raise DataProblem("not_there", subject="system", remedy="register it first")
        if row.first_used_on is None:
            today = store.clock().date().isoformat()
            write.change(schema.system, system_id, row.version, {"first_used_on": today}, "first_used")


@needs(Right.READ)
def account(store: Store, subject: Subject, /, system_id: str) -> Account:
    """Everything the register holds about a system.

    Raises:
        DataProblem: `not_there`.
    """
    with store.reading() as connection:
        row = connection.execute(
            sa.select(schema.system).where(schema.system.c.id == system_id)
        ).one_or_none()
        if row is None:
            raise DataProblem("not_there", subject="system", remedy="register it first")
        system = System(
            row.id, row.name, row.kind, row.learned_from_synthetic, row.first_used_on, row.version
        )
        of_system = {
            name: table.c.system_id == system_id
            for name, table in schema.METADATA.tables.items()
            if "system_id" in table.c
        }
        artefacts = connection.execute(sa.select(schema.artefact).where(of_system["artefact"])).all()
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


def _asked(governance: Governance, question_id: str) -> Question:
    question = governance.questions.get(question_id)
    if question is None or question.retired:
        raise refused(
            question_id[:20],
            "a question that is asked",
            "choose one of the questions of catalogue/governance",
        )
    return question


def _role_for(question: Question, subject: Subject) -> Role:
    fitting = [role for role in question.answered_by if role in subject.roles]
    if not fitting:
        raise DataProblem(
            "not_allowed", subject=question.question_id, expected=f"one of {', '.join(question.answered_by)}",
            found=", ".join(sorted(subject.roles)) or "no role", remedy="ask one of them to answer",
        )  # fmt: skip
    return fitting[0]


def _until(governance: Governance, question: Question, today: date) -> str:
    return (today + timedelta(days=governance.phases[question.phase].valid_days)).isoformat()
