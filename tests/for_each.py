"""Many small cases in one test: all are looked at, and every one that fails is told at the end."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

SHOWN = 20


def for_each(
    names: str, cases: Iterable[Any], *, ids: Callable[[Any], str] = repr
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As `pytest.mark.parametrize`, in one test item.

    For lint of texts and tables, where an item per text costs more than the looking. The fixtures of the test are shared by
    its cases, so a test that writes keeps its items apart. It may be put on a test twice: then all pairs are looked at.

    Args:
        names: the parameters that a case fills, divided by commas.
        cases: one value per case, or as many as there are names. None at all is a failure: such a test says nothing.
        ids: what a case is called where it fails.
    """
    parameters, found = [name.strip() for name in names.split(",")], list(cases)

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def all_of_them(**fixtures: Any) -> None:
            wrong = []
            for case in found:
                values = case if len(parameters) > 1 else (case,)
                try:
                    test(**fixtures, **dict(zip(parameters, values, strict=True)))
                except (Exception, pytest.fail.Exception) as error:
                    wrong.append(f"{ids(case)}: {type(error).__name__}: {error}")
            assert found, "there is no case to look at"
            if wrong:
                more = f"\n… and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
                told = "\n".join(wrong[:SHOWN])
                pytest.fail(f"{len(wrong)} of {len(found)} are wrong:\n{told}{more}", pytrace=False)

        signature = inspect.signature(test)
        left = [p for name, p in signature.parameters.items() if name not in parameters]
        del all_of_them.__wrapped__  # pytest would ask the test within for its fixtures
        all_of_them.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return all_of_them

    return decorate
