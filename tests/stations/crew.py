"""Parties as processes, and a small made-up region for their stations."""

from __future__ import annotations

import csv
import hashlib
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from stations.authority import certify, make_authority
from stations.channel import Credentials
from stations.frame import Frame, made_frame
from stations.local import free_ports
from stations.protocol import Own
from stations.request import COMPUTING, DATA, Party, Request, Terms, write_request
from stations.station import Station
from tests.stations.party import Fault, Task, answer_of

NAMES = ("een", "twee", "drie", "regio")
WIJKEN = ("WK990100", "WK990101", "WK990102", "WK990200", "WK990201")
YEARS = (2022,)


class Started:
    """A process of one party: forked from this one, which saves the imports, or apart, which shares no memory with it."""

    def __init__(self, task: Any, index: int, folder: Path, *, apart: bool) -> None:
        self.answer = folder / f"answer-{index}.pkl"
        self.errors = folder / f"errors-{index}.txt"
        if apart:
            file = folder / f"task-{index}.pkl"
            file.write_bytes(pickle.dumps(only_of(task, index)))
            command = [sys.executable, "-m", "tests.stations.party", str(file), str(index), str(self.answer)]
            environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
            with self.errors.open("wb") as errors:
                self.process: Any = subprocess.Popen(command, env=environment, stderr=errors)
            return
        self.process = multiprocessing.get_context("fork").Process(target=self._forked, args=(task, index))
        self.process.start()

    def _forked(self, task: Any, index: int) -> None:
        with self.errors.open("wb") as errors:
            os.dup2(errors.fileno(), 2)
            answer_of(task, index, self.answer)

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def wait(self, wait_s: float) -> None:
        self.process.wait(wait_s) if isinstance(self.process, subprocess.Popen) else self.process.join(wait_s)

    def result(self) -> dict[str, Any] | None:
        return pickle.loads(self.answer.read_bytes()) if self.answer.exists() else None


def only_of(task: Any, index: int) -> Any:
    """The task as one party gets it: with its own numbers alone."""
    if not isinstance(task, Task) or not task.own:
        return task
    nothing = [Own(np.zeros_like(one.counts)) for one in task.own[0]]
    return replace(task, own=[own if i == index else nothing for i, own in enumerate(task.own)])


def processes(task: Any, size: int, folder: Path, *, apart: bool = False) -> list[Started]:
    """A process per party; the answers come in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return [Started(task, i, folder, apart=apart) for i in range(size)]


def answers(running: Sequence[Started], wait_s: float = 1200) -> list[dict[str, Any] | None]:
    """What each party came to; None where its process did not live to tell."""
    for process in running:
        process.wait(wait_s)
    return [process.result() for process in running]


def computed(task: Task, folder: Path) -> list[dict[str, Any]]:
    """The outcome of a computation at every party."""
    found = answers(processes(task, len(task.ports), folder))
    told = [(folder / f"errors-{i}.txt").read_text(errors="replace")[-2000:] for i in range(len(found))]
    assert all(found), told
    return [one for one in found if one]


def certificates(folder: Path, size: int) -> list[Credentials]:
    """Certificates for the parties of a computation."""
    make_authority(folder / "authority")
    return [certify(folder / "authority", f"party-{i}", folder / f"tls-{i}") for i in range(size)]


def random_table(rng: np.random.Generator, parties: int = 3) -> tuple[Frame, np.ndarray]:
    """A table over areas and groups, with people of whom the area is not known; counts per party and cell.

    Some parties bring nothing to an area, some cells are empty.
    """
    areas, groups = int(rng.integers(2, 6)), int(rng.choice([0, 2, 3]))
    place = {(a, g): a * (groups + 1) + g for a in range(areas + 1) for g in range(groups + 1)}
    sums: list[tuple[int, list[int], bool]] = []
    for a in range(areas + 1):
        if groups:
            sums.append((place[a, 0], [place[a, g] for g in range(1, groups + 1)], False))
    for g in range(groups + 1):
        sums.append((place[0, g], [place[a, g] for a in range(1, areas + 1)], True))
    levels = ["gemeente" if a == 0 else "wijk" for a, _ in place]
    frame = made_frame([f"{a}|{g}" for a, g in place], levels, sums)
    size = float(rng.choice([2, 15, 60, 200]))
    leaves = rng.poisson(size * rng.gamma(1.0, 1.0, (parties, areas + 1, max(groups, 1))))
    leaves[:, 0] = rng.poisson(0.02 * size, (parties, max(groups, 1)))  # area not known
    leaves[rng.random(leaves.shape[:2]) < 0.1] = 0
    own = np.zeros((parties, frame.size), dtype=np.int64)
    for (a, g), cell in place.items():
        of_area = leaves.sum(axis=1) if a == 0 else leaves[:, a]
        own[:, cell] = of_area.sum(axis=1) if g == 0 else of_area[:, g - 1]
    return frame, own


def parts_of(tables: Sequence[tuple[Frame, np.ndarray]], parties: int) -> list[list[Own]]:
    """Per party what it brings to each table."""
    return [[Own(own[party]) for _, own in tables] for party in range(parties)]


@dataclass(frozen=True)
class Crew:
    """Three partners and a computing party with their stations in one folder."""

    folder: Path
    request: Request

    def station(self, name: str) -> Station:
        return Station(self.folder / name, Settings())

    def file(self, name: str) -> Path:
        return self.folder / name / "requests" / f"{self.request.request_id}.json"

    def go(
        self, faults: Mapping[str, Fault] | None = None, run: str = "run"
    ) -> dict[str, dict[str, Any] | None]:
        """A round with these faults: per party what came of it."""
        wait_s = max([fault.wait_s for fault in (faults or {}).values()], default=20.0)
        task = [
            (self.folder / name, self.file(name), (faults or {}).get(name, Fault(wait_s=wait_s)))
            for name in NAMES
        ]
        folder = self.folder / run
        return dict(zip(NAMES, answers(processes(task, len(NAMES), folder)), strict=True))

    def with_new_ports(self) -> Crew:
        """The same request where other ports are free: addresses are no part of the contract."""
        ports = free_ports(len(NAMES))
        parties = tuple(
            replace(one, port=port) for one, port in zip(self.request.parties, ports, strict=True)
        )
        request = replace(self.request, parties=parties)
        for name in NAMES:
            write_request(request, self.file(name))
        return Crew(self.folder, request)

    def logs(self) -> set[bytes]:
        """The different shared logs there are."""
        paths = [self.station(name).shared_log(self.request.joint_id).path for name in NAMES]
        return {path.read_bytes() if path.exists() else b"" for path in paths}

    def opened(self) -> bool:
        """Whether anything was opened at any station."""
        return any(list(self.station(name).results.iterdir()) for name in NAMES)


def write_delivery(
    path: Path, party: int, years: Sequence[int] = YEARS, per_wijk: int = 60, *, bad: bool = False
) -> None:
    """Made-up persons of one provider, some without a wijk."""
    rng = np.random.default_rng([7, party])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["pseudonym", "year", "area_code", "sex", "age_band", "provider", "care_type"])
        number = 0
        for year in years:
            for place, wijk in enumerate(WIJKEN):
                for _ in range(per_wijk if place else 2):  # the first wijk has few of every party
                    number += 1
                    key = hashlib.blake2b(f"{party}/{number}".encode(), digest_size=12).hexdigest()
                    area = "GM" + wijk[2:6] if rng.random() < 0.02 else wijk
                    band = str(rng.choice(["0-11", "12-14", "15-17", "18-24"]))
                    sex = "x" if bad and number == 5 else str(rng.choice(["m", "v"]))
                    writer.writerow([key, year, area, sex, band, "abc"[party], "ambulant"])


def made_crew(folder: Path, *, is_approved: bool = True) -> Crew:
    """Stations with certificates, deliveries and a request."""
    settings = Settings()
    terms = Terms.of("youth_care", settings)
    people = {"all": 3000.0, "0-14": 1800.0, "15-24": 1200.0}
    areas = dict.fromkeys(WIJKEN, people) | {
        code: {band: 3 * count for band, count in people.items()} for code in ("GM9901", "GM9902")
    }
    ports = free_ports(len(NAMES))
    roles = (DATA, DATA, DATA, COMPUTING)
    request = Request(
        request_id="a" * 32,
        joint_id="youth_care",
        years=YEARS,
        areas=areas,
        province={"GM9901": "PV99", "GM9902": "PV99"},
        parties=tuple(
            Party(n, role, "127.0.0.1", port) for n, role, port in zip(NAMES, roles, ports, strict=True)
        ),
        asked_by="regio",
        asked_at="2026-01-01T00:00:00.000+00:00",
        contract="",
    )
    request = replace(request, contract=terms.contract(request))
    make_authority(folder / "authority")
    write_request(request, folder / "request.json")
    for party, name in enumerate(NAMES):
        station = Station.make(folder / name, name, settings)
        certify(folder / "authority", name, station.folder / "tls")
        station.receive(folder / "request.json")
        if roles[party] == DATA:
            write_delivery(station.deliveries / "partner_youth_care.csv", party)
        if is_approved:
            station.approve(request, "functionaris", "Nodig voor de verdeling van hulp.")
    return Crew(folder, request)
