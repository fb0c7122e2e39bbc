"""The newest decision on what is predicted once more, now for everybody."""

from __future__ import annotations

from dataclasses import replace

from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import accounts, decisions, declarations
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.store import Store

CHAIR = Subject("example-chair", frozenset({Role.CHAIR}), "Veenland")


def decide_openbaar(store: Store, name: str = "risk_areas") -> None:
    """Decide again on the use of a system, with the same bounds and *openbaar*."""
    (system,) = [one for one in accounts.systems(store, CHAIR) if one.name == name]
    newest = next(
        one for one in reversed(accounts.account(store, CHAIR, system.id).decisions) if one.phase == "use"
    )
    decisions.decide(
        store, CHAIR, declarations.load(get_settings().catalogue_dir), system.id, "use", newest.outcome,
        artefact=newest.artefact, bounds=replace(newest.bounds, openbaar=True), conditions=newest.conditions,
    )  # fmt: skip
