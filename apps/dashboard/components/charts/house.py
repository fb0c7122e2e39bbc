"""What all charts have in common: letters that can be read, legends that fit a phone, and no maze for screen readers."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Any

INK, QUIET = "#1b2733", "#414e5b"
PHONE_CHARACTERS = 26
NAME_CHARACTERS = (
    18  # of a name beside a chart: with longer lines nothing is left on a phone for the chart and its legend
)


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
