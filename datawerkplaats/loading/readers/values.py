"""Values as deliveries write them: region codes, numbers, marks for no figure, and texts without padding."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

# Country, part of the country, province, COROP area, GGD region (two ways of coding), gemeente, wijk,
# buurt. In newer editions the last characters of a wijk may be letters (WK0363AA). Digits are those of ASCII: `\d` would
# take those of any alphabet, which no other file writes the same area with.
REGION_CODE = re.compile(
    r"(?:NL|LD|PV|CR|CG)[0-9]{2}|(?:GG|GM)[0-9]{4}|WK[0-9]{4}[0-9A-Z]{2}|BU[0-9]{4}[0-9A-Z]{4}"
)
NUMBER = re.compile(r"\s*-?[0-9]+(?:[.,][0-9]+)?\s*")
# A year as the models take it (`declared_observations`): what they do not take would be left out without a word.
YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:JJ..|SJ..|X0..|[.]0)?")
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
    try:
        has_comma = "," in "".join(values)
    except TypeError:  # something else than texts among them
        has_comma = any(isinstance(value, str) and "," in value for value in values)
    if not has_comma:
        return values
    return [value.replace(",", ".") if isinstance(value, str) else value for value in values]


def trimmed(value: Any) -> str:
    """A value as text without padding; empty where there is none."""
    return value.strip() if isinstance(value, str) else "" if value is None else as_text(value)


def as_text(value: Any) -> str:
    """A value as text; a spreadsheet's 2020.0 is 2020.

    Raises:
        TypeError: If it holds values itself.
    """
    if isinstance(value, (list, dict)):
        raise TypeError("a list or an object is no text")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def repeated(hashes: array[int]) -> set[int]:
    """The hashes that occur more than once, found in eight parts to keep the sets small."""
    found: set[int] = set()
    for part in range(8):
        some = [value for value in hashes if value & 7 == part]
        if len(set(some)) != len(some):
            seen: set[int] = set()
            found |= {value for value in some if value in seen or seen.add(value)}  # type: ignore[func-returns-value]
    return found


def nested_cell(columns: Mapping[str, Sequence[Any]]) -> tuple[str, int, Any] | None:
    """The first cell that holds cells itself, which nothing can look up: its column, place and value."""
    cells = ((name, index, value) for name, values in columns.items() for index, value in enumerate(values))
    return next((cell for cell in cells if isinstance(cell[2], (list, dict))), None)


def kind_of(value: Any) -> str:
    """What sort of thing stands in a cell, without what it is."""
    if isinstance(value, str):
        text = value.strip()
        sort = "digits" if text.isdigit() else "letters" if text.isalpha() else "characters"
        return f"a text of {len(text)} {sort}" if text else "an empty text"
    return "nothing" if value is None else f"a value of type {type(value).__name__}"
