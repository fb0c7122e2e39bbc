"""Values as deliveries write them: region codes, numbers, marks for no figure, and texts without padding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

# Country, part of the country, province, COROP area, GGD region (two ways of coding), gemeente, wijk,
# buurt. In newer editions the last characters of a wijk may be letters (WK0363AA).
REGION_CODE = re.compile(
    r"NL\d\d|LD\d\d|PV\d\d|CR\d\d|CG\d\d|GG\d{4}|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4}"
)
NUMBER = re.compile(r"\s*-?\d+(?:[.,]\d+)?\s*")
# How publishers write that there is no figure: suppressed, secret, not measured, or one of the suppression
# codes $4-$7.
NO_FIGURE = frozenset({"", ".", "x", "X", "-", "$4", "$5", "$6", "$7"})
Columns = Mapping[str, Sequence[Any]]


def coalesced(columns: Columns, names: list[str]) -> list[Any]:
    """Per row the first value that is not empty, trimmed."""
    if not names:
        return [None] * len(next(iter(columns.values())))
    parts = [[as_text(v).strip() or None if v is not None else None for v in columns[name]] for name in names]
    return [next((v for v in row if v), None) for row in zip(*parts, strict=True)]


def key_values(columns: Columns, names: list[str]) -> Iterator[tuple[str, ...]]:
    """Per row the values of the key, without padding."""
    return zip(*(map(_trimmed_once(), columns[name]) for name in names), strict=True)


def _trimmed_once() -> Callable[[Any], str]:
    """A function that trims, quick for values that keep coming back."""
    known: dict[Any, str] = {}

    def trim(value: Any) -> str:
        text = known.get(value)
        if text is None:
            text = known[value] = trimmed(value)
        return text

    return trim


def with_points(values: Sequence[Any]) -> Sequence[Any]:
    """Figures written as text, with a point where some have a comma."""
    if not any(isinstance(value, str) and "," in value for value in values):
        return values
    return [value.replace(",", ".") if isinstance(value, str) else value for value in values]


def trimmed(value: Any) -> str:
    """A value as text without padding; empty where there is none."""
    return value.strip() if isinstance(value, str) else "" if value is None else as_text(value)


def as_text(value: Any) -> str:
    """A value as text; a spreadsheet's 2020.0 is 2020."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
