"""Building the warehouse: what is no longer what it would be if it were made now, or everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datawerkplaats.base.dbt import NodeResult
from datawerkplaats.base.settings import Settings
from orchestration import builds, dbt_run, kept_rules
from orchestration.fingerprint import Fingerprint
from orchestration.made import Made, Need, Now
from orchestration.progress import say


@dataclass(frozen=True)
class Done:
    """What dbt did: its results, and what it left as it was.

    Args:
        taken: What the warehouse was built from.
        results: One per model, seed and test that was run.
        now: The project, deliveries and declarations at the time.
        before: What the warehouse was made of before.
        unchanged: The nodes that were left as they were.
        kept: How the tests among them went when they were last run.
    """

    taken: Fingerprint
    results: list[NodeResult]
    now: Now
    before: Made | None = None
    unchanged: frozenset[str] = frozenset()
    kept: tuple[dict[str, Any], ...] = ()

    def made(self, settings: Settings) -> Made | None:
        """What the warehouse is made of now; None where something went wrong, so that all is made again the next time."""
        if any(row.is_wrong or row.status == "skipped" for row in self.results):
            return None
        sql = {row.unique_id: row.sql for row in self.results if row.sql}
        return self.now.made(self.before, sql, settings.warehouse_path)


def build(settings: Settings, manifest: dict[str, Any], *, everything: bool = False) -> Done:
    """Make what has changed, or everything if it was asked for or nothing is known for certain.

    Raises:
        DataProblem: `build_failed` if dbt could not start.
    """
    now, earlier = dbt_run.now(settings, manifest), builds.earlier(settings)
    if everything:
        kept_rules.forget(settings)
    need = Need("it was asked for") if everything else now.need(earlier.made if earlier else None)
    taken = builds.begin(settings, whole=True)
    before = earlier.made if earlier else None
    if earlier and not need.whole:
        models = [name.split(".")[2] for name in need.nodes if not name.startswith("test.")]
        say(
            "dbt",
            f"made again: {', '.join(models) or 'no model'}, of {len(now.order) - len(dbt_run.tests(manifest))} models",
        )
        results = dbt_run.build_only(settings, manifest, need.nodes)
        forgotten = set(need.nodes) - {row.unique_id for row in results}
        if forgotten:
            say("dbt", f"everything is made again: dbt left out {', '.join(sorted(forgotten)[:3])}")
        elif not _is_damaged(results, settings):
            unchanged = frozenset(now.order) - set(need.nodes)
            known = dbt_run.tests(manifest, unchanged)
            kept = tuple(row for row in earlier.checks if (row["rule"], row["subject"]) in known)
            return Done(taken, results, now, before, unchanged, kept)
    else:
        say("dbt", f"everything is made again: {need.whole}")
        if need.anew:
            builds.start_anew(settings)
    results = dbt_run.build(settings, manifest)
    if _is_damaged(results, settings):
        results = dbt_run.build(settings, manifest)
    return Done(taken, results, now, before)


def build_part(settings: Settings, manifest: dict[str, Any], select: Sequence[str] | None) -> Done:
    """Make what somebody chose, whatever it was made of."""
    taken = builds.begin(settings, whole=False)
    results = dbt_run.build(settings, manifest, list(select) if select else None)
    if _is_damaged(results, settings):
        results = dbt_run.build(settings, manifest)
    return Done(taken, results, dbt_run.now(settings, manifest))


def _is_damaged(results: Sequence[NodeResult], settings: Settings) -> bool:
    """Whether the warehouse itself cannot be read; then it is gone, to be made again."""
    damaged = any(row.is_damage for row in results)
    if damaged:
        say("dbt", "the warehouse cannot be read: it is made again from the snapshots")
        builds.start_anew(settings)
    return damaged
