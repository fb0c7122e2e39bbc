"""A PostgreSQL of the tests' own, in a folder of its own on a free port, stopped with the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _as_owner(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root: then the user that its package made runs it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty server, as SQLAlchemy reads it."""
    programs = _programs()
    if programs is None:
        message = "PostgreSQL is not installed (tests/install_postgresql.sh)"
        if os.environ.get("DWP_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    home = Path(tempfile.mkdtemp(prefix="dwp-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(home / "data")
    try:
        subprocess.run(
            _as_owner(str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "dwp", "--no-sync", "-E", "UTF8"),
            check=True, capture_output=True, cwd="/",
        )  # fmt: skip
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1"
        control = (str(programs / "pg_ctl"), "-D", data, "-l", str(home / "log"), "-w")
        subprocess.run(
            _as_owner(*control, "-o", options, "start"), check=True, stdout=subprocess.DEVNULL, cwd="/"
        )
        try:
            yield f"postgresql+psycopg://dwp@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(
                _as_owner(*control, "-m", "immediate", "stop"),
                check=False,
                stdout=subprocess.DEVNULL,
                cwd="/",
            )
    finally:
        shutil.rmtree(home, ignore_errors=True)
