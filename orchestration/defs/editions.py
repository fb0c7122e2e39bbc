"""Freshness: whether the next edition of a source is overdue, by the period that its figures end in and not by the last run."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from data_quality.rulebook import template_path
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.settings import get_settings
from orchestration.defs.resources import catalogue
from orchestration.defs.rules import RULES_KEY
from orchestration.defs.snapshots import source_key

EDITION_CHECK = "edition"
# What partners and the risk model deliver has no cadence of a publisher.
_SOURCES = [source.source_id for source in catalogue().sources.values() if source.micro is None]


@dg.multi_asset_check(
    name="editions",
    specs=[
        dg.AssetCheckSpec(
            EDITION_CHECK,
            asset=source_key(source_id),
            additional_deps=[RULES_KEY],
            description="No newer edition should have appeared: end of the period, cadence and usual delay.",
        )
        for source_id in _SOURCES
    ],
    can_subset=True,
)
def editions(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """One result per source, from the same query as the rule on overdue editions."""
    with connect_read_only(get_settings().warehouse_path) as con:
        query = template_path("source").read_text(encoding="utf-8")
        rows = con.execute(f"select source_id, cast(next_due as date) from ({query})").fetchall()
    due: dict[str, date | None] = dict(rows)
    today = date.today()
    for key in context.selected_asset_check_keys:
        next_due = due.get(key.asset_key.path[-1])
        late = next_due is not None and next_due < today
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=not late,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"The next edition was expected by {next_due}." if late else None,
            metadata={"next_edition_expected_by": str(next_due) if next_due else "no cadence, or no figures"},
        )
