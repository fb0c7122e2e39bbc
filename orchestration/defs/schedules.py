"""When what runs: jobs, the daily schedule, the sensor on the partner folder and the record of failed runs."""

import hashlib

import dagster as dg

from datawerkplaats.base.settings import get_settings
from ml.production.paths import PANEL, read_json, tables_dir
from orchestration import last_run
from orchestration.defs.catalogue import CATALOGUE_KEY
from orchestration.defs.partners import GROUP as PARTNERS
from orchestration.defs.publication import PUBLICATION_KEY
from orchestration.defs.snapshots import GROUP, source_key
from orchestration.one_build import one_build

materialise_job = dg.define_asset_job(
    "materialise",
    selection=dg.AssetSelection.all(),
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
    description="Every month: a run on the same panel, code and design is the same run, and takes no time.",
)

daily = dg.ScheduleDefinition(
    name="daily",
    job=materialise_job,
    cron_schedule="0 5 * * *",
    execution_timezone="Europe/Amsterdam",
    description="Every morning before office hours: what has changed at the services is on the pages.",
)


@dg.sensor(
    name="partner_folder",
    job=materialise_job,
    minimum_interval_seconds=60,
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
    description="A panel that has moved away from what a released model learned from asks for training again.",
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


@dg.run_failure_sensor(
    name="record_failure",
    description="Writes the sentences of a failed run where `dwp status` and the pages find them.",
)
def record_failure(context: dg.RunFailureSensorContext) -> None:
    """Keep the sentences of the steps that failed."""
    sentences = [
        last_run.sentence_of(event.event_specific_data) for event in context.get_step_failure_events()
    ]
    last_run.record_failure(
        get_settings().publish_dir,
        context.dagster_run.run_id,
        sentences or [context.failure_event.message or "The run failed."],
    )
