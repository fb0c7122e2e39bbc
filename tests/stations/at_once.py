"""Two requests for the same year at the same moment, each with lines of its own: at most one may open anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace.events import canonical
from stations.local import free_ports
from stations.request import Terms, write_request
from tests.stations.crew import NAMES, Crew, answers, made_crew, processes
from tests.stations.party import Fault

# What a party may say of a round that did not open anything.
_CODES = {
    "", "station_busy", "station_stopped", "station_dropped", "station_silent", "already_opened", "log_broken",
}  # fmt: skip
_PAUSED = Fault(step="compute", act="pause", wait_s=20.0)


def faults_of_two_at_once(folder: Path) -> list[str]:
    """What is not as it should be when two requests run at once and the first is run again; every round pauses where
    it has looked whether its year was opened and has not opened it yet."""
    first = made_crew(folder)
    second = _another(first)
    started = [
        processes(
            [(crew.folder / name, crew.file(name), _PAUSED) for name in NAMES], len(NAMES), folder / run
        )
        for crew, run in ((first, "first"), (second, "second"))
    ]
    told = [answers(running) for running in started]
    wrong = [
        f"request {number} at {name} told {found and found['code']}"
        for number, of_parties in enumerate(told)
        for name, found in zip(NAMES, of_parties, strict=True)
        if found is None or found["code"] not in _CODES or not found.get("sentence", ".").endswith(".")
    ]
    if len(first.logs()) != 1:
        wrong.append("the logs differ")
    is_open = any(first.station(NAMES[0]).shared_log(first.request.joint_id).bodies("opened"))
    allowed = {"", "already_opened", "station_stopped"} if is_open else {""}
    again = first.with_new_ports().go(run="again")
    wrong += [
        f"rerun at {name}: {found and found.get('sentence')}"
        for name, found in again.items()
        if not found or found["code"] not in allowed
    ]
    if len(first.logs()) != 1:
        wrong.append("the logs differ after the rerun")
    opened = list(first.station(NAMES[0]).shared_log(first.request.joint_id).bodies("opened"))
    if len(opened) != len(first.request.years):
        wrong.append(f"{len(opened)} openings of {len(first.request.years)} years: {canonical(opened)[:80]}")
    return wrong


def _another(crew: Crew) -> Crew:
    """The same request once more, under another id and at other ports, approved by everybody."""
    ports = free_ports(len(NAMES))
    parties = tuple(replace(one, port=port) for one, port in zip(crew.request.parties, ports, strict=True))
    request = replace(crew.request, request_id="b" * 32, parties=parties)
    terms = Terms.of(request.joint_id, Settings())
    other = Crew(crew.folder, replace(request, contract=terms.contract(request)))
    for name in NAMES:
        write_request(other.request, other.file(name))
        other.station(name).approve(other.request, "functionaris", "Nodig voor de verdeling van hulp.")
    return other
