"""`dwp diff --all`: whether two publications say the same, completely."""

from __future__ import annotations

from pathlib import Path

import typer

from datawerkplaats import publication
from datawerkplaats.cli import output
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
    if found.differences:
        rows = [[row.subject, row.kind, row.detail[:_SHOWN]] for row in found.differences]
        typer.echo(output.table(["what", "in", "difference"], rows))
    if found.ids:
        names = sorted({row.kind for row in found.ids})
        typer.echo(f"Ids and times differ as between any two builds: {', '.join(names)}.")
    return 0 if found.is_equal else 1
