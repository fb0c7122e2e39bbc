"""Numbers at an axis in the notation of the page's language, which the chart library does not know."""

from __future__ import annotations


def labels(decimal_mark: str) -> str:
    """The expression that writes an axis number: decimal mark and thousands mark change places, via a sign no number has."""
    if decimal_mark == ".":
        return "datum.label"
    return "replace(replace(replace(datum.label, /,/g, '#'), '.', ','), /#/g, '.')"
