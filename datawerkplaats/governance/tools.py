"""Tools beside one person, and what partners compute together: open only with a valid decision about exactly what is there.

One that learned from synthetic people can get no more than *oefenen* (`decisions.decide` sees to that).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import accounts, declarations, gate, joint, register
from datawerkplaats.governance.accounts import Decision
from datawerkplaats.governance.gate import Blocker
from datawerkplaats.governance.predictions import HOUSE, house_store, is_begun
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store

KIND = "person_tool"
_UNREGISTERED = {
    KIND: (
        "Over dit hulpmiddel staat nog niets in het register.",
        "The register holds nothing about this tool yet.",
    ),
    joint.KIND: (
        "Over deze gezamenlijke berekening staat nog niets in het register.",
        "The register holds nothing about this joint computation yet.",
    ),
}


@dataclass(frozen=True)
class Told:
    """A question with the answer that holds for what is used."""

    nl: str
    en: str
    text: str


@dataclass(frozen=True)
class Standing:
    """How a tool stands: what blocks it (nothing: it is open), the decisions about it, and the answers that they rest on."""

    blockers: tuple[Blocker, ...]
    decisions: tuple[Decision, ...] = ()
    answers: tuple[Told, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it may be used."""
        return not self.blockers


def standing(
    settings: Settings, name: str, artefact: str, kind: str = KIND, step: gate.Step = "use"
) -> Standing:
    """How a tool, or something else of a kind, stands with this artefact.

    Raises:
        DataProblem: If the register cannot be read: then it stays closed.
    """
    asked = declarations.load(settings.catalogue_dir)
    store = house_store(settings) if is_begun(settings) else None
    known = accounts.systems(store, HOUSE) if store is not None else []
    system = next((one for one in known if one.name == name), None)
    if store is None or system is None:
        return Standing(tuple(gate.unregistered(asked, kind, name, _UNREGISTERED[kind])))
    found = gate.blockers(store, HOUSE, asked, system.id, artefact, step)
    account = accounts.account(store, HOUSE, system.id)
    holding = gate.counting(store, asked, account, artefact)
    answers = (
        Told(asked.questions[one].nl, asked.questions[one].en, f"{given.text} {given.mitigation}".strip())
        for one, given in holding.items()
    )
    return Standing(tuple(found), account.decisions, tuple(answers))


@needs(Right.REGISTER)
def enter(
    store: Store, subject: Subject, /, asked: declarations.Governance, name: str, artefact: str, *,
    measures: dict[str, Any], findings: dict[str, str], synthetic: bool,
) -> str:  # fmt: skip
    """The id of the system, with this artefact in the register and what the house found of it."""
    system = register.register_system(store, subject, name, KIND, learned_from_synthetic=synthetic)
    if artefact not in accounts.account(store, HOUSE, system).artefacts:
        register.register_artefact(store, subject, system, artefact, measures)
        register.refresh_automatic(store, subject, asked, system, artefact, findings)
    return system
