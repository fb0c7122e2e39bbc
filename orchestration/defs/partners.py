"""Partners' micro deliveries: each checked at the door and kept in private, then all counted and protected together."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.snapshot import ABSENT, Provenance
from datawerkplaats.partners.outcome import Outcome
from datawerkplaats.partners.release import partner_sources, protect_deliveries
from orchestration import plan
from orchestration.defs.resources import after, catalogue, failure, load
from orchestration.defs.snapshots import source_key
from orchestration.progress import say, timed
from orchestration.sources import Loader

GROUP = "partners"
_SOURCES = partner_sources(catalogue())


def private_key(source_id: str) -> dg.AssetKey:
    """The asset key of a partner's rows, of which nothing but their number is ever shown."""
    return dg.AssetKey([GROUP, source_id])


def _asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=private_key(source.source_id),
        group_name=GROUP,
        deps=after(plan.rows_step(source.source_id)),
        description=f"{source.title.nl} ({source.title.en}): rows per person, private. {source.publisher}.",
        owners=[f"team:{source.owner}"],
        tags={"access": source.access, "required": str(source.required).lower(), "cadence": source.cadence},
        required_resource_keys={"loader"},
    )
    def load_partner_rows(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        loader: Loader = context.resources.loader
        loaded = load(loader, source)
        say("load", f"{source.source_id}: {loaded.line}", loaded.seconds)
        problem = loaded.result.problem
        if loaded.result.status == "rejected" and (source.required or loaded.stops):
            raise failure(problem or DataProblem("unreadable_file", subject=source.source_id))
        metadata: dict[str, Any] = {"status": loaded.result.status, "seconds": round(loaded.seconds, 2)}
        if problem:
            metadata["warning"] = problem.sentence("en")
            context.log.warning(metadata["warning"])
        made = loaded.result.provenance
        metadata["dagster/row_count"] = loaded.rows
        version = dg.DataVersion(made.snapshot_id) if made else None
        return dg.MaterializeResult(metadata=metadata, data_version=version)

    return load_partner_rows


@dg.multi_asset(
    name="protected_partner_tables",
    specs=[
        dg.AssetSpec(
            source_key(source.source_id),
            deps=after(plan.source_step(source.source_id)),
            group_name="sources",
            description=f"{source.title.nl} ({source.title.en}): counts, protected together with all other partners'.",
            owners=[f"team:{source.owner}"],
            kinds={"parquet"},
            tags={"access": source.access, "required": str(source.required).lower()},
            metadata={"citation": source.citation, "url_main": dg.MetadataValue.url(source.url_main)},
        )
        for source in _SOURCES
    ],
)
def protected_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Count and protect what partners delivered, unless nothing has changed since the last time."""
    settings = get_settings()
    with timed("protect") as outcome:
        try:
            made = protect_deliveries(catalogue(), settings)
        except DataProblem as problem:
            raise failure(problem) from problem
        outcome.text = line_of(made)
    for source in _SOURCES:
        found = Provenance.read(settings.inputs_dir / source.source_id)
        present = found is not None and found.snapshot_id != ABSENT
        yield dg.MaterializeResult(
            asset_key=source_key(source.source_id),
            metadata={
                "status": "protected" if present else "absent",
                "snapshot_id": made.snapshots[source.source_id],
                "dagster/row_count": found.rows if found else 0,
            },
            data_version=dg.DataVersion(made.snapshots[source.source_id]),
        )
    for held in made.problems:
        context.log.warning(held.sentence("en"))


def line_of(outcome: Outcome) -> str:
    """What protecting came to, with a sentence per source that was held back."""
    return " · ".join([outcome.line, *(problem.sentence("en") for problem in outcome.problems)])


partner_assets = [*(_asset(source) for source in _SOURCES), protected_tables]
