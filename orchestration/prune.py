"""Old runs in Dagster's lists go, as each takes megabytes; the run that last made an asset stays, so that its state is known."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import dagster as dg

from datawerkplaats.base.settings import Settings
from datawerkplaats.operations.pruning import prune
from orchestration import scratch
from orchestration.progress import say

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
# Of a long history so many at a time: a build does not wait for it.
_AT_ONCE = 50


def prune_runs(instance: dg.DagsterInstance, settings: Settings, now: datetime | None = None) -> list[str]:
    """Remove the runs that ended longer ago than `DWP_KEEP_RUN_DAYS`, with their events; their ids."""
    before = (now or datetime.now(UTC)) - timedelta(days=settings.keep_run_days)
    old = instance.get_run_records(
        dg.RunsFilter(statuses=_ENDED, created_before=before), limit=_AT_ONCE, ascending=True
    )
    if not old:
        return []
    made = {
        record.asset_entry.last_materialization_record.run_id
        for record in instance.get_asset_records()
        if record.asset_entry.last_materialization_record
    }
    gone = [run_id for record in old if (run_id := record.dagster_run.run_id) not in made]
    for run_id in gone:
        instance.delete_run(run_id)
        # Dagster empties a run's own file and leaves it as large as it was.
        for path in (settings.dagster_home / "history" / "runs").glob(f"{run_id}.db*"):
            path.unlink(missing_ok=True)
    return gone


def prune_all(instance: dg.DagsterInstance, settings: Settings) -> None:
    """After a build: remove what the rules let go. Whatever stands in the way is said, and never fails the build."""
    start = time.perf_counter()
    try:
        scratch.clear(settings)
        runs, gone = prune_runs(instance, settings), prune(settings)
    except (
        KeyboardInterrupt,
        dg.DagsterExecutionInterruptedError,
    ):  # what was built is served: it has not failed
        say("prune", "asked to stop; the next build clears away the rest")
        return
    except Exception as error:  # a full disk, a file that another holds: the next build tries again
        say("prune", f"not everything could be cleared away ({type(error).__name__})")
        return
    if runs or gone.paths:
        told = f"{len(runs)} old runs and {len(gone.paths)} other things, {gone.bytes / 1e6:.1f} MB"
        say("prune", told, time.perf_counter() - start)
