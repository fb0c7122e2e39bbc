"""Tells Dagster that sources were looked at and had not changed, without starting a run; what a run does at its end is done."""

from __future__ import annotations

import dagster as dg

from datawerkplaats.base.settings import Settings
from orchestration.heal import free_dead_runs
from orchestration.prune import prune_all


def record_unchanged(settings: Settings, snapshots: dict[str, str]) -> None:
    """An observation per source, so that its page in the UI shows when it was last compared with the publisher.

    A run whose process is gone is marked failed here too, and what is past its time goes, as no run follows that would do it.

    Args:
        settings: Where everything is.
        snapshots: Per source the id of the snapshot that is still the right one.
    """
    with dg.DagsterInstance.get() as instance:
        free_dead_runs(instance, settings)
        for source_id, snapshot_id in snapshots.items():
            metadata = {"status": "unchanged", "snapshot_id": snapshot_id}
            instance.report_runless_asset_event(
                dg.AssetObservation(["sources", source_id], metadata=metadata)
            )
        prune_all(instance, settings)
