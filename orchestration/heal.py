"""What a build does before it begins: what a killed process, a full disk or a bad copy left behind is put right."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import dagster as dg

from datawerkplaats.base import build_lock
from datawerkplaats.base.settings import Settings
from orchestration import last_run
from orchestration.sentences import sentence_of

_GONE = "The process of this run is gone: it was killed or the machine stopped. The next build starts anew."
_NOBODY = "No service is running that could start this run. The next build starts anew."
_UNDER_WAY = (
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
# So long a run may take from the moment it is started until it holds the lock.
_GRACE = timedelta(seconds=60)
# The tag with the number of the process that carries a run out.
PROCESS = "dwp/process"
RELEASE_JOB = "release"


def own_process() -> dict[str, str]:
    """The tag of a run that this process carries out."""
    return {PROCESS: str(os.getpid())}


def free_dead_runs(instance: dg.DagsterInstance, settings: Settings, own_run_id: str = "") -> list[str]:
    """The runs that were marked failed, as no living process is behind them; what they held is free again.

    Who calls this holds the build lock or has seen that nobody does, so a run that says it is under way is not: only one that
    has only just begun may still be on its way to the lock.
    """
    began_before = datetime.now(UTC) - _GRACE
    service = build_lock.is_held(settings.data_dir, build_lock.SERVICE)
    freed = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=list(_UNDER_WAY))):
        run = record.dagster_run
        # A run that waited in the queue was created long before it was started.
        just_begun = record.update_timestamp.replace(tzinfo=UTC) > began_before
        if run.run_id == own_run_id or (just_begun and _may_live(run, service=service)):
            continue
        _end(instance, run, _GONE)
        last_run.record_failure(settings.publish_dir, run.run_id, [_GONE])
        freed.append(run.run_id)
    if not service:
        for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])):
            if run.run_id != own_run_id:
                _end(instance, run, _NOBODY)
                freed.append(run.run_id)
    return freed


def record_unseen_failure(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Keep how the newest run ended if it failed without a word: one that was killed cannot leave a note itself."""
    newest = next(iter(instance.get_run_records(limit=1)), None)
    if newest is None or newest.dagster_run.status != dg.DagsterRunStatus.FAILURE or not newest.end_time:
        return
    if newest.dagster_run.job_name == RELEASE_JOB:
        return  # it lets out what was built: that it may not yet is no failure of a build
    known = last_run.read(settings.publish_dir)
    if known.get("run_id") == newest.dagster_run.run_id:
        return
    if "at" in known and datetime.fromisoformat(known["at"]).timestamp() > newest.end_time:
        return
    run_id = newest.dagster_run.run_id
    last_run.record_failure(settings.publish_dir, run_id, [_why(instance, run_id)])


def _why(instance: dg.DagsterInstance, run_id: str) -> str:
    """Why a run failed before or beside its steps, as when the declarations cannot be read."""
    told = ""
    for entry in instance.all_logs(run_id):
        data = entry.dagster_event.event_specific_data if entry.dagster_event else None
        error = getattr(data, "error", None)
        if error is not None:
            told = told or sentence_of(error)
    return told or _GONE


def _may_live(run: dg.DagsterRun, *, service: bool) -> bool:
    """Whether the process of a run that was just begun may still live; one that has not told its number is on its way there."""
    told = run.tags.get(PROCESS, "")
    if not told.isdecimal():
        return service
    try:
        os.kill(int(told), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _end(instance: dg.DagsterInstance, run: dg.DagsterRun, message: str) -> None:
    instance.report_run_failed(run, message)
    instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
