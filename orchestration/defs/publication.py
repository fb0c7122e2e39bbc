"""The publication as an asset: what readers see, made only after everything was built and every check has run."""

from typing import Any

import dagster as dg

from data_quality.rulebook import rules_table
from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_read_only, literal
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.catalogue.themes import load_theme
from datawerkplaats.governance import predictions
from datawerkplaats.partners.history import released
from datawerkplaats.partners.release import partner_sources
from datawerkplaats.publication import Publication, Release, approvals
from datawerkplaats.publication.egress import persons, without_exact_numbers
from datawerkplaats.publication.retention import retention_of
from datawerkplaats.publication.tables import parts
from datawerkplaats.regions.setting import COUNTRY, resolve_region
from orchestration import builds, dbt_run, fingerprint, plan, published
from orchestration.defs.quality import delivery_results
from orchestration.defs.resources import catalogue, failure, step_key
from orchestration.defs.rules import RULES_KEY
from orchestration.defs.warehouse import relations, warehouse_models
from orchestration.gates import publication_gates, publication_reports
from orchestration.progress import say, timed

PUBLICATION_KEY = step_key(plan.PUBLICATION)


class PublishConfig(dg.Config):
    """How to publish."""

    force: bool = False


@dg.asset(
    key=PUBLICATION_KEY,
    group_name="publication",
    deps=[*warehouse_models.keys, RULES_KEY],
    description="The public tables in an immutable DuckDB file and as Parquet, verified before they are pointed to.",
    kinds={"duckdb", "parquet"},
    owners=["team:data-engineering"],
)
def published_file(context: dg.AssetExecutionContext, config: PublishConfig) -> dg.MaterializeResult[Any]:
    """Publish the warehouse, unless what is served was made from the very same things."""
    settings = get_settings()
    try:
        with timed("publish") as outcome:
            made, is_new = publish_build(settings, context.run_id, force=config.force)
            tables = made.manifest["tables"]
            rows = sum(int(table["rows"]) for table in tables)
            outcome.text = (
                f"{made.id}: {len(tables)} tables, {rows:,} rows" if is_new else f"{made.id} is up to date"
            )
    except DataProblem as problem:
        raise failure(problem, **_findings(problem, settings)) from problem
    listed = "\n".join(f"| {t['schema']}.{t['name']} | {t['rows']:,} |" for t in tables)
    return dg.MaterializeResult(
        metadata={
            "publication_id": made.id,
            "is_new": is_new,
            "file": dg.MetadataValue.path(made.path),
            "bytes": made.manifest["file"]["bytes"],
            "sha256": made.manifest["file"]["sha256"],
            "dagster/row_count": rows,
            "checks": f"{made.manifest['checks_passed']} passed, {made.manifest['checks_warned']} warned",
            "tables": dg.MetadataValue.md(f"| table | rows |\n|---|---:|\n{listed}"),
        },
        data_version=dg.DataVersion(made.fingerprint),
    )


def publish_build(settings: Settings, run_id: str, *, force: bool = False) -> tuple[Publication, bool]:
    """The publication of the last build, and whether it is a new one.

    Raises:
        DataProblem: If a check holds it back or it does not verify.
    """
    build = builds.last(settings)
    served = plan.served_publication(settings)
    if served and served.fingerprint == build.fingerprint.value and not force:
        return served, False
    title = _title(settings)
    checks = [row for source in catalogue().sources.values() for row in delivery_results(source, settings)]
    release = Release(
        mode=settings.source,
        region=settings.region,
        title=title,
        git_sha=fingerprint.git_sha(),
        code_hash=build.fingerprint.code_hash,
        catalogue_hash=build.fingerprint.catalogue_hash,
        snapshot_hashes=dict(build.fingerprint.snapshots),
        fingerprint=build.fingerprint.value,
        dagster_run_id=run_id,
    )
    public = publication.public_tables(dbt_run.manifest_path(settings))
    before = builds.earlier(settings)
    made_of = (before.made if before else None, relations(), public, catalogue())
    earlier = None if force else published.earlier(settings, served, *made_of)
    if earlier:
        say(
            "publish",
            f"only texts differ from {earlier.publication.id}: {', '.join(sorted(earlier.texts)) or 'none'}",
        )
    made = publication.publish(
        settings.publish_dir,
        settings.warehouse_path,
        public,
        release,
        without_exact_numbers([*checks, *build.checks], persons(catalogue())),
        own=[rules_table()],
        reports=publication_reports(settings),
        gates=publication_gates(settings),
        parts=parts(load_egress(settings.catalogue_dir)),
        keep=retention_of(settings),
        referred=_referred(settings),
        earlier=earlier,
        cores=settings.engine_cores,
    )
    approvals.spend(settings.load_gate_dir)
    # At once: a release that is cleared or taken back before the next build was seen all the same.
    released(settings, partner_sources(catalogue()))
    published.remember(settings, made, *made_of)
    return made, True


def _referred(settings: Settings) -> set[str]:
    """The publications that notes and agendas refer to; all of them where the store cannot tell."""
    if not predictions.is_begun(settings):
        return set()
    from datawerkplaats.workplace.figures import kept_releases
    from datawerkplaats.workplace.store import open_store

    try:
        store = open_store(settings)
        try:
            return kept_releases(store)
        finally:
            store.engine.dispose()
    except DataProblem as problem:
        say("publish", f"all releases stay: {problem.sentence('en')}")
        return set(publication.history(settings.publish_dir))


def _findings(problem: DataProblem, settings: Settings) -> dict[str, Any]:
    """All findings of the load gate as a table, for the failed step."""
    waiting = approvals.pending(settings.load_gate_dir)
    if problem.code != "load_gate" or waiting is None:
        return {}
    rows = "\n".join(
        f"| {row.severity} | {row.finding} | {row.subject} | {row.before} | {row.after} |"
        for row in waiting.rows
    )
    head = "| severity | finding | subject | before | after |\n|---|---|---|---|---|\n"
    return {"findings": waiting.findings, "all_findings": dg.MetadataValue.md(head + rows)}


def _title(settings: Settings) -> str:
    """The name of the workplace in the theme that it opens with, with the region that was chosen."""
    chosen = resolve_region(settings)
    place = chosen.name
    if chosen.is_country:
        with connect_read_only(settings.warehouse_path) as con:
            names = con.execute(
                f"select any_value(region_name) from core.dim_region where region_code = {literal(COUNTRY)}"
            ).fetchone()
        place = str(names[0]) if names and names[0] else settings.region
    if settings.source == "demo" and chosen.is_country:
        from demo.names import PROVINCE

        place = PROVINCE
    theme = load_theme(settings.catalogue_dir, (chosen.region.theme if chosen.region else None) or "")
    return f"{theme.product.nl} {place}"
