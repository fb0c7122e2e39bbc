"""Every role × every function that reads or writes: allowed or refused where the data are, not only on a page."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

from datawerkplaats import governance, operations, workplace
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.people import GUARDED, RIGHTS, Right, Role, Subject, require

MODULES = [
    importlib.import_module(module.name)
    for package in (workplace, governance, operations)
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    if not module.ispkg
]

# The table of the design, written down once more: a right that moves has to be moved here as well.
MAY = {
    "reader": "read",
    "partner": "read write_note take_part ask deliver answer",
    "analyst": "read write_note take_part ask deliver answer query",
    "steward": "read write_note take_part ask deliver answer query moderate approve agree register",
    "chair": "read write_note take_part ask deliver answer lead_session agree decide",
    "engineer": "operate",
    "board": "read decide answer",
    "privacy_officer": "read audit stop answer erase",
    "advisory_body": "read advise answer",
}


def function(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize("role", list(Role))
def test_rights__of_a_role_are_those_of_the_design(role: Role) -> None:
    assert {str(right) for right in RIGHTS[role]} == set(MAY[role].split())


@pytest.mark.parametrize("role", [*Role, None])
def test_rights__are_asked_for_by_every_function(role: Role | None) -> None:
    subject = Subject("x", frozenset({role} if role else ()))
    for name, right in GUARDED.items():
        allowed = role is not None and str(right) in MAY[role].split()
        # Without a store a function that lets somebody through fails later, on the store itself.
        with pytest.raises((DataProblem, TypeError, AttributeError)) as caught:
            function(name)(None, subject)
        is_refused = isinstance(caught.value, DataProblem) and caught.value.code == "not_allowed"
        assert is_refused is not allowed, (name, role)


def test_rights__every_public_function_of_the_store_asks() -> None:
    """A function with a store and a subject that asks for nothing would be a way around."""
    open_ones = set()
    for module in MODULES:
        for name, one in inspect.getmembers(module, inspect.isfunction):
            if one.__module__ != module.__name__ or name.startswith("_"):
                continue
            full = f"{module.__name__}.{name}"
            if list(inspect.signature(one).parameters)[:2] == ["store", "subject"] and full not in GUARDED:
                open_ones.add(full)
    assert open_ones == set()
    assert len(GUARDED) > 15


def test_require__names_who_may() -> None:
    with pytest.raises(DataProblem, match=r"lead_session: this role may not .* chair"):
        require(Subject("x", frozenset({Role.READER})), Right.LEAD_SESSION)


def test_subject__acts_under_the_smallest_role_that_may() -> None:
    both = Subject("x", frozenset({Role.STEWARD, Role.PARTNER}))
    assert both.role_for(Right.WRITE_NOTE) is Role.PARTNER and both.role_for(Right.MODERATE) is Role.STEWARD
