"""What partners computed together, as a system of the register: the contract that was carried out is its artefact."""

from __future__ import annotations

import json
from typing import Any

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.reading import read_declared
from datawerkplaats.catalogue.sources import JOINT
from datawerkplaats.governance.artefacts import NONE, Artefact

KIND = "joint_computation"


def findings(*, k: int, contributors: int, agreed_until: str, parties: int) -> dict[str, str]:
    """What the declaration and the way of computing answer, per question that nobody else has to."""
    return {
        "security": f"Elke partij houdt haar rijen zelf; {parties} partijen wisselen alleen geheime delen uit, over "
        "verbindingen met certificaten.",
        "access": f"Niemand ziet rijen of tellingen van een ander. Open gaan alleen cellen van het contract, vanaf {k} personen en "
        f"met personen van minstens {contributors} partijen.",
        "monitoring": f"Elke ronde staat in het logboek van elke partij; de afspraak loopt tot {agreed_until}.",
    }


def made(settings: Settings, name: str) -> Artefact:
    """The contract of the table that lies ready to be published; none where nothing was computed."""
    try:
        told: dict[str, Any] = json.loads((settings.joint_dir / f"{name}.json").read_text(encoding="utf-8"))
        contract = str(told["approvals"][-1]["contract"])
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return NONE
    path = settings.catalogue_dir / "joint" / f"{name.removeprefix(JOINT)}.yml"
    joint: dict[str, Any] = read_declared(path, settings.catalogue_dir, dict)
    found = findings(
        k=joint.get("k", 10),
        contributors=joint.get("contributors", 3),
        agreed_until=str(joint["agreed_until"]),
        parties=len(told["parties"]),
    )
    return Artefact(contract, {}, found, False)
