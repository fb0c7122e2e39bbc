"""`dwp service`: whether settings can be started with, the units of systemd, and one part of the installation."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from datawerkplaats.base.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The installation as a service: settings, units, parts.")


@app.callback()
def _group() -> None:
    """What keeps an installation running."""


@app.command()
def check() -> None:
    """Tell every contradiction between settings; exit code 1 if there is one."""
    from datawerkplaats.operations.consistent import contradictions

    found = contradictions(get_settings())
    for problem in found:
        typer.echo(problem.sentence("en"))
    if found:
        raise typer.Exit(1)
    typer.echo("The settings agree.")


@app.command()
def units(
    out: Annotated[Path, typer.Option(help="The folder for the units, such as /etc/systemd/system.")],
    user: Annotated[str, typer.Option(help="The user that runs everything.")] = "datawerkplaats",
    settings_file: Annotated[
        str, typer.Option("--settings", help="The file with DWP_… settings, a line each.")
    ] = "/etc/datawerkplaats/settings.env",
    backups: Annotated[
        str, typer.Option(help="The folder of the nightly backups.")
    ] = "/var/backups/datawerkplaats",
) -> None:
    """Write the units of systemd for dashboard, API, Dagster, watch and nightly backup, for this checkout and data folder."""
    from datawerkplaats.operations.units import PREFIX, Place, write

    for path in write(get_settings(), out, Place(user, settings_file, backups)):
        typer.echo(f"written: {path}")
    typer.echo(
        f"Then: systemctl daemon-reload && systemctl enable --now {PREFIX}.target {PREFIX}-backup.timer"
    )


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(
    context: typer.Context,
    part: Annotated[
        str,
        typer.Argument(help="dashboard, dashboard-2, api, dagster-code, dagster-web, dagster-daemon, watch."),
    ],
) -> None:
    """Become one part of the installation, as its unit does; refused where that part runs already."""
    from datawerkplaats.operations.units import part_of
    from datawerkplaats.operations.units import run as become

    settings = get_settings()
    if part_of(settings, part).is_dagster:
        # A room above this one, looked up when it is called for.
        importlib.import_module("orchestration.materialise").prepare_dagster(settings)
    become(settings, part, context.args)
