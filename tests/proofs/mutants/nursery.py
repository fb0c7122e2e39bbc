"""Runs pytest over and over: the libraries are imported once, each run is a fork. Started as a script, outside the project.

A line of JSON on standard input asks for a run: `{"root", "tests", "cpu_s", "wall_s"}`. A line on standard output answers:
`{"code", "cpu_s", "tail"}`; the code is pytest's, or minus the signal that ended the run.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_NOT_FINISHED = -signal.SIGKILL


def run(root: str, tests: list[str], cpu_s: float, wall_s: float) -> dict[str, Any]:
    """One run of pytest in a fork, stopped when it has used its time."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            _test(root, tests, cpu_s, output.fileno())
        deadline = time.monotonic() + wall_s
        while True:
            done, status, usage = os.wait4(child, os.WNOHANG)
            if done:
                break
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
            time.sleep(0.02)
        output.seek(0)
        tail = output.read().decode(errors="replace")[-3000:]
    return {"code": os.waitstatus_to_exitcode(status), "cpu_s": usage.ru_utime + usage.ru_stime, "tail": tail}


def _test(root: str, tests: list[str], cpu_s: float, output: int) -> None:
    code = 3
    try:
        os.setpgid(0, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s) + 1, int(cpu_s) + 3))
        os.chdir(root)
        sys.path.insert(0, root)
        os.environ["PYTHONPATH"] = root
        import pytest

        options = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"]
        code = int(pytest.main([*options, "--hypothesis-seed=1", "--durations=0", *tests]))
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> None:
    """Answers until standard input ends."""
    for name in sys.argv[1].split(","):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    sys.path[:] = [
        path for path in sys.path if path and Path(path).resolve() != Path(__file__).resolve().parent
    ]
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
