"""How a run of the service is carried out: under the lock, with a note of its end; dead runs are told from those on their way."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import EngineEventData
from dagster._utils.error import serializable_error_info_from_exc_info

from datawerkplaats.base.build_lock import only_build, only_service
from datawerkplaats.base.duckdb import connect_memory
from datawerkplaats.base.errors import DataProblem, disk_is_full
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from orchestration import heal, last_run, materialise
from orchestration.defs.resources import failure
from orchestration.materialise import main
from orchestration.one_build import one_build

pytestmark = pytest.mark.busy

PROBLEM = DataProblem("missing_delivery", subject="a_source", expected="a file", remedy="put it there")
UNDER_WAY = dg.DagsterRunStatus.STARTED


@dg.op
def goes_well() -> None:
    """Nothing."""


@dg.op
def fails() -> None:
    raise failure(PROBLEM)


def asked_to_stop_in_a_query(*_: object, **__: object) -> None:
    """A query without end, and a signal while it is under way."""
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with connect_memory(1) as con:
        con.execute("select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3")


@dg.op
def asks_the_engine() -> None:
    asked_to_stop_in_a_query()


@dg.job(executor_def=one_build)
def stopped() -> None:
    asks_the_engine()


@dg.job(executor_def=one_build)
def well() -> None:
    goes_well()


@dg.job(executor_def=one_build)
def wrong() -> None:
    fails()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as made:
        yield made


@pytest.fixture
def gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def begun(
    instance: dg.DagsterInstance,
    process: int | str,
    *,
    created: timedelta = timedelta(0),
    looked: bool = True,
) -> str:
    """A run that says it was started just now."""
    run = dg.DagsterRun(job_name="well", tags={heal.PROCESS: str(process)} if process else {})
    instance.run_storage.add_historical_run(run, datetime.now(UTC) - created)
    if looked:
        instance.report_dagster_event(
            dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, "well"), run.run_id
        )
        assert status(instance, run.run_id) == UNDER_WAY
    return run.run_id


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_run__that_fails_reaches_last_run_with_its_sentence(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    result = dg.execute_job(dg.reconstructable(wrong), instance=instance)
    assert status(instance, result.run_id) == dg.DagsterRunStatus.FAILURE
    told = last_run.read(settings.publish_dir)
    assert (told["status"], told["run_id"]) == ("failed", result.run_id)
    assert told["sentences"] == [PROBLEM.sentence("en")]
    again = dg.execute_job(dg.reconstructable(well), instance=instance)
    assert last_run.read(settings.publish_dir)["status"] == "succeeded"
    run = instance.get_run_by_id(again.run_id)
    assert run is not None and run.tags[heal.PROCESS] == str(os.getpid())


def test_run__that_is_asked_to_stop_in_a_query_says_so_and_not_what_the_engine_says(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    result = dg.execute_job(dg.reconstructable(stopped), instance=instance)
    assert status(instance, result.run_id) == dg.DagsterRunStatus.FAILURE
    assert last_run.read(settings.publish_dir)["sentences"] == [last_run.STOPPED]


def test_run__beside_another_build_is_refused_with_a_sentence_and_leaves_its_note_alone(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    code = (
        "import sys; from pathlib import Path; from datawerkplaats.base.build_lock import only_build\n"
        "with only_build(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(settings.data_dir)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT_ROOT,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        other.stdout.readline()
        result = dg.execute_job(dg.reconstructable(well), instance=instance)
        assert status(instance, result.run_id) == dg.DagsterRunStatus.FAILURE
        assert last_run.read(settings.publish_dir) == {}
        other.kill()
    heal.record_unseen_failure(instance, settings)
    (told,) = last_run.read(settings.publish_dir)["sentences"]
    assert f"another build is running in this data folder, process {other.pid}" in told
    assert told.startswith("data: ")


def test_run__frees_an_earlier_one_whose_process_is_gone(
    settings: Settings, instance: dg.DagsterInstance, gone: int
) -> None:
    dead = begun(instance, gone)
    assert dg.execute_job(dg.reconstructable(well), instance=instance).success
    assert status(instance, dead) == dg.DagsterRunStatus.FAILURE


def test_dead_run__is_known_by_its_process_also_while_the_service_runs(
    settings: Settings, instance: dg.DagsterInstance, gone: int
) -> None:
    dead, alive, on_its_way = begun(instance, gone), begun(instance, os.getpid()), begun(instance, "")
    with only_build(settings.data_dir), only_service(settings.data_dir):
        assert heal.free_dead_runs(instance, settings) == [dead]
    assert status(instance, alive) == status(instance, on_its_way) == UNDER_WAY
    # Without a service nobody is on his way.
    assert heal.free_dead_runs(instance, settings) == [on_its_way]


def test_dead_run__is_not_one_that_waited_long_in_the_queue_and_has_just_begun(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    waited = begun(instance, "", created=timedelta(hours=1))
    with only_service(settings.data_dir):
        assert heal.free_dead_runs(instance, settings) == []
    assert status(instance, waited) == UNDER_WAY


def test_unseen_failure__tells_why_where_the_run_never_reached_its_steps(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    run_id = begun(instance, "")
    run = instance.get_run_by_id(run_id)
    assert run is not None
    try:
        raise RuntimeError("could not load") from PROBLEM
    except RuntimeError:
        error = serializable_error_info_from_exc_info(sys.exc_info())
    instance.report_engine_event("Could not load job definition.", run, EngineEventData.engine_error(error))
    instance.report_run_failed(run)
    heal.record_unseen_failure(instance, settings)
    assert last_run.read(settings.publish_dir)["sentences"] == [PROBLEM.sentence("en")]


def test_unseen_failure__of_a_killed_run_says_that_its_process_is_gone(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    run = instance.get_run_by_id(begun(instance, ""))
    assert run is not None
    instance.report_run_failed(run)
    heal.record_unseen_failure(instance, settings)
    (told,) = last_run.read(settings.publish_dir)["sentences"]
    assert "The process of this run is gone" in told


def test_declaration__that_cannot_be_read_is_told_where_people_look(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    source = catalogue / "sources" / "rivm_health_50090ned.yml"
    source.write_text(source.read_text() + "shown: [unclosed\n")
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(catalogue))
    get_settings.cache_clear()
    assert main([]) == 1
    (told,) = last_run.read(settings.publish_dir)["sentences"]
    assert "rivm_health_50090ned.yml, line " in told and "What to do" in told
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("database or disk is full")],
)
def test_full_disk__is_a_sentence_whoever_tells_of_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(materialise, "_materialise", full)
    assert main([]) == 1
    assert disk_is_full(settings.data_dir).sentence("en") in capsys.readouterr().err


def test_build__that_is_asked_to_stop_in_a_query_before_dagster_begins_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(materialise, "_materialise", asked_to_stop_in_a_query)
    assert main([]) == 130
    assert last_run.read(settings.publish_dir)["sentences"] == [last_run.STOPPED]
    assert "Query interrupted" not in capsys.readouterr().err


def test_only_build__is_not_refused_because_somebody_looks_whether_one_is_under_way(
    settings: Settings,
) -> None:
    code = (
        "import sys, time; from pathlib import Path; from datawerkplaats.base.build_lock import is_held\n"
        "folder = Path(sys.argv[1]); is_held(folder); print('looks', flush=True)\n"
        "while not time.sleep(0.001): is_held(folder)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(settings.data_dir)], stdout=subprocess.PIPE, cwd=PROJECT_ROOT
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        try:
            for _ in range(200):
                with only_build(settings.data_dir):
                    pass
        finally:
            other.kill()
