"""One asset per source in the catalogue: loading it makes or confirms a snapshot."""

import json
from pathlib import Path
from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.snapshot import Provenance
from orchestration import plan
from orchestration.defs import partitions
from orchestration.defs.resources import after, catalogue, failure, load, step_key
from orchestration.progress import say
from orchestration.sources import Loaded, Loader

GROUP = "sources"
_PREVIEW_ROWS, _PREVIEW_COLUMNS = 5, 12
# Waiting helps against a service that is silent; what is wrong in a delivery stays wrong. A policy of Dagster's would try again
# also what was asked to stop, and the build would go on meanwhile.
_TRIES_MORE, _WAIT_S = 2, 30.0
_RETRYABLE = frozenset(
    {"service_unavailable", "page_incomplete", "page_out_of_order", "row_count_mismatch", "table_changed"}
)


def source_key(source_id: str) -> dg.AssetKey:
    """The asset key of a source."""
    return step_key(plan.source_step(source_id))


def _preview(folder: Path) -> dg.MetadataValue:
    """The first rows of a snapshot; sources hold aggregates that are open data, so rows may be shown."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(folder / "data.parquet")
    names = [name for name in file.schema_arrow.names if name not in ("geometry_geojson", "properties_json")]
    names = names[:_PREVIEW_COLUMNS]
    batch = next(file.iter_batches(_PREVIEW_ROWS, columns=names), None)
    rows = batch.to_pylist() if batch is not None else []
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += [
        "| " + " | ".join(str(row[name] if row[name] is not None else "") for name in names) + " |"
        for row in rows
    ]
    return dg.MetadataValue.md("\n".join(lines))


def _schema(folder: Path) -> dg.TableSchema:
    import pyarrow.parquet as pq

    schema = pq.read_schema(folder / "data.parquet")
    return dg.TableSchema([dg.TableColumn(field.name, str(field.type)) for field in schema])


def _about_persons(source_id: str) -> bool:
    """Whether a source holds a row per person, which is never shown."""
    return source_id in catalogue().sources and catalogue().sources[source_id].disclosure == "person_level"


def _approvals(source_id: str) -> dg.MetadataValue | None:
    """Who approved a joint table and when, from the statement that came with it."""
    statement = get_settings().joint_dir / f"{source_id}.json"
    source = catalogue().sources.get(source_id)
    if source is None or not source.computed_jointly or not statement.exists():
        return None
    told = json.loads(statement.read_text(encoding="utf-8"))["approvals"]
    lines = [f"- {one['party']}, {one['role']}, {one['at'][:10]}: {one['reason']}" for one in told]
    return dg.MetadataValue.md("\n".join(lines))


def source_metadata(made: Provenance, loaded: Loaded) -> dict[str, Any]:
    """What a data engineer wants to see of a snapshot."""
    folder = get_settings().snapshots_dir / made.source_id / made.snapshot_id
    metadata: dict[str, Any] = {
        "dagster/row_count": loaded.rows,
        "dagster/column_schema": _schema(folder),
        "status": loaded.result.status,
        "snapshot_id": made.snapshot_id,
        "sha256": made.sha256,
        "bytes": made.bytes,
        "retrieved_at": made.retrieved_at,
        "source_modified": made.source_modified or "not given",
        "mode": made.mode,
        "seconds": round(loaded.seconds, 2),
        "urls": dg.MetadataValue.md("\n".join(f"- {url}" for url in made.urls[:20])),
    }
    if not _about_persons(made.source_id):
        metadata["preview"] = _preview(folder)
    if approvals := _approvals(made.source_id):
        metadata["approvals"] = approvals
    if made.notes:
        metadata["notes"] = dg.MetadataValue.md("\n".join(f"- {note}" for note in made.notes))
    if loaded.result.problem:
        metadata["warning"] = loaded.result.problem.sentence("en")
    return metadata


def _asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=source_key(source.source_id),
        group_name=GROUP,
        deps=after(plan.source_step(source.source_id)),
        description=f"{source.title.nl} ({source.title.en}). {source.publisher}, {source.licence}.",
        owners=[f"team:{source.owner}"],
        kinds={source.reader.kind.replace("_v3", ""), "parquet"},
        tags={"access": source.access, "required": str(source.required).lower(), "cadence": source.cadence},
        op_tags={"source_id": source.source_id},
        metadata={"citation": source.citation, "url_main": dg.MetadataValue.url(source.url_main)},
        required_resource_keys={"loader"},
    )
    def load_source(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        loader: Loader = context.resources.loader
        in_run = context.job_def.asset_layer.selected_asset_keys
        loader.ask(one for one in catalogue().sources.values() if source_key(one.source_id) in in_run)
        loaded = load(loader, source)
        result = loaded.result
        say("load", f"{source.source_id}: {loaded.line}", loaded.seconds)
        # Without an optional source, or with its earlier delivery, the build goes on: the refusal is a notice.
        if result.status == "rejected" and source.required:
            problem = result.problem or DataProblem("unreadable_file", subject=source.source_id)
            rejected_in = f"rejected/{loader.settings.source}/{source.source_id}"
            refused = failure(problem, rejected_in=rejected_in)
            if problem.code in _RETRYABLE and context.retry_number < _TRIES_MORE:
                wait = _WAIT_S * (2 ** (context.retry_number + 1) - 1)
                raise dg.RetryRequested(_TRIES_MORE, seconds_to_wait=wait) from refused
            raise refused
        if result.provenance is None:
            sentence = result.problem.sentence("en") if result.problem else "not delivered"
            context.log.warning(sentence)
            return dg.MaterializeResult(
                metadata={"dagster/row_count": 0, "status": "absent", "warning": sentence}
            )
        partitions.tell(context, source, result.provenance, is_new=result.status == "new")
        return dg.MaterializeResult(
            metadata=source_metadata(result.provenance, loaded),
            data_version=dg.DataVersion(result.provenance.snapshot_id),
        )

    return load_source


# What partners deliver is protected first: see `partners`.
source_assets = [_asset(source) for source in catalogue().sources.values() if source.micro is None]
