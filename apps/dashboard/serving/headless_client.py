"""A client without a browser, which speaks Streamlit's own protocol: opens a page, and waits until it has been made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

LARGEST_MESSAGE = 64 * 1024 * 1024
WAIT_S = 120


@dataclass(frozen=True)
class Answer:
    """What came back on one interaction: seconds until the script had ended, bytes, and whether something went wrong."""

    seconds: float
    size: int
    failed: bool
    words: str = ""  # titles, headings and sentences in the page


class HeadlessClient:
    """One session: opens a page and changes its address, and waits each time until the script has ended."""

    def __init__(
        self,
        port: int,
        headers: Mapping[str, str] | None = None,
        *,
        origin: str = "",
        connecting: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep where the server is, and headers to send beside a browser's; nothing is opened yet.

        Args:
            port: The port on this machine.
            headers: More headers, such as a cookie.
            origin: What stands before the path where it is not this machine's own address, such as `wss://a.name`.
            connecting: More for the connection: `host`, `port`, `ssl`.
        """
        self._address = f"{origin or f'ws://127.0.0.1:{port}'}/_stcore/stream"
        self._headers, self._connecting = dict(headers or {}), dict(connecting or {})

    async def __aenter__(self) -> HeadlessClient:
        from websockets.asyncio.client import connect

        protocols: Any = ["streamlit"]
        self._socket = await connect(
            self._address,
            subprotocols=protocols,
            max_size=LARGEST_MESSAGE,
            additional_headers=self._headers,
            **self._connecting,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def visit(self, page: str, choices: dict[str, str] | None = None) -> Answer:
        """Run a page with the choices in its address."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(choices or {})
        asked.rerun_script.page_name = address_of(page)
        started = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        size, failed, words = await asyncio.wait_for(self._until_the_script_ends(), WAIT_S)
        return Answer(time.perf_counter() - started, size, failed, words)

    async def _until_the_script_ends(self) -> tuple[int, bool, str]:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        size, failed, words = 0, False, []
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
                words += [element.heading.body, element.markdown.body, element.alert.body]
                failed |= element.WhichOneof("type") == "alert" and _is_problem(element.alert.body)
            if kind == "script_finished" and message.script_finished in (0, 1):
                return size, failed or message.script_finished == 1, " ".join(filter(None, words))


def _is_problem(sentence: str) -> bool:
    """Whether a warning is the one of the page for problems."""
    from apps.dashboard.wording.texts import LANGUAGES, text

    return any(
        sentence == text(f"common.problem_{kind}", language)
        for kind in ("unexpected", "publication", "no_publication")
        for language in LANGUAGES
    )


def address_of(page: str) -> str:
    """Where a page stands; the first one of the menu is at the root."""
    from apps.dashboard.registry import pages

    return "" if page == pages()[0].id else page
