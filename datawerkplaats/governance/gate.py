"""The gate: what still stands between a system and its next step, each by name and in words.

A pilot needs the questions of the first two phases and a decision on each; use needs a decision after the pilot; the third
phase is answered within 90 days of first use and then every 180. A decision holds for every artefact within its bounds. A serious
incident that is open closes the gate whatever else stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from datawerkplaats.governance.accounts import Account, Answer, account
from datawerkplaats.governance.declarations import PHASES, Governance, Phase
from datawerkplaats.governance.register import documents_of
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store

Step = Literal["decide", "pilot", "use"]
FIRST_ANSWERS = timedelta(days=90)
NEEDED: dict[Step, tuple[Phase, ...]] = {
    "decide": ("decide",),
    "pilot": ("decide", "develop"),
    "use": ("decide", "develop"),
}
GOING = ("go", "conditional", "practise")


@dataclass(frozen=True)
class Blocker:
    """One thing that blocks: its kind, its name (a question, a phase, a bound), and why, in both languages."""

    kind: Literal["question", "decision", "bound", "incident", "artefact"]
    name: str
    nl: str
    en: str


_WHY: dict[str, tuple[str, str]] = {
    "open": ("is nog niet beantwoord", "is not answered yet"),
    "not_reviewed": ("is nog niet door een ander nagekeken", "was not reviewed by somebody else yet"),
    "expired": ("het antwoord is verlopen", "the answer has expired"),
    "other_artefact": ("het antwoord gaat over een andere versie", "the answer is about another version"),
    "document_changed": ("het document is veranderd of weg", "the document was changed or is gone"),
    "no_mitigation": ("bij het voorbehoud staat geen maatregel", "the reservation has no mitigation"),
}


def why_open(store: Store, answer: Answer | None, artefact: str, today: date) -> str:
    """Why an answer does not count, as a key of the reasons; nothing if it does."""
    if answer is None:
        return "open"
    is_automatic = answer.evidence == "automatic"
    rules = {
        "open": answer.status == "open",
        "expired": answer.valid_until < today.isoformat(),
        "no_mitigation": answer.status == "with_reservation" and not answer.mitigation,
        "other_artefact": is_automatic and answer.artefact != artefact,
        "not_reviewed": not is_automatic and answer.reviewer in ("", answer.author),
        "document_changed": bool(answer.document) and not _is_whole(store, answer),
    }
    return next((name for name, applies in rules.items() if applies), "")


def _is_whole(store: Store, answer: Answer) -> bool:
    try:
        content = (documents_of(store) / answer.document).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == answer.evidence_hash


def counting(store: Store, asked: Governance, known: Account, artefact: str) -> dict[str, Answer]:
    """The answers that count for an artefact: given, reviewed, not expired, with their evidence as it was."""
    today = store.clock().date()
    return {
        question.question_id: known.answers[question.question_id]
        for question in asked.of_kind(known.system.kind)
        if question.question_id in known.answers
        and not why_open(store, known.answers[question.question_id], artefact, today)
    }


def open_questions(
    store: Store, governance: Governance, known: Account, artefact: str, phase: Phase
) -> dict[str, str]:
    """Per question of a phase that does not count yet: why, as a key of the reasons."""
    today = store.clock().date()
    found = {
        one.question_id: why_open(store, known.answers.get(one.question_id), artefact, today)
        for one in governance.of_phase(phase, known.system.kind)
    }
    return {question_id: why for question_id, why in found.items() if why}


@needs(Right.READ)
def blockers(
    store: Store, subject: Subject, /, governance: Governance, system_id: str, artefact: str, step: Step
) -> list[Blocker]:
    """Everything that blocks a step of a system with this artefact; an empty list opens the gate.

    Raises:
        DataProblem: If the system is not registered.
    """
    known = account(store, subject, system_id)
    found = []
    if "serious" in known.open_incidents:
        found.append(_incident())
    if artefact not in known.artefacts:
        found.append(
            Blocker(
                "artefact",
                artefact[:12],
                "Deze versie staat niet in het register.",
                "This version is not in the register.",
            )
        )
    for phase in NEEDED[step]:
        found += _asked(governance, open_questions(store, governance, known, artefact, phase))
    if step == "use":
        found += _late(store, governance, known, artefact)
    phases: tuple[Phase, ...] = (
        () if step == "decide" else ("decide", "develop") if step == "pilot" else ("decide", "develop", "use")
    )
    for phase in phases:
        found += _undecided(governance, known, phase, known.artefacts.get(artefact, {}))
    return found


@needs(Right.READ)
def candidate_blockers(
    store: Store, subject: Subject, /, governance: Governance, system_id: str, measures: dict[str, Any]
) -> list[Blocker]:
    """What blocks the release of a model that no publication holds yet: what people answer, the decisions, and their bounds.

    What the house answers itself is about what is published; it is answered anew once this is. `measures` are the candidate's;
    what a bound asks and they do not tell, such as the population, is as in the version that was registered last.
    """
    known = account(store, subject, system_id)
    last = next(reversed(known.artefacts), "")
    measured = {**known.artefacts.get(last, {}), **measures}
    found = [_incident()] if "serious" in known.open_incidents else []
    for phase in NEEDED["use"]:
        left = open_questions(store, governance, known, last, phase)
        by_people = {name: why for name, why in left.items() if not governance.questions[name].automatic}
        found += _asked(governance, by_people)
        found += _undecided(governance, known, phase, measured)
    return found


def unregistered(governance: Governance, kind: str, name: str, sentence: tuple[str, str]) -> list[Blocker]:
    """What blocks the use of a system that nobody has registered: every question and decision before use, after a sentence."""
    found = [Blocker("artefact", name, *sentence)]
    for phase in NEEDED["use"]:
        found += _asked(governance, {one.question_id: "open" for one in governance.of_phase(phase, kind)})
    return found + [_no_decision(governance, phase) for phase in (*NEEDED["use"], PHASES[-1])]


def _asked(governance: Governance, left: dict[str, str]) -> list[Blocker]:
    return [
        Blocker(
            "question", question_id, f"{question_id}: {governance.questions[question_id].nl} – {_WHY[why][0]}.",
            f"{question_id}: {governance.questions[question_id].en} – {_WHY[why][1]}.",
        )
        for question_id, why in left.items()
    ]  # fmt: skip


def _late(store: Store, governance: Governance, known: Account, artefact: str) -> list[Blocker]:
    """The questions of the last phase, once their time is over."""
    first = known.system.first_used_on
    if first is None or store.clock().date() <= date.fromisoformat(first) + FIRST_ANSWERS:
        return []
    return _asked(governance, open_questions(store, governance, known, artefact, "use"))


def _undecided(
    governance: Governance, known: Account, phase: Phase, measures: dict[str, Any]
) -> list[Blocker]:
    """What is wrong with the newest decision on a phase."""
    newest = next((one for one in reversed(known.decisions) if one.phase == phase), None)
    if newest is None or newest.outcome not in GOING:
        return [_no_decision(governance, phase)]
    return [
        Blocker(
            "bound", bound, f"Deze versie valt buiten de grens '{bound}' van het besluit van {newest.decided_on}.",
            f"This version lies outside the bound '{bound}' of the decision of {newest.decided_on}.",
        )
        for bound in newest.bounds.broken_by(measures)
    ]  # fmt: skip


def _no_decision(governance: Governance, phase: Phase) -> Blocker:
    names = governance.phases[phase]
    return Blocker(
        "decision", phase, f"Er is geen besluit om door te gaan in de fase '{names.nl}'.",
        f"There is no decision to go on in the phase '{names.en}'.",
    )  # fmt: skip


def _incident() -> Blocker:
    return Blocker(
        "incident", "serious", "Er is een ernstig incident open: eerst oplossen en sluiten.",
        "A serious incident is open: solve and close it first.",
    )  # fmt: skip
