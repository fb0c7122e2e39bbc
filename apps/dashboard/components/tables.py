"""A table with figures of different kinds, each column written in the page's language and still sorted as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from apps.dashboard.components.downloads import Shown

ROW_PIXELS, MOST_PIXELS = 35, 420


def table(shown: Shown, words: Mapping[int, Callable[[float | None], str]] | None = None) -> None:
    """Draw the table; `words` says per column number how its figures are written."""
    import pandas

    frame = pandas.DataFrame(list(shown.rows), columns=[*shown.columns])
    styled = frame.style.format(
        {shown.columns[place]: write for place, write in (words or {}).items()}, na_rep="–"
    )
    st.dataframe(
        styled,
        hide_index=True,
        width="stretch",
        height=min(MOST_PIXELS, 38 + ROW_PIXELS * len(frame)),
        placeholder="–",
    )
