"""What the parts of the page share: the system that is looked at, what the register holds of it, and how each question stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from apps.dashboard.data import workplace
from apps.dashboard.data.systems import Named
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.governance import gate
from datawerkplaats.governance.accounts import Account
from datawerkplaats.governance.artefacts import Artefact
from datawerkplaats.governance.declarations import Governance, Question

SOON = timedelta(days=30)
COLOURS = {"✓": "good", "◐": "doubt", "◔": "doubt", "✗": "bad"}


@dataclass(frozen=True)
class Looked:
    """One look at a system: `known` is None while nobody registered it; `states` tells per question how it stands, or why not."""

    context: Context
    asked: Governance
    system: Named
    artefact: Artefact
    known: Account | None
    states: dict[str, str]

    def words(self, one: Any) -> str:
        """A declared text in the language of the page."""
        return str(one.nl if self.context.language == "nl" else one.en)

    def who(self, question: Question) -> str:
        """Who answers a question."""
        language = self.context.language
        if question.automatic:
            return text("vragen.by_house", language)
        return listing([text(f"identity.role_{role}", language) for role in question.answered_by], language)


def look(
    context: Context, asked: Governance, system: Named, artefact: Artefact, known: Account | None
) -> Looked:
    """Look at a system as it is made now."""
    return Looked(
        context, asked, system, artefact, known, _states(asked, system.kind, known, artefact.sha256)
    )


def _states(asked: Governance, kind: str, known: Account | None, artefact: str) -> dict[str, str]:
    if known is None:
        return {one.question_id: "open" for one in asked.of_kind(kind)}
    store, today, found = workplace.store(), date.today(), {}
    for question in asked.of_kind(kind):
        answer = known.answers.get(question.question_id)
        why = gate.why_open(store, answer, artefact, today)
        if why or answer is None:
            found[question.question_id] = why
        elif answer.status == "with_reservation":
            found[question.question_id] = "doubt"
        else:
            ends_soon = answer.valid_until < (today + SOON).isoformat()
            found[question.question_id] = "soon" if ends_soon else "done"
    return found
