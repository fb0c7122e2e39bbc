"""Decisions of board and chair on a phase: only when its questions are answered, with bounds that later versions keep."""

from __future__ import annotations

from dataclasses import asdict

from datawerkplaats.governance.accounts import Bounds, account
from datawerkplaats.governance.declarations import PHASES, Governance, Phase
from datawerkplaats.governance.gate import open_questions
from datawerkplaats.governance.register import refused
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Role, Subject, needs
from datawerkplaats.workplace.prose import checked, choice
from datawerkplaats.workplace.store import Store, new_id

OUTCOMES = ("go", "no_go", "conditional", "practise")


@needs(Right.DECIDE)
def decide(
    store: Store, subject: Subject, /, governance: Governance, system_id: str, phase: Phase, outcome: str, *,
    artefact: str, bounds: Bounds, conditions: str = "",
) -> str:  # fmt: skip
    """The id of a decision on a phase.

    Raises:
        DataProblem: If the questions of the phase stand open, the artefact is not of this system, or a tool that learned from
            synthetic data would get more than *oefenen*.
    """
    choice(phase, PHASES, "phase")
    choice(outcome, OUTCOMES, "outcome")
    if outcome == "conditional" and not conditions.strip():
        raise refused("conditions", "what has to be done first", "write the conditions")
    known = account(store, _reader(subject), system_id)
    if artefact not in known.artefacts:
        raise refused("artefact", "an artefact of this system", "register it first")
    if (
        known.system.learned_from_synthetic
        and known.system.kind == "person_tool"
        and outcome not in ("practise", "no_go")
    ):
        raise refused(
            "outcome",
            "practise or no_go: it learned from synthetic people",
            "decide to practise only",
            outcome,
        )
    if outcome != "no_go" and phase != "use":
        left = open_questions(store, governance, known, artefact, phase)
        if left:
            raise refused(phase, "all of its questions answered", f"answer {', '.join(left)} first")
    values = {
        "id": new_id(), "system_id": system_id, "phase": phase, "outcome": outcome,
        "conditions": checked(conditions, "conditions", most=2000) if conditions else "", "bounds": asdict(bounds),
        "artefact": artefact, "decided_by": subject.id, "role": str(subject.role_for(Right.DECIDE)),
        "decided_on": store.clock().date().isoformat(),
    }  # fmt: skip
    with store.writing(subject, Right.DECIDE) as write:
        write.insert(schema.decision, values, "decided")
    return str(values["id"])


def _reader(subject: Subject) -> Subject:
    """Deciding implies reading the account it is decided on."""
    return Subject(subject.id, subject.roles | {Role.READER}, subject.organisation)
