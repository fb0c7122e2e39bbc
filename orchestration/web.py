"""`python -m orchestration.web -h 127.0.0.1 -p 3000 …`: Dagster's web server behind a gate, with its own options.

By itself it starts a run for who asks by GET, under any name and from any website. People look here; changing something is
for who set DWP_DAGSTER_CHANGES, and then from a page of this server only.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from datawerkplaats.base.browser_gate import LOCAL_HOSTS, BrowserGate
from datawerkplaats.base.library_timer import or_end
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.base.web_server import look_less_often
from orchestration.timers import slow_down

_CHANGING = r"^/report_asset_"
_QUESTIONS = r"/graphql/?$"


def gated(application: Any, settings: Settings) -> BrowserGate:
    """The web server as browsers may reach it."""
    return BrowserGate(
        application,
        [*LOCAL_HOSTS, *settings.host_names],
        closed=r"^/metrics",
        asked_by_post=_QUESTIONS,
        changing=_CHANGING,
        may_change=settings.dagster_changes,
    )


def main() -> None:
    """Start the server; where nothing may be changed Dagster itself is told so too, which hides its buttons."""
    or_end(slow_down, look_less_often)
    cli: Any = import_module("dagster_webserver.cli")
    settings = get_settings()
    bare = cli.create_app_from_workspace_process_context

    def made(*arguments: Any, **named: Any) -> BrowserGate:
        return gated(bare(*arguments, **named), settings)

    # The one place where the server gives its application out of hand.
    cli.create_app_from_workspace_process_context = made
    if not settings.dagster_changes:
        sys.argv.append("--read-only")
    cli.main()


if __name__ == "__main__":
    main()
