"""`python -m orchestration.code_server api grpc …`: Dagster's code server with its own options; it wakes for what it is asked."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from datawerkplaats.base.library_timer import or_end
from orchestration.timers import slow_down_code

if __name__ == "__main__":
    or_end(slow_down_code)
    cli: Any = import_module("dagster._cli")
    cli.main()
