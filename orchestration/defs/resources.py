"""What the assets share: settings, the catalogue and the loader that runs each source once per build."""

from functools import lru_cache
from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import Catalogue, load_catalogue
from orchestration.sources import Loader

# Opening the warehouse is for one step at a time.
WAREHOUSE_POOL = "warehouse"


@lru_cache
def catalogue() -> Catalogue:
    """The catalogue as it was when the definitions were loaded."""
    return load_catalogue(get_settings().catalogue_dir)


@dg.resource(description="Loads each source once per run.")
def loader(_: dg.InitResourceContext) -> Loader:
    """A loader for one run; a build that has already loaded the sources hands over its own."""
    return Loader(get_settings())


def failure(problem: DataProblem, *, retry: bool = False, **metadata: Any) -> dg.Failure:
    """The problem as Dagster shows it: the sentence as description, its parts as metadata."""
    parts = {key: value for key, value in problem.as_dict().items() if value}
    return dg.Failure(description=problem.sentence("en"), metadata={**parts, **metadata}, allow_retries=retry)
