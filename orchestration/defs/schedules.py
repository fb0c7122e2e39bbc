"""When what runs: jobs, the daily schedule, the sensors, and the housekeeping of runs."""

import hashlib

import dagster as dg

from datawerkplaats.base import build_lock
from datawerkplaats.base.settings import get_settings
from ml.production.paths import PANEL, read_json, tables_dir
from orchestration import heal
from orchestration.defs.catalogue import CATALOGUE_KEY
from orchestration.defs.partitions import GROUP as EDITIONS
from orchestration.defs.partners import GROUP as PARTNERS
from orchestration.defs.publication import PUBLICATION_KEY
from orchestration.defs.snapshots import GROUP, source_key
from orchestration.one_build import one_build

# Off unless the setting says so: a workplace on a laptop builds when it is told to.
_STARTS_BUILDS = get_settings().schedules
_SENSOR = dg.DefaultSensorStatus.RUNNING if _STARTS_BUILDS else dg.DefaultSensorStatus.STOPPED
_SCHEDULE = dg.DefaultScheduleStatus.RUNNING if _STARTS_BUILDS else dg.DefaultScheduleStatus.STOPPED

materialise_job = dg.define_asset_job(
    "materialise",
    # What is let out after a decision is no part of a build (see `governance`), nor is reading an edition again.
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("governance", EDITIONS),
    executor_def=one_build,
    description="Everything: load all sources, check them, build the warehouse and publish.",
)
load_job = dg.define_asset_job(
    "load",
    selection=dg.AssetSelection.groups(GROUP, PARTNERS),
    executor_def=one_build,
    description="Load all sources and check the deliveries, without building or publishing.",
)
build_job = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.assets(CATALOGUE_KEY).downstream()
    - dg.AssetSelection.assets(PUBLICATION_KEY),
    executor_def=one_build,
    description="Build the warehouse from the snapshots that are there.",
)

retrain_job = dg.define_asset_job(
    "retrain",
    selection=dg.AssetSelection.assets(source_key(PANEL)) | dg.AssetSelection.groups("ml"),
    executor_def=one_build,
    description="Train the risk models on the panel in use, judge them and make the estimates; nothing is released without a name.",
)
retraining = dg.ScheduleDefinition(
    name="retraining",
    job=retrain_job,
    cron_schedule="0 3 1 * *",
    execution_timezone="Europe/Amsterdam",
    default_status=_SCHEDULE,
    description="Every month: a run on the same panel, code and design is the same run, and takes no time.",
)

daily = dg.ScheduleDefinition(
    name="daily",
    job=materialise_job,
    cron_schedule="0 5 * * *",
    execution_timezone="Europe/Amsterdam",
    default_status=_SCHEDULE,
    description="Every morning before office hours: what has changed at the services is on the pages.",
)


@dg.sensor(
    name="partner_folder",
    job=materialise_job,
    minimum_interval_seconds=60,
    default_status=_SENSOR,
    description="New or changed files in the partner folder start a run, once they have stopped growing.",
)
def partner_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Request a run when the folder differs from the one that was last loaded and is the same as a minute ago."""
    folder = get_settings().files
    if folder is None or not folder.is_dir():
        return dg.SkipReason("No partner folder is set (FILES=…), or it does not exist.")
    listing = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            state = path.stat()
            listing.append(f"{path.relative_to(folder)}\0{state.st_size}\0{state.st_mtime_ns}")
    seen = hashlib.sha256("\n".join(listing).encode()).hexdigest()[:16]
    before, _, loaded = (context.cursor or "").partition("/")
    if seen == loaded:
        return dg.SkipReason("Nothing has changed in the partner folder.")
    if seen != before:
        # A file that is still being copied changes between two looks.
        context.update_cursor(f"{seen}/{loaded}")
        return dg.SkipReason("The partner folder is changing: looking again in a minute.")
    return dg.SensorResult([dg.RunRequest(run_key=seen)], cursor=f"{seen}/{seen}")


@dg.sensor(
    name="risk_drift",
    job=retrain_job,
    minimum_interval_seconds=3600,
    default_status=_SENSOR,
    description="A panel that has moved away from what a released model learned from, or outcomes that gainsay it, ask for "
    "training again.",
)
def risk_drift(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Request training once per panel that stands out; the asset ml/panel_drift has done the comparing."""
    found = read_json(tables_dir(get_settings()).parent / "drift.json")
    moved = [row["model_id"] for row in found["models"] if row["retrain"]] if found else []
    if not moved:
        return dg.SkipReason("No released model has drifted.")
    if context.cursor == found["key"]:
        return dg.SkipReason("Training was already requested for this panel.")
    return dg.SensorResult([dg.RunRequest(run_key=found["key"])], cursor=found["key"])


@dg.sensor(
    name="housekeeping",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Marks runs failed whose process is gone, and tells runs that wait for a build in another process what they "
    "wait for.",
)
def housekeeping(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Start nothing: only keep the list of runs true."""
    settings = get_settings()
    holder = build_lock.holder(settings.data_dir)
    if holder is None:
        freed = heal.free_dead_runs(context.instance, settings)
        heal.record_unseen_failure(context.instance, settings)
        return dg.SkipReason(f"{len(freed)} runs without a process were marked failed.")
    told = set((context.cursor or "").split())
    waiting = context.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED]))
    for run in waiting:
        if run.run_id not in told:
            context.instance.report_engine_event(f"Waits until another build is done{holder}.", run)
    context.update_cursor(" ".join(run.run_id for run in waiting))
    return dg.SkipReason(f"A build is under way{holder}.")
