"""`make stations`: three partners and a computing party as processes on 127.0.0.1, on the demo's deliveries split over them.

What comes out is put where the house loads joint tables from; `make materialise` then publishes it as any other source.
"""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.governance import accounts, decisions, declarations, register
from datawerkplaats.governance.accounts import Bounds
from datawerkplaats.governance.joint import KIND
from datawerkplaats.loading.readers import find_delivery
from datawerkplaats.partners.vault import private_files
from datawerkplaats.workplace.people import LOCAL, Role, Subject
from datawerkplaats.workplace.store import Store, open_store
from stations.authority import certify, make_authority
from stations.gate import register_of, registered
from stations.request import COMPUTING, DATA, Party, Request, Terms, make_request, write_request
from stations.station import Station

HOST, FIRST = "127.0.0.1", "partner"
INDEPENDENT = "region"
_MADE_UP = "Voorbeeld met verzonnen gegevens: in een echte regio beantwoorden mensen deze vraag."


@dataclass(frozen=True)
class Local:
    """Stations in one folder on one machine."""

    folder: Path
    stations: tuple[Station, ...]
    request: Request

    def station(self, name: str) -> Station:
        """One of them."""
        return next(one for one in self.stations if one.name == name)


def free_ports(count: int) -> list[int]:
    """Ports on this machine that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [int(one.getsockname()[1]) for one in sockets]


def set_up(
    folder: Path,
    settings: Settings,
    joint_id: str,
    years: Sequence[int],
    within: Sequence[str],
    deliveries: Mapping[str, Path],
) -> Local:
    """Stations with certificates and deliveries, and a request that none of them has approved yet.

    Args:
        folder: Where the stations come; what was there of an earlier time stays, logs included.
        settings: Whose catalogue and public sources are used.
        joint_id: The joint table.
        years: Years of the request.
        within: Codes of the region.
        deliveries: Per partner the file that it brings.
    """
    make_authority(folder / "authority")
    names = [*deliveries, INDEPENDENT]
    stations = []
    for name in names:
        place = folder / name
        station = (
            Station(place, settings)
            if (place / "station.json").exists()
            else Station.make(place, name, settings)
        )
        certify(folder / "authority", name, place / "tls")
        if name in deliveries:
            with private_files():
                shutil.rmtree(station.deliveries, ignore_errors=True)
                files.copy(deliveries[name], station.deliveries / deliveries[name].name)
        stations.append(station)
    ports = free_ports(len(names))
    parties = [
        Party(name, COMPUTING if name == INDEPENDENT else DATA, HOST, port)
        for name, port in zip(names, ports, strict=True)
    ]
    request = make_request(joint_id, years, within, parties, INDEPENDENT, settings)
    write_request(request, folder / "request.json")
    return Local(folder, tuple(stations), request)


def split_delivery(source: Source, delivery: Path, folder: Path) -> dict[str, Path]:
    """The rows of a delivery by the organisation whose they are, one file per organisation.

    Raises:
        DataProblem: `missing_column` if the source does not say whose a row is.
    """
    assert source.micro is not None
    if source.micro.partner is None:
        raise DataProblem(
            "missing_column", subject=source.source_id, where="micro.partner", remedy="declare whose a row is"
        )
    column = source.micro.partner.column
    with delivery.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, delimiter=source.reader.delimiter)
        heading, rows = list(reader.fieldnames or []), list(reader)
    found = {}
    for value in source.micro.partner.values:
        path = folder / f"{FIRST}-{value}" / delivery.name
        with private_files():
            path.parent.mkdir(parents=True, exist_ok=True)
            with (
                files.written(path) as unfinished,
                unfinished.open("w", encoding="utf-8", newline="") as stream,
            ):
                writer = csv.DictWriter(stream, heading, delimiter=source.reader.delimiter)
                writer.writeheader()
                writer.writerows(row for row in rows if row[column] == value)
        found[f"{FIRST}-{value}"] = path
    return found


def decide_for_the_example(station: Station, request: Request, store: Store | None = None) -> None:
    """Fill the register of the example with made-up answers and decisions, so that the gate itself is at work.

    In a region people answer these questions; this is for fictional data alone. `store` is another register than the station's:
    that of the house which publishes the table.
    """
    store = store or register_of(station)
    system = registered(station, request, store=store)
    asked = declarations.load(station.settings.catalogue_dir)
    author, reader = Subject("voorbeeld", frozenset(Role)), Subject("tweede-voorbeeld", frozenset(Role))
    known = accounts.account(store, LOCAL, system)
    for phase in ("decide", "develop"):
        for question in asked.of_phase(phase, KIND):
            if question.automatic or question.question_id in known.answers:
                continue
            is_document = "document" in question.evidence
            given = register.answer(
                store, author, asked, system, question.question_id, status="answered", text=_MADE_UP,
                evidence="document" if is_document else "person",
                document=("voorbeeld.txt", _MADE_UP.encode()) if is_document else None,
            )  # fmt: skip
            register.review(store, reader, given)
        decisions.decide(store, LOCAL, asked, system, phase, "go", artefact=request.contract, bounds=Bounds())


def start(
    local: Local, name: str, *, wait_s: float = 60.0, module: str = "stations.cli"
) -> subprocess.Popen[str]:
    """The process of one station that takes part in the round."""
    command = [sys.executable, "-m", module, "run", str(local.folder / "request.json")]
    command += ["--station", str(local.folder / name), "--wait", str(wait_s)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT_ROOT),
        "DWP_CATALOGUE_DIR": str(local.station(name).settings.catalogue_dir),
    }
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def example(settings: Settings, years: Sequence[int] = ()) -> Path:
    """The whole example, from deliveries to the file that the house loads; where that file is."""
    from demo.transport import demo_files

    joint_id = "youth_care"
    terms = Terms.of(joint_id, settings)
    source = load_catalogue(settings.catalogue_dir).sources[terms.joint.delivery]
    delivery = find_delivery(source, settings.files or demo_files(settings))
    if delivery is None:
        raise DataProblem("missing_delivery", subject=source.source_id, remedy="run `make materialise` first")
    folder = settings.data_dir / "stations"
    shutil.rmtree(folder, ignore_errors=True)
    parts = split_delivery(source, delivery, folder / "split")
    from datawerkplaats.partners.residents import residents_for

    provinces = sorted(set(residents_for(source, settings).province.values()))
    if not provinces:
        raise DataProblem(
            "missing_delivery",
            subject=terms.micro.denominators.source,
            remedy="run `make materialise` first: it loads the public code lists",
        )
    local = set_up(folder, settings, joint_id, years or terms.joint.years, provinces, parts)
    shutil.rmtree(folder / "split")
    for station in local.stations:
        request = station.receive(folder / "request.json")
        for line in station.check(request):
            print(f"[{station.name}] {line}")
        station.approve(
            request,
            "functionaris gegevensbescherming (voorbeeld)",
            "Voorbeeld met verzonnen gegevens, om te laten zien hoe het gaat.",
        )
    decide_for_the_example(local.station(INDEPENDENT), local.request)
    house = open_store(settings)
    decide_for_the_example(local.station(INDEPENDENT), local.request, house)
    house.engine.dispose()
    processes = {station.name: start(local, station.name) for station in local.stations}
    failed = False
    for name, process in processes.items():
        out, err = process.communicate()
        failed |= process.returncode != 0
        for line in [*out.splitlines(), *err.splitlines()]:
            print(f"[{name}] {line}")
    if failed:
        raise SystemExit(1)
    target = settings.joint_dir
    for path in sorted((folder / INDEPENDENT / "results").iterdir()):
        files.copy(path, target / path.name)
    return target


if __name__ == "__main__":
    place = example(get_settings())
    print(f"The opened table is in {place.name}/ of the data folder: make materialise publishes it.")
