"""What dashboard, Dagster UI and daemon cost while nobody asks anything: `make run`, left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.bench.processes import cpu_seconds, family, measured, memory_mb
from tests.browser import free_port
from tests.proofs.registry import Measured, Room

# After starting, what is made once has been made; then a time in which every timer has gone off twice.
SETTLE_S, WATCHED_S = 45, 120


def figures(room: Room) -> Iterator[Measured]:
    """Yields `idle_cpu` (percent of a core) and `idle_memory` (MB, what is shared counted once) of all processes together."""
    environment = {**os.environ, "DWP_SOURCE": "demo", "DWP_DATA_DIR": str(room.work / "idle")}
    measured([sys.executable, "-m", "orchestration.materialise"], environment)
    ports = ["--app-port", str(free_port()), "--dagster-port", str(free_port())]
    command = [sys.executable, "-m", "orchestration.serve", *ports]
    environment["DAGSTER_HOME"] = str(room.work / "idle" / "dagster")
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as serving:
        try:
            assert serving.stdout is not None
            for line in serving.stdout:
                if "Stop them with" in line:
                    break
            time.sleep(SETTLE_S)
            before, start = cpu_seconds(family(serving.pid)), time.monotonic()
            time.sleep(WATCHED_S)
            used = cpu_seconds(family(serving.pid)) - before
            yield "idle_cpu", 100 * used / (time.monotonic() - start), None
            yield "idle_memory", memory_mb(serving.pid), None
        finally:
            serving.terminate()  # an interrupt is not heard by what was started in the background
            serving.wait(timeout=30)
