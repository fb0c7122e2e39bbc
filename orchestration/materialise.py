"""Builds and publishes with the current settings: `python -m orchestration.materialise [--force] [--select <dbt selector>]`.

First it is looked whether anything has changed that a publication is made from (see `plan`); if not, that is said and the rest,
with all its imports, is left out. Otherwise the Dagster job does everything, in this process, so that its UI knows every build.
"""

from __future__ import annotations

import argparse
import errno
import gc
import os
import sys
import time
from contextlib import suppress

from pydantic import ValidationError

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.errors import DataProblem, disk_is_full, tells_of_a_full_disk
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from orchestration import last_run, plan
from orchestration.ending import ends_in_time
from orchestration.progress import say


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
        with only_build(settings.data_dir), ends_in_time(lambda: _stopped(settings)) as asked:
            try:
                problems = _told(settings, force=options.force, select=options.select)
            except Exception as error:  # DuckDB turns the signal into an error of the query
                if asked.to_stop:
                    raise KeyboardInterrupt from error
                raise
            if problems and asked.to_stop:  # Dagster turns it into a failed step: that is not the reason
                raise KeyboardInterrupt
    except ValidationError as error:
        first = error.errors()[0]
        problems = [f"Setting DWP_{str(first['loc'][0]).upper()}: {first['msg']} (found: {first['input']})."]
    except DataProblem as problem:
        problems = [problem.sentence("en")]
    except OSError as error:
        if not _is_about_the_disk(error):
            raise
        problems = [disk_is_full(settings.data_dir).sentence("en")]
    except KeyboardInterrupt:
        _stopped(settings)
        return 130
    for sentence in problems:
        print(sentence, file=sys.stderr, flush=True)
    return 1 if problems else 0


def _is_about_the_disk(error: Exception) -> bool:
    """Whether the disk is full: told by the system, by SQLite (Dagster's lists) or by DuckDB."""
    return getattr(error, "errno", None) == errno.ENOSPC or tells_of_a_full_disk(str(error))


def _stopped(settings: Settings) -> None:
    print(last_run.STOPPED, file=sys.stderr, flush=True)
    last_run.record_failure(settings.publish_dir, "", [last_run.STOPPED])


def _told(settings: Settings, *, force: bool, select: str) -> list[str]:
    """The sentences of what went wrong, kept for `dwp status` and the pages; none if it all went well."""
    try:
        return _materialise(settings, force=force, select=select)
    except DataProblem as problem:
        sentences = [problem.sentence("en")]
    except Exception as error:
        if not _is_about_the_disk(error):
            raise
        sentences = [disk_is_full(settings.data_dir).sentence("en")]
    with suppress(OSError):
        last_run.record_failure(settings.publish_dir, "", sentences)
    return sentences


def _materialise(settings: Settings, *, force: bool, select: str) -> list[str]:
    """The sentences of what went wrong; none if it all went well."""
    from datawerkplaats.catalogue import load_catalogue
    from datawerkplaats.regions.changes import check_declared

    start = time.perf_counter()
    check_declared()
    say("start", f"mode {settings.source}, region {settings.region}")
    if repaired := publication.repair(settings.publish_dir):
        say("start", f"what is served was damaged: {repaired} is served again")
    plan.check_links(settings)
    catalogue = load_catalogue(settings.catalogue_dir)
    if not select:
        missing = [problem.sentence("en") for problem in plan.missing(settings, catalogue)]
        if missing:
            last_run.record_failure(settings.publish_dir, "", missing)
            return missing
    steps: tuple[plan.Step, ...] | None = None
    if not force and not select:
        looked = plan.look(settings, catalogue)
        if not looked.reason:
            served = plan.served_publication(settings)
            assert served is not None
            say("publish", f"nothing has changed: {served.id} stays served", time.perf_counter() - start)
            prepare_dagster(settings)
            from orchestration.observations import record_unchanged

            record_unchanged(settings, looked.snapshots)
            last_run.record_success(settings.publish_dir, "")
            return []
        say("start", looked.reason, time.perf_counter() - start)
        steps = looked.steps
    prepare_dagster(settings)
    say("dagster", "loading the definitions")
    from orchestration.run import run_job

    say("dagster", "the definitions are loaded")
    problems = run_job(settings, force=force, select=select, steps=steps)
    if not problems:
        say("done", "in all", time.perf_counter() - start)
    return problems


def prepare_dagster(settings: Settings) -> None:
    """Give Dagster its folder with the project's settings, before it is imported."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    files.copy(PROJECT_ROOT / "dagster.yaml", settings.dagster_home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["GX_ANALYTICS_ENABLED"] = "false"


if __name__ == "__main__":
    code = main()
    gc.freeze()  # Python looks through all it holds when it ends: a second for what is given back a moment later anyway
    sys.exit(code)
