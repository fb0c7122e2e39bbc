"""What the assets share: settings, the catalogue and the loader that runs each source once per build."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import Catalogue, Source, load_catalogue
from orchestration import plan
from orchestration.sources import Loaded, Loader


@lru_cache
def catalogue() -> Catalogue:
    """The catalogue as it was when the definitions were loaded."""
    return load_catalogue(get_settings().catalogue_dir)


@dg.resource(
    description="Loads the sources of a run; live services are asked ahead of the steps that wait for them."
)
def loader(_: dg.InitResourceContext) -> Iterator[Loader]:
    """A loader for one run."""
    made = Loader(get_settings(), catalogue())
    try:
        yield made
    finally:
        made.stop()


def load(loader: Loader, source: Source) -> Loaded:
    """What came of loading a source.

    Raises:
        Failure: If a required delivery is missing, of this source or of another: then nothing is loaded.
    """
    try:
        return loader.load(source)
    except DataProblem as problem:
        raise failure(problem) from problem


def step_key(step: plan.Step) -> dg.AssetKey:
    """The asset of a step of the plan."""
    return dg.AssetKey(list(step))


def after(step: plan.Step) -> list[dg.AssetKey]:
    """The assets that the plan puts before a step."""
    return [step_key(earlier) for earlier in _after()[step]]


@lru_cache
def _after() -> dict[plan.Step, tuple[plan.Step, ...]]:
    return plan.after(catalogue())


def failure(problem: DataProblem, **metadata: Any) -> dg.Failure:
    """The problem as Dagster shows it: the sentence as description, its parts as metadata."""
    parts = {key: value for key, value in problem.as_dict().items() if value}
    return dg.Failure(description=problem.sentence("en"), metadata={**parts, **metadata}, allow_retries=False)
