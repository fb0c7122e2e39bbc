"""A round at one party, from the first greeting to the log that is the same everywhere."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.events import canonical
from stations import gate
from stations.channel import Channel, Peer, not_understood
from stations.contribution import Key, frames_of, nothing_of, own_of
from stations.frame import Frame
from stations.ledger import Ledger, Row, now
from stations.protocol import Opened, Own, Rule, compute
from stations.request import DATA, Request, Terms
from stations.result import write_result
from stations.shares import Computation
from stations.station import Station

MOST_SKEW_S = 120.0
Prepared = tuple[Terms, list[tuple[Frame, list[Key]]], list[Own]]


@dataclass
class Options:
    """How a round is run; the defaults are what a partner uses.

    Args:
        wait_s: How long to wait for others at every step.
        bits: Size of the numbers in the computation.
        clock: What time it is here.
        nonce: What makes the round new; every party adds its own.
        decision: Whether the register lets it go on, asked at the party that asks for the round.
        at_step: Called with the name of each step when it begins, for tests that break off there.
    """

    wait_s: float = 60.0
    bits: int = 32
    clock: Callable[[], str] = now
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)
    decision: Callable[[Station, Request], None] = gate.require_decision
    at_step: Callable[[str], None] = lambda step: None
    delay_s: float = 0.0


@dataclass
class Outcome:
    """What came of a round at one party."""

    round_id: str
    files: list[Path] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    rounds: int = 0
    bytes_sent: int = 0
    seconds: float = 0.0
    was_taken_over: bool = False


def run(station: Station, request: Request, options: Options | None = None) -> Outcome:
    """Run a round at this party and keep what was opened.

    Raises:
        DataProblem: Why nothing was opened; it also stands in the station's own log.
    """
    chosen = options or Options()
    try:
        with ExitStack() as held:
            outcome = _until_the_end(_round(station, request, chosen, held))
    except DataProblem as problem:
        station.note(
            "stopped",
            {"request": request.request_id, "code": problem.code, "sentence": problem.sentence("nl")},
        )
        raise
    station.note(
        "took over" if outcome.was_taken_over else "opened",
        {"request": request.request_id, "round": outcome.round_id},
    )
    return outcome


def _until_the_end(round_: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Run a round; where shares make no sense the library stops the loop itself, which is a sentence here."""
    try:
        return asyncio.run(round_)
    except RuntimeError as error:
        raise not_understood("shares that make no sense") from error


async def _round(station: Station, request: Request, options: Options, held: ExitStack) -> Outcome:
    started = time.perf_counter()
    index = request.place(station.name)
    problem: DataProblem | None = None
    prepared: Prepared | None = None
    options.at_step("prepare")
    try:
        held.enter_context(station.one_round())
        prepared = _prepare(station, request, options)
    except DataProblem as found:
        problem = found
    peers = [Peer(party.name, party.host, party.port) for party in request.parties]
    channel = Channel(index, peers, station.credentials, options.wait_s, options.delay_s)
    try:
        options.at_step("connect")
        runtime = await channel.connect()
        if problem is not None or prepared is None:
            raise problem or AssertionError
        options.at_step("greet")
        outcome = await _greeted(station, request, options, channel, runtime, prepared)
    except DataProblem as found:
        await channel.tell_and_close(found)
        raise problem or found from None
    except BaseException:
        await channel.tell_and_close()
        raise
    outcome.bytes_sent = sum(p.protocol.nbytes_sent for p in runtime.parties if p.pid != index)
    await channel.tell_and_close(is_done=True)
    outcome.seconds = time.perf_counter() - started
    return outcome


def _prepare(station: Station, request: Request, options: Options) -> Prepared:
    """All that can be known to be wrong before anybody is called."""
    terms = station.terms(request)
    if options.clock()[:10] > terms.joint.agreed_until.isoformat():
        raise DataProblem(
            "other_contract", subject=request.joint_id, where="agreed_until",
            expected=f"a round until {terms.joint.agreed_until}", remedy="agree anew",
        )  # fmt: skip
    if station.approval(request) is None:
        raise DataProblem(
            "not_approved", subject=station.name, expected=f"an approval of contract {request.contract[:12]}",
            remedy="dwp station approve, then start again at every party",
        )  # fmt: skip
    if request.asked_by == station.name:
        options.decision(station, request)
    frames = frames_of(terms, request)
    if request.parties[request.place(station.name)].role == DATA:
        return terms, frames, own_of(frames, terms, request, station.source(terms), station.deliveries)
    return terms, frames, nothing_of(frames, terms)


async def _greeted(
    station: Station, request: Request, options: Options, channel: Channel, runtime: Any, prepared: Prepared
) -> Outcome:
    terms, frames, own = prepared
    log = station.shared_log(request.joint_id)
    approval = station.approval(request)
    count, head = log.head()
    hello = {
        "name": station.name, "request": request.request_id, "contract": request.contract, "at": options.clock(),
        "nonce": options.nonce(), "approval": vars(approval) if approval else None, "log": [count, head],
    }  # fmt: skip
    said = await channel.exchange(hello)
    _check_greetings(request, said)
    round_id = hashlib.sha256(
        canonical([request.request_id, request.contract, [one["nonce"] for one in said]]).encode()
    ).hexdigest()
    if any(body.get("round") == round_id for body in station.own_log().bodies("began")):
        raise DataProblem(
            "round_replayed", subject=f"round {round_id[:12]}", expected="a round that is new to this party",
            remedy="start again at every party",
        )  # fmt: skip
    await _same_log(channel, log, said)
    if was_taken_over := log.head()[0] > count:
        write_results(station, request, terms)
    done = {year for body in log.bodies("opened") for year in [body["year"]]}
    if of_this := any(body["request"] == request.request_id for body in log.bodies("opened")):
        channel.is_over = True
        if was_taken_over:
            return Outcome(round_id, write_results(station, request, terms), was_taken_over=True)
    if of_this or done & set(request.years):
        raise DataProblem(
            "already_opened", subject=request.joint_id, where=", ".join(str(y) for y in sorted(done & set(request.years))),
            expected="a year that was not opened before", remedy="what was opened stands in `dwp station log`",
        )  # fmt: skip
    station.note("began", {"request": request.request_id, "round": round_id})
    options.at_step("compute")
    computation = Computation(runtime, options.bits, request.bringing)
    rule = Rule(terms.joint.k, terms.joint.contributors, terms.joint.group_share)
    opened = await channel.until(
        compute(channel, computation, [frame for frame, _ in frames], own, rule), 60 * options.wait_s
    )
    options.at_step("record")
    if all(one.hidden.all() for one in opened):
        raise DataProblem(
            "nothing_may_open", subject=request.joint_id, expected="cells that can be opened without telling small ones",
            remedy="declare a coarser table, or ask more parties",
        )  # fmt: skip
    rows = _told(request, terms, said, round_id, frames, opened)
    digest = hashlib.sha256(canonical([list(row) for row in rows]).encode()).hexdigest()
    if any(one != {"record": digest} for one in await channel.exchange({"record": digest})):
        raise DataProblem("other_contract", subject="record of the round", expected="the same record at every party",
                          remedy="see that every party runs the same version, then start again")  # fmt: skip
    log.add(rows, at=said[0]["at"])
    outcome = Outcome(round_id, write_results(station, request, terms), opened, computation.rounds)
    channel.is_over = True
    return outcome


def _check_greetings(request: Request, said: Sequence[Mapping[str, Any]]) -> None:
    """Everybody is who was asked, means the same contract, has approved it, and has about the same time."""
    for party, hello in zip(request.parties, said, strict=True):
        if (hello.get("name"), hello.get("request"), hello.get("contract")) != (
            party.name,
            request.request_id,
            request.contract,
        ):
            raise DataProblem(
                "other_contract", subject=party.name,
                expected=f"request {request.request_id[:8]}, contract {request.contract[:12]}",
                found=f"request {str(hello.get('request'))[:8]}, contract {str(hello.get('contract'))[:12]}",
                remedy="send every party the same request and start again",
            )  # fmt: skip
        approval = hello.get("approval") or {}
        if approval.get("contract") != request.contract or not approval.get("by"):
            raise DataProblem(
                "not_approved", subject=party.name, expected=f"an approval of contract {request.contract[:12]}",
                remedy="this party approves (dwp station approve) and every party starts again",
            )  # fmt: skip
    times = [datetime.fromisoformat(str(hello["at"])) for hello in said]
    apart = (max(times) - min(times)).total_seconds()
    if apart > MOST_SKEW_S:
        raise DataProblem(
            "station_clock", subject=request.joint_id, expected=f"at most {MOST_SKEW_S:g} seconds", found=f"{apart:.0f} seconds",
            remedy="set the clocks (NTP) and start again",
        )  # fmt: skip


async def _same_log(channel: Channel, log: Ledger, said: Sequence[Mapping[str, Any]]) -> None:
    """Who missed the end of an earlier round takes it over from a party that has it; two truths stop the round."""
    counts = [int(hello["log"][0]) for hello in said]
    ahead = counts.index(max(counts))
    content = log.since(min(counts)) if channel.index == ahead else []
    told = (await channel.exchange({"log": content}))[ahead]["log"]
    mine, _ = log.head()
    if mine < max(counts):
        log.take_over(told[mine - min(counts) :])
    if any(one != {"head": log.head()[1]} for one in await channel.exchange({"head": log.head()[1]})):
        raise DataProblem(
            "log_broken", subject=log.path.name, expected="the same log at every party",
            remedy="compare the logs of the parties (dwp station log) and put back the one that was changed",
        )  # fmt: skip


def _told(
    request: Request, terms: Terms, said: Sequence[Mapping[str, Any]], round_id: str,
    frames: Sequence[tuple[Frame, list[Key]]], opened: Sequence[Opened],
) -> list[Row]:  # fmt: skip
    """The events of a round: who asked and approved what, and every cell that was opened."""
    rows: list[Row] = [
        (request.asked_by, "", "requested", {
            "request": request.request_id, "contract": request.contract, "years": list(request.years),
            "parties": [[party.name, party.role] for party in request.parties], "at": request.asked_at,
            "purpose": terms.joint.purpose.nl, "legal_ground": terms.joint.legal_ground.nl,
        })
    ]  # fmt: skip
    for hello in said:
        approval = hello["approval"]
        rows.append(
            (
                hello["name"],
                approval["by"],
                "approved",
                {k: approval[k] for k in ("contract", "reason", "at", "request_id")},
            )
        )
    for year, (frame, _), one in zip(request.years, frames, opened, strict=True):
        shown = np.flatnonzero(~one.hidden)
        rows.append((request.asked_by, "", "opened", {
            "request": request.request_id, "round": round_id, "year": year, "cells": frame.size,
            "passed": int(one.passes.sum()), "values": {frame.names[i]: int(one.values[i]) for i in shown},
            "amounts": {name: {frame.names[i]: int(sums[i]) for i in shown} for name, sums in one.amounts.items()},
        }))  # fmt: skip
    return rows


def write_results(station: Station, request: Request, terms: Terms) -> list[Path]:
    """The opened table of all rounds of this contract so far, made of the log alone."""
    return write_result(station.results, request, terms, list(station.shared_log(request.joint_id).read()))
