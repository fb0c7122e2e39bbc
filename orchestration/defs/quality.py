"""Great Expectations on every delivery: one asset check per source, blocking what comes after."""

import time
from contextlib import suppress
from typing import Any

import dagster as dg

from data_quality import checks
from data_quality.suites import suite_of
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.notices import set_notice
from datawerkplaats.loading.snapshot import ABSENT, Provenance, SnapshotFolder
from datawerkplaats.publication import CheckResult
from orchestration.defs.resources import catalogue, failure
from orchestration.defs.snapshots import source_key
from orchestration.progress import say, timed
from orchestration.sentences import DELIVERY_CHECK

DATA_DOCS_KEY = dg.AssetKey(["quality", "data_docs"])


def delivery_results(source: Source, settings: Settings) -> list[CheckResult]:
    """The results of a source's suite on the snapshot in use.

    Raises:
        DataProblem: `catalogue_field` if the catalogue names an expectation that does not exist.
    """
    rules = suite_of(source)
    folder = settings.inputs_dir / source.source_id
    made = Provenance.read(folder)
    if made is None or made.snapshot_id == ABSENT:
        return checks.absent_results(source.source_id, rules)
    return checks.validate(
        settings.gx_dir, source.source_id, made.snapshot_id, folder / "data.parquet", rules
    )


def _check(source: Source) -> dg.AssetChecksDefinition:
    key = source_key(source.source_id)

    @dg.asset_check(
        asset=key,
        name=DELIVERY_CHECK,
        description=f"The {len(suite_of(source))} expectations on a delivery of {source.source_id}, from the catalogue.",
        blocking=True,
        compute_kind="greatexpectations",
    )
    def check_delivery() -> dg.AssetCheckResult:
        settings, start = get_settings(), time.perf_counter()
        try:
            results = delivery_results(source, settings)
        except DataProblem as problem:
            raise failure(problem) from problem
        wrong = [row for row in results if row.is_wrong]
        outcome = f"{len(wrong)} do not hold" if wrong else "all hold"
        if wrong:
            # What follows is held back, so that the asset below will not make them.
            with suppress(DataProblem):  # what does not hold is told first; the next build makes the pages
                checks.build_data_docs(settings.gx_dir)
        for row in [row for row in wrong if row.severity == "error"][:1]:
            refused = checks.problem_of(row)
            set_notice(settings.publish_dir, source.source_id, "rejected", refused)
            SnapshotFolder(source, settings).give_way(refused)
        if results[0].status != "not_applicable":
            say(
                "check",
                f"{source.source_id}: {len(results)} expectations, {outcome}",
                time.perf_counter() - start,
            )
        return suite_result(results, dg.MetadataValue.path(checks.data_docs_index(settings.gx_dir)))

    return check_delivery


def suite_result(results: list[CheckResult], docs: dg.MetadataValue) -> dg.AssetCheckResult:
    """The results of a suite as one check: one per expectation would tell as much and cost a build more than the work."""
    wrong = [row for row in results if row.is_wrong]
    blocking = [row for row in wrong if row.severity == "error"]
    lines = [
        f"| {row.rule} | {row.status} | {row.severity} | {row.message} |"
        for row in sorted(results, key=lambda row: not row.is_wrong)
    ]
    return dg.AssetCheckResult(
        passed=not wrong,
        severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
        description="\n".join(checks.problem_of(row).sentence("en") for row in blocking or wrong) or None,
        metadata={
            "expectations": len(results),
            "do_not_hold": len(wrong),
            "rows": results[0].denominator or 0,
            "results": dg.MetadataValue.md(
                "\n".join(["| expectation | status | severity | |", "|---|---|---|---|", *lines])
            ),
            "data_docs": docs,
        },
    )


@dg.asset(
    key=DATA_DOCS_KEY,
    group_name="quality",
    deps=[source_key(source_id) for source_id in catalogue().sources],
    description="The Data Docs of Great Expectations: what was expected of every delivery, and what was found.",
    kinds={"greatexpectations", "html"},
    owners=["team:data-engineering"],
)
def data_docs() -> dg.MaterializeResult[Any]:
    """Make the pages anew if a delivery was validated since the last time."""
    with timed("check") as outcome:
        try:
            page = checks.build_data_docs(get_settings().gx_dir)
        except DataProblem as problem:
            raise failure(problem) from problem
        outcome.text = "Data Docs"
    return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(page)})


delivery_checks = [_check(source) for source in catalogue().sources.values()]
