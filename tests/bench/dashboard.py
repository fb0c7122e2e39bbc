"""A real dashboard server and visitors that speak Streamlit's own protocol with it, as a browser does but without drawing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from datawerkplaats.settings import PROJECT_ROOT
from tests.browser import answers, free_port, until

APP = PROJECT_ROOT / "apps" / "dashboard" / "app.py"
LARGEST_MESSAGE = 64 * 1024 * 1024
WAIT_S = 120


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
def served(app: Path = APP) -> Iterator[Server]:
    """The app under `streamlit run` as long as the block lasts, on the data folder of this process."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            server = Server(port, process.pid)
            until(lambda: answers(f"{server.base}/_stcore/health"), "the dashboard did not start", 180)
            yield server
        finally:
            process.terminate()


@dataclass(frozen=True)
class Answer:
    """What came back on one interaction: seconds until the script had ended, bytes, and whether something went wrong."""

    seconds: float
    size: int
    failed: bool


class Visitor:
    """One session: opens a page and changes its address, and waits each time until the script has ended."""

    def __init__(self, server: Server) -> None:
        """Keep the server; nothing is opened yet."""
        self._address = f"ws://127.0.0.1:{server.port}/_stcore/stream"

    async def __aenter__(self) -> Visitor:
        from websockets.asyncio.client import connect

        self._socket = await connect(self._address, subprotocols=["streamlit"], max_size=LARGEST_MESSAGE)  # type: ignore[list-item]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def visit(self, page: str, choices: dict[str, str]) -> Answer:
        """Run a page with the choices in its address."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(choices)
        asked.rerun_script.page_name = address_of(page)
        started = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        size, failed = await asyncio.wait_for(self._until_the_script_ends(), WAIT_S)
        return Answer(time.perf_counter() - started, size, failed)

    async def _until_the_script_ends(self) -> tuple[int, bool]:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        size, failed = 0, False
        while True:
            raw = await self._socket.recv()
            assert isinstance(raw, bytes)
            size += len(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if kind == "page_not_found":
                failed = True
            if kind == "delta":
                element = message.delta.new_element
                failed |= element.WhichOneof("type") == "exception"
                failed |= element.WhichOneof("type") == "alert" and _is_problem(element.alert.body)
            if kind == "script_finished" and message.script_finished in (0, 1):
                return size, failed or message.script_finished == 1


def _is_problem(sentence: str) -> bool:
    """Whether a warning is the one of the page for problems."""
    from apps.dashboard.components.texts import LANGUAGES, text

    return any(
        sentence == text(f"common.problem_{kind}", language)
        for kind in ("unexpected", "publication", "no_publication")
        for language in LANGUAGES
    )


def address_of(page: str) -> str:
    """Where a page stands; the first one of the menu is at the root."""
    from apps.dashboard.registry import pages

    return "" if page == pages()[0].id else page


def visits(server: Server, page: str, choices: list[dict[str, str]]) -> list[Answer]:
    """The answers to a row of interactions on one page in one session; the first is the opening of the page."""

    async def run() -> list[Answer]:
        async with Visitor(server) as visitor:
            return [await visitor.visit(page, choice) for choice in choices]

    return asyncio.run(run())
