"""What a library says may be absent and a test knows to be there."""

from __future__ import annotations

from typing import TypeVar

Thing = TypeVar("Thing")


def present(value: Thing | None) -> Thing:
    """The value itself; its absence is a failure of the test."""
    assert value is not None
    return value
