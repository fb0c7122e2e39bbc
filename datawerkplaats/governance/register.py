"""Writing in the register: systems that predict, their artefacts and what is answered about them; `accounts` reads it.

It stands in the workplace's store, so every line of it is in the signed log. With real data it starts empty.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.declarations import KINDS, Governance, Question
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.backup import DOCUMENTS
from datawerkplaats.workplace.people import Right, Role, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, new_id

STATUSES = ("answered", "with_reservation", "open", "not_applicable")
SEVERITIES = ("minor", "serious")
HOUSE = "house"  # the author of automatic answers
_LONGEST = 4000


def refused(what: str, expected: str, remedy: str, found: str = "") -> DataProblem:
    """What was filled in is not right, as a sentence."""
    return DataProblem("input_refused", subject=what, expected=expected, found=found, remedy=remedy)


def there(connection: sa.Connection, system_id: str) -> sa.Row[Any]:
    """The row of a system.

    Raises:
        DataProblem: `not_there`.
    """
    table = schema.system
    row = connection.execute(sa.select(table).where(table.c.id == system_id)).one_or_none()
    if row is None:
        raise DataProblem("not_there", subject="system", remedy="register it first")
    return row


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
    question = _asked(governance, question_id, _kind_of(store, system_id))
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
    today, kind = store.clock().date(), _kind_of(store, system_id)
    done = 0
    with store.writing(subject, Right.REGISTER) as write:
        of_system = (schema.artefact.c.system_id == system_id, schema.artefact.c.sha256 == artefact)
        if (
            write.connection.execute(sa.select(schema.artefact.c.sha256).where(*of_system)).one_or_none()
            is None
        ):
            raise refused(
                "evidence", "evidence about an artefact of this system", "register the artefact first"
            )
        for question in governance.of_kind(kind):
            text = findings.get(question.automatic)
            if not text:
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
        row = there(write.connection, system_id)
        if row.first_used_on is None:
            today = store.clock().date().isoformat()
            write.change(schema.system, system_id, row.version, {"first_used_on": today}, "first_used")


def _kind_of(store: Store, system_id: str) -> str:
    with store.reading() as connection:
        kind = connection.execute(
            sa.select(schema.system.c.kind).where(schema.system.c.id == system_id)
        ).scalar_one_or_none()
    if kind is None:
        raise DataProblem("not_there", subject="system", remedy="register it first")
    return str(kind)


def _asked(governance: Governance, question_id: str, kind: str) -> Question:
    question = governance.questions.get(question_id)
    if question is None or question.retired or kind not in question.applies_to:
        raise refused(
            question_id[:20],
            f"a question that is asked of this kind of system ({kind})",
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
