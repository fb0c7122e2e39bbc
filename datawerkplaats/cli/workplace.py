"""`dwp verify-log`, and the part of `dwp approve` that stands in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from datawerkplaats.base.settings import Settings, get_settings

if TYPE_CHECKING:
    from datawerkplaats.publication.approvals import Approval

# What reads a database is imported by the command that needs it: `dwp path` should answer at once.


def verify_log() -> None:
    """Read the whole log of the workplace: tells how many events it holds, or the first one that is not right."""
    from datawerkplaats.workplace.store import open_store

    store = open_store(get_settings())
    typer.echo(f"The log is whole: {store.verify_log()} events, the newest as this installation signed it.")


def approve(settings: Settings, findings: str, by: str, reason: str) -> Approval:
    """Approve what the load gate holds back as the one who sits at this machine, with an event in the log."""
    from datawerkplaats.workplace import approvals
    from datawerkplaats.workplace.people import LOCAL
    from datawerkplaats.workplace.store import open_store

    return approvals.approve(open_store(settings), LOCAL, settings.load_gate_dir, findings, reason, by)
