"""Seconds of the processor of a command count what it started, waited for or not."""

from __future__ import annotations

import sys

import pytest

from tests.bench.processes import measured

pytestmark = pytest.mark.busy

# The child works, tells so, and lives until whoever started it has gone.
_CHILD = "import sys, time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\nsys.stdin.read()"
_STARTS = f"""import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {_CHILD!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
time.sleep(1)
os._exit(0)"""


def test_measured__counts_a_process_that_nobody_waits_for() -> None:
    assert measured([sys.executable, "-c", _STARTS]).cpu_s >= 0.5
