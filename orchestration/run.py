"""Runs the Dagster job in this process and tells what went wrong, one sentence per problem."""

from __future__ import annotations

from collections.abc import Collection

import dagster as dg
from dagster_dbt import build_dbt_asset_selection

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from orchestration import heal, last_run, plan
from orchestration.definitions import defs
from orchestration.defs.catalogue import CATALOGUE_KEY
from orchestration.defs.quality import DATA_DOCS_KEY
from orchestration.defs.resources import step_key
from orchestration.defs.warehouse import warehouse_models
from orchestration.prune import prune_all
from orchestration.sentences import sentences_of

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_job(
    settings: Settings,
    *,
    force: bool = False,
    select: str = "",
    steps: Collection[plan.Step] | None = None,
) -> list[str]:
    """The sentences of what went wrong; none if the run succeeded.

    Args:
        settings: Where everything is.
        force: Publish even if what is served was made from the same things.
        select: dbt selector; only these models are built and nothing is published.
        steps: The steps that have to be done, from a look at all of them; None for all.
    """
    job = defs.resolve_job_def("materialise")
    config: dict[str, object] = dict(_QUIET)
    if not select:
        config["ops"] = {
            "publication": {"config": {"force": force}},
            "warehouse": {"config": {"whole": force}},
        }
    with dg.DagsterInstance.get() as instance:
        heal.free_dead_runs(instance, settings)
        result = job.execute_in_process(
            run_config=config,
            instance=instance,
            raise_on_error=False,
            asset_selection=_selection(select) if select else _of_steps(steps),
            tags=heal.own_process(),
        )
        if result.success:
            last_run.record_success(settings.publish_dir, result.run_id)
            prune_all(instance, settings)  # Dagster carries out a job in this process without `one_build`
            return []
    problems = sentences_of(result.all_events) or ["The run failed; see it in Dagster."]
    last_run.record_failure(settings.publish_dir, result.run_id, problems)
    return problems


def _of_steps(steps: Collection[plan.Step] | None) -> list[dg.AssetKey] | None:
    """The assets of some steps; None for all."""
    if steps is None:
        return None
    keys = [step_key(step) for step in steps if step != plan.WAREHOUSE]
    if any(step[0] == "sources" for step in steps):
        keys.append(DATA_DOCS_KEY)
    return [*keys, *warehouse_models.keys]


def _selection(select: str) -> list[dg.AssetKey]:
    """The assets of a dbt selector with the catalogue that they read."""
    chosen = build_dbt_asset_selection([warehouse_models], dbt_select=select).resolve(
        defs.resolve_asset_graph()
    )
    if not chosen:
        raise DataProblem(
            "build_failed",
            subject="--select",
            expected="a dbt selector that names a model",
            found=select,
            remedy="for example fct_observation, or +marts.core",
        )
    return [CATALOGUE_KEY, *sorted(chosen)]
