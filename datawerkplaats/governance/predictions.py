"""The one way to what a release predicts: its second file is opened only while the register holds a valid decision about it.

Whoever reads predictions (pages, SQL, the command line, programs, the report) asks `opened` each time, also for an old release:
closing the gate closes all of them. What may not be shown is not read either, but for the look that names the artefact.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import artefacts
from datawerkplaats.governance.artefacts import NONE, Artefact
from datawerkplaats.publication import Publication
from datawerkplaats.publication.predicted import part_of
from datawerkplaats.publication.verify import damaged
from datawerkplaats.workplace.people import Role, Subject

if TYPE_CHECKING:
    from datawerkplaats.governance.gate import Blocker
    from datawerkplaats.workplace.store import Store

# The gate is asked by the house itself: what it says holds for every reader alike.
HOUSE = Subject("house", frozenset({Role.READER}))
MOST_NAMED = 3
KIND = "area_model"
_UNREGISTERED = (
    "Over dit model staat nog niets in het register.",
    "The register holds nothing about this model yet.",
)
_artefacts: dict[tuple[str, str], Artefact] = {}
_stores: dict[tuple[str, str], Store] = {}
_lock = threading.Lock()


def artefact(publication: Publication) -> Artefact:
    """What a release predicts with: the hash of its models, their measures and what the house found; nothing of an area.

    Raises:
        DataProblem: `publication_damaged` if the file is not what was signed.
    """
    key = publication.id, publication.manifest_sha256
    with _lock:
        known = _artefacts.get(key)
    if known is None:
        part = part_of(publication)
        try:
            part.verify()
        except FileNotFoundError as error:
            if part.is_apart and publication.path.exists():
                raise damaged(publication, f"no file {part.path.name}") from error
            return NONE
        known = artefacts.of_risk_areas(part.path)
        with _lock:
            _artefacts[key] = known
    return known


def forget() -> None:
    """Forget what was seen of releases, so that their files are looked at anew."""
    with _lock:
        _artefacts.clear()


def is_begun(settings: Settings) -> bool:
    """Whether anybody has written anything here, without opening the store."""
    return settings.workplace_url is not None or (settings.workplace_dir / "workplace.db").exists()


def blockers(publication: Publication, settings: Settings) -> list[Blocker]:
    """What keeps the predictions of a release from being used; an empty list opens them.

    Raises:
        DataProblem: If the register cannot be read: then they stay closed.
    """
    from datawerkplaats.governance import accounts, declarations, gate

    asked = declarations.load(settings.catalogue_dir)
    store = house_store(settings) if is_begun(settings) else None
    known = accounts.systems(store, HOUSE) if store is not None else []
    system = next((one for one in known if one.name == artefacts.RISK_AREAS), None)
    if store is None or system is None:
        return gate.unregistered(asked, KIND, artefacts.RISK_AREAS, _UNREGISTERED)
    return gate.blockers(store, HOUSE, asked, system.id, artefact(publication).sha256, "use")


def opened(publication: Publication, settings: Settings) -> Path:
    """The file with what a release predicts, its bytes as they were signed.

    Raises:
        DataProblem: `predictions_absent` if it predicts nothing, `predictions_closed` if there is no valid decision to use it,
            `publication_damaged`, or why the register cannot be read.
    """
    if not artefact(publication).sha256:
        raise DataProblem(
            "predictions_absent",
            subject=publication.id,
            remedy="choose a release in which a risk model was built",
        )
    found = blockers(publication, settings)
    if found:
        more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        raise DataProblem(
            "predictions_closed",
            subject=publication.id,
            expected="a decision to use it that holds for this version",
            found="; ".join(one.en for one in found[:MOST_NAMED]) + more,
            remedy="answer and decide on the page Vragen; figures that are counted stay open",
        )
    part = part_of(publication)
    part.verify()
    return part.path


def figures(publication: Publication, settings: Settings) -> Path:
    """The file that somebody's own SQL may read: the figures.

    A release from before predictions lay apart has both in one file: asking it takes a decision as well.

    Raises:
        DataProblem: As `opened`, for such a release.
    """
    if part_of(publication).is_apart or not artefact(publication).sha256:
        return publication.path
    return opened(publication, settings)


def house_store(settings: Settings) -> Store:
    """The workplace's store, opened once, for the house's own look at the register."""
    from datawerkplaats.workplace.store import address_of, open_store

    key = address_of(settings), str(settings.keys_dir)
    with _lock:
        if key not in _stores:
            _stores[key] = open_store(settings)
        return _stores[key]
