"""Dagster's lists of events: each run begins with a copy of an empty one, in the tables of the version that is installed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage

from orchestration.dagster_storage import EventLog, Runs, Schedules


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    made = EventLog(str(tmp_path / "runs"))
    made.get_logs_for_run("first")
    return made


def tables(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as con:
        return con.execute("select name, sql from sqlite_master order by name").fetchall()


def test_a_run_begins_as_a_copy_of_an_empty_list(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(EventLog, "_initdb", lambda *_, **__: made.append("anew"))
    assert log.get_logs_for_run("second") == []
    assert made == []
    assert tables(tmp_path / "runs" / "second.db") == tables(tmp_path / "runs" / "first.db")
    assert sorted(log.get_all_run_ids()) == ["first", "second"]


@pytest.mark.parametrize("found", [b"", b"half of a file"], ids=["nothing", "no list"])
def test_a_list_of_another_version_is_left_to_dagster(log: EventLog, tmp_path: Path, found: bytes) -> None:
    (tmp_path / "runs" / "second.db").write_bytes(found)
    if found:
        with pytest.raises(Exception, match="not a database"):
            log.get_logs_for_run("second")
    else:
        assert log.get_logs_for_run("second") == []


def test_the_events_of_a_run_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (tmp_path / "dagster.yaml").write_text(
        "run_storage: {module: orchestration.dagster_storage, class: Runs}\n"
        "event_log_storage: {module: orchestration.dagster_storage, class: EventLog}\n"
        "schedule_storage: {module: orchestration.dagster_storage, class: Schedules}\n"
    )

    @dg.asset
    def something() -> None:
        pass

    for _ in range(2):
        with dg.DagsterInstance.get() as instance:
            result = dg.materialize([something], instance=instance)
            assert result.success
            assert len(instance.all_logs(result.run_id)) > 5
    with dg.DagsterInstance.get() as instance:
        assert instance.get_latest_materialization_event(something.key) is not None
        assert len(instance.get_runs()) == 2


@pytest.mark.parametrize("storage", [Runs, Schedules])
def test_a_file_that_this_process_has_looked_at_is_not_looked_at_again(
    storage: type[Runs | Schedules], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    looked: list[str] = []
    of_dagster = storage.from_local

    def from_local(folder: str, inst_data: Any = None) -> object:
        looked.append(folder)
        return of_dagster(folder, inst_data)

    monkeypatch.setattr(storage, "from_local", from_local)
    for _ in range(2):
        assert storage.from_config_value(None, {}).alembic_version()[0]
        assert len(looked) == 1
    (path,) = tmp_path.rglob("*.db")
    path.rename(path.with_suffix(".away"))  # another file in its place is looked at, and gets its tables
    assert storage.from_config_value(None, {}).alembic_version()[0]
    assert len(looked) == 2


def test_what_sensors_did_is_kept_and_read_by_dagsters_own_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    ours = Schedules.from_config_value(None, {})
    assert (ours.all_instigator_state(), ours.has_instigators_table()) == ([], True)
    ours.add_instigator_state(state := a_sensor())
    ours.update_instigator_state(state.with_status(InstigatorStatus.STOPPED))
    theirs = SqliteScheduleStorage.from_local(str(tmp_path / "schedules"))
    for storage in (ours, theirs):
        (kept,) = storage.all_instigator_state()
        assert kept.status == InstigatorStatus.STOPPED


def a_sensor() -> InstigatorState:
    """What Dagster keeps of a sensor that runs."""
    server = GrpcServerCodeLocationOrigin(host="127.0.0.1", port=1)
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(server, "all"), "housekeeping")
    return InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING)
