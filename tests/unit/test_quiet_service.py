"""What runs while nobody asks anything: timers of libraries are slowed down, and what they look after still happens."""

from __future__ import annotations

import asyncio
import importlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.metadata import version
from typing import Any

import pytest
import uvicorn
import yaml
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._daemon.daemon import IntervalDaemon
from dagster._grpc.__generated__.dagster_api_pb2 import GetServerIdReply
from dagster._grpc.__generated__.dagster_api_pb2_grpc import (
    DagsterApiServicer,
)
from dagster._grpc.client import DagsterGrpcClient

from datawerkplaats.base import library_timer, web_server
from datawerkplaats.base.errors import EXIT_CODES, DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from orchestration import definitions, timers

pytestmark = pytest.mark.busy


@pytest.fixture
def own_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries' own, put back afterwards."""
    for place in (*timers._SECONDS, *timers._SECONDS_OF_CODE, timers._WATCHES, timers._ROUNDS):
        holds, last, own = library_timer.owner(*place)
        monkeypatch.setattr(holds, last, own)


@pytest.mark.usefixtures("own_timers")
def test_timers_go_off_less_often() -> None:
    timers.slow_down()
    timers.slow_down_code()
    for (module, name), seconds in {**timers._SECONDS, **timers._SECONDS_OF_CODE}.items():
        assert library_timer.owner(module, name)[2] == seconds


@pytest.mark.usefixtures("own_timers")
def test_a_daemon_that_cannot_read_the_definitions_once_tries_again_for_as_long_as_by_itself() -> None:
    def spare() -> float:
        _, _, longest = library_timer.owner(
            "dagster._daemon.controller", "DEFAULT_WORKSPACE_FRESHNESS_TOLERANCE"
        )
        _, _, every = library_timer.owner("dagster._daemon.controller", "RELOAD_WORKSPACE_INTERVAL")
        return float(longest) - float(every)

    by_itself = spare()
    timers.slow_down()
    assert spare() >= by_itself > 0


@pytest.mark.usefixtures("own_timers")
@pytest.mark.parametrize("gone", [*timers._SECONDS, timers._WATCHES])
def test_a_version_of_dagster_without_a_timer_ends_the_start_with_a_sentence(
    gone: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    holds, last, _ = library_timer.owner(*gone)
    monkeypatch.delattr(holds, last)
    with pytest.raises(SystemExit) as ended:
        library_timer.or_end(timers.slow_down)
    assert ended.value.code == EXIT_CODES["library_timer"] == 21
    told = capsys.readouterr().err
    assert told.startswith(f"{gone[0]}.{gone[1]}: this version of a library does this in another way")
    assert f"found: dagster {version('dagster')}" in told and "requirements.lock" in told


@pytest.mark.usefixtures("own_timers")
def test_a_timer_that_is_slow_already_is_another_thing() -> None:
    timers.slow_down_code()
    with pytest.raises(DataProblem, match=f"grpcio {version('grpcio')}.*a number of seconds below 5"):
        timers.slow_down_code()


@pytest.mark.usefixtures("own_timers")
def test_a_daemon_without_rounds_of_its_own_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("dagster._daemon.daemon.IntervalDaemon")
    with pytest.raises(DataProblem, match=r"IntervalDaemon\.core_loop"):
        timers.slow_down()


def test_a_version_of_uvicorn_without_a_loop_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(uvicorn.Server, "main_loop")
    with pytest.raises(DataProblem, match=r"uvicorn\.server\.Server\.main_loop") as told:
        web_server.look_less_often()
    assert told.value.found == f"uvicorn {version('uvicorn')}"


def test_a_library_that_is_not_there_is_named() -> None:
    with pytest.raises(DataProblem) as told:
        library_timer.owner("no_such_library.inside", "TIMER")
    assert told.value.found == "no no_such_library"


class _Code(DagsterApiServicer):
    """A code server that only tells which one it is, and keeps from where it was asked."""

    def __init__(self, name: str, asked_from: list[str]) -> None:
        self._name, self._asked_from = name, asked_from

    def GetServerId(self, request: Any, context: Any) -> Any:  # noqa: N802  # Dagster's name
        self._asked_from.append(context.peer())
        return GetServerIdReply(server_id=self._name)


def _code_server(name: str, asked_from: list[str], port: int = 0) -> tuple[Any, int]:
    # Without types both of them, and so called by their names.
    server: Any = importlib.import_module("grpc").server(ThreadPoolExecutor(max_workers=2))
    of_dagster: Any = importlib.import_module("dagster._grpc.__generated__.dagster_api_pb2_grpc")
    of_dagster.add_DagsterApiServicer_to_server(_Code(name, asked_from), server)
    port = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server, port


def test_the_code_server_is_asked_once_until_its_line_ends() -> None:
    asked_from: list[str] = []
    first, port = _code_server("first", asked_from)
    with closing(timers.OnTheLine(DagsterGrpcClient(port=port, host="127.0.0.1"))) as on_the_line:
        assert [on_the_line.get_server_id() for _ in range(3)] == ["first"] * 3
        assert len(asked_from) == 1
        line = on_the_line._line
        assert line is not None
        # With a long grace, as Dagster stops it: it ends when the line does, which is much sooner.
        assert first.stop(grace=60).wait(15) and line.has_ended.wait(15)
        with pytest.raises(DagsterUserCodeUnreachableError):
            on_the_line.get_server_id()
        second, _ = _code_server("second", asked_from, port)
        assert [on_the_line.get_server_id() for _ in range(3)] == ["second"] * 3
        assert len(asked_from) == 2
    second.stop(grace=None).wait()


@pytest.mark.usefixtures("own_timers")
def test_the_thread_that_watches_the_code_server_has_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watcher: Any = importlib.import_module("dagster._grpc.server_watcher")
    seen: list[Any] = []
    monkeypatch.setattr(
        watcher, "watch_grpc_server_thread", lambda location, client, **named: seen.extend([client, named])
    )
    timers._watch_on_the_line()
    bare = DagsterGrpcClient(port=1, host="127.0.0.1")
    nothing = dict.fromkeys(
        (
            "get_location_entry",
            "refresh_code_location",
            "on_disconnect",
            "on_reconnected",
            "on_updated",
            "on_error",
        ),
        lambda *_: None,
    )
    ends, thread = watcher.create_grpc_watch_thread("here", bare, **nothing)
    thread.start()
    thread.join()
    assert isinstance(seen[0], timers.OnTheLine) and (seen[0].host, seen[0].port) == ("127.0.0.1", 1)
    assert seen[1]["shutdown_event"] is ends


@pytest.mark.usefixtures("own_timers")
@pytest.mark.parametrize(("every", "waits"), [(2, 2), (120, 5)])
def test_a_daemon_waits_for_its_round_in_one_go_and_wakes_when_it_ends(every: int, waits: int) -> None:
    timers._wait_for_a_round()
    asked: list[float] = []

    class Ends(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            asked.append(timeout or 0)
            return True

    class Daemon(IntervalDaemon[Any]):
        @classmethod
        def daemon_type(cls) -> str:
            return "TRIED"

        def run_iteration(self, workspace_process_context: Any) -> Any:
            yield None

    rounds = Daemon(interval_seconds=every).core_loop(None, Ends())
    for _ in range(5):
        next(rounds)
    assert asked and set(asked) == {waits}


def test_no_asset_declares_a_condition_while_nobody_looks_after_them() -> None:
    settings = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text(encoding="utf-8"))["auto_materialize"]
    assert settings == {"enabled": False, "use_sensors": False}
    declared = definitions.defs.resolve_asset_graph()
    assert [key for key in declared.get_all_asset_keys() if declared.get(key).automation_condition] == []


async def _hello(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


def test_a_server_looks_twice_a_second_tells_the_time_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn.Server, "main_loop", uvicorn.Server.main_loop)
    web_server.look_less_often()
    looks: list[int] = []
    of_uvicorn = uvicorn.Server.on_tick

    async def on_tick(server: uvicorn.Server, number: int) -> bool:
        looks.append(number)
        server.should_exit = len(looks) == 4
        return await of_uvicorn(server, number)

    monkeypatch.setattr(uvicorn.Server, "on_tick", on_tick)
    server = uvicorn.Server(uvicorn.Config(_hello, port=0, log_level="critical", lifespan="off"))
    asyncio.run(server.serve())
    assert looks == [0, 5, 10, 15]
    assert server.server_state.default_headers[0][0] == b"date"
