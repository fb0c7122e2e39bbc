"""Tells Dagster that sources were looked at and had not changed, without starting a run."""

from __future__ import annotations

import dagster as dg


def record_unchanged(snapshots: dict[str, str]) -> None:
    """An observation per source, so that its page in the UI shows when it was last compared with the publisher.

    Args:
        snapshots: Per source the id of the snapshot that is still the right one.
    """
    with dg.DagsterInstance.get() as instance:
        for source_id, snapshot_id in snapshots.items():
            metadata = {"status": "unchanged", "snapshot_id": snapshot_id}
            instance.report_runless_asset_event(
                dg.AssetObservation(["sources", source_id], metadata=metadata)
            )
