"""`dwp backup`, `dwp restore` and `dwp upgrade`: the whole installation, kept, put back and brought up to date."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from datawerkplaats.base.settings import get_settings

if TYPE_CHECKING:
    from datawerkplaats.operations.backup import Kept

# What reads releases and a database is imported by the command that needs it: `dwp path` should answer at once.


def backup(
    folder: Annotated[Path | None, typer.Argument(help="A folder that does not exist yet.")] = None,
    into: Annotated[
        Path | None, typer.Option(help="Make it here, under a name that tells its moment, as a timer does.")
    ] = None,
    keep: Annotated[int, typer.Option(help="With --into: how many stay, the newest.", min=1)] = 14,
    keys: Annotated[
        Path | None, typer.Option(help="Copy the keys, and nothing else, into this new folder.")
    ] = None,
) -> None:
    """Keep the whole installation: releases, snapshots, partners' rows, and what people wrote while they write it."""
    from datawerkplaats.operations import backup as of_all

    if sum(choice is not None for choice in (folder, into, keys)) != 1:
        raise typer.BadParameter("give one of: a folder, --into or --keys")
    settings = get_settings()
    if keys is not None:
        typer.echo(f"Keys kept in {of_all.keep_keys(settings, keys)}. Keep them apart from every backup.")
    elif into is not None:
        kept, gone = of_all.back_up_into(settings, into, keep)
        _tell(kept)
        for one in gone:
            typer.echo(f"Removed, as more than {keep} were kept: {one.name}.")
    elif folder is not None:
        _tell(of_all.back_up(settings, folder))


def _tell(kept: Kept) -> None:
    listed = kept.listed
    size, shared = listed.bytes / 1e6, kept.shared / 1e6
    typer.echo(
        f"Kept in {kept.folder}: {len(listed.files)} files, {size:,.1f} MB ({shared:,.1f} MB of it shared with the backup "
        f"before), {len(listed.releases)} releases. The keys are not in it: `dwp backup --keys FOLDER`, and keep that apart."
    )
    for one in kept.damaged:
        typer.echo(f"Release {one} is not what was published any more; it was kept as it is.")


def restore(folder: Annotated[Path, typer.Argument(help="A folder that `dwp backup` made.")]) -> None:
    """Put a backup back where there is no installation yet; everything in it is verified first."""
    from datawerkplaats.operations.restore import is_of_store_only
    from datawerkplaats.operations.restore import restore as put_back
    from datawerkplaats.workplace.backup import restore as put_store_back

    if is_of_store_only(folder):
        count = put_store_back(get_settings(), folder)
        typer.echo(f"Restored what people wrote: {count} events, and the log is whole.")
        return
    done = put_back(get_settings(), folder)
    typer.echo(
        f"Restored in {done.seconds:.1f} s: {done.files} files, {done.bytes / 1e6:,.1f} MB, {len(done.releases)} releases, "
        f"a log of {done.events} events that is whole. Served: {done.served or 'nothing'}."
    )
    for one in done.withdrawn:
        typer.echo(f"Left out, as it was withdrawn: {one}.")
    typer.echo("Run `make materialise`: what is not in a backup is made again.")


def upgrade(
    backup: Annotated[
        Path | None, typer.Option(help="A folder that does not exist yet, for the backup that is made first.")
    ] = None,
    without: Annotated[
        bool, typer.Option("--without-backup", help="Make none: there is one already, of this state.")
    ] = False,
) -> None:
    """Bring an installation that an earlier version made up to this one; nothing of it may run meanwhile."""
    from datawerkplaats.operations.upgrade import upgrade as bring_up_to_date

    if (backup is None) != without:
        raise typer.BadParameter("give one of: --backup FOLDER or --without-backup")
    settings = get_settings()

    def lists() -> int:
        # A room above this one, looked up when it is called for.
        importlib.import_module("orchestration.materialise").prepare_dagster(settings)
        return int(importlib.import_module("orchestration.lists").bring_up_to_date())

    done = bring_up_to_date(settings, backup, lists)
    if done.kept is not None:
        typer.echo(f"First kept in {done.kept.folder}: {done.kept.listed.bytes / 1e6:,.1f} MB.")
    if done.signed:
        typer.echo(f"Signed, each file as its manifest says: {', '.join(done.signed)}.")
    for one in done.damaged:
        typer.echo(f"Release {one} is not what was published any more; it was left as it is.")
    before, now = done.revision
    store = "was up to date" if before == now else f"from {before or 'nothing'} to {now}"
    typer.echo(
        f"{len(done.releases)} releases, served: {done.served or 'nothing'}. Store: {store}, a log of {done.events} "
        f"events that is whole. Dagster's lists: {done.runs} runs."
    )
    typer.echo("Now `make materialise`, then start the service.")


def prune(
    dry: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
) -> None:
    """Remove what the rules let go: earlier snapshots, refusals, and what sources delivered beside old releases."""
    from datawerkplaats.base.build_lock import only_build
    from datawerkplaats.operations.pruning import prune as remove

    settings = get_settings()
    with only_build(settings.data_dir):
        gone = remove(settings, dry=dry)
    for path in gone.paths:
        typer.echo(path)
    word = "would go" if dry else "gone"
    typer.echo(
        f"{len(gone.paths)} {word}, {gone.bytes / 1e6:,.1f} MB. Old runs of Dagster go at the end of a build."
    )


def watch(
    once: Annotated[
        bool, typer.Option("--once", help="Look once, tell it here and send what waits.")
    ] = False,
) -> None:
    """Watch the installation: notices by mail or webhook when something is wrong, figures for Prometheus on 127.0.0.1."""
    from datawerkplaats.operations.watch import Watch, serve

    settings = get_settings()
    if not once:
        typer.echo(f"Watching; figures at http://127.0.0.1:{settings.watch_port}/metrics.")
        serve(settings, lambda sentence: typer.echo(sentence, err=True))
    found = Watch(settings, lambda sentence: typer.echo(sentence, err=True), patience_s=0).look()
    for one in found:
        typer.echo(f"{one.kind}: {one.sentence('en')}")
    if found:
        raise typer.Exit(1)
    typer.echo("Nothing is wrong.")
