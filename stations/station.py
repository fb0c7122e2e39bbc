"""A station: one folder at a partner with its delivery, certificate, requests, approvals, logs and results."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Source, load_catalogue
from datawerkplaats.partners.vault import private_files
from stations.authority import credentials
from stations.channel import Credentials
from stations.contribution import Key, frames_of, own_of
from stations.frame import Frame
from stations.ledger import Ledger, Row, now
from stations.request import DATA, Request, Terms, check_request, read_request, write_request

_NAMED = "station.json"
_LEAST_REASON = 10


@dataclass(frozen=True)
class Approval:
    """That a party agrees to one request under one contract."""

    request_id: str
    contract: str
    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class Station:
    """The folder of a station and the settings of the installation it is part of."""

    folder: Path
    settings: Settings

    @classmethod
    def make(cls, folder: Path, name: str, settings: Settings) -> Station:
        """A new station, readable for its owner only."""
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
            raise DataProblem(
                "input_refused", subject="name", expected="letters, digits and dashes", found=name[:40],
                remedy="choose the name that stands on the certificate",
            )  # fmt: skip
        with private_files():
            for part in ("deliveries", "tls", "requests", "approvals", "log", "results", "keys"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            files.write_text(folder / _NAMED, json.dumps({"name": name}))
        return cls(folder, settings)

    @property
    def name(self) -> str:
        """How the others know this station.

        Raises:
            DataProblem: `not_there` if the folder is no station.
        """
        try:
            return str(json.loads((self.folder / _NAMED).read_text(encoding="utf-8"))["name"])
        except (OSError, ValueError, KeyError) as error:
            raise DataProblem(
                "not_there",
                subject=self.folder.name,
                expected="the folder of a station",
                remedy="make one: dwp station init",
            ) from error

    @property
    def deliveries(self) -> Path:
        """Where the partner puts its own files; they never leave this folder."""
        return self.folder / "deliveries"

    @property
    def results(self) -> Path:
        """Where opened tables come."""
        return self.folder / "results"

    @property
    def credentials(self) -> Credentials:
        """This station's certificate."""
        return credentials(self.folder / "tls")

    @contextmanager
    def one_round(self) -> Iterator[None]:
        """Hold this station for one round: two at once could each open a year that the other has not written down yet.

        Raises:
            DataProblem: `station_busy` if another round runs here.
        """
        with ExitStack() as held:
            try:
                held.enter_context(files.locked(self.folder / "log" / "round.lock", wait=False))
            except BlockingIOError as error:
                raise DataProblem(
                    "station_busy",
                    subject=self.name,
                    expected="one round at a time",
                    remedy="wait for the end of the other round, then start again at every party; nothing was opened",
                ) from error
            yield

    def own_log(self) -> Ledger:
        """What happened at this station."""
        return Ledger(self.folder / "log" / "station.jsonl", self.name)

    def shared_log(self, joint_id: str) -> Ledger:
        """What happened with a joint table: the same at every party."""
        return Ledger(self.folder / "log" / f"joint_{joint_id}.jsonl", joint_id)

    def note(self, verb: str, body: dict[str, Any], *, by: str = "", role: str = "") -> None:
        """Add to the station's own log."""
        rows: list[Row] = [(by or self.name, role, verb, body)]
        self.own_log().add(rows)

    def receive(self, path: Path) -> Request:
        """Take in a request that came from the party that asks."""
        request = read_request(path)
        request.place(self.name)
        target = self.folder / "requests" / f"{request.request_id}.json"
        if path.resolve() != target.resolve():
            with private_files():
                write_request(request, target)
        return request

    def terms(self, request: Request) -> Terms:
        """The terms of a request, if this station's catalogue and code lead to its contract.

        Raises:
            DataProblem: `other_contract`, or what is wrong with the request.
        """
        terms = Terms.of(request.joint_id, self.settings)
        check_request(terms, request)
        if terms.contract(request) != request.contract:
            raise DataProblem(
                "other_contract",
                subject=f"request {request.request_id[:8]}",
                expected=f"contract {request.contract[:12]}",
                found=terms.contract(request)[:12],
                remedy="code lists, tables or code differ from those of the party that asks: bring them together and ask again",
            )
        return terms

    def source(self, terms: Terms) -> Source:
        """The source whose declaration tells how rows are read."""
        return load_catalogue(self.settings.catalogue_dir).sources[terms.joint.delivery]

    def approve(self, request: Request, by: str, reason: str) -> Approval:
        """Approve a request, for exactly this contract.

        Raises:
            DataProblem: If the contract is not this station's, or role or reason is missing.
        """
        self.terms(request)
        if not by.strip() or len(reason.strip()) < _LEAST_REASON:
            raise DataProblem(
                "approval_refused",
                subject=f"request {request.request_id[:8]}",
                expected=f"a role and a reason of at least {_LEAST_REASON} characters",
                remedy="dwp station approve <request> --by ROLE --reason TEXT",
            )
        made = Approval(request.request_id, request.contract, by.strip(), reason.strip(), now())
        with private_files():
            files.write_text(self._approval(request), json.dumps(vars(made), ensure_ascii=False))
        self.note(
            "approved",
            {"request": made.request_id, "contract": made.contract, "reason": made.reason},
            role=made.by,
        )
        return made

    def withdraw(self, request: Request) -> None:
        """Take an approval back; a round that has not opened anything stops for want of it."""
        self._approval(request).unlink(missing_ok=True)
        self.note("withdrew", {"request": request.request_id})

    def approval(self, request: Request) -> Approval | None:
        """The approval of this very contract; None if there is none."""
        try:
            found = Approval(**json.loads(self._approval(request).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return found if (found.contract, found.request_id) == (request.contract, request.request_id) else None

    def _approval(self, request: Request) -> Path:
        return self.folder / "approvals" / f"{request.request_id}.json"

    def check(self, request: Request) -> list[str]:
        """What is asked and what would leave, in lines for a reader; the delivery is read and counted, nothing is sent.

        Raises:
            DataProblem: The first thing that is not right.
        """
        terms = self.terms(request)
        role = request.parties[request.place(self.name)].role
        frames = frames_of(terms, request)
        lines = [f"{terms.joint.title.nl} ({request.joint_id}), {', '.join(map(str, request.years))}"]
        lines += [
            f"Doel: {terms.joint.purpose.nl}",
            f"Grondslag: {terms.joint.legal_ground.nl}",
            f"DPIA: {terms.joint.dpia.nl}",
        ]
        lines += [f"Partijen: {', '.join(f'{party.name} ({party.role})' for party in request.parties)}"]
        lines += [f"Contract {request.contract}, gevraagd door {request.asked_by} op {request.asked_at[:10]}"]
        for (frame, _), year in zip(frames, request.years, strict=True):
            rule = f"vanaf {terms.joint.k} personen van {terms.joint.contributors} partijen"
            lines.append(f"{year}: {frame.size} cellen; een cel gaat open {rule}")
        if role == DATA:
            own = own_of(frames, terms, request, self.source(terms), self.deliveries)
            lines += [
                _own_line(year, frame, one.counts)
                for year, (frame, _), one in zip(request.years, frames, own, strict=True)
            ]
        lines.append("Er verlaten alleen geheime delen van aantallen dit station: docs/stations.md")
        return lines


def status(station: Station, joint_id: str) -> list[str]:
    """The shared log in lines for a reader."""
    lines = []
    for one in station.shared_log(joint_id).read():
        body = json.loads(one.body)
        told = f"{one.verb} {joint_id}"
        if one.verb == "requested":
            told = f"vraagt {joint_id} voor {', '.join(map(str, body['years']))}, contract {body['contract'][:12]}"
        elif one.verb == "approved":
            told = f"keurt goed als {one.role}: {body['reason']}"
        elif one.verb == "opened":
            told = f"{body['year']}: {len(body['values'])} van {body['cells']} cellen geopend, ronde {body['round'][:12]}"
        lines.append(f"{one.number:>4} {one.at[:19]} {one.actor}: {told} [{one.hash[:12]}]")
    return lines


def _own_line(year: int, frame: Frame, counts: Any) -> str:
    return f"{year}: levering in orde, eigen personen in {int((counts > 0).sum())} van {frame.size} cellen"


def remove(station: Station) -> None:
    """Remove a station with all that is in it."""
    shutil.rmtree(station.folder)


__all__ = ["Approval", "Key", "Station", "remove"]
