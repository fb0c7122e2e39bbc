"""Editions as partitions: which files of a source that adds up are in its snapshot, and reading some of them again.

A source whose files add up has one snapshot of all of them. Loading it tells which editions that are; a backfill of one reads
the source again, and says so where that edition is not there.
"""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.readers import adds_up
from datawerkplaats.loading.snapshot import Provenance
from datawerkplaats.loading.table_writer import Part
from orchestration.defs.resources import catalogue, failure, load

GROUP = "editions"


def has_editions(source: Source) -> bool:
    """Whether the files of a source add up and may be told of: those of partners and of joint tables may not."""
    return adds_up(source) and source.micro is None and not source.computed_jointly


def edition_key(source_id: str) -> dg.AssetKey:
    """The asset whose partitions are the editions of a source."""
    return dg.AssetKey([GROUP, source_id])


def _partitions(source_id: str) -> dg.DynamicPartitionsDefinition:
    return dg.DynamicPartitionsDefinition(name=f"{GROUP}_{source_id}")


def _named(parts: Sequence[Part]) -> dict[str, Part]:
    """The editions by the names of their files, which have no folder and need no extension."""
    return {PurePath(part.name).stem: part for part in parts}


def tell(context: dg.AssetExecutionContext, source: Source, made: Provenance, *, is_new: bool) -> None:
    """Make the editions of a snapshot known as partitions; of one that is known already only those that are not.

    Args:
        context: Of the run that loaded it.
        source: Whose files add up; of any other nothing is told.
        made: What is in the snapshot.
        is_new: Whether it was made in this run.
    """
    if not has_editions(source):
        return
    partitions, editions = _partitions(source.source_id), _named(made.parts)
    name, instance = str(partitions.name), context.instance
    known = set(instance.get_dynamic_partitions(name))
    for gone in known - set(editions):
        instance.delete_dynamic_partition(name, gone)
    instance.add_dynamic_partitions(name, [edition for edition in editions if edition not in known])
    for edition, part in editions.items():
        if is_new or edition not in known:
            context.log_event(
                dg.AssetMaterialization(
                    edition_key(source.source_id), partition=edition, metadata=_metadata([part])
                )
            )


def _metadata(parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "dagster/row_count": sum(part.rows for part in parts),
        "bytes": sum(part.bytes for part in parts),
        "sha256": ", ".join(part.sha256 for part in parts),
    }


def _asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=edition_key(source.source_id),
        group_name=GROUP,
        partitions_def=_partitions(source.source_id),
        description=f"The files in the snapshot of {source.title.en}, a partition each. Reading one again reads all: they add up.",
        op_tags={"source_id": source.source_id},
        required_resource_keys={"loader"},
    )
    def read_again(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        asked = context.partition_keys  # before those that are gone are taken from the list
        result = load(context.resources.loader, source).result
        if result.provenance is None or result.status == "rejected":
            raise failure(result.problem or DataProblem("missing_delivery", subject=source.source_id))
        tell(context, source, result.provenance, is_new=False)
        editions = _named(result.provenance.parts)
        missing = [edition for edition in asked if edition not in editions]
        if missing:
            raise failure(
                DataProblem(
                    "missing_delivery", subject=source.source_id, expected=f"files called {', '.join(missing)}",
                    found=", ".join(editions), remedy="put the file in the folder of deliveries and load again",
                )
            )  # fmt: skip
        return dg.MaterializeResult(metadata=_metadata([editions[key] for key in asked]))

    return read_again


edition_assets = [_asset(source) for source in catalogue().sources.values() if has_editions(source)]
