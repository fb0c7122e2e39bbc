"""The register of the fictional province, an example that says so: with one reservation, one answer that ends soon, and what
stands beside the decisions.

A region with real data gets nothing of this: its register starts empty and blocks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from datawerkplaats import publication
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import (
    accounts,
    artefacts,
    decisions,
    declarations,
    predictions,
    register,
    released,
)
from datawerkplaats.governance.accounts import Bounds
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.store import Store, open_store
from demo import conversation

EXAMPLE = "Voorbeeld (verzonnen)"
RESERVATION, ENDS_SOON = "B-INC-3", "O-WER-1"
_SOON = timedelta(days=20)
AUTHOR = Subject("example-author", frozenset(Role), "Veenland")
REVIEWER = Subject("example-reviewer", frozenset(Role), "Veenland")
CHAIR = Subject("example-chair", frozenset({Role.CHAIR}), "Veenland")


def fill(settings: Settings) -> bool:
    """Fill in the example for what is published now; False where there is nothing to fill in or it was done before."""
    served = publication.current(settings.publish_dir)
    found = predictions.artefact(served)
    if served.mode != "demo" or not found.sha256:
        return False
    asked = declarations.load(settings.catalogue_dir)
    store = open_store(settings)
    system = register.register_system(
        store, AUTHOR, artefacts.RISK_AREAS, "area_model", learned_from_synthetic=found.is_synthetic
    )
    known = accounts.account(store, REVIEWER, system)
    is_new = not known.decisions
    if found.sha256 not in known.artefacts:
        register.register_artefact(store, AUTHOR, system, found.sha256, found.measures)
        register.refresh_automatic(store, AUTHOR, asked, system, found.sha256, found.findings)
    if is_new:
        answers(store, asked, system)
        bounds = Bounds(gap_to=0.5, population=str(found.measures["population"]))
        for phase in ("decide", "develop", "use"):
            decisions.decide(
                store, CHAIR, asked, system, phase, "conditional", artefact=found.sha256, bounds=bounds,
                conditions=f"{EXAMPLE}: alleen om samen over gebieden te praten, nooit over een persoon.",
            )  # fmt: skip
        released.release(store, AUTHOR, asked, system, found.sha256, "area_estimates")
        register.first_use(store, AUTHOR, system)
        conversation.add(store, asked, system, EXAMPLE)
    store.engine.dispose()
    return is_new


def answers(store: Store, asked: declarations.Governance, system: str) -> None:
    """Answer what people have to answer before use and nobody answered yet, as an example: one with a reservation, one that
    ends soon.
    """
    known = accounts.account(store, REVIEWER, system)
    for question in asked.of_kind(known.system.kind):
        if question.automatic or question.phase == "use" or question.question_id in known.answers:
            continue
        valid = timedelta(days=asked.phases[question.phase].valid_days)
        given = datetime.now(UTC) - (valid - _SOON if question.question_id == ENDS_SOON else timedelta(0))
        at = Store(store.engine, store.head, clock=partial(_at, given))
        has_doubt = question.question_id == RESERVATION
        answer = register.answer(
            at, AUTHOR, asked, system, question.question_id, status="with_reservation" if has_doubt else "answered",
            text=_doubt() if has_doubt else f"{EXAMPLE}: besproken aan tafel in Veenland; het verslag ligt bij de voorzitter.",
            evidence="person" if "person" in question.evidence else "document",
            mitigation=f"{EXAMPLE}: van kleine groepen toont de pagina niets." if has_doubt else "",
            document=None if "person" in question.evidence else ("voorbeeld.txt", EXAMPLE.encode()),
        )  # fmt: skip
        register.review(at, REVIEWER, answer)


def _at(moment: datetime) -> datetime:
    return moment


def _doubt() -> str:
    return f"{EXAMPLE}: mensen die weinig vragenlijsten invullen tellen minder mee; hoeveel dat uitmaakt weten we nog niet."
