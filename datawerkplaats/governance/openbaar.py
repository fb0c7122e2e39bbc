"""What may be shown to everybody: partners' tables and predictions of which the newest decision before use says *openbaar*.

Whoever signs in works inside a region's agreements; a public site, what others put on their pages and a service for programs do
not. So these ask here, and without an answer nothing of partners and nothing predicted is on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.catalogue.sources import JOINT
from datawerkplaats.governance import accounts, declarations, gate, joint, predictions
from datawerkplaats.governance.artefacts import RISK_AREAS
from datawerkplaats.governance.gate import GOING, Step
from datawerkplaats.publication import Publication
from datawerkplaats.publication.egress import persons

# A partner's table is let out by a rule for releasing: the declaration of its source, with what is counted and how it is protected.
KIND = "release_rule"


@dataclass(frozen=True)
class Outside:
    """What of a release may be shown to everybody: the one rule of the site, of what others put on their pages, and of programs.

    Attributes:
        public: The sources that are public by themselves. One that the catalogue does not know is not among them, so that a table
            of partners stays shut in an old release too when its source is gone.
        opened: The sources, and what predicts (`RISK_AREAS`), that a decision opened.
    """

    public: frozenset[str]
    opened: frozenset[str] = frozenset()

    def shows(self, source_id: object) -> bool:
        """Whether figures of a source may be seen by everybody; what is predicted is no figure and stands apart."""
        return source_id in self.public or (source_id in self.opened and source_id != RISK_AREAS)

    @property
    def predictions(self) -> bool:
        """Whether what is predicted may be seen by everybody."""
        return RISK_AREAS in self.opened


def outside(publication: Publication, settings: Settings) -> Outside:
    """What everybody may see of a release by the decisions of now.

    Raises:
        DataProblem: If the register cannot be read: then it is not known what may be shown.
    """
    public, of_persons = _declared(settings.catalogue_dir)
    return Outside(public, openbaar(publication, settings, of_persons))


def public_alone(settings: Settings) -> Outside:
    """What everybody may see whatever was decided: what is shown while the register cannot be asked."""
    return Outside(_declared(settings.catalogue_dir)[0])


@cache
def _declared(catalogue_dir: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The sources that are public by themselves, and those of persons."""
    catalogue = load_catalogue(catalogue_dir)
    of_persons = persons(catalogue)
    predicting = frozenset(load_egress(catalogue_dir).predicted)
    return frozenset(catalogue.sources) - of_persons - predicting, of_persons


def rule_of(settings: Settings, source_id: str) -> str:
    """The hash that stands for how a source of partners is released: of its declaration, or of the contract computed last.

    Empty where there is neither.
    """
    if source_id.startswith(JOINT):
        return joint.made(settings, source_id).sha256
    path = settings.catalogue_dir / "sources" / f"{source_id}.yml"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def openbaar(publication: Publication, settings: Settings, sources: Iterable[str]) -> frozenset[str]:
    """Of these sources, and of what the release predicts (`RISK_AREAS`), what a decision opens to everybody.

    Nothing may stand between the system and its use either: an answer that expired or an incident closes it again.

    Raises:
        DataProblem: If the register cannot be read: then it is not known what may be shown.
    """
    if not predictions.is_begun(settings):
        return frozenset()
    store, asked = predictions.house_store(settings), declarations.load(settings.catalogue_dir)
    named = {one.name: one for one in accounts.systems(store, predictions.HOUSE)}
    found = set()
    for name in {RISK_AREAS, *sources} & set(named):
        sha256 = predictions.artefact(publication).sha256 if name == RISK_AREAS else rule_of(settings, name)
        step: Step = "pilot" if named[name].kind == joint.KIND else "use"
        known = accounts.account(store, predictions.HOUSE, named[name].id)
        if sha256 and _says_so(known, step) and not gate.blockers(
            store, predictions.HOUSE, asked, named[name].id, sha256, step
        ):  # fmt: skip
            found.add(name)
    return frozenset(found)


def _says_so(known: accounts.Account, step: Step) -> bool:
    """Whether the newest decision on the last phase before this step opens it to everybody; to practise never does."""
    phase = "develop" if step == "pilot" else "use"
    newest = next((one for one in reversed(known.decisions) if one.phase == phase), None)
    return (
        newest is not None
        and newest.bounds.openbaar
        and newest.outcome in GOING
        and newest.outcome != "practise"
    )
