"""Tells Dagster that sources were looked at and had not changed, without starting a run."""

from __future__ import annotations

import dagster as dg

from orchestration.sources import Loaded


def record_unchanged(loaded: dict[str, Loaded]) -> None:
    """An observation per source, so that its page in the UI shows when it was last compared with the publisher."""
    with dg.DagsterInstance.get() as instance:
        for source_id, outcome in loaded.items():
            metadata = {"status": outcome.result.status, "snapshot_id": outcome.snapshot_id}
            instance.report_runless_asset_event(
                dg.AssetObservation(["sources", source_id], metadata=metadata)
            )
