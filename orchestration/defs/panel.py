"""The panel's dbt project as assets: rows per person, staged in a file of their own before a model learns from them.

It is done once per delivery, after the checks on it. A refusal is a notice: the build goes on with what was released and
delivered before.
"""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.publication.egress import in_tens
from ml.production import pipeline, staged
from ml.production.paths import PANEL
from orchestration import dbt_run, plan
from orchestration.defs.resources import step_key
from orchestration.defs.snapshots import source_key
from orchestration.defs.warehouse import LayerTranslator

_MANIFEST: dict[str, Any] = staged.manifest(get_settings())
_REFUSALS = "stg_panel__refusals"
PERSON_WAVES = step_key(plan.PANEL_STAGED)


class PanelTranslator(LayerTranslator):
    """The group of the risk model; whatever the project reads comes with the snapshot of the panel."""

    project = dbt_run.PROJECT / "panel"

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, table], or the source asset of the panel."""
        if dbt_resource_props["resource_type"] == "source":
            return source_key(PANEL)
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """All of it belongs to the risk model."""
        return "ml"


@dbt_assets(manifest=_MANIFEST, dagster_dbt_translator=PanelTranslator(), name="panel")
def panel_models(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Stage the panel in use, unless that was done, and tell how many rows there are and how the tests went."""
    settings = get_settings()
    if not pipeline.is_present(settings):
        yield from _everywhere(context, {"status": "absent", "why": "there is no panel in this mode"})
        yield from _checks(context, {})
        return
    try:
        made = staged.stage(settings)
        pipeline.remember(settings, plan.PANEL_STAGED[-1], None)
    except DataProblem as problem:
        pipeline.remember(settings, plan.PANEL_STAGED[-1], problem)
        sentence = problem.sentence("en")
        context.log.warning(sentence)
        yield from _everywhere(context, {"status": "refused", "warning": sentence})
        yield from _checks(context, {}, sentence)
        return
    version = dg.DataVersion(made["key"])
    for key in _in_order(context):
        rows = made["rows"].get(key.path[-1])
        # Rows of persons are counted and never previewed; views are not counted, as that would run them.
        metadata = {} if rows is None else {"dagster/row_count": in_tens(rows) or 0}
        if key == PERSON_WAVES:
            metadata |= {name: made[name] for name in ("questions", "missing", "seconds")}
            metadata["participants"] = in_tens(made["participants"]) or 0
        yield dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=version)
    yield from _checks(context, made["tests"])


def _everywhere(
    context: dg.AssetExecutionContext, metadata: dict[str, Any]
) -> Iterator[dg.MaterializeResult[Any]]:
    for key in _in_order(context):
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def _in_order(context: dg.AssetExecutionContext) -> list[dg.AssetKey]:
    """The models that were asked for, each after those it is made of."""
    order = TopologicalSorter(context.assets_def.asset_deps).static_order()
    return [key for key in order if key in context.selected_asset_keys]


def _checks(
    context: dg.AssetExecutionContext, tests: dict[str, int], refused: str = ""
) -> Iterator[dg.AssetCheckResult]:
    """Every test that was asked for, the one that refused a delivery among them; what had nothing to look at says so."""
    for spec in context.assets_def.check_specs:
        if spec.key not in context.selected_asset_check_keys:
            continue
        violated = tests.get((spec.metadata or {}).get("dagster_dbt/unique_id", ""))
        refuses = bool(refused) and spec.asset_key.path[-1] == _REFUSALS
        yield dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=not refuses and not violated,
            severity=dg.AssetCheckSeverity.WARN,
            description=refused if refuses else None,
            metadata={"status": "not run"} if violated is None else {"violated": violated},
        )
