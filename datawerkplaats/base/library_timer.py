"""What a library does by itself every so often, found by its name in the library: a version without it is told in a sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from typing import Any

from datawerkplaats.base.errors import DataProblem, message


def _library(module: str) -> str:
    """The library of a module with its version, for who has to install another one."""
    top = module.split(".", maxsplit=1)[0]
    for name in sorted(set(packages_distributions().get(top, [top])), key=len):
        with suppress(PackageNotFoundError):
            return f"{name} {version(name)}"
    return f"no {top}"


def another_thing(module: str, name: str, expected: str) -> DataProblem:
    """That this version of a library has no such timer, or one of another kind."""
    return DataProblem(
        "library_timer",
        subject=f"{module}.{name}",
        found=_library(module),
        expected=expected,
        remedy="install the versions that requirements.lock names, and start the service again",
    )


def owner(module: str, name: str) -> tuple[Any, str, Any]:
    """What holds a timer (a module or a class in it), its name there and what it is now; `name` may be `Class.method`.

    Raises:
        DataProblem: `library_timer` if there is no such thing in this version of the library.
    """
    try:
        found: Any = import_module(module)
        *through, last = name.split(".")
        for part in through:
            found = getattr(found, part)
        return found, last, getattr(found, last)
    except (ImportError, AttributeError) as error:
        raise another_thing(module, name, "that this version has it still") from error


def or_end(*prepare: Callable[[], None]) -> None:
    """Do these before a service starts; one that cannot be done ends the process with a sentence instead of a trace."""
    try:
        for one in prepare:
            one()
    except DataProblem as problem:
        print(message(problem), file=sys.stderr)
        sys.exit(problem.exit_code)
