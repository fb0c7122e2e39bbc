"""`dwp site`: the public site, which stands in a room above this one and is looked up when it is called for."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from datawerkplaats.base.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The public site: static pages of the release that is served.")


@app.callback()
def _group() -> None:
    """Static pages that any web server can carry."""


@app.command()
def build(
    out: Annotated[
        Path | None, typer.Option(help="The folder of the site; by default site in the data folder.")
    ] = None,
    region: Annotated[
        str,
        typer.Option(
            help="Only this region (a file in catalogue/regions), province, GGD region or gemeente."
        ),
    ] = "",
    url: Annotated[str, typer.Option(help="Where the site will stand, for the sitemap: https://….")] = "",
    app_url: Annotated[str, typer.Option(help="Where the interactive place is, to link to.")] = "",
) -> None:
    """Write Mijn gebied of every gemeente and wijk and the maps as files, nl and en; replaces the site before at once."""
    site, shell = (importlib.import_module(f"apps.site.{name}") for name in ("build", "shell"))
    settings = get_settings()
    folder = (out or settings.data_dir / "site").expanduser().resolve()
    place = shell.Place(app_url.rstrip("/"), url.rstrip("/"))
    typer.echo(site.build_site(folder, region, place).sentence())


@app.command()
def preview(
    out: Annotated[Path, typer.Option(help="The folder for the folders of the gemeenten.")],
    region: Annotated[str, typer.Option(help="Only this region, province, GGD region or gemeente.")] = "",
    site: Annotated[
        Path | None, typer.Option(help="The public site that stands now; by default site in the data folder.")
    ] = None,
) -> None:
    """Write for every gemeente what concerns it, with what changes, and the list of folders; public after DWP_PREVIEW_DAYS."""
    builder, shell = (importlib.import_module(f"apps.site.{name}") for name in ("build", "shell"))
    before = (site or get_settings().data_dir / "site").expanduser().resolve()
    typer.echo(builder.build_preview(out.expanduser().resolve(), before, region, shell.Place()).sentence())
