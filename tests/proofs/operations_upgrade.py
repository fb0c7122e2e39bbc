"""An installation that the code of an earlier version made, brought up to this one: built, served, and nothing of it lost."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication.store import sha256_of
from tests.browser import free_port
from tests.proofs.registry import Measured, Room
from tests.warm_builds import clean_environment

# Every version that was released, oldest first, with the commit that it was: the changelog names the same ones.
VERSIONS: Mapping[str, str] = {"0.1.0": "86d07652"}
_SUM = "select count(*), sum(hash(columns(*)::varchar)) from {table}"


def figures(room: Room) -> Iterator[Measured]:
    """From each version that was released to the code that is here."""
    lost = changed = silent = builds = 0
    slowest = 0.0
    for version, commit in VERSIONS.items():
        at = room.work / f"from_{version}"
        old = at / "code"
        _unpack(commit, old)
        told = {"DWP_DATA_DIR": str(at / "data"), "DWP_KEYS_DIR": str(at / "keys")}
        _run(old, told, "orchestration.materialise")
        before = _held(at / "data")
        started = time.monotonic()
        _run(PROJECT_ROOT, told, "datawerkplaats.cli", "upgrade", "--backup", str(at / "backup"))
        slowest = max(slowest, time.monotonic() - started)
        upgraded = _held(at / "data")
        lost += len(before.keys() - upgraded.keys())
        changed += sum(upgraded[name] != content for name, content in before.items() if name in upgraded)
        served = json.loads((at / "data" / "publish" / "current.json").read_text(encoding="utf-8"))
        _run(PROJECT_ROOT, told, "orchestration.materialise")
        built = json.loads((at / "data" / "publish" / "current.json").read_text(encoding="utf-8"))
        builds += built["publication_id"] != served["publication_id"] and set(served["history"]) <= set(
            built["history"]
        )
        after = _held(at / "data")
        releases = [name for name in before if name.startswith("publish/")]
        lost += sum(after.get(name) != before[name] for name in releases)
        _run(PROJECT_ROOT, told, "datawerkplaats.cli", "verify-log")
        silent += sum(not _answers(told, *one) for one in _SERVED)
    yield "upgrade_versions", len(VERSIONS), None
    yield "upgrade_slowest", slowest, None
    yield "upgrade_lost", lost, None
    yield "upgrade_changed", changed, None
    yield "upgrade_builds", builds, len(VERSIONS)
    yield "upgrade_silent_parts", silent, None


# Module and where it says that it is well.
_SERVED = (("apps.dashboard", "--server.port", "/_stcore/health"), ("apps.api", "--port", "/v1"))


def _unpack(commit: str, folder: Path) -> None:
    """The code of a commit, as it was.

    Raises:
        DataProblem: `build_failed` where this checkout does not know the commit (a shallow clone).
    """
    kept = subprocess.run(
        ["git", "archive", "--format=tar", commit], cwd=PROJECT_ROOT, capture_output=True, check=False
    )
    if kept.returncode:
        raise DataProblem(
            "build_failed", subject=f"commit {commit}", expected="the whole history of this project",
            remedy="git fetch --unshallow", found="a checkout without it",
        )  # fmt: skip
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(kept.stdout)) as archive:
        archive.extractall(folder, filter="data")


def _run(code: Path, told: Mapping[str, str], module: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=code, capture_output=True, text=True, check=False,
        env={**clean_environment(), "PYTHONPATH": str(code), **told},
    )  # fmt: skip
    if done.returncode:
        raise DataProblem(
            "build_failed", subject=f"{module} of {code.name}", found=(done.stdout + done.stderr)[-800:]
        )


def _held(data: Path) -> dict[str, object]:
    """What nobody may lose: bytes of releases and snapshots, the rows that a release holds, and the runs that Dagster knows."""
    found: dict[str, object] = {}
    for pattern in ("publish/*.duckdb", "publish/parquet_*/*/*.parquet", "snapshots/*/*/*/*"):
        for path in data.glob(pattern):
            if path.is_file():
                found[path.relative_to(data).as_posix()] = sha256_of(path)
    for path in data.glob("publish/warehouse_*.duckdb"):
        with closing(duckdb.connect(str(path), read_only=True)) as con:
            found[f"publish/{path.name} rows"] = con.sql(
                _SUM.format(table="indicator.fct_indicator")
            ).fetchall()
    for path in data.glob("dagster/history/runs/*-*.db"):
        found[f"run {path.stem}"] = True
    return found


@contextmanager
def _started(told: Mapping[str, str], module: str, option: str, port: int) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-m", module, option, str(port)], cwd=PROJECT_ROOT,
        env={**clean_environment(), "PYTHONPATH": str(PROJECT_ROOT), "PATH": os.environ["PATH"], **told},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield
        finally:
            process.terminate()


def _answers(told: Mapping[str, str], module: str, option: str, path: str) -> bool:
    """Whether a part of the service starts on this data folder and says that it is well."""
    port = free_port()
    with _started(told, module, option, port):
        end = time.monotonic() + 300
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                    return bool(answer.status == 200)
            except (urllib.error.URLError, OSError):
                time.sleep(1)
    return False
