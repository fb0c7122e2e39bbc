"""Where help is: the words that stand wherever a figure is shown whose indicator names a helpline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.dashboard.wording.context import Context


def helplines(context: Context, indicators: Iterable[dict[str, Any]]) -> list[str]:
    """The words of each helpline that one of the indicators names, once; in the page's language."""
    told = (context.title_of(row, "helpline") for row in indicators)
    return [words for words in dict.fromkeys(told) if words]
