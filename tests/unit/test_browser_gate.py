"""What websites may ask of a server on this machine; both real servers are tried by `make prove ONLY=attack.browser`."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from datawerkplaats.base.browser_gate import LOCAL_HOSTS, BrowserGate

HOST = ("host", "127.0.0.1:3000")
OWN = ("origin", "http://127.0.0.1:3000")
JSON = ("content-type", "application/json")


async def _server(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-frame-options", b"DENY")]})
    await send({"type": "http.response.body", "body": b"the server"})


def asked(
    path: str,
    *headers: tuple[str, str],
    method: str = "GET",
    query: str = "",
    kind: str = "http",
    may_change: bool = False,
    **more: Any,
) -> list[dict[str, Any]]:
    gate = BrowserGate(
        _server, LOCAL_HOSTS, closed=r"^/metrics", asked_by_post=r"/graphql/?$", changing=r"^/report_", may_change=may_change,
        headers={"Content-Security-Policy": "default-src 'self'"},
    )  # fmt: skip
    scope = {
        "type": kind, "path": path, "method": method, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(dict(message))

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    asyncio.run(gate(scope, receive, send))
    return sent


def status(*arguments: Any, **named: Any) -> int:
    return int(asked(*arguments, **named)[0]["status"])


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:3000", "127.0.0.1.evil.example", "evil@127.0.0.1", "", "[", "10.0.0.1"],
)
def test_another_name__is_refused_also_when_it_leads_here(host: str) -> None:
    assert status("/", ("host", host)) == 421
    assert status("/", ("host", host), ("origin", f"http://{host}")) == 421
    (refused,) = asked("/graphql", ("host", host), kind="websocket")
    assert refused["type"] == "websocket.close"


def test_names__of_this_machine_are_let_in_and_exactly_one_is_asked_for() -> None:
    for host in ("127.0.0.1:3000", "localhost", "LOCALHOST:8501", "[::1]:3000"):
        assert status("/", ("host", host)) == 200
    assert status("/") == 421
    assert status("/", HOST, ("host", "localhost")) == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1:9999",
        "http://127.0.0.1",
        "https://127.0.0.1.evil.example:3000",
        "",
    ],
)
def test_another_website__is_refused(origin: str) -> None:
    assert status("/graphql", HOST, ("origin", origin), JSON, method="POST") == 403
    (refused,) = asked("/graphql", HOST, ("origin", origin), kind="websocket")
    assert refused["type"] == "websocket.close"


def test_own_page__is_let_in() -> None:
    assert status("/graphql", HOST, OWN, JSON, method="POST") == 200
    assert asked("/graphql", HOST, OWN, kind="websocket") == [{"type": "websocket.accept"}]
    assert status("/", ("host", "localhost"), ("origin", "http://localhost:80")) == 200


def test_image_or_form_on_a_website__is_refused_and_a_link_is_not() -> None:
    assert status("/media/x", HOST, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")) == 403
    assert status("/graphql", HOST, query="query=mutation%7Blaunch%7D") == 405
    assert status("/graphql", HOST, ("content-type", "text/plain"), method="POST") == 415
    assert (
        status("/graphql", HOST, ("content-type", "application/x-www-form-urlencoded"), method="POST") == 415
    )
    link = (HOST, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"))
    assert status("/kwaliteit", *link) == 200
    assert status("/graphql", *link) == 403


def test_what_changes_something__needs_the_setting() -> None:
    assert status("/report_asset_materialization/a", HOST, OWN, method="POST") == 403
    assert status("/report_asset_materialization/a", HOST, OWN, method="POST", may_change=True) == 200


def test_figures_of_the_server__are_closed() -> None:
    assert status("/metrics", HOST) == 404


def test_answers__carry_security_headers_and_keep_their_own() -> None:
    for path, host in (("/", "localhost"), ("/", "evil.example")):
        headers = [name for name, _ in asked(path, ("host", host))[0]["headers"]]
        assert {b"x-content-type-options", b"x-frame-options", b"content-security-policy"} <= set(headers)
        assert len(headers) == len(set(headers))
    assert (b"x-frame-options", b"DENY") in asked("/", HOST)[0]["headers"]
