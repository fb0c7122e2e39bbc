"""The reverse proxy as it ships, started with a certificate of the test's own and probed from outside."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.browser import free_port, until
from tests.front import NAME, nginx

pytestmark = pytest.mark.busy


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent: what comes through the proxy is seen as the dashboard would see it."""

    def do_GET(self) -> None:
        body = json.dumps(
            {
                "path": self.path,
                "worker": self.connection.getsockname()[1],
                **{name.lower(): value for name, value in self.headers.items()},
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """The ports of the proxy: plain and encrypted."""
    folder = tmp_path_factory.mktemp("front")
    behind, second = (ThreadingHTTPServer(("127.0.0.1", 0), Echo) for _ in range(2))
    for server in (behind, second):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "dagster.htpasswd").write_text("engineer:{PLAIN}secret\n")
    try:
        asked_instead = dict.fromkeys((8501, 3001, 8700), behind.server_port) | {8502: second.server_port}
        with nginx(folder, asked_instead) as (plain, encrypted):
            until(lambda: asked(encrypted, "/").status == 200, "nginx did not start", 120)
            yield plain, encrypted
    finally:
        behind.shutdown()
        second.shutdown()


class Answer(NamedTuple):
    """What came back, read to its end."""

    status: int
    headers: Message
    text: str

    def getheader(self, name: str) -> str | None:
        """A header, or nothing."""
        return self.headers.get(name)


def asked(
    port: int,
    path: str,
    method: str = "GET",
    *,
    host: str = NAME,
    body: bytes = b"",
    plain: bool = False,
    headers: Mapping[str, str] | None = None,
    **more: str,
) -> Answer:
    """The answer to one request; names of headers with lines for dashes."""
    trusting = ssl._create_unverified_context()
    kind = (
        HTTPConnection("127.0.0.1", port, timeout=60)
        if plain
        else HTTPSConnection("127.0.0.1", port, context=trusting, timeout=60)
    )
    sent = {
        "Host": host,
        **{name.replace("_", "-"): value for name, value in more.items()},
        **(headers or {}),
    }
    kind.request(method, path, body or None, sent)
    answer = kind.getresponse()
    return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))


def test_front__encrypts_and_sets_its_headers(front: tuple[int, int]) -> None:
    plain, encrypted = front
    moved = asked(plain, "/verkennen?x=1", plain=True)
    assert (moved.status, moved.getheader("Location")) == (301, f"https://{NAME}/verkennen?x=1")
    answer = asked(encrypted, "/")
    for name in ("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert answer.getheader(name), name
    assert "1." not in (answer.getheader("Server") or "")


def test_front__takes_out_who_a_browser_says_it_is(front: tuple[int, int]) -> None:
    names = (
        "X_Forwarded_User",
        "X_Forwarded_Email",
        "X_Forwarded_Groups",
        "X_Remote_User",
        "Remote_User",
        "X_Auth_Request_User",
    )
    forged = {name.replace("_", "-"): "chair" for name in names}
    seen = json.loads(
        asked(front[1], "/", headers=forged, X_Forwarded_For="10.0.0.1", Forwarded="for=10.0.0.1").text
    )
    assert "chair" not in json.dumps(seen) and "10.0.0.1" not in json.dumps(seen)
    assert seen["x-forwarded-for"] == "127.0.0.1" and seen["host"] == NAME


def test_front__answers_to_its_own_name_and_from_its_own_pages_only(front: tuple[int, int]) -> None:
    with pytest.raises((HTTPException, OSError)):
        asked(front[1], "/", host="elders.example")
    assert asked(front[1], "/", Origin="https://elders.example").status == 403
    assert asked(front[1], "/", Origin=f"https://{NAME}").status == 200
    assert asked(front[1], "/_stcore/metrics").status == 404


def test_front__a_visit_stays_with_its_worker_and_visits_are_spread(front: tuple[int, int]) -> None:
    workers = []
    for number in range(20):
        first = asked(front[1], "/")
        cookie = first.getheader("Set-Cookie") or ""
        assert "Secure" in cookie and "HttpOnly" in cookie and "expires" not in cookie.lower()
        word = cookie.split(";")[0]
        here = json.loads(first.text)["worker"]
        for path in ("/_stcore/stream", "/media/a.csv") if number < 4 else ():
            again = asked(front[1], path, Cookie=word)
            assert json.loads(again.text)["worker"] == here and again.getheader("Set-Cookie") is None
        workers.append(here)
    assert len(set(workers)) == 2


def test_front__refuses_what_is_too_large(front: tuple[int, int]) -> None:
    answer = asked(front[1], "/", "POST", body=b"", Content_Length=str(60 * 1024 * 1024))
    assert answer.status == 413


def test_front__lets_dagster_be_read_and_by_nobody_unknown(front: tuple[int, int]) -> None:
    known = {"Authorization": "Basic ZW5naW5lZXI6c2VjcmV0"}
    assert asked(front[1], "/dagster/runs").status == 401
    seen = asked(front[1], "/dagster/runs", headers=known)
    assert seen.status == 200 and "secret" not in seen.text and "authorization" not in json.loads(seen.text)
    assert asked(front[1], "/dagster/graphql?query=mutation", headers=known).status == 403
    assert asked(front[1], "/dagster/graphql", "POST", body=b"{}", headers=known).status == 200
    assert (
        asked(
            front[1], "/dagster/graphql", "POST", body=b"{}", Origin="https://elders.example", headers=known
        ).status
        == 403
    )
    assert asked(front[1], "/dagster/runs", "POST", body=b"{}", headers=known).status == 403


def test_front__the_care_table_has_a_name_of_its_own_and_says_of_nobody_who_they_are(
    front: tuple[int, int],
) -> None:
    answer = asked(front[1], "/", host=f"tafel.{NAME}")
    seen = json.loads(answer.text)
    assert seen["host"] == f"tafel.{NAME}" and "x-forwarded-for" not in seen
    assert answer.getheader("Strict-Transport-Security") and not answer.getheader("Permissions-Policy")
    assert asked(front[1], "/", host=f"tafel.{NAME}:8443").status == 200


def test_front__says_a_sentence_while_what_is_behind_it_is_away(tmp_path: Path) -> None:
    with nginx(tmp_path, {8501: free_port()}) as (_, encrypted):
        until(lambda: bool(_answers(encrypted)), "nginx did not start", 120)
        answer = asked(encrypted, "/verkennen")
    assert answer.status == 503 and answer.getheader("Strict-Transport-Security")
    assert "over een paar minuten" in answer.text and "in a few minutes" in answer.text


def _answers(port: int) -> int:
    try:
        return asked(port, "/").status
    except OSError:
        return 0
