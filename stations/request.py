"""A request for a round: the declaration, the code lists, who takes part, and one hash over all of it, the contract."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import areas_of
from datawerkplaats.partners.residents import Residents, residents_for
from datawerkplaats.workplace.events import canonical
from stations.declaration import JointTable, load_joint
from stations.ledger import now

_CODE = ("stations.protocol", "stations.frame", "stations.contribution")
DATA, COMPUTING = "data", "computing"


@dataclass(frozen=True)
class Party:
    """Who takes part, where it is reached, and whether it brings data or computes along."""

    name: str
    role: str
    host: str
    port: int


@dataclass(frozen=True)
class Request:
    """What every party is asked to approve.

    Attributes:
        request_id: Its own id; it is carried out once.
        joint_id: Which joint table.
        years: For which years of the period.
        areas: The code list of areas, with residents per age band where they are known.
        province: In which province each gemeente lies.
        parties: Who takes part, in this order.
        asked_by: The party that asks, and whose register holds the decision.
        asked_at: When.
        contract: The hash over all that the round depends on.
    """

    request_id: str
    joint_id: str
    years: tuple[int, ...]
    areas: dict[str, dict[str, float]]
    province: dict[str, str]
    parties: tuple[Party, ...]
    asked_by: str
    asked_at: str
    contract: str

    @property
    def residents(self) -> Residents:
        """The code lists as counting reads them."""
        return Residents(self.areas, self.province, self.contract)

    @property
    def codes(self) -> list[str]:
        """All area codes, those of provinces included."""
        return sorted({*self.areas, *(code for code in self.province.values() if code)})

    def place(self, name: str) -> int:
        """Which party a station is.

        Raises:
            DataProblem: `not_allowed` if it is none of them.
        """
        names = [party.name for party in self.parties]
        if name not in names:
            raise DataProblem(
                "not_allowed",
                subject=name,
                expected=f"one of {', '.join(names)}",
                remedy="this request is not for this station",
            )
        return names.index(name)

    @property
    def bringing(self) -> list[int]:
        """The places of the parties that bring data."""
        return [i for i, party in enumerate(self.parties) if party.role == DATA]


@dataclass(frozen=True)
class Terms:
    """What a station itself holds of a joint table: its own catalogue and its own code."""

    joint: JointTable
    micro: Micro

    @classmethod
    def of(cls, joint_id: str, settings: Settings) -> Terms:
        """The terms as this station's catalogue has them."""
        joint = load_joint(settings.catalogue_dir, joint_id)
        sources = load_catalogue(settings.catalogue_dir).sources
        if joint.delivery not in sources:
            raise DataProblem(
                "catalogue_field",
                subject=f"catalogue/joint/{joint_id}.yml",
                where="delivery",
                expected="the id of a source with a row per person",
                found=joint.delivery,
                remedy="correct the file at every partner",
            )
        return cls(joint, joint.micro(sources[joint.delivery]))

    def contract(self, request: Request) -> str:
        """The hash over declaration, reading rules, code lists, parties, years and the code that computes."""
        content = {
            "joint": self.joint.model_dump(mode="json"),
            "micro": self.micro.model_dump(mode="json"),
            "years": list(request.years),
            "areas": request.areas,
            "province": request.province,
            "parties": [[party.name, party.role] for party in request.parties],
            "asked_by": request.asked_by,
            "request": request.request_id,
            "code": code_hash(_CODE),
        }
        return hashlib.sha256(canonical(content).encode()).hexdigest()


def make_request(
    joint_id: str,
    years: Sequence[int],
    within: Sequence[str],
    parties: Sequence[Party],
    asked_by: str,
    settings: Settings,
) -> Request:
    """A request for a round, with the code lists of the region as they are today.

    Args:
        joint_id: Which joint table.
        years: For which years.
        within: Codes of provinces or gemeenten that it is about.
        parties: Who takes part.
        asked_by: Name of the party that asks.
        settings: Where the catalogue and the public sources are.

    Raises:
        DataProblem: If a year is not in the period, parties are too few or the areas are not known.
    """
    terms = Terms.of(joint_id, settings)
    source = load_catalogue(settings.catalogue_dir).sources[terms.joint.delivery]
    everywhere = residents_for(source, settings)
    inside = {code for code in everywhere.by_area if set(everywhere.chain(code)) & set(within)}
    codes = areas_of(inside, everywhere)
    request = Request(
        request_id=uuid.uuid4().hex,
        joint_id=joint_id,
        years=tuple(sorted(years)),
        areas={code: everywhere.by_area[code] for code in codes if code in everywhere.by_area},
        province={code: up for code, up in everywhere.province.items() if code in codes},
        parties=tuple(parties),
        asked_by=asked_by,
        asked_at=now(),
        contract="",
    )
    check_request(terms, request)
    return Request(**{**_fields(request), "contract": terms.contract(request)})


def check_request(terms: Terms, request: Request) -> None:
    """Whether a request can be carried out at all, before anybody computes anything.

    Raises:
        DataProblem: One sentence on the first thing that is not right.
    """
    joint = terms.joint

    def refuse(
        code: str,
        where: str,
        expected: str,
        found: str = "",
        remedy: str = "ask again with the right request",
    ) -> None:
        raise DataProblem(
            code,
            subject=f"joint table {joint.joint_id}",
            where=where,
            expected=expected,
            found=found,
            remedy=remedy,
        )

    if outside := sorted(set(request.years) - set(joint.years)):
        refuse(
            "input_refused",
            "years",
            f"years of the agreement: {', '.join(map(str, joint.years))}",
            str(outside[0]),
        )
    if not request.years or not request.areas:
        refuse("input_refused", "areas and years", "at least one year and one known area", "none")
    names = [party.name for party in request.parties]
    if len(set(names)) != len(names) or request.asked_by not in names:
        refuse("input_refused", "parties", "every party once, and the one that asks among them")
    if len(request.bringing) < joint.parties.least:
        refuse(
            "input_refused",
            "parties",
            f"{joint.parties.least} parties that bring data",
            str(len(request.bringing)),
        )
    if joint.parties.computing and len(request.bringing) == len(request.parties):
        refuse("input_refused", "parties", "an independent computing party", "none")
    if request.asked_at[:10] > joint.agreed_until.isoformat():
        refuse(
            "other_contract", "agreed_until", f"a round before {joint.agreed_until}", request.asked_at[:10]
        )
    _some_may_open(terms, request, refuse)


def _some_may_open(terms: Terms, request: Request, refuse: Any) -> None:
    """A breakdown in which no area has k residents can have no cell that opens: said before anything is computed."""
    people = request.residents
    for table in terms.joint.tables:
        for level in table.levels:
            areas = [
                code
                for code in request.codes
                if code.startswith({"province": "PV", "gemeente": "GM", "wijk": "WK", "buurt": "BU"}[level])
            ]
            for band in table.age_bands or ["all"]:
                known = [people.of(area, band) for area in areas]
                if known and all(count is not None and count < terms.joint.k for count in known):
                    refuse(
                        "nothing_may_open", f"{level}, age {band}", f"an area with at least {terms.joint.k} residents",
                        "none", "declare a coarser breakdown",
                    )  # fmt: skip


def _fields(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in Request.__dataclass_fields__}


def write_request(request: Request, path: Path) -> None:
    """Write a request to a file that is sent to every party."""
    files.write_text(path, json.dumps(asdict(request), ensure_ascii=False, indent=1))


def read_request(path: Path) -> Request:
    """The request in a file.

    Raises:
        DataProblem: `unreadable_file` if it is not a request.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        fields["parties"] = tuple(Party(**party) for party in fields["parties"])
        fields["years"] = tuple(int(year) for year in fields["years"])
        return Request(**fields)
    except (OSError, ValueError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise DataProblem(
            "unreadable_file", subject=path.name, expected="a request as `dwp station request` writes it",
            remedy="ask for the file again",
        ) from error  # fmt: skip
