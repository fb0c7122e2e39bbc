"""Where help is, drawn with the first panel of a page that shows a figure for which it is declared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.helplines import helplines


def show(context: Context, indicators: Iterable[dict[str, Any]]) -> None:
    """Draw what no earlier panel of this run of the page has told.

    The quality strip and the download buttons call it for their panel, so that no page can forget it; a page that shows its
    figures well above those calls it there too.
    """
    for words in helplines(context, indicators):
        if words not in context.drawn_once:
            context.drawn_once.add(words)
            st.html(markup.note(words, "warn"))
