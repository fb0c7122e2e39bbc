"""Everything Dagster knows of this project: `dagster dev -m orchestration.definitions`."""

from __future__ import annotations

import dagster as dg

from orchestration.defs.catalogue import compiled_catalogue
from orchestration.defs.editions import editions
from orchestration.defs.governance import (
    governance_assets,
    governance_gate,
    joint_checks,
    release_job,
    watch_register,
)
from orchestration.defs.ml import model_assets, roll_back_model
from orchestration.defs.panel import panel_models
from orchestration.defs.partitions import edition_assets
from orchestration.defs.partners import partner_assets
from orchestration.defs.publication import published_file
from orchestration.defs.quality import data_docs, delivery_checks
from orchestration.defs.reminders import reminders
from orchestration.defs.resources import loader
from orchestration.defs.rules import resolved_rules
from orchestration.defs.schedules import (
    build_job,
    daily,
    housekeeping,
    load_job,
    materialise_job,
    partner_folder,
    retrain_job,
    retraining,
    risk_drift,
)
from orchestration.defs.snapshots import source_assets
from orchestration.defs.warehouse import warehouse_models
from orchestration.one_build import one_build

defs = dg.Definitions(
    assets=[
        *source_assets,
        *edition_assets,
        *partner_assets,
        panel_models,
        *model_assets,
        data_docs,
        compiled_catalogue,
        warehouse_models,
        resolved_rules,
        published_file,
        *governance_assets,
    ],
    asset_checks=[*delivery_checks, editions, governance_gate, *joint_checks],
    jobs=[materialise_job, load_job, build_job, retrain_job, roll_back_model, release_job],
    schedules=[daily, retraining],
    sensors=[partner_folder, risk_drift, housekeeping, reminders, watch_register],
    resources={"loader": loader},
    executor=one_build,
)
