"""The two ways in which a build is started in the proof `crash`: from the command line, and as a run of Dagster's daemon."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication import Reader
from tests.browser import free_port

_INDICATOR = "indicators/indicator/loneliness_djg_pct.yml"
_UNDER_WAY = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
_LOOK_S = 0.05
# No build of a proof takes this long: what does is stuck.
STUCK_S = 1800.0


@dataclass
class Workplace:
    """A built data folder with a catalogue of its own.

    Args:
        data: The data folder.
        catalogue: Its catalogue.
        settings: Environment of every build, besides both folders.
        number: How often the catalogue was changed.
    """

    data: Path
    catalogue: Path
    settings: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def environment(self) -> dict[str, str]:
        """Of a build in this folder."""
        clean = {
            key: value
            for key, value in os.environ.items()
            if key == "DWP_KEYS_DIR" or not key.startswith(("DWP_", "DAGSTER_"))
        }
        return {
            **clean,
            **self.settings,
            "DWP_DATA_DIR": str(self.data),
            "DWP_CATALOGUE_DIR": str(self.catalogue),
            "DAGSTER_HOME": str(self.data / "dagster"),
        }

    def change(self) -> str:
        """Give a title a number of its own, so that there is something to publish; the new title."""
        self.number += 1
        path = self.catalogue / _INDICATOR
        lines = path.read_text(encoding="utf-8").splitlines()
        at = lines.index("title:")
        title = f"Eenzaam ({self.number})"
        lines[at + 1] = f'  nl: "{title}"'
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return title

    def serves(self, title: str) -> bool:
        """Whether the served file has the title."""
        with suppress(Exception), Reader(self.data / "publish").connect() as con:
            return bool(
                con.execute("select 1 from core.dim_indicator where title_nl = ?", [title]).fetchone()
            )
        return False

    def under_way(self) -> int:
        """Runs that say they are under way."""
        marks = ", ".join("?" * len(_UNDER_WAY))
        return int(self._asked(f"select count(*) from runs where status in ({marks})", *_UNDER_WAY) or "0")

    def status(self, run_id: str) -> str:
        """What a run says of itself; nothing where it is not known."""
        return self._asked("select status from runs where run_id = ?", run_id)

    def _asked(self, sql: str, *values: str) -> str:
        file = self.data / "dagster" / "history" / "runs.db"
        if not file.exists():
            return ""
        with closing(sqlite3.connect(file, timeout=30)) as con:
            row = con.execute(sql, values).fetchone()
        return str(row[0]) if row else ""


@dataclass
class Build:
    """A build that was started: what it prints, who carries it out, and how it ends."""

    log: Path
    began_at: int
    code: Callable[[], int | None]
    process: Callable[[], int | None]
    started: float = field(default_factory=time.monotonic)

    @property
    def printed(self) -> str:
        """What it has printed so far."""
        with self.log.open("rb") as stream:
            stream.seek(self.began_at)
            return stream.read().decode(errors="replace")

    def lines(self) -> Iterator[tuple[str, float]]:
        """What it prints, line by line with the seconds since the start, until it ends."""
        rest = ""
        with self.log.open("rb") as stream:
            stream.seek(self.began_at)
            while True:
                over = self.code() is not None
                *whole, rest = (rest + stream.read().decode(errors="replace")).split("\n")
                for line in whole:
                    yield line, time.monotonic() - self.started
                if over:
                    return
                if time.monotonic() - self.started > STUCK_S:
                    raise DataProblem("build_failed", subject="crash", found=f"stuck: {self.printed[-300:]}")
                time.sleep(_LOOK_S)

    def end(self) -> tuple[float, int]:
        """Seconds from its start to its end, and its exit code."""
        for _ in self.lines():
            pass
        return time.monotonic() - self.started, self.code() or 0


class CommandLine:
    """`python -m orchestration.materialise`."""

    name = "command"

    @contextmanager
    def started(self, workplace: Workplace, *arguments: str) -> Iterator[Build]:
        """A build, which is over when this ends."""
        log = workplace.catalogue.with_name("build.log")  # on a disk that is never full
        with log.open("wb") as out:
            build = subprocess.Popen(
                [sys.executable, "-m", "orchestration.materialise", *arguments],
                cwd=PROJECT_ROOT, env=workplace.environment(), stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            yield Build(log, 0, build.poll, lambda: build.pid)
        finally:
            kill_tree(build.pid)
            build.wait()


class Service:
    """Dagster's code server and daemon of `make run`, and runs that they carry out."""

    name = "daemon"

    def __init__(self, workplace: Workplace) -> None:
        self._workplace, self._port = workplace, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start both, and wait until they listen."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.crash_service", str(self._port)],
            cwd=PROJECT_ROOT, env=self._workplace.environment(), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        last = time.monotonic() + 180
        while not _listens(self._port):
            if self._process.poll() is not None or time.monotonic() > last:
                raise DataProblem("build_failed", subject="crash", found="the daemon did not start")
            time.sleep(0.2)

    def kill(self) -> None:
        """kill -9 of everything: both, and the run."""
        if self._process:
            kill_tree(self._process.pid)
            self._process.wait()
            self._process = None

    @contextmanager
    def started(self, workplace: Workplace, *_: str) -> Iterator[Build]:
        """A run of everything, put into the queue as the daily schedule does."""
        log, run_id = workplace.data / "dagster" / "code.log", str(uuid.uuid4())
        asked = time.monotonic()
        build = Build(
            log, log.stat().st_size if log.exists() else 0,
            lambda: {"SUCCESS": 0, "FAILURE": 1, "CANCELED": 1}.get(workplace.status(run_id)),
            lambda: _holder(workplace), asked,
        )  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", "dagster", "job", "launch", "-j", "materialise", "--run-id", run_id,
             "--grpc-host", "127.0.0.1", "--grpc-port", str(self._port)],
            cwd=PROJECT_ROOT, env=workplace.environment(), check=True, capture_output=True,
        )  # fmt: skip
        yield build


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _holder(workplace: Workplace) -> int | None:
    with suppress(OSError, ValueError, KeyError):
        return int(json.loads((workplace.data / ".build.json").read_text())["process"])
    return None


def kill_one(pid: int) -> None:
    """kill -9 of a process alone, as when the machine runs out of memory."""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).kill()


def kill_tree(pid: int) -> None:
    """kill -9 of a process and its children, as when the machine stops."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
