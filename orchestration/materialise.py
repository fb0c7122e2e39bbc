"""Builds and publishes with the current settings: `python -m orchestration.materialise [--force] [--select <dbt selector>]`.

First every source is loaded. If nothing that a publication is made from has changed, that is said and the rest, with all its
imports, is left out. Otherwise the Dagster job runs in this process, so that its UI knows every build.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from orchestration import fingerprint, last_run
from orchestration.progress import say, timed
from orchestration.sources import Loaded, Loader, snapshots_of

if TYPE_CHECKING:
    from datawerkplaats.catalogue import Catalogue


def main(arguments: list[str] | None = None) -> int:
    """0 if what is served is up to date afterwards; 1 after one sentence per problem."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--force", action="store_true", help="build and publish even if nothing has changed")
    parser.add_argument("--select", default="", help="build only these dbt models, without publishing")
    options = parser.parse_args(arguments)
    try:
        settings = get_settings()
        with _only_build(settings.data_dir):
            problems = _materialise(settings, force=options.force, select=options.select)
    except ValidationError as error:
        first = error.errors()[0]
        problems = [f"Setting DWP_{str(first['loc'][0]).upper()}: {first['msg']} (found: {first['input']})."]
    except DataProblem as problem:
        problems = [problem.sentence("en")]
    for sentence in problems:
        print(sentence, file=sys.stderr, flush=True)
    return 1 if problems else 0


@contextmanager
def _only_build(data_dir: Path) -> Iterator[None]:
    """Hold the place of the one build of a data folder; it ends with the process, also when that is killed."""
    with ExitStack() as held:
        try:
            held.enter_context(files.locked(data_dir / ".build.lock", wait=False))
        except BlockingIOError as error:
            raise DataProblem(
                "build_failed",
                subject=data_dir.name,
                expected="one build at a time",
                found="another build is running in this data folder",
                remedy="wait until it is done, or set DWP_DATA_DIR to another folder",
            ) from error
        yield


def _materialise(settings: Settings, *, force: bool, select: str) -> list[str]:
    """The sentences of what went wrong; none if it all went well."""
    from datawerkplaats.catalogue import load_catalogue
    from datawerkplaats.regions.changes import check_declared

    start = time.perf_counter()
    check_declared()
    say("start", f"mode {settings.source}, region {settings.region}")
    loader = Loader(settings)
    catalogue = load_catalogue(settings.catalogue_dir)
    loaded = loader.load_all(catalogue, _tell)
    stopped = [
        one.result.problem.sentence("en") for one in loaded.values() if one.stops and one.result.problem
    ]
    if stopped:
        last_run.record_failure(settings.publish_dir, "", stopped)
        return stopped
    protected = _protect(catalogue, settings)
    refused = [source_id for source_id, outcome in loaded.items() if outcome.result.status == "rejected"]
    is_whole = not any(catalogue.sources[source_id].required for source_id in refused)
    if is_whole and not force and not select:
        served = _served(settings)
        if (
            served
            and served.fingerprint == fingerprint.take(settings, snapshots_of(loaded) | protected).value
        ):
            say("publish", f"nothing has changed: {served.id} stays served", time.perf_counter() - start)
            return _looked_at(settings, loaded)
    prepare_dagster(settings)
    say("dagster", "loading the definitions")
    from orchestration.run import run_job

    problems = run_job(settings, loader, force=force, select=select)
    if not problems:
        say("done", "in all", time.perf_counter() - start)
    return problems


def _looked_at(settings: Settings, loaded: dict[str, Loaded]) -> list[str]:
    """No problems; Dagster knows that the sources were looked at."""
    prepare_dagster(settings)
    from orchestration.observations import record_unchanged

    record_unchanged(loaded)
    return []


def _protect(catalogue: Catalogue, settings: Settings) -> dict[str, str]:
    """Per partner source the id of its protected table: the rows themselves are no part of a publication."""
    from datawerkplaats.partners.release import partner_sources, protect_deliveries

    if not partner_sources(catalogue):
        return {}
    with timed("protect") as outcome:
        made = protect_deliveries(catalogue, settings)
        outcome.text = " · ".join([made.line, *(problem.sentence("en") for problem in made.problems)])
    return made.snapshots


def _tell(source_id: str, loaded: Loaded) -> None:
    say("load", f"{source_id}: {loaded.line}", loaded.seconds)


def _served(settings: Settings) -> publication.Publication | None:
    try:
        return publication.current(settings.publish_dir)
    except DataProblem:
        return None


def prepare_dagster(settings: Settings) -> None:
    """Give Dagster its folder with the project's settings, before it is imported."""
    files.copy(PROJECT_ROOT / "dagster.yaml", settings.dagster_home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["GX_ANALYTICS_ENABLED"] = "false"


if __name__ == "__main__":
    sys.exit(main())
