"""Asks both real servers what a website could make a browser ask, and what their own pages ask."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tests.browser import free_port, running
from tests.proofs.registry import Measured, Room

FOREIGN = "evil.example"
_MUTATION = "mutation { launchRun(executionParams: {selector: {}}) { __typename } }"
_QUESTION = json.dumps({"query": "{ version }"})
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Request:
    """One request: what it stands for, how it is sent, and whether our own page would send it."""

    name: str
    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: str = ""
    is_ours: bool = False


def requests(host: str, socket: str, question: str, metrics: str) -> list[Request]:
    """What is asked of a server; `socket` and `question` are its paths for sockets, for what is posted
    and for figures about itself."""
    own, bad = {"Host": host, "Origin": f"http://{host}"}, f"http://{FOREIGN}"
    port = host.partition(":")[2]
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": "graphql-ws, streamlit",
    }  # fmt: skip
    rebound = {"Host": f"{FOREIGN}:{port}", "Origin": f"{bad}:{port}"}
    image = {"Host": host, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    return [
        Request("own page", "/", {"Host": host}, is_ours=True),
        Request("own socket", socket, {**own, **upgrade}, is_ours=True),
        Request("foreign host", "/", {"Host": FOREIGN}),
        Request("foreign host with our port", "/", {"Host": f"{FOREIGN}:{port}"}),
        Request("foreign origin posts", question, {"Host": host, "Origin": bad, **_JSON}, "POST", _QUESTION),
        Request("no origin's page posts", question, {"Host": host, "Origin": "null", **_JSON}, "POST", _QUESTION),
        Request("another port's page posts", question, {"Host": host, "Origin": "http://127.0.0.1:9", **_JSON}, "POST", _QUESTION),
        Request("image on a website", question, image),
        Request("rebound name reads", "/", rebound),
        Request("rebound name posts", question, {**rebound, **_JSON}, "POST", _QUESTION),
        Request("rebound name's socket", socket, {**rebound, **upgrade}),
        Request("foreign socket", socket, {"Host": host, "Origin": bad, **upgrade}),
        Request("no origin's socket", socket, {"Host": host, "Origin": "null", **upgrade}),
        Request("another port's socket", socket, {"Host": host, "Origin": "http://127.0.0.1:9", **upgrade}),
        Request("metrics", metrics, {"Host": host}),
    ]  # fmt: skip


def of_dagster(host: str) -> list[Request]:
    """What only Dagster answers to: questions and mutations in GraphQL."""
    own, path = {"Host": host, "Origin": f"http://{host}"}, "/graphql"
    asked = "/graphql?query=" + _MUTATION.replace(" ", "%20")
    form = {"Host": host, "Content-Type": "application/x-www-form-urlencoded"}
    mutation = json.dumps({"query": _MUTATION})
    return [
        Request("own question", path, {**own, **_JSON}, "POST", _QUESTION, is_ours=True),
        Request("mutation by GET", asked, {"Host": host}),
        Request("mutation by GET from our page", asked, own),
        Request("mutation by form", path, form, "POST", "query=" + _MUTATION),
        Request(
            "mutation as plain text", path, {"Host": host, "Content-Type": "text/plain"}, "POST", mutation
        ),
        Request("asset reported", "/report_asset_materialization/publication", own, "POST"),
    ]


def status(port: int, request: Request) -> int:
    """The status of the answer; 0 where the connection is closed without one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        if request.body:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body.encode() or None)
        return connection.getresponse().status
    except (http.client.HTTPException, OSError):
        return 0
    finally:
        connection.close()


def outcomes(port: int, asked: list[Request]) -> tuple[int, int, int, int]:
    """Own requests that were answered, own requests, foreign ones that were refused, foreign ones."""
    answered = refused = 0
    for request in asked:
        code = status(port, request)
        is_answered = code in (101, 200)
        answered += request.is_ours and is_answered
        refused += not request.is_ours and not is_answered
        if request.is_ours != is_answered:
            print(
                f"GOT {'REFUSED' if request.is_ours else 'THROUGH'}: {request.name}: {code}", file=sys.stderr
            )
    own = sum(request.is_ours for request in asked)
    return answered, own, refused, len(asked) - own


def figures(room: Room) -> Iterator[Measured]:
    """Yields what each server let through of its own pages and refused of others'."""
    from datawerkplaats.base.settings import Settings
    from orchestration.materialise import prepare_dagster

    data = room.work / "browser"
    settings = Settings(data_dir=data)
    settings.dagster_home.mkdir(parents=True)
    prepare_dagster(settings)
    environment = {"DWP_DATA_DIR": str(data), "DAGSTER_HOME": str(settings.dagster_home)}
    app, dagster = free_port(), free_port()
    python = [sys.executable, "-m"]
    pages = [*python, "apps.dashboard", "--server.port", str(app)]
    with running(pages, f"http://127.0.0.1:{app}/_stcore/health", environment):
        found = outcomes(
            app,
            requests(f"127.0.0.1:{app}", "/_stcore/stream", "/_stcore/upload_file/a/b", "/_stcore/metrics"),
        )
        yield "dashboard_answered", found[0], found[1]
        yield "dashboard_refused", found[2], found[3]
    ui = [*python, "orchestration.web", "-h", "127.0.0.1", "-p", str(dagster), "--empty-workspace"]
    with running(ui, f"http://127.0.0.1:{dagster}/server_info", environment):
        host = f"127.0.0.1:{dagster}"
        found = outcomes(dagster, [*requests(host, "/graphql", "/graphql", "/metrics"), *of_dagster(host)])
        yield "dagster_answered", found[0], found[1]
        yield "dagster_refused", found[2], found[3]
