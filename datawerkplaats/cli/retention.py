"""`dwp pin` and `dwp withdraw`: which releases stay for ever, and which one has to go at once."""

from __future__ import annotations

from typing import Annotated

import typer

from datawerkplaats.base.settings import get_settings

# What reads publications is imported by the command that needs it: `dwp path` should answer at once.


def pin(
    publication_id: Annotated[
        str, typer.Argument(help="Which one; without it the pinned ones are listed.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why it has to stay.")] = "",
    by: Annotated[str, typer.Option(help="Who asks: a role or initials.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="No longer keep it for ever.")] = False,
) -> None:
    """Keep a publication for ever, whatever its age."""
    from datawerkplaats.publication import retention

    folder = get_settings().publish_dir
    if not publication_id:
        found = retention.pins(folder)
        for name, told in found.items():
            typer.echo(
                f"{name}: {told['reason'] or 'no reason given'} ({told['by'] or 'nobody named'}, {told['at'][:10]})"
            )
        if not found:
            typer.echo("Nothing is pinned.")
    elif undo:
        was = retention.unpin(folder, publication_id)
        typer.echo(f"{publication_id} {'is no longer' if was else 'was not'} pinned.")
    else:
        retention.pin(folder, publication_id, reason, by)
        typer.echo(f"{publication_id} stays for ever.")


def withdraw(
    publication_id: Annotated[str, typer.Argument(help="Which publication.")],
    reason: Annotated[str, typer.Option(help="What readers are told: no figure, no name.")],
    by: Annotated[str, typer.Option(help="Who answers for it: a role or initials.")],
) -> None:
    """Take back a publication that leaks: its bytes go at once, a signed tombstone with the reason stays."""
    from datawerkplaats import publication

    settings = get_settings()
    done = publication.withdraw(settings.publish_dir, publication_id, reason, by, settings.backup_folders)
    removed = ", ".join(done.removed) or "nothing was left"
    typer.echo(f"Withdrawn: {publication_id}. Removed: {removed}.")
    typer.echo(
        f"Served now: {done.served}."
        if done.served
        else "Nothing is served now: publish again once it is put right."
    )
    typer.echo("Running pages and services forget it within a quarter of a minute.")
    for copy in done.copies:
        typer.echo(f"Still to be removed by hand: {copy}")
    if not done.copies:
        typer.echo(
            "No copies were found in the data folder and the folders of DWP_BACKUPS. Backups elsewhere: look yourself."
        )
