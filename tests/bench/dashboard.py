"""A real dashboard server and visitors that speak Streamlit's own protocol with it, as a browser does but without drawing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.dashboard.serving.headless_client import Answer, HeadlessClient
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.browser import answers, free_port, until

APP = PROJECT_ROOT / "apps" / "dashboard" / "app.py"


@dataclass(frozen=True)
class Server:
    """A running server: its port and its process."""

    port: int
    process: int

    @property
    def base(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def memory_mb(self) -> float:
        """The most memory that the process has held so far."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024


@contextmanager
def served(app: Path | None = APP) -> Iterator[Server]:
    """A server as long as the block lasts, on the data folder of this process.

    Args:
        app: What `streamlit run` is to serve; with None the dashboard starts as its unit starts it.
    """
    port = free_port()
    started = ["apps.dashboard"] if app is None else ["streamlit", "run", str(app)]
    command = [sys.executable, "-m", *started, "--server.port", str(port)]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            server = Server(port, process.pid)
            until(lambda: answers(f"{server.base}/_stcore/health"), "the dashboard did not start", 180)
            yield server
        finally:
            process.terminate()


def visits(server: Server, page: str, choices: list[dict[str, str]]) -> list[Answer]:
    """The answers to a row of interactions on one page in one session; the first is the opening of the page."""

    async def run() -> list[Answer]:
        async with HeadlessClient(server.port) as client:
            return [await client.visit(page, choice) for choice in choices]

    return asyncio.run(run())
