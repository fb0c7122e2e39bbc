"""The risk model as assets: from the staged panel to released models to area estimates that come back as a source.

It reads snapshots and never the publication, so that the graph has no circle. Steps that were done on the same panel, code
and design are not done again; a champion stays until a better run is approved by name.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from ml.base.risk_models import model_ids
from ml.production import pipeline
from ml.production.paths import models_dir, read_json
from orchestration import plan
from orchestration.defs.panel import PERSON_WAVES
from orchestration.defs.resources import after, failure, step_key
from orchestration.progress import say

GROUP = "ml"
SCORES = step_key(plan.SCORES)
DRIFT = dg.AssetKey([GROUP, "panel_drift"])
CHECK = "promotion_gate"
_OWNERS = ["team:epidemiology"]
MODELS = model_ids(get_settings().catalogue_dir)


def model_key(model_id: str) -> dg.AssetKey:
    """The asset key of a model."""
    return dg.AssetKey([GROUP, model_id])


def _absent() -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(metadata={"status": "absent", "why": "there is no panel in this mode"})


def _refused(problem: DataProblem) -> dict[str, Any]:
    # The build goes on with what was released and delivered before: the refusal is a notice, not a failure.
    return {"status": "refused", "warning": problem.sentence("en")}


@dg.multi_asset(
    name="models",
    specs=[
        dg.AssetSpec(
            model_key(model_id),
            group_name=GROUP,
            deps=after(plan.MODELS),
            description=f"Trained, judged and registered from catalogue/models/{model_id}.yml; released only by name, after every "
            "gate is open.",
            kinds={"xgboost", "scikitlearn", "json"},
            owners=_OWNERS,
        )
        for model_id in MODELS
    ],
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=model_key(model_id),
            description="Better or equal in skill, calibration, subgroup gaps and privacy, and no leak found: only then "
            "may it be approved.",
        )
        for model_id in MODELS
    ],
    can_subset=True,
)
def models(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Train what was not yet trained on this panel with this code, on all cores."""
    settings = get_settings()
    chosen = [model_id for model_id in MODELS if model_key(model_id) in context.selected_asset_keys]
    if not pipeline.is_present(settings):
        for model_id in chosen:
            checked = _gate(model_id, [], {"status": "no panel"})
            yield dg.MaterializeResult(
                asset_key=model_key(model_id), metadata={"status": "absent"}, check_results=[checked]
            )
        return
    for model_id, made in pipeline.learn_each(settings, chosen):
        problem = made if isinstance(made, DataProblem) else None
        pipeline.remember(settings, model_id, problem)
        if isinstance(made, DataProblem):
            sentence = made.sentence("en")
            context.log.warning(sentence)
            yield dg.MaterializeResult(
                asset_key=model_key(model_id),
                metadata=_refused(made),
                check_results=[_gate(model_id, [sentence])],
            )
            continue
        say("ml", pipeline.line_of(made))
        yield dg.MaterializeResult(
            asset_key=model_key(model_id),
            metadata=_figures(settings, model_id, made),
            data_version=dg.DataVersion(made["run_id"]),
            check_results=[_gate(model_id, made["failures"])],
        )


def _figures(settings: Settings, model_id: str, made: dict[str, Any]) -> dict[str, Any]:
    """What a data engineer wants to see of a training."""
    champion = read_json(models_dir(settings) / model_id / "champion.json") or {}
    names = ("run_id", "put_forward", "reason", "rows", "events", "effort", "auroc", "calibration_slope")
    return {
        **{name: made[name] for name in names},
        "released_run": champion.get("run_id", "none"),
        "approved_by": champion.get("approved_by", "nobody"),
        "report": dg.MetadataValue.path(models_dir(settings) / model_id / made["run_id"] / "report.html"),
    }


def _gate(model_id: str, failures: list[str], metadata: dict[str, Any] | None = None) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=model_key(model_id),
        check_name=CHECK,
        metadata=metadata,
        passed=not failures,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(failures) or "every gate is open",
    )


@dg.asset(
    key=DRIFT,
    group_name=GROUP,
    deps=[PERSON_WAVES],
    description="How far the panel in use has moved from the one each released model learned from, and whether outcomes that came "
    "in since bear the model out (a risk-adjusted CUSUM); read by risk_drift.",
    kinds={"python"},
    owners=_OWNERS,
)
def panel_drift(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """Compare the panel with the snapshots behind the champions."""
    settings = get_settings()
    if not pipeline.is_present(settings):
        return _absent()
    from ml.production.drift import measure_drift

    try:
        with pipeline.one_thread():
            rows = measure_drift(settings)
    except DataProblem as problem:
        context.log.warning(problem.sentence("en"))
        return dg.MaterializeResult(metadata=_refused(problem))
    return dg.MaterializeResult(metadata={row["model_id"]: dg.MetadataValue.json(row) for row in rows})


@dg.asset(
    key=SCORES,
    group_name=GROUP,
    deps=[
        *(model_key(model_id) for model_id in MODELS),
        *(key for key in after(plan.SCORES) if key != step_key(plan.MODELS)),
    ],
    description="Risk per wijk and gemeente by post-stratification and neighbours, with intervals and silence where data "
    "are thin: the delivery of the source ml_risk_areas.",
    kinds={"python", "parquet"},
    owners=_OWNERS,
)
def area_scores(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """Write the delivery and the tables of the models, if anything they are made from has changed."""
    settings = get_settings()
    try:
        number = pipeline.deliver(settings)
        pipeline.remember(settings, plan.SCORES[-1], None)
    except DataProblem as problem:
        pipeline.remember(settings, plan.SCORES[-1], problem)
        context.log.warning(problem.sentence("en"))
        return dg.MaterializeResult(metadata=_refused(problem))
    return dg.MaterializeResult(metadata={"dagster/row_count": number})


class RollBackConfig(dg.Config):
    """Which model goes back to its earlier champion, and who says so."""

    model_id: str
    approved_by: str


@dg.op(description="Put the champion before back in use; the next delivery is made with it.")
def roll_back_champion(context: dg.OpExecutionContext, config: RollBackConfig) -> None:
    """Move the pointer back.

    Raises:
        Failure: If there is no earlier champion, nobody signed, or the region has not decided to.
    """
    from ml.production import release

    try:
        release.back(get_settings(), config.model_id, config.approved_by)
    except DataProblem as problem:
        raise failure(problem) from problem
    context.log.info(f"{config.model_id} is back at its earlier champion, by {config.approved_by}.")


@dg.job(description="Roll a model back to its earlier champion; then materialise.")
def roll_back_model() -> None:
    """Roll back by name."""
    roll_back_champion()


model_assets = [models, panel_drift, area_scores]
