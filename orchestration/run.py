"""Runs the Dagster job in this process and tells what went wrong, one sentence per problem."""

from __future__ import annotations

import dagster as dg
from dagster_dbt import build_dbt_asset_selection

from data_quality.checks import problem_of
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.publication import CheckResult
from orchestration import heal, last_run
from orchestration.definitions import defs
from orchestration.defs.catalogue import CATALOGUE_KEY
from orchestration.defs.warehouse import warehouse_models

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_job(settings: Settings, *, force: bool = False, select: str = "") -> list[str]:
    """The sentences of what went wrong; none if the run succeeded.

    Args:
        settings: Where everything is.
        force: Publish even if what is served was made from the same things.
        select: dbt selector; only these models are built and nothing is published.
    """
    job = defs.resolve_job_def("materialise")
    config: dict[str, object] = dict(_QUIET)
    if not select:
        config["ops"] = {"publication": {"config": {"force": force}}}
    with dg.DagsterInstance.get() as instance:
        heal.free_dead_runs(instance, settings)
        result = job.execute_in_process(
            run_config=config,
            instance=instance,
            raise_on_error=False,
            asset_selection=_selection(select),
        )
    problems = [] if result.success else _problems(result)
    if problems:
        last_run.record_failure(settings.publish_dir, result.run_id, problems)
    else:
        last_run.record_success(settings.publish_dir, result.run_id)
    return problems


def _selection(select: str) -> list[dg.AssetKey] | None:
    """The assets of a dbt selector with the catalogue that they read; None for all."""
    if not select:
        return None
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


def _problems(result: dg.ExecuteInProcessResult) -> list[str]:
    """One sentence per failed check of a delivery and per failed step that says more than that."""
    found = [
        problem_of(
            CheckResult(
                check.check_name,
                check.asset_key.path[-1],
                "source",
                "failed",
                message=check.description or "",
            )
        ).sentence("en")
        for check in result.get_asset_check_evaluations()
        if not check.passed
        and check.severity == dg.AssetCheckSeverity.ERROR
        and check.asset_key.path[0] == "sources"
    ]
    for event in result.all_events:
        if event.is_step_failure and not (event.step_key or "").startswith("expectations__"):
            found += last_run.sentence_of(event.event_specific_data).splitlines()
    return list(dict.fromkeys(found)) or ["The run failed; see it in Dagster."]
