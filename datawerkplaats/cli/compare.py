"""`dwp diff --all`: whether two publications say the same, completely."""

from __future__ import annotations

from pathlib import Path

import typer

from datawerkplaats import publication
from datawerkplaats.publication.complete import compare, resolve

_SHOWN = 200  # characters of a detail: a comment can be a page long


def compare_all(publish_dir: Path, before: str, after: str) -> int:
    """Print the comparison; 0 if the publications say the same, 1 if they do not.

    Args:
        publish_dir: Where ids are looked up.
        before: An id or a path; empty for the publication before the served one.
        after: An id or a path; empty for the served one.

    Raises:
        DataProblem: If a publication is not there or is damaged.
    """
    old = resolve(before, publish_dir) if before else publication.previous(publish_dir)
    new = resolve(after, publish_dir) if after else publication.current(publish_dir)
    found = compare(old, new)
    typer.echo(found.sentence())
    for row in found.differences:
        detail = row.detail if len(row.detail) <= _SHOWN else f"{row.detail[:_SHOWN]}…"
        typer.echo(f"{row.subject}, {row.kind}: {detail}")
    for row in found.rounded:
        typer.echo(f"{row.subject}: equal to twelve digits; the last ones differ {row.detail}.")
    if found.ids:
        names = sorted(
            {row.kind.rpartition(".")[2] for row in found.ids if not row.kind.startswith("snapshot_hashes.")}
        )
        typer.echo(f"Ids and times differ as between any two builds: {', '.join(names)}.")
    return 0 if found.is_equal else 1
