"""Everything Dagster knows of this project: `dagster dev -m orchestration.definitions`."""

from __future__ import annotations

import dagster as dg

from orchestration.defs.catalogue import compiled_catalogue
from orchestration.defs.partners import partner_assets
from orchestration.defs.publication import published_file
from orchestration.defs.quality import data_docs, delivery_checks
from orchestration.defs.resources import loader
from orchestration.defs.rules import resolved_rules
from orchestration.defs.schedules import (
    build_job,
    daily,
    load_job,
    materialise_job,
    partner_folder,
    record_failure,
)
from orchestration.defs.snapshots import source_assets
from orchestration.defs.warehouse import warehouse_models

defs = dg.Definitions(
    assets=[
        *source_assets,
        *partner_assets,
        data_docs,
        compiled_catalogue,
        warehouse_models,
        resolved_rules,
        published_file,
    ],
    asset_checks=delivery_checks,
    jobs=[materialise_job, load_job, build_job],
    schedules=[daily],
    sensors=[partner_folder, record_failure],
    resources={"loader": loader},
    executor=dg.in_process_executor,
)
