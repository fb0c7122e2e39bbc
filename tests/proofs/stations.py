# Long because the five proofs of a round share its processes, its markers and its recorder.
"""Stations on trial: against plain sums, against an examiner, against a clock, against a recorder, and broken in every way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data_quality.auditor import Policy, audit, from_rows
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.settings import PROJECT_ROOT
from stations.frame import Frame, made_frame
from stations.local import free_ports
from stations.protocol import Opened, Own
from tests.proofs.registry import Measured, Room
from tests.stations.at_once import faults_of_two_at_once
from tests.stations.broken import BREAKS, cut_off, faults_found
from tests.stations.crew import (
    NAMES,
    Started,
    answers,
    certificates,
    computed,
    made_crew,
    parts_of,
    processes,
    random_table,
)
from tests.stations.examiner import narrow_cells
from tests.stations.party import Task

K, CONTRIBUTORS, PARTIES = 10, 3, 3
TABLES, EXAMINED, BATCH = 1_000, 200, 100
_PLANTED = 0x1D7A55E1C3  # the upper five bytes of every planted count
_DELAY_S, _NETWORK_S = 0.2, 0.05
Table = tuple[Frame, np.ndarray]


def equal(room: Room, tables: int = TABLES, examined: int = EXAMINED) -> Iterator[Measured]:
    """Random tables in batches; some of them are examined."""
    rng = np.random.default_rng(2022)
    made = [random_table(rng, PARTIES) for _ in range(tables)]
    seen: list[Opened] = []
    for start in range(0, tables, BATCH):
        some = made[start : start + BATCH]
        with tempfile.TemporaryDirectory() as place:
            task = Task(
                "protocol", free_ports(PARTIES), [frame for frame, _ in some], parts_of(some, PARTIES)
            )
            seen += computed(task, Path(place))[0]["opened"]
    plain = [own.sum(axis=0) for _, own in made]
    many = [(own > 0).sum(axis=0) for _, own in made]
    shown = [~one.hidden for one in seen]
    rule = [(x >= K) & (n >= CONTRIBUTORS) for x, n in zip(plain, many, strict=True)]
    yield "station_tables", len(seen), None
    yield "station_cells", sum(frame.size for frame, _ in made), None
    yield "station_empty_cells", sum(int((x == 0).sum()) for x in plain), None
    yield "station_one_party_cells", sum(int((n == 1).sum()) for n in many), None
    wrong = sum(int((one.values[s] != x[s]).sum()) for one, s, x in zip(seen, shown, plain, strict=True))
    yield "station_wrong_sums", wrong, None
    yield (
        "station_wrong_bits",
        sum(int((one.passes != r).sum()) for one, r in zip(seen, rule, strict=True)),
        None,
    )
    yield "station_small_opened", sum(int((s & ~r).sum()) for s, r in zip(shown, rule, strict=True)), None
    passing = [number for number, r in enumerate(rule) if r.any()]
    opened = sum(int(s.sum()) for s in shown)
    yield "station_opened_share", opened / max(sum(int(r.sum()) for r in rule), 1), None
    yield "station_closed_tables", sum(not shown[n].any() for n in passing) / max(len(passing), 1), None
    looked_at = [n for n in range(tables) if shown[n].any() and (~seen[n].passes).any()][:examined]
    narrow = sum(
        len(narrow_cells(made[n][0], seen[n], made[n][1], K, onlooker))
        for n in looked_at
        for onlooker in range(-1, PARTIES)
    )
    yield "station_examined_tables", len(looked_at), None
    yield "station_narrow_cells", narrow, None


def cost(room: Room) -> Iterator[Measured]:
    """The curves over numbers of cells and parties, the rounds, and what they come to over a network."""
    for size in (3, 5, 15):
        for cells in (1_000, 10_000, 100_000):
            found = _timed("sums", size, cells)
            yield f"station_sum_s_{size}_{cells}", found["seconds"], None
            yield f"station_sum_bytes_{size}_{cells}", found["bytes"], None
    for size, cells in ((3, 1_000), (3, 10_000), (5, 1_000), (5, 10_000), (15, 1_000), (15, 10_000)):
        found = _timed("thresholds", size, cells)
        yield f"station_threshold_ms_{size}_{cells}", 1_000 * found["seconds"] / cells, None
        yield f"station_threshold_bytes_{size}_{cells}", found["bytes"], None
    rounds = {kind: _rounds(kind) for kind in ("sums", "thresholds")}
    yield "station_sum_rounds", rounds["sums"], None
    yield "station_threshold_rounds", rounds["thresholds"], None
    batches = int(np.ceil(10_000 / 2_000))
    yield "station_threshold_network_s", batches * rounds["thresholds"] * _NETWORK_S, None


def _timed(kind: str, size: int, cells: int, delay_s: float = 0.0) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        task = Task(kind, free_ports(size), cells=cells, tls=certificates(folder, size), delay_s=delay_s)
        found = computed(task, folder / "run")
    return {"seconds": max(one["seconds"] for one in found), "bytes": max(one["bytes"] for one in found)}


def _rounds(kind: str) -> float:
    """How many times in a row a party waits for another: the time that a delay of every message adds, by the delay."""
    plain = min(_timed(kind, PARTIES, 10)["seconds"] for _ in range(2))
    slow = min(_timed(kind, PARTIES, 10, _DELAY_S)["seconds"] for _ in range(2))
    return float(np.round((slow - plain) / _DELAY_S))


def watched(room: Room) -> Iterator[Measured]:
    """Counts of eight bytes that occur nowhere else, looked for wherever another party has been."""
    rng = np.random.default_rng(8)
    cells = 12
    own = (_PLANTED << 24) + rng.integers(0, 2**24, (PARTIES, cells))
    markers = [{form for number in own[party] for form in _forms(int(number))} for party in range(PARTIES)]
    frame = made_frame([f"cell-{i}" for i in range(cells)], ["wijk"] * cells, [])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        task = Task(
            "protocol", free_ports(PARTIES + 1), [frame], [[Own(numbers)] for numbers in [*own, np.zeros(cells, dtype=np.int64)]],
            bits=68, tls=certificates(folder, PARTIES + 1), data_parties=list(range(PARTIES)), pause=str(folder / "done"),
        )  # fmt: skip
        task.rule = type(task.rule)(2**63 + 2**62, CONTRIBUTORS)  # above every sum: nothing may be opened
        with _Recorder(set(task.ports)) as recorder:
            running = processes(task, PARTIES + 1, folder / "run", apart=True)
            marks = [Path(f"{task.pause}-{i}") for i in range(PARTIES + 1)]
            _until(lambda: all(mark.exists() for mark in marks), running)
            found = [_memory(int(mark.read_text()), markers) for mark in marks]
            for mark in marks:
                mark.unlink()
            outcome = answers(running)
        assert all(one and one["opened"][0].hidden.all() for one in outcome), outcome
        files = [_in_files(folder / "run", i, markers) for i in range(PARTIES + 1)]
    if recorder.works:
        yield "station_packets", len(recorder.content), None
        yield (
            "station_markers_in_packets",
            sum(_counted(recorder.content, markers)),
            None,
        )
    others = [(i, j) for i in range(PARTIES + 1) for j in range(PARTIES) if i != j]
    yield "station_memory", sum(size for size, _ in found), None
    yield "station_markers_in_memory", sum(found[i][1][j] for i, j in others), None
    yield "station_markers_in_own_memory", sum(found[i][1][i] for i in range(PARTIES)), None
    yield "station_markers_in_files", sum(files[i][j] for i, j in others), None


def _forms(number: int) -> list[bytes]:
    """A number as it could stand in memory or on a line: eight bytes both ways, the digits of a Python int, and as text."""
    digits = [number & (2**30 - 1), (number >> 30) & (2**30 - 1), number >> 60]
    long = b"".join(digit.to_bytes(4, "little") for digit in digits)
    return [number.to_bytes(8, "little"), number.to_bytes(8, "big"), long, str(number).encode()]


def _counted(content: bytes | bytearray, markers: Sequence[set[bytes]]) -> list[int]:
    """How often the markers of each party stand in some bytes; all of them share a part, which is looked for first."""
    found = [0] * len(markers)
    low, high = (_forms((_PLANTED << 24) + end) for end in (0, 2**24 - 1))
    for first, last in zip(low, high, strict=True):
        same = [a == b for a, b in zip(first, last, strict=True)]
        start = same.index(True)
        end = start + (same[start:].index(False) if False in same[start:] else len(same) - start)
        if (
            first[:4] != last[:4] and start == 0
        ):  # digits of an int: the part that is the same comes after the first digit
            start, end = 4, 12
        place = content.find(first[start:end])
        while place >= 0:
            whole = bytes(content[place - start : place - start + len(first)])
            for party, forms in enumerate(markers):
                found[party] += whole in forms
            place = content.find(first[start:end], place + 1)
    return found


def _until(condition: Any, running: Sequence[Started], wait_s: float = 300.0) -> None:
    end = time.monotonic() + wait_s
    while not condition():
        dead = [one.errors.read_text(errors="replace") for one in running if one.process.poll() is not None]
        if dead or time.monotonic() > end:
            raise RuntimeError(f"a party did not come to its end: {dead}")
        time.sleep(0.2)


def _memory(pid: int, markers: Sequence[set[bytes]]) -> tuple[int, list[int]]:
    """Everything that a process can write to: how much there is, and how often each party's markers stand in it."""
    size, found = 0, [0] * len(markers)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            first, last = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(first)
                content = memory.read(last - first)
            except (OSError, OverflowError, ValueError):
                continue
            size += len(content)
            found = [a + b for a, b in zip(found, _counted(content, markers), strict=True)]
    return size, found


def _in_files(folder: Path, index: int, markers: Sequence[set[bytes]]) -> list[int]:
    return _counted(b"".join(path.read_bytes() for path in sorted(folder.glob(f"*-{index}.*"))), markers)


class _Recorder:
    """Every packet on loopback to or from some ports, where this process may record."""

    def __init__(self, ports: set[int]) -> None:
        self.ports, self.content, self.works, self.is_over = ports, bytearray(), False, False

    def __enter__(self) -> _Recorder:
        try:
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**26)
            self.socket.bind(("lo", 0))
            self.socket.settimeout(0.5)
        except (OSError, AttributeError):
            return self
        self.works = True
        self.thread = threading.Thread(target=self._record)
        self.thread.start()
        return self

    def _record(self) -> None:
        while not self.is_over:
            try:
                packet = self.socket.recv(2**17)
            except TimeoutError:
                continue
            start = 14 + 4 * (packet[14] & 15)
            ports = {
                int.from_bytes(packet[start : start + 2], "big"),
                int.from_bytes(packet[start + 2 : start + 4], "big"),
            }
            if ports & self.ports:
                self.content += packet

    def __exit__(self, *_: object) -> None:
        self.is_over = True
        if self.works:
            self.thread.join()
            self.socket.close()


def broken(room: Room) -> Iterator[Measured]:
    """Every way to break a round, one after another; what is wrong is told on standard error."""
    wrong = 0
    for number, one in enumerate(BREAKS):
        folder = room.work / f"broken-{number}"
        found = faults_found(one, folder)
        wrong += bool(found)
        print(one.name, found or "as it should be", flush=True)
    yield "station_breaks", len(BREAKS), None
    yield "station_breaks_wrong", wrong, None
    messages = _messages(room.work / "counted")
    wrong = 0
    for number, message in enumerate(range(1, messages, PARTIES)):
        found = faults_found(
            cut_off(NAMES[number % len(NAMES)], message), room.work / f"cut-{message}", wait_s=5
        )
        wrong += bool(found)
        print(f"message {message}", found or "as it should be", flush=True)
    yield "station_cut_offs", len(range(1, messages, PARTIES)), None
    yield "station_cut_offs_wrong", wrong, None
    found = [fault for i in range(3) for fault in faults_of_two_at_once(room.work / f"twice-{i}")]
    print("two requests at once", found or "as it should be", flush=True)
    yield "station_two_at_once_wrong", len(found), None


def _messages(folder: Path) -> int:
    """The fewest messages that a party sends in a round of the crew: one to each other party for every step."""
    return min(int(found["messages"]) for found in made_crew(folder).go().values() if found)


def demo(room: Room) -> Iterator[Measured]:
    """The example region as `make stations` does it, on public sources and deliveries made anew."""
    from tests.stations.example import Example

    found = Example.made(room.work / "stations-demo")
    yield "station_demo_cells", len(found.cells), None
    yield "station_demo_differing", int((found.cells["stations"] != found.cells["vault"]).sum()), None
    shown = found.cells["opened"].notna()
    yield (
        "station_demo_opened_differing",
        int((found.cells["opened"] != found.cells["vault"])[shown].sum()),
        None,
    )
    level = found.cells["region_level"]
    hidden = found.cells["opened"].isna()
    by_vault = found.cells["is_hidden_by_vault"]
    at = level == "gemeente"
    yield "station_demo_more_hidden_gemeente", int(hidden[at].sum()) - int(by_vault[at].sum()), None
    at = level == "wijk"
    yield "station_demo_hidden_wijk", int(hidden[at].sum()), int(by_vault[at].sum())
    report = audited(found.cells, found.own, found.with_rest)
    yield "station_demo_findings", len(report.of(insider=False)), None
    yield "station_demo_insider_findings", len(report.of(insider=True)), None
    yield "station_demo_logs", found.logs, None
    yield "station_demo_published", _published(room.work / "stations-demo"), float(shown.sum())


def _published(folder: Path) -> float:
    """How many counts of the joint table stand in the release of a whole build of this data folder."""
    places = {"DWP_DATA_DIR": str(folder), "DWP_KEYS_DIR": str(folder / "keys"), "DWP_SOURCE": "demo"}
    built = [sys.executable, "-m", "orchestration.materialise"]
    subprocess.run(built, cwd=PROJECT_ROOT, env={**os.environ, **places}, check=True, stdout=sys.stderr)
    (path,) = (folder / "publish").glob("warehouse_*.duckdb")
    with connect_read_only(path) as con:
        (count,) = con.execute(
            "select count(value) from core.fct_observation where indicator_id = 'youth_care_joint_count'"
        ).fetchone() or (0,)
    return float(count)


def audited(cells: pd.DataFrame, own: dict[str, pd.DataFrame], with_rest: frozenset[str]) -> Any:
    """What the house's auditor finds in the opened cells, as an outsider and as each party."""
    keys = cells[["measure", "period_id", "region_code", "age_band", "sex"]]
    published = keys.assign(
        region_level=cells["region_level"], parent_code=cells["parent_code"], value=cells["opened"], population=np.nan,
        rate=np.nan, rate_per=1_000.0, rounding_base=0,
        suppression_reason=np.where(cells["opened"].isna(), "disclosure", ""),
    )  # fmt: skip
    policy = Policy(threshold=K, group_share=0.9, with_rest=with_rest)
    return audit(from_rows("joint", published), keys.assign(count=cells["vault"]), policy, partners=own)


__all__ = ["NAMES", "audited", "broken", "cost", "demo", "equal", "watched"]
