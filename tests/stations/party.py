"""One party as a process of its own: in a computation on frames, or in a round of a station with something wrong."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from stations.channel import Channel, Credentials, Peer
from stations.frame import Frame
from stations.protocol import Own, Rule, compute
from stations.request import read_request
from stations.run import Options, run
from stations.shares import Computation
from stations.station import Station


@dataclass
class Task:
    """A computation: every party's own numbers are known here, and each process takes only its own."""

    kind: str  # protocol, sums or thresholds
    ports: list[int]
    frames: list[Frame] = field(default_factory=list)
    own: list[list[Own]] = field(default_factory=list)
    rule: Rule = field(default_factory=lambda: Rule(10, 3))
    bits: int = 32
    cells: int = 0
    delay_s: float = 0.0
    tls: list[Credentials] = field(default_factory=list)
    data_parties: list[int] = field(default_factory=list)
    pause: str = ""  # a file that is made when the computation is done; the process waits until it is gone


@dataclass
class Fault:
    """What goes wrong at one party of a round."""

    step: str = ""  # where it happens
    act: str = ""  # kill, drop, wait, pause, approve, wrong_degree, garbage
    cut_off_at: int = 0  # this party's message, counted over all receivers, at which its lines are gone
    skew_s: float = 0.0
    nonce: str = ""
    is_decided: bool = True
    wait_s: float = 20.0


async def _computed(task: Task, index: int) -> dict[str, Any]:
    peers = [Peer(f"party-{i}", "127.0.0.1", port) for i, port in enumerate(task.ports)]
    channel = Channel(index, peers, task.tls[index] if task.tls else None, 300.0, task.delay_s)
    runtime = await channel.connect()
    inputs = task.data_parties or list(range(len(peers)))
    computation = Computation(runtime, task.bits, inputs)
    await channel.exchange("ready")
    started = time.perf_counter()
    found: dict[str, Any] = {}
    if task.kind == "protocol":
        found["opened"] = await channel.until(
            compute(channel, computation, task.frames, task.own[index], task.rule), 3000.0
        )
    else:
        numbers = np.random.default_rng(index).integers(0, 30, task.cells)
        total = computation.total(computation.shared(numbers))
        if task.kind == "thresholds":
            total = await channel.until(computation.at_least(total, 40), 3000.0)
        found["values"] = await channel.until(computation.opened(total), 3000.0)
    found["seconds"] = time.perf_counter() - started
    found["bytes"] = sum(party.protocol.nbytes_sent for party in runtime.parties if party.pid != index)
    found["rounds"] = computation.rounds
    if task.pause:
        # Whoever examines the processes takes the mark away; the last exchange keeps all of them alive until then.
        mark = Path(f"{task.pause}-{index}")
        mark.write_text(str(os.getpid()), encoding="utf-8")
        while mark.exists():
            await asyncio.sleep(0.1)
    await channel.exchange("done")
    await channel.tell_and_close(is_done=True)
    return found


def _station(folder: Path, request: Path, fault: Fault) -> dict[str, Any]:  # noqa: C901
    station = Station(folder, Settings())

    def at_step(step: str) -> None:
        if step != fault.step:
            return
        if fault.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault.act == "wait":
            time.sleep(fault.wait_s + 5)
        if fault.act == "pause":
            time.sleep(2.0)
        if fault.act == "approve":
            station.approve(read_request(request), "functionaris", "Alsnog in orde bevonden.")
        if fault.act == "wrong_degree":
            _share_with_another_degree()
        if fault.act == "garbage":
            _send_garbage()
        if fault.act == "drop":
            raise DataProblem("station_dropped", subject=station.name)

    moment = lambda: (datetime.now(UTC) + timedelta(seconds=fault.skew_s)).isoformat(timespec="milliseconds")  # noqa: E731
    options = Options(wait_s=fault.wait_s, clock=moment, at_step=at_step)
    if fault.nonce:
        options.nonce = lambda: fault.nonce
    if fault.is_decided:
        options.decision = lambda *_: None
    sent = _counted_messages(fault.cut_off_at)
    try:
        outcome = run(station, read_request(request), options)
    except DataProblem as problem:
        return {"code": problem.code, "sentence": problem.sentence("nl")}
    return {
        "code": "",
        "round": outcome.round_id,
        "taken_over": outcome.was_taken_over,
        "bytes": outcome.bytes_sent,
        "messages": sent(),
    }


def _counted_messages(cut_off_at: int) -> Callable[[], int]:
    """Count what this party sends; at message `cut_off_at` (0: never) all its lines are gone, as when a cable is pulled."""
    from mpyc.asyncoro import MessageExchanger

    send, number = MessageExchanger.send, 0

    def counted(line: Any, label: int, payload: bytes) -> None:
        nonlocal number
        number += 1
        if number == cut_off_at:
            for party in line.runtime.parties:
                if party.protocol is not None and party.pid != line.runtime.pid:
                    party.protocol.transport.abort()
        else:
            send(line, label, payload)

    MessageExchanger.send = counted
    return lambda: number


def _share_with_another_degree() -> None:
    """This party splits its secrets with polynomials of a degree too high: what comes together is no secret of anybody."""
    from mpyc import thresha

    split = thresha.np_random_split
    thresha.np_random_split = lambda field, values, degree, size: split(field, values, size - 1, size)


def _send_garbage() -> None:
    import mpyc.runtime

    mpyc.runtime.pickle.dumps = staticmethod(lambda values: b"\x80\x04not numbers")


def answer_of(task: Any, index: int, answer: Path) -> None:
    """Do what this party has to do and write down what came of it."""
    found = asyncio.run(_computed(task, index)) if isinstance(task, Task) else _station(*task[index])
    answer.write_bytes(pickle.dumps(found))


if __name__ == "__main__":  # python -m tests.stations.party <task file> <index> <answer file>
    from tests.stations import party  # noqa: PLW0406  (the classes as everybody else knows them)

    party.answer_of(pickle.loads(Path(sys.argv[1]).read_bytes()), int(sys.argv[2]), Path(sys.argv[3]))
