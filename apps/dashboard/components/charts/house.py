"""What all charts have in common: letters that can be read, legends that fit a phone, and no maze for screen readers."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Any

INK, QUIET = "#1b2733", "#414e5b"
PHONE_CHARACTERS = 26
# Of a name beside a chart: with longer lines nothing is left on a phone for the chart and its legend.
NAME_CHARACTERS = 18
LINE_PX = 15  # from one line of such a name to the next


def config(**more: Any) -> dict[str, Any]:
    """The configuration of a chart; `more` goes on top of the common part.

    Marks and axes are hidden from screen readers, which get the sentence and the table beside the chart: a thousand unnamed
    shapes tell nothing.
    """
    letters = {"labelColor": INK, "titleColor": QUIET, "titleFontWeight": "normal"}
    hidden = {"aria": False}
    common: dict[str, dict[str, Any]] = {
        "view": {"stroke": None},
        "mark": hidden,
        "axis": hidden | letters,
        "legend": hidden | letters,
    }
    return {**common, **{name: {**common.get(name, {}), **part} for name, part in more.items()}}


def name_lines(name: str) -> list[str]:
    """A name beside a chart in lines that leave room for the chart on a phone."""
    return textwrap.wrap(name, NAME_CHARACTERS) or [""]


def in_lines(labels: Iterable[str], characters: int = PHONE_CHARACTERS) -> str:
    """The expression that writes the labels of a legend in lines that fit beside the axis on a phone."""
    lines = {label: textwrap.wrap(label, characters) or [""] for label in labels}
    return f"{json.dumps(lines, ensure_ascii=False)}[datum.label]"


def most_lines(names: Iterable[str]) -> int:
    """How many lines the longest of the names beside a chart takes."""
    return max((len(name_lines(name)) for name in names), default=1)


def in_the_middle(names: Iterable[str]) -> dict[str, Any]:
    """The offset of names beside a chart by which several lines stand around their mark: the first would stand on it."""
    lines = {name: len(name_lines(name)) for name in names}
    tests = [
        {
            "test": f"indexof({json.dumps([name for name in lines if lines[name] == count])}, datum.label) >= 0",
            "value": -LINE_PX * (count - 1) / 2,
        }
        for count in sorted(set(lines.values()) - {1})
    ]
    return {"condition": tests, "value": 0} if tests else {"value": 0}
