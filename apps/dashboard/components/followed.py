"""A followed figure that is another now, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.dashboard.components.notes import figure_words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text

if TYPE_CHECKING:
    from datawerkplaats.workplace.follows import Change


def change_words(context: Context, change: Change) -> str:
    """Which figure, what it was and what it is; or that it is shown no longer."""
    texts = IndicatorTexts(context)
    indicator_id = change.then.selection.indicator_id
    if indicator_id not in texts.rows:
        return text("volgen.ended", context.language, what=indicator_id)
    style = texts.style(indicator_id, False)
    named = figure_words(context, change.now or change.then)
    if change.now is None:
        return text("volgen.ended", context.language, what=named)
    return text(
        "volgen.changed", context.language, what=named, before=style.value(change.then.value),
        after=style.value(change.now.value),
    )  # fmt: skip
