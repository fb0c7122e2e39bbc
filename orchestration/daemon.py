"""`python -m orchestration.daemon run …`: Dagster's daemon with its own options, at the pace of code that does not change."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from datawerkplaats.base.library_timer import or_end
from orchestration.timers import slow_down

if __name__ == "__main__":
    or_end(slow_down)
    cli: Any = import_module("dagster._daemon.cli")
    cli.main()
