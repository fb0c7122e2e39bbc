"""Builds in processes of their own that begin where everything has been imported: each is a fork of one that waits.

A build spends a dozen seconds on importing Dagster, dbt and Great Expectations and on reading the project, which is the same every
time; a test of what happens afterwards need not pay for it. What is shown is what `orchestration.materialise` shows: exit code,
standard output, standard error, and what is left in the folder. The first build of a folder, a killed one and one that is told to
stop are still started from the command line (`tests.small_region.materialise`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NoReturn

from datawerkplaats.base.settings import PROJECT_ROOT


class WarmBuilds:
    """Asks the process that waits for builds in one data folder."""

    def __init__(self, process: subprocess.Popen[str], settings: dict[str, str]) -> None:
        self._process = process
        self._settings = settings

    def materialise(self, *arguments: str, **settings: str) -> CompletedProcess[str]:
        """As `python -m orchestration.materialise <arguments>`, with these settings beside those of the folder."""
        return self._asked({"arguments": arguments}, settings)

    def in_dagster(self, code: str, **settings: str) -> str:
        """What a piece of Python prints that knows Dagster as `dg` and the folder's `instance`."""
        done = self._asked({"code": code}, settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _asked(self, what: dict[str, Any], settings: dict[str, str]) -> CompletedProcess[str]:
        assert self._process.stdin is not None and self._process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            out, err = (Path(folder) / name for name in ("out", "err"))
            environment = {**self._settings, **settings}
            asked = {**what, "environment": environment, "out": str(out), "err": str(err)}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            return CompletedProcess("build", code, out.read_text("utf-8"), err.read_text("utf-8"))


def clean_environment() -> dict[str, str]:
    """The environment without the settings of whoever runs the tests, but for where the keys are."""
    return {
        key: value
        for key, value in os.environ.items()
        if key == "DWP_KEYS_DIR" or not key.startswith(("DWP_", "DAGSTER_"))
    }


@contextmanager
def warm_builds(data_dir: Path, settings: dict[str, str]) -> Iterator[WarmBuilds]:
    """Builds in a data folder, with these settings; its sources and models are the ones declared now."""
    environment = {**clean_environment(), "DWP_DATA_DIR": str(data_dir), **settings}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.warm_builds"], cwd=PROJECT_ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield WarmBuilds(process, environment)
        finally:
            process.kill()


def main() -> None:
    """Import everything, then start what is asked, one line of JSON after the other."""
    from datawerkplaats.base.settings import get_settings
    from orchestration.materialise import prepare_dagster

    prepare_dagster(get_settings())
    import great_expectations  # noqa: F401

    import orchestration.run  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _answer(asked)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _answer(asked: dict[str, Any]) -> NoReturn:
    for number, name in ((0, os.devnull), (1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
    from datawerkplaats.base.settings import get_settings
    from orchestration.defs.resources import catalogue

    code = 1
    try:
        os.environ.clear()
        os.environ.update(asked["environment"])
        tempfile.tempdir = None  # where that is may be another place now
        get_settings.cache_clear()
        catalogue.cache_clear()
        code = _run_code(asked["code"]) if "code" in asked else _build(asked["arguments"])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _build(arguments: list[str]) -> int:
    from orchestration.materialise import main as materialise

    return materialise(arguments)


def _run_code(code: str) -> int:
    import dagster as dg

    from datawerkplaats.base.settings import get_settings
    from orchestration.materialise import prepare_dagster

    prepare_dagster(get_settings())
    with dg.DagsterInstance.get() as instance:
        exec(code, {"dg": dg, "instance": instance})
    return 0


if __name__ == "__main__":
    main()
