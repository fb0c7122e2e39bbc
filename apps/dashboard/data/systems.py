"""The systems that the questions are about: those that the house knows, registered or not, and what each is made of now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.dashboard.data import predictions, workplace
from apps.dashboard.data.release import Release
from datawerkplaats import publication
from datawerkplaats.base.settings import get_settings

if TYPE_CHECKING:
    from datawerkplaats.governance.artefacts import Artefact
    from datawerkplaats.governance.gate import Blocker
    from datawerkplaats.governance.record import Record
    from datawerkplaats.workplace.people import Subject

# What reads the register brings in the database library: a page that predicts nothing should not wait for that.


@dataclass(frozen=True)
class Named:
    """One system: its name in the register, what it is called, its kind, and its id there; empty while nobody registered it."""

    name: str
    nl: str
    en: str
    kind: str
    id: str = ""


def all_of_them(subject: Subject) -> list[Named]:
    """The systems that are declared, and those that only the register holds; the risk models first."""
    from datawerkplaats.governance import accounts, known

    about = known.declared(get_settings().catalogue_dir)
    held = (
        {one.name: one for one in accounts.systems(workplace.store(), subject)}
        if workplace.is_begun()
        else {}
    )
    found = [
        Named(name, one.name.nl, one.name.en, one.kind, held[name].id if name in held else "")
        for name, one in about.items()
    ]
    found += [Named(name, name, name, one.kind, one.id) for name, one in held.items() if name not in about]
    return found


def made_of(release: Release, system: Named) -> Artefact:
    """What a system is made of now, as far as the house can tell: of this release, of the tool that was trained, of the contract
    that was carried out, or else what was registered last.
    """
    from datawerkplaats.governance import accounts, artefacts, joint
    from datawerkplaats.governance.predictions import HOUSE

    found = artefacts.NONE
    if system.name == artefacts.RISK_AREAS:
        found = predictions.artefact(release)
    elif system.kind == joint.KIND:
        found = joint.made(get_settings(), system.name)
    elif system.kind == "person_tool":
        found = _tool(system.name)
    if found.sha256 or not system.id:
        return found
    held = accounts.account(workplace.store(), HOUSE, system.id)
    last = next(reversed(held.artefacts), "")
    return artefacts.Artefact(last, {}, {}, held.system.learned_from_synthetic) if last else found


def _tool(name: str) -> Artefact:
    from datawerkplaats.governance.artefacts import NONE, Artefact
    from ml.care import registry

    settings = get_settings()
    folder = settings.data_dir / "care" / settings.source / "models"
    tool = next((one for one in registry.TOOLS if registry.system_name(one) == name), None)
    found = registry.current(folder, tool) if tool else None
    if found is None:
        return NONE
    told = found.manifest
    return Artefact(found.artefact, told["measures"], told["findings"], bool(told["synthetic"]))


def blockers(release: Release, system: Named, artefact: Artefact) -> list[Blocker]:
    """What blocks the use of a system as it is now, also while nobody has registered it.

    Raises:
        DataProblem: If the register cannot be read: then it stays closed.
    """
    from datawerkplaats.governance import artefacts, declarations, gate, standing
    from datawerkplaats.governance.predictions import HOUSE

    if system.name == artefacts.RISK_AREAS:
        return predictions.blockers(release)
    asked = declarations.load(get_settings().catalogue_dir)
    if not system.id:
        sentence = (f"{system.nl}: staat nog niet in het register.", f"{system.en}: not in the register yet.")
        return gate.unregistered(asked, system.kind, system.name, sentence)
    step = standing.STEPS.get(system.kind, "use")
    return gate.blockers(workplace.store(), HOUSE, asked, system.id, artefact.sha256, step)


def record(release: Release, subject: Subject, system: Named, language: str) -> Record:
    """The record of a registered system."""
    from datawerkplaats.catalogue.regions import load_regions
    from datawerkplaats.governance import record as records

    settings = get_settings()
    served = publication.of_file(release.path)
    region = load_regions(settings.catalogue_dir).find(served.manifest.get("region") or settings.region)
    return records.record(
        workplace.store(), subject, settings, system.id, "nl" if language == "nl" else "en", region=region, served=served
    )  # fmt: skip
