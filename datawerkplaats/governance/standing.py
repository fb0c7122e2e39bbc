"""How every system stands: the artefact it is made of now, and what blocks its use, also while nobody has registered it."""

from __future__ import annotations

from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import declarations, gate, predictions
from datawerkplaats.governance.accounts import Account, account
from datawerkplaats.governance.artefacts import RISK_AREAS, Artefact
from datawerkplaats.governance.gate import Blocker, Step
from datawerkplaats.publication import Publication
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store

# What is asked of a kind of system before it is used; a joint computation needs a decision for each round.
STEPS: dict[str, Step] = {"joint_computation": "pilot"}


def artefact_now(known: Account, served: Publication | None) -> Artefact:
    """What a system is made of now: of the served publication, or else what was registered last."""
    if known.system.name == RISK_AREAS and served is not None:
        found = predictions.artefact(served)
        if found.sha256:
            return found
    return Artefact(next(reversed(known.artefacts), ""), {}, {}, known.system.learned_from_synthetic)


@needs(Right.READ)
def blockers(
    store: Store, subject: Subject, /, settings: Settings, system_id: str, *, served: Publication | None
) -> list[Blocker]:
    """What blocks the use of a system as it is now; an empty list opens it."""
    known = account(store, subject, system_id)
    asked = declarations.load(settings.catalogue_dir)
    sha256, step = artefact_now(known, served).sha256, STEPS.get(known.system.kind, "use")
    return gate.blockers(store, subject, asked, system_id, sha256, step)
