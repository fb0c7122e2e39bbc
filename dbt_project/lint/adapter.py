"""What sqlfluff sees where a macro asks dbt for the words of the engine: those of DuckDB, which are the default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


def dispatch(name: str, package: str = "") -> Callable[..., Any]:
    """The default of a macro, looked up where it is called."""

    @pass_context
    def default(context: Context, *args: Any, **kwargs: Any) -> Any:
        return context.resolve(f"default__{name}")(*args, **kwargs)

    return default
