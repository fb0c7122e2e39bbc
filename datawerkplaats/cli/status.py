"""The command `dwp status`: what is published, what was refused, and how the last run ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from datawerkplaats.base.settings import Settings, get_settings

if TYPE_CHECKING:
    from datawerkplaats.publication import Publication


def status() -> None:
    """Tell what is published: mode, sources, checks, deliveries that were rejected."""
    from datawerkplaats.publication import current, history, tombstones

    settings = get_settings()
    served = current(settings.publish_dir)
    kind = " (fictional data)" if served.mode == "demo" else ""
    typer.echo(f"{served.title}: mode {served.mode}{kind}, region {served.region}")
    kept = len(history(settings.publish_dir))
    typer.echo(f"Publication {served.id}, published {served.published_at:%Y-%m-%d %H:%M} UTC; {kept} kept")
    for gone in tombstones(settings.publish_dir):
        typer.echo(f"Withdrawn: {gone.publication_id}, {gone.at[:10]}, by {gone.by}: {gone.reason}")
    _echo_content(served)
    for notice in _read_list(settings.publish_dir / "notices.json"):
        typer.echo(f"Notice ({notice['kind']}): {notice['sentence_en']}")
    _echo_last_run(settings)


def _echo_content(served: Publication) -> None:
    """Sources and checks of the publication."""
    from datawerkplaats.base.duckdb import connect_read_only, tables
    from datawerkplaats.cli import output
    from datawerkplaats.publication.verify import verify_bytes

    verify_bytes(served)
    checks = (served.manifest[f"checks_{outcome}"] for outcome in ("passed", "failed", "warned"))
    typer.echo("Checks: {} passed, {} failed, {} warned; files as published".format(*checks))
    with connect_read_only(served.path) as con:
        wrong = con.execute(
            """select rule, count(*), min(subject), arg_min(message, subject) from quality.check_result
               where status in ('failed', 'error') group by rule, severity order by severity, count(*) desc, rule"""
        ).fetchall()
        for rule, subjects, subject, message in wrong:
            more = f" (and {subjects - 1} more)" if subjects > 1 else ""
            typer.echo(f"  warning: {subject}, {rule}: {message}{more}")
        if ("core", "dim_source") in tables(con, served.path.stem):
            columns = ["source_id", "status", "rows", "snapshot_id", "retrieved_at"]
            rows = con.execute(
                f"select {', '.join(columns)} from core.dim_source order by source_id"
            ).fetchall()
            typer.echo(
                output.table(
                    columns, [[*row[:4], f"{row[4]:%Y-%m-%d %H:%M}" if row[4] else None] for row in rows]
                )
            )


def _echo_last_run(settings: Settings) -> None:
    """The sentences of the last run, if it failed."""
    file = settings.publish_dir / "last_run.json"
    last = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if last.get("status") == "failed":
        typer.echo(f"The last run ({last['at'][:16]}) failed; what was published before is still served:")
        for sentence in last["sentences"]:
            typer.echo(f"  {sentence}")


def _read_list(file: Path) -> list[dict[str, str]]:
    found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return list(found)
