"""How every run is carried out: in one process, one run at a time, after what an earlier one left behind is put right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from datawerkplaats import publication
from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.settings import get_settings
from orchestration import heal, last_run, prune
from orchestration.ending import ends_in_time
from orchestration.sentences import sentences_of

if TYPE_CHECKING:
    from dagster._core.execution.context.system import PlanOrchestrationContext
    from dagster._core.execution.plan.plan import ExecutionPlan
    from dagster._core.execution.retries import RetryMode
    from dagster._core.execution.step_dependency_config import StepDependencyConfig


class OneBuild(dg.Executor):
    """Dagster's own in-process executor, under the lock of the data folder."""

    def __init__(self, inner: dg.Executor) -> None:
        self._inner = inner

    @property
    def retries(self) -> RetryMode:
        """As the executor inside."""
        return self._inner.retries

    @property
    def step_dependency_config(self) -> StepDependencyConfig:
        """As the executor inside."""
        return self._inner.step_dependency_config

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        """Carry out the steps.

        Raises:
            DataProblem: `build_failed` if another build is running in this data folder.
        """
        settings, run_id = get_settings(), plan_context.run_id

        def at_last() -> None:
            instance = plan_context.instance
            run = instance.get_run_by_id(run_id)
            if run and not run.is_finished:
                instance.report_run_failed(run, last_run.STOPPED)
            last_run.record_failure(settings.publish_dir, run_id, [last_run.STOPPED])

        plan_context.instance.add_run_tags(run_id, heal.own_process())
        with only_build(settings.data_dir), ends_in_time(at_last) as asked:
            publication.repair(settings.publish_dir)
            heal.free_dead_runs(plan_context.instance, settings, run_id)
            events: list[dg.DagsterEvent] = []
            try:
                for event in self._inner.execute(plan_context, execution_plan):
                    events.append(event)
                    yield event
            except BaseException:
                failed = [] if asked.to_stop else sentences_of(events)
                last_run.record_failure(settings.publish_dir, run_id, failed or [last_run.STOPPED])
                raise
            if failed := sentences_of(events):
                # DuckDB turns the interruption of a query into an error of the step.
                told = [last_run.STOPPED] if asked.to_stop else failed
                last_run.record_failure(settings.publish_dir, run_id, told)
            else:
                last_run.record_success(settings.publish_dir, run_id)
                prune.prune_all(plan_context.instance, settings)


def _create(context: dg.InitExecutorContext) -> OneBuild:
    create = dg.in_process_executor.executor_creation_fn
    assert create is not None
    return OneBuild(create(context))


# Dagster starts one process per step by default, which would pay the imports of dbt again in each.
one_build = dg.ExecutorDefinition(
    name="one_build",
    config_schema=dg.in_process_executor.config_schema,  # type: ignore[arg-type]  # of another executor, as it is
    executor_creation_fn=_create,
    description="All steps in one process, one run at a time in a data folder.",
)
