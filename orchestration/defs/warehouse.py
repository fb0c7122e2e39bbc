"""The dbt project as assets, its tests as asset checks, built in this process into the private warehouse."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from datawerkplaats.base.dbt import NodeResult
from datawerkplaats.base.duckdb import connect_read_only, relation
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.publication import public_tables
from orchestration import building, builds, dbt_run
from orchestration.building import Done
from orchestration.defs.catalogue import CATALOGUE_KEY
from orchestration.defs.resources import catalogue, failure
from orchestration.defs.snapshots import source_key
from orchestration.made import Made
from orchestration.progress import say

_UNIQUE_ID = "dagster_dbt/unique_id"
_MANIFEST: dict[str, Any] = dbt_run.manifest(get_settings())
_PREVIEW_ROWS = 5
# Columns that are read, summed over the columns of a table: more than this nobody looks at in the UI.
_SHOWN_READS = 1_500


def relations() -> dict[str, tuple[str, str]]:
    """Per model and seed its schema and name in the warehouse."""
    return dbt_run.relations(_MANIFEST)


class LayerTranslator(DagsterDbtTranslator):
    """Groups by layer, keys of [schema, table], and sources that are the assets that load them."""

    project = dbt_run.PROJECT

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_duplicate_source_asset_keys=True, enable_source_metadata=False
            )
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, table]; a dbt source is the source asset or the catalogue it is read from."""
        if dbt_resource_props["resource_type"] == "source":
            names = (dbt_resource_props["source_name"], dbt_resource_props["name"])
            known = [
                source_id for source_id in catalogue().sources if any(n.startswith(source_id) for n in names)
            ]
            return source_key(max(known, key=len)) if known else CATALOGUE_KEY
        return dg.AssetKey(
            [dbt_resource_props["schema"], dbt_resource_props.get("alias") or dbt_resource_props["name"]]
        )

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer: staging, intermediate, marts, quality or seeds."""
        path = dbt_resource_props["fqn"][1:-1]
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return "quality" if "quality" in path else (path[0] if path else "marts")

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description of the model, without its SQL."""
        return str(dbt_resource_props.get("description") or "")

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """What dbt tells, and the file with the SQL, which the UI opens beside the asset."""
        file = self.project / dbt_resource_props["original_file_path"]
        reference = dg.LocalFileCodeReference(file_path=str(file), line_number=1, label=file.name)
        return {
            **super().get_metadata(dbt_resource_props),
            "dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference]),
        }


class WarehouseConfig(dg.Config):
    """How to build."""

    whole: bool = False


_TRANSLATOR = LayerTranslator()


@dbt_assets(manifest=_MANIFEST, dagster_dbt_translator=_TRANSLATOR, name="warehouse")
def warehouse_models(context: dg.AssetExecutionContext, config: WarehouseConfig) -> Iterator[Any]:
    """Run `dbt build`; a failed model or test of severity error fails the step, so that nothing is published."""
    settings, start = get_settings(), time.perf_counter()
    whole = not context.is_subset
    try:
        if whole:
            done = building.build(settings, _MANIFEST, everything=config.whole)
        else:
            done = building.build_part(settings, _MANIFEST, _selected(context))
    except DataProblem as problem:
        raise failure(problem) from problem
    results = done.results
    at, rows, shown = datetime.now(UTC), *_counts_and_previews(dbt_run.touched(results, _MANIFEST))
    checks = dbt_run.check_results(results, _MANIFEST, rows, at)
    made = done.made(settings) if whole else None
    builds.finish(settings, done.taken, checks, whole=whole, made=made, kept=done.kept)
    keys = {spec.metadata[_UNIQUE_ID]: spec.key for spec in context.assets_def.specs}
    built = {row.unique_id: row for row in results if row.unique_id in keys}
    for unique_id in done.now.order:  # Dagster wants each after what it is made of
        key, row = keys.get(unique_id), built.get(unique_id)
        if key is None or not (row.status == "success" if row else unique_id in done.unchanged):
            continue
        told: dict[str, object] = {"seconds": round(row.seconds, 3)} if row else {"status": "unchanged"}
        version = dg.DataVersion(made.key_of(unique_id)) if made else None
        metadata = {**told, **shown.get(".".join(key.path), {})}
        if made and row:
            metadata |= _lineage(made, unique_id)
        yield dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=version)
    yield from _check_events(context, results, rows)
    yield from _unchanged_checks(context, done)
    wrong = dbt_run.failures(results, _MANIFEST)
    tests = [row for row in checks if row.status != "not_applicable"]
    summary = (
        f"{len(built)} models, {len(tests)} tests, {sum(row.is_wrong for row in checks)} of them do not hold"
    )
    say("dbt", summary, time.perf_counter() - start)
    if wrong:
        raise dg.Failure("\n".join(wrong), metadata={"problems": len(wrong)}, allow_retries=False)


def _lineage(made: Made, unique_id: str) -> dict[str, Any]:
    """Per column the columns that decide it, for the UI; left out where a whole delivery decides all of them."""
    reads = made.nodes[unique_id].reads if unique_id in made.nodes else {}
    if not 0 < sum(map(len, reads.values())) <= _SHOWN_READS:
        return {}
    deps = {
        column: [
            dg.TableColumnDep(*told)
            for told in sorted({(_key_of(read.unique_id), read.column) for read in found})
        ]
        for column, found in reads.items()
    }
    return {"dagster/column_lineage": dg.TableColumnLineage(deps)}


@cache
def _key_of(unique_id: str) -> dg.AssetKey:
    kind = "sources" if unique_id.startswith("source.") else "nodes"
    return _TRANSLATOR.get_asset_key(_MANIFEST[kind][unique_id])


def _selected(context: dg.AssetExecutionContext) -> list[str] | None:
    """The dbt selectors of the assets that were asked for; None for all."""
    if not context.is_subset:
        return None
    ids = [
        spec.metadata[_UNIQUE_ID]
        for spec in context.assets_def.specs
        if spec.key in context.selected_asset_keys
    ]
    return ["fqn:" + ".".join(_MANIFEST["nodes"][unique_id]["fqn"]) for unique_id in ids]


def _check_events(
    context: dg.AssetExecutionContext, results: list[NodeResult], rows: dict[str, int]
) -> Iterator[dg.AssetCheckResult]:
    """The dbt tests as results of asset checks."""
    specs = {(spec.metadata or {}).get(_UNIQUE_ID): spec for spec in context.assets_def.check_specs}
    for row in results:
        spec = specs.get(row.unique_id)
        if spec is None or spec.key not in context.selected_asset_check_keys or row.status == "skipped":
            continue
        warns = (
            _MANIFEST["nodes"][row.unique_id]["config"]["severity"].lower() == "warn" or row.status == "warn"
        )
        yield dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=row.status == "pass",
            severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
            metadata={
                "violated": row.failures or 0,
                "rows": rows.get(".".join(spec.asset_key.path), 0),
                "seconds": round(row.seconds, 3),
            },
        )


def _unchanged_checks(context: dg.AssetExecutionContext, done: Done) -> Iterator[dg.AssetCheckResult]:
    """The tests that were not run again, as they went the last time: nothing that they read has changed."""
    failed = {(row["rule"], row["subject"]) for row in done.kept if row["status"] in ("failed", "error")}
    for spec in context.assets_def.check_specs:
        unique_id = (spec.metadata or {}).get(_UNIQUE_ID, "")
        if unique_id not in done.unchanged or spec.key not in context.selected_asset_check_keys:
            continue
        node = _MANIFEST["nodes"][unique_id]
        yield dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=(node["name"], dbt_run.subject_of(node, _MANIFEST)) not in failed,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"status": "unchanged"},
        )


def _counts_and_previews(wanted: set[str]) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """Per schema.table of those that are wanted its number of rows, and the metadata that shows them.

    Views are left out, as counting them runs them, except those that are published.
    """
    counts: dict[str, int] = {}
    shown: dict[str, dict[str, Any]] = {}
    public = [(table.schema, table.name) for table in public_tables(dbt_run.manifest_path(get_settings()))]
    with connect_read_only(get_settings().warehouse_path) as con:
        made = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        views = con.execute("select schema_name, view_name from duckdb_views() where not internal").fetchall()
        for schema, table in [*made, *(name for name in views if name in public)]:
            if f"{schema}.{table}" not in wanted:
                continue
            name = relation(schema, table)
            row = con.execute(f"select count(*) from {name}").fetchone()
            counts[f"{schema}.{table}"] = int(row[0]) if row else 0
            shown[f"{schema}.{table}"] = {
                "dagster/row_count": counts[f"{schema}.{table}"],
                "preview": _preview(con.execute(f"select * from {name} limit {_PREVIEW_ROWS}")),
            }
    return counts, shown


def _preview(cursor: Any) -> dg.MetadataValue:
    """The rows of a query as a table in the UI, without polygons."""
    names = [str(column[0]) for column in cursor.description]
    kept = [i for i, name in enumerate(names) if not name.endswith("_geojson")]
    lines = ["| " + " | ".join(names[i] for i in kept) + " |", "|" + " --- |" * len(kept)]
    for values in cursor.fetchall():
        lines.append("| " + " | ".join("" if values[i] is None else str(values[i])[:60] for i in kept) + " |")
    return dg.MetadataValue.md("\n".join(lines))
