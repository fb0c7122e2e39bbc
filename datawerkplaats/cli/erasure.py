"""`dwp erase`: persons out of everything that is kept of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from datawerkplaats.base.settings import get_settings

# What reads the catalogue and a database is imported by the command that needs it: `dwp path` should answer at once.


def erase(
    source_id: Annotated[str, typer.Argument(help="The source, such as partner_youth_care.")],
    ids: Annotated[
        Path | None,
        typer.Option(help="A file with pseudonyms, one on a line; without it one is asked for, unseen."),
    ] = None,
) -> None:
    """Erase persons from what is kept of a source, look at every byte again, and say which models have to be trained again."""
    from datawerkplaats.catalogue import load_catalogue
    from datawerkplaats.loading.ingest import load_source
    from datawerkplaats.operations.erasure import erase as erase_all
    from datawerkplaats.workplace.people import LOCAL
    from datawerkplaats.workplace.store import open_store

    settings = get_settings()
    source = load_source(settings.catalogue_dir, source_id)
    # Not as an option: what is typed there stays in the history of the shell.
    text = ids.read_text("utf-8") if ids else typer.prompt("Pseudonym", hide_input=True)
    persons = {line.strip() for line in text.splitlines() if line.strip()}
    done = erase_all(
        open_store(settings), LOCAL, settings, load_catalogue(settings.catalogue_dir), source, persons
    )
    typer.echo(
        f"Erased in {done.seconds:.1f} s: {done.rows} rows out of {len(done.rewritten)} files, {len(done.removed)} made again by "
        f"the next build; {done.files} files were looked at, twice."
    )
    for word, names in (("Written anew", done.rewritten), ("Taken away", done.removed)):
        for name in names:
            typer.echo(f"{word}: {name}")
    for name in done.models:
        typer.echo(f"To be trained again: {name}")
    for name in done.backups:
        typer.echo(f"Not touched, and goes with its age: {name}")
    for name in done.left:
        typer.echo(f"Still holds somebody, look at it by hand: {name}", err=True)
    typer.echo("Run `make materialise`: the next release is made without them.")
    if done.left:
        raise typer.Exit(1)
