"""The governance gate in Dagster: a blocking check with the reasons in words, looked at every half minute.

What is predicted is published in a file that stays shut without a decision: building goes on. Letting it out is a job of its own,
so that a gate that is shut stops that and no build. A table that partners computed together stops the build that would publish it.
"""

from typing import Any

import dagster as dg

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.governance import joint, predictions, tools
from datawerkplaats.governance.gate import Blocker
from orchestration.defs.publication import PUBLICATION_KEY
from orchestration.defs.resources import catalogue, failure
from orchestration.defs.snapshots import source_key
from orchestration.heal import RELEASE_JOB
from orchestration.sentences import GOVERNANCE_CHECK

GROUP = "governance"
MODELS_KEY, DELIVERY_KEY = dg.AssetKey([GROUP, "risk_models"]), dg.AssetKey([GROUP, "area_delivery"])
_OWNERS = ["team:epidemiology"]
NOTHING, OPEN = "nothing is predicted", "every question is answered and decided"


def standing(settings: Settings) -> tuple[list[Blocker], str]:
    """What blocks the risk models of the served publication, and the release it is about; no release where it predicts nothing."""
    try:
        served = publication.current(settings.publish_dir)
    except DataProblem:
        return [], ""
    if not predictions.artefact(served).sha256:
        return [], ""
    return predictions.blockers(served, settings), served.id


def keep_up(settings: Settings) -> tuple[str, bool]:
    """The version of the served publication, and whether it was new in the register; none where nobody registered the system."""
    from datawerkplaats.governance import accounts, declarations, released
    from datawerkplaats.governance.artefacts import RISK_AREAS
    from datawerkplaats.governance.reliance import RUN

    if not predictions.is_begun(settings):
        return "", False
    store = predictions.house_store(settings)
    known = {one.name: one.id for one in accounts.systems(store, predictions.HOUSE)}
    if RISK_AREAS not in known:
        return "", False
    found = predictions.artefact(publication.current(settings.publish_dir))
    asked = declarations.load(settings.catalogue_dir)
    return found.sha256, released.keep_up(store, RUN, asked, known[RISK_AREAS], found)


def _told(blocking: list[Blocker]) -> str:
    return "\n".join(one.en for one in blocking)


def _result(key: dg.AssetKey, blocking: list[Blocker], open_words: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=GOVERNANCE_CHECK,
        passed=not blocking,
        severity=dg.AssetCheckSeverity.ERROR,
        description=_told(blocking) or open_words,
        metadata={"blockers": len(blocking)},
    )


@dg.asset(
    key=MODELS_KEY,
    group_name=GROUP,
    deps=[PUBLICATION_KEY],
    description="The risk models of the served publication as one version in the register: entered when it is new, with what the "
    "house answers itself. Only a system that people registered is kept up.",
    kinds={"python"},
    owners=_OWNERS,
)
def risk_models() -> dg.MaterializeResult[Any]:
    """Enter a new version of a registered system."""
    try:
        sha256, is_new = keep_up(get_settings())
    except DataProblem as problem:
        raise failure(problem) from problem
    return dg.MaterializeResult(
        metadata={"artefact": sha256[:16] or "nothing is registered", "is_new": is_new}
    )


@dg.asset_check(
    asset=MODELS_KEY,
    name=GOVERNANCE_CHECK,
    blocking=True,
    description="Every question of the phases before use is answered with evidence about this version, decided, and no serious "
    "incident is open.",
)
def governance_gate() -> dg.AssetCheckResult:
    """Look at the register as it is now."""
    try:
        blocking, release = standing(get_settings())
    except DataProblem as problem:
        raise failure(problem) from problem
    return _result(MODELS_KEY, blocking, OPEN if release else NOTHING)


@dg.asset(
    key=DELIVERY_KEY,
    group_name=GROUP,
    deps=[MODELS_KEY],
    description="The area estimates are let out: noted in the signed log with the version, and the first day of use with it.",
    kinds={"python"},
    owners=_OWNERS,
)
def area_delivery() -> dg.MaterializeResult[Any]:
    """Note the release; refused while anything blocks, also when the check was passed by."""
    from datawerkplaats.governance import accounts, declarations, register, released
    from datawerkplaats.governance.artefacts import RISK_AREAS
    from datawerkplaats.governance.reliance import RUN

    settings = get_settings()
    try:
        blocking, release = standing(settings)
        if not release:
            return dg.MaterializeResult(metadata={"status": NOTHING})
        store = predictions.house_store(settings)
        known = {one.name: one.id for one in accounts.systems(store, predictions.HOUSE)}
        found = predictions.artefact(publication.current(settings.publish_dir))
        asked = declarations.load(settings.catalogue_dir)
        system = known.get(RISK_AREAS, "")
        is_new = released.release(store, RUN, asked, system, found.sha256, "area_estimates", found=blocking)
        register.first_use(store, RUN, system)
    except DataProblem as problem:
        raise failure(problem) from problem
    return dg.MaterializeResult(metadata={"release": release, "is_new": is_new})


def _joint_check(source_id: str) -> dg.AssetChecksDefinition:
    key = source_key(source_id)

    @dg.asset_check(
        asset=key,
        name=GOVERNANCE_CHECK,
        blocking=True,
        description="What partners computed together has answers and decisions on the contract that was carried out.",
    )
    def check_joint() -> dg.AssetCheckResult:
        settings = get_settings()
        made = joint.made(settings, source_id)
        if not made.sha256:
            return _result(key, [], "nothing was computed together")
        try:
            found = tools.standing(settings, source_id, made.sha256, joint.KIND, "pilot")
        except DataProblem as problem:
            raise failure(problem) from problem
        return _result(key, list(found.blockers), OPEN)

    return check_joint


joint_checks = [
    _joint_check(source.source_id) for source in catalogue().sources.values() if source.computed_jointly
]

release_job = dg.define_asset_job(
    RELEASE_JOB,
    selection=dg.AssetSelection.groups(GROUP),
    executor_def=dg.in_process_executor,
    description="Let the area estimates of the served publication out, if the register lets it.",
)


@dg.sensor(
    name="governance",
    job=release_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks at the register every half minute: an incident shuts the gate, closing it opens it again, and what is open "
    "and not let out yet is.",
)
def watch_register(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Enter a version that is new, tell the check anew when what blocks has changed, and ask for the release of what is open."""
    try:
        keep_up(get_settings())
        blocking, release = standing(get_settings())
    except DataProblem as problem:
        return dg.SkipReason(problem.sentence("en"))
    if not release:
        return dg.SkipReason(NOTHING)
    seen = f"{release} {' '.join(sorted(f'{one.kind}:{one.name}' for one in blocking))}"
    if seen == context.cursor:
        return dg.SkipReason("Nothing has changed in the register.")
    told = _result(MODELS_KEY, blocking, OPEN)
    evaluation = dg.AssetCheckEvaluation(
        asset_key=MODELS_KEY,
        check_name=GOVERNANCE_CHECK,
        passed=told.passed,
        severity=told.severity,
        description=told.description,
        blocking=True,
    )
    runs = [] if blocking else [dg.RunRequest(run_key=None)]
    return dg.SensorResult(run_requests=runs, cursor=seen, asset_events=[evaluation])


governance_assets = [risk_models, area_delivery]
