"""Ways to break a round, and a party cut off at any message: nothing is opened, who lives tells a sentence, a rerun works."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stations.authority import certify, make_authority
from stations.local import decide_for_the_example
from stations.request import write_request
from tests.stations.crew import Crew, made_crew, write_delivery
from tests.stations.party import Fault

Told = Mapping[str, dict[str, Any] | None]
_WAIT_S = 20.0


def nothing(_: Crew) -> None:
    """Nothing has to be mended."""


@dataclass(frozen=True)
class Break:
    """One way to break a round.

    Args:
        name: What happens.
        faults: What goes wrong while it runs, per party.
        spoil: What is wrong before.
        mend: What the party does about it.
        codes: The kinds of sentence that may come of it.
        dead: Parties whose process is killed, so that they tell nothing.
    """

    name: str
    codes: frozenset[str]
    faults: Mapping[str, Fault]
    spoil: Callable[[Crew], None] = nothing
    mend: Callable[[Crew], None] = nothing
    dead: frozenset[str] = frozenset()


def _wait(**fields: Any) -> Fault:
    return Fault(wait_s=_WAIT_S, **fields)


def _certificate(
    days: float = 365.0, *, foreign: bool = False, named: str = "twee"
) -> Callable[[Crew], None]:
    def spoil(crew: Crew) -> None:
        folder = crew.folder / ("elsewhere" if foreign else "authority")
        make_authority(folder, "Ergens anders" if foreign else "Datawerkplaats")
        certify(folder, named, crew.station("twee").folder / "tls", days=days)

    return spoil


def _request_of(crew: Crew, name: str, **changes: Any) -> None:
    write_request(replace(crew.request, **changes), crew.file(name))


def _other_code_list(crew: Crew) -> None:
    areas = {
        code: {band: count + 1 for band, count in people.items()}
        for code, people in crew.request.areas.items()
    }
    _request_of(crew, "twee", areas=areas)


def _same_request(crew: Crew) -> None:
    write_request(crew.request, crew.file("twee"))


def _changed_log(crew: Crew) -> None:
    log = crew.station("twee").own_log().path
    lines = log.read_text(encoding="utf-8").splitlines()
    event = json.loads(lines[-1])
    event["role"] = "somebody else"
    (crew.folder / "log.kept").write_text("\n".join(lines) + "\n", encoding="utf-8")
    log.write_text("\n".join([*lines[:-1], json.dumps(event)]) + "\n", encoding="utf-8")


def _log_back(crew: Crew) -> None:
    log = crew.station("twee").own_log().path
    log.write_text((crew.folder / "log.kept").read_text(encoding="utf-8"), encoding="utf-8")


def _deliver(*, bad: bool = False, rows: int = 60) -> Callable[[Crew], None]:
    def put(crew: Crew) -> None:
        write_delivery(crew.station("twee").deliveries / "partner_youth_care.csv", 1, per_wijk=rows, bad=bad)

    return put


def _approve(crew: Crew) -> None:
    crew.station("twee").approve(crew.request, "functionaris", "Alsnog in orde bevonden.")


def _too_large(crew: Crew) -> None:
    path = crew.station("twee").deliveries / "partner_youth_care.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")  # a person twice


def _decide(crew: Crew) -> None:
    decide_for_the_example(crew.station("regio"), crew.request)


_LOST = frozenset({"station_dropped", "station_silent", "station_stopped"})


def _kill(name: str, step: str) -> Break:
    return Break(
        f"kill -9 of {name} at {step}", _LOST, {name: _wait(step=step, act="kill")}, dead=frozenset({name})
    )


_REPLAYED = {
    name: _wait(nonce="n" * 32, step="record", act="drop" if name == "drie" else "")
    for name in ("een", "twee", "drie", "regio")
}

BREAKS: tuple[Break, ...] = (
    *(_kill(name, step) for name, step in (
        ("een", "connect"), ("twee", "greet"), ("drie", "compute"), ("regio", "compute"), ("twee", "record"),
    )),
    Break("a party stops before the end", _LOST, {"drie": _wait(step="record", act="drop")}),
    Break("a party hangs", _LOST, {"twee": _wait(step="greet", act="wait")}),
    Break("another contract at one party", _LOST | {"other_contract"}, {}, _other_code_list, _same_request),
    Break("a replayed round", _LOST | {"round_replayed"}, _REPLAYED),
    Break("an expired certificate", _LOST | {"certificate_refused"}, {}, _certificate(-0.5), _certificate()),
    Break("a certificate of another authority", _LOST | {"certificate_refused"}, {}, _certificate(foreign=True), _certificate()),
    Break("a certificate under another name", _LOST | {"certificate_refused"}, {}, _certificate(named="drie"), _certificate()),
    Break("a value that was not agreed in a delivery", _LOST | {"unknown_category"}, {}, _deliver(bad=True), _deliver()),
    Break("a person twice in a delivery", _LOST | {"duplicate_key"}, {}, _too_large, _deliver()),
    Break("too few persons to take part", _LOST | {"implausible_count"}, {}, _deliver(rows=3), _deliver()),
    Break("a party has not approved", _LOST | {"not_approved"}, {}, lambda c: c.station("twee").withdraw(c.request), _approve),
    Break(
        "an approval that comes too late", _LOST | {"not_approved"}, {"twee": _wait(step="connect", act="approve")},
        lambda c: c.station("twee").withdraw(c.request),
    ),
    Break("no decision in the register", _LOST | {"not_decided"}, {"regio": _wait(is_decided=False)}, nothing, _decide),
    Break("a clock that is an hour off", _LOST | {"station_clock"}, {"een": _wait(skew_s=3600.0)}),
    Break(
        "shares of a wrong degree", _LOST | {"station_message", "other_contract", "nothing_may_open"},
        {"een": _wait(step="compute", act="wrong_degree")},
    ),
    Break("shares that are no numbers", _LOST | {"station_message"}, {"drie": _wait(step="compute", act="garbage")}),
    Break("an own log that was changed", _LOST | {"log_broken"}, {}, _changed_log, _log_back),
)  # fmt: skip


def cut_off(name: str, message: int) -> Break:
    """A party whose lines are gone at one of its messages."""
    lost = _LOST | {"station_message"}
    return Break(f"{name} is cut off at message {message}", lost, {name: _wait(cut_off_at=message)})


def faults_found(one: Break, folder: Path, wait_s: float = _WAIT_S) -> list[str]:
    """What is not as it should be when a round is broken in this way and run again.

    Args:
        one: The way.
        folder: Where the stations are made; it is empty.
        wait_s: Seconds that a party of the broken round waits for one that does not come.
    """
    crew = made_crew(folder)
    one.spoil(crew)
    runs = ["broken"]
    if "replayed" in one.name:
        crew.go({name: replace(fault, wait_s=wait_s) for name, fault in one.faults.items()}, "first")
        crew = crew.with_new_ports()
    faults = {
        name: replace(one.faults.get(name, _wait()), wait_s=wait_s)
        for name in ("een", "twee", "drie", "regio")
    }
    told = crew.go(faults, runs[0])
    wrong = _wrong(one, told, crew)
    one.mend(crew)
    crew = crew.with_new_ports()
    again = crew.go(run="again")
    wrong += [
        f"rerun at {name}: {found and found.get('sentence')}"
        for name, found in again.items()
        if not found or found["code"]
    ]
    if len(crew.logs()) != 1:
        wrong.append("the logs differ after the rerun")
    return [f"{one.name}: {text}" for text in wrong]


def _wrong(one: Break, told: Told, crew: Crew) -> list[str]:
    wrong = []
    for name, found in told.items():
        if name in one.dead:
            continue
        if found is None:
            wrong.append(f"{name} told nothing")
        elif found["code"] not in one.codes or not found["sentence"].endswith("."):
            wrong.append(f"{name} told {found['code'] or 'that it went well'}")
    if crew.opened():
        wrong.append("something was opened")
    if {log for log in crew.logs() if log}:
        wrong.append("something stands in a shared log")
    return wrong
