"""Whether the governance register lets a joint computation go on: the party that asks answers for it to the others."""

from __future__ import annotations

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import JOINT
from datawerkplaats.governance import accounts, declarations, gate, register
from datawerkplaats.governance.joint import KIND, findings
from datawerkplaats.workplace.people import LOCAL, Subject
from datawerkplaats.workplace.store import Store, open_store
from stations.declaration import load_joint
from stations.request import Request
from stations.station import Station

_STEP: gate.Step = "pilot"
_NAMED = 3


def system_name(joint_id: str) -> str:
    """What a joint table is called in the register."""
    return f"{JOINT}{joint_id}"


def register_of(station: Station) -> Store:
    """The register of the installation that a station belongs to."""
    return open_store(station.settings.model_copy(update={"data_dir": station.folder / "data"}))


def registered(
    station: Station, request: Request, subject: Subject = LOCAL, store: Store | None = None
) -> str:
    """The id of the joint table in the register, with this contract as its artefact and what the house can answer itself."""
    store = store or register_of(station)
    asked = declarations.load(station.settings.catalogue_dir)
    system = register.register_system(
        store, subject, system_name(request.joint_id), KIND, learned_from_synthetic=False
    )
    if request.contract not in accounts.account(store, subject, system).artefacts:
        register.register_artefact(store, subject, system, request.contract, {})
        register.refresh_automatic(
            store, subject, asked, system, request.contract, _findings(station, request)
        )
    return system


def _findings(station: Station, request: Request) -> dict[str, str]:
    joint = load_joint(station.settings.catalogue_dir, request.joint_id)
    return findings(
        k=joint.k, contributors=joint.contributors, agreed_until=joint.agreed_until.isoformat(), parties=len(request.parties)
    )  # fmt: skip


def require_decision(station: Station, request: Request, subject: Subject = LOCAL) -> None:
    """Stop unless every question is answered and decided for this very contract.

    Raises:
        DataProblem: `not_decided`, with the first things that block.
    """
    store = register_of(station)
    known = {one.name: one.id for one in accounts.systems(store, subject)}
    name = system_name(request.joint_id)
    found = ["it is not in the register"]
    if name in known:
        governance = declarations.load(station.settings.catalogue_dir)
        blocking = gate.blockers(store, subject, governance, known[name], request.contract, _STEP)
        found = [one.en.rstrip(".") for one in blocking[:_NAMED]]
        found += [f"and {len(blocking) - _NAMED} more"] if len(blocking) > _NAMED else []
    if found:
        raise DataProblem(
            "not_decided",
            subject=name,
            expected="answers and decisions on the phases decide and develop, for this contract",
            found="; ".join(found),
            remedy="answer and decide in the register of the party that asks, then start again",
        )
