"""The catalogue as an asset: declarations compiled to the JSON tables that dbt joins."""

from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.warehouse_inputs.compile import check_measures, compile_catalogue
from orchestration import fingerprint, plan
from orchestration.defs.resources import after, failure, step_key
from orchestration.progress import timed

CATALOGUE_KEY = step_key(plan.CATALOGUE)


@dg.asset(
    key=CATALOGUE_KEY,
    group_name="catalogue",
    deps=after(plan.CATALOGUE),
    description="Sources, indicators, corrections and dimensions, checked against what the sources deliver.",
    kinds={"yaml", "json"},
    owners=["team:data-engineering"],
)
def compiled_catalogue() -> dg.MaterializeResult[Any]:
    """Read the catalogue anew, compile it and check that every measure it names is delivered."""
    settings = get_settings()
    with timed("catalogue") as outcome:
        try:
            found = load_catalogue(settings.catalogue_dir)
            compile_catalogue(found, settings)
            check_measures(found, settings)
        except DataProblem as problem:
            raise failure(problem) from problem
        outcome.text = f"{len(found.sources)} sources, {len(found.indicators)} indicators"
    return dg.MaterializeResult(
        metadata={
            "sources": len(found.sources),
            "indicators": len(found.indicators),
            "corrections": sum(len(entries) for entries in found.corrections.values()),
        },
        data_version=dg.DataVersion(fingerprint.catalogue_hash(settings.catalogue_dir)),
    )
