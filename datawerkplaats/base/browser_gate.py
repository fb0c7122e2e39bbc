"""What a browser on the same machine, or a website open in it, may ask of a local server: an ASGI application around another.

A server on 127.0.0.1 can be reached by every website that is open in a browser there: by an image, a form, a socket, or under
a name that the website lets point to 127.0.0.1. So a request must come under a name of ours, from a page of ours, and in a way
that no image or form can.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: dict[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


class BrowserGate:
    """Lets through what our own pages ask; everything else gets a sentence and never reaches the server.

    Args:
        application: The server.
        hosts: The names under which it may be asked, without port.
        closed: A pattern of paths that nobody may ask, such as figures about the server itself.
        asked_by_post: A pattern of paths where a question is a POST of JSON; a GET with a question there is refused.
        changing: A pattern of paths that change something; refused unless `may_change`.
        may_change: Whether people may change things here.
        headers: Further headers of every answer, such as a content policy.
    """

    def __init__(
        self,
        application: Application,
        hosts: Collection[str],
        *,
        closed: str = r"$^",
        asked_by_post: str = r"$^",
        changing: str = r"$^",
        may_change: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._application, self._hosts = application, {host.lower() for host in hosts}
        self._closed, self._asked_by_post = re.compile(closed), re.compile(asked_by_post)
        self._changing, self._may_change = re.compile(changing), may_change
        self._extra = {**_HEADERS, **(headers or {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, socket or start of the server."""
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._application(scope, receive, self._with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        else:
            status, sentence = refusal
            head = [(b"content-type", b"text/plain; charset=utf-8"), *_encoded(self._extra)]
            await send({"type": "http.response.start", "status": status, "headers": head})
            await send({"type": "http.response.body", "body": sentence.encode()})

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence for a request that is refused."""
        given = _headers(scope)
        hosts = given.get("host", [])
        if len(hosts) != 1 or _name(hosts[0]) not in self._hosts:
            return 421, "This server does not answer under that name. Its names are set with DWP_HOSTS."
        path, method = str(scope["path"]), str(scope.get("method", "GET"))
        is_socket = scope["type"] == "websocket"
        origins = given.get("origin", [])
        if any(not _is_of(origin, hosts[0]) for origin in origins):
            return 403, "Another website asked for this; only our own pages may."
        site = given.get("sec-fetch-site", ["none"])[-1]
        is_visit = method == "GET" and given.get("sec-fetch-mode", [""])[-1] == "navigate"
        if site not in ("same-origin", "none") and not (is_visit and not self._asked_by_post.search(path)):
            return 403, "Another website asked for this; only our own pages may."
        if self._closed.search(path):
            return 404, "This is not shown."
        if is_socket:
            return None
        return self._changing_refusal(path, method, scope, given)

    def _changing_refusal(
        self, path: str, method: str, scope: Scope, given: Mapping[str, list[str]]
    ) -> tuple[int, str] | None:
        if self._changing.search(path) and not self._may_change:
            return (
                403,
                "Nothing can be changed here. DWP_DAGSTER_CHANGES=true allows it to who works on this machine.",
            )
        if self._asked_by_post.search(path):
            if method in _READING and scope.get("query_string"):
                return 405, "Ask this with POST: a question in an address could come from any website."
            kind = given.get("content-type", [""])[-1].partition(";")[0].strip().lower()
            if method == "POST" and kind != "application/json":
                return 415, "Ask this with JSON: any website can send another kind of form."
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message.get("headers", ())}
                more = [(name, value) for name, value in _encoded(self._extra) if name not in own]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        return sending


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope.get("headers", ()):
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _name(host: str) -> str:
    """The host without its port; empty where it cannot be read."""
    try:
        return "" if "@" in host else (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_of(origin: str, host: str) -> bool:
    """Whether an origin is a page of the server that is asked under this name and port; `null` never is."""
    scheme, told, rest = origin.partition("://")
    if not told or scheme not in _PORTS:
        return False
    try:
        page, server = urlsplit(origin), urlsplit(f"{scheme}://{host}")
        ports = [parts.port or _PORTS[scheme] for parts in (page, server)]
    except ValueError:
        return False
    return bool(rest) and page.hostname == server.hostname and ports[0] == ports[1]
