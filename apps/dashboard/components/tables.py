"""A table with figures of different kinds, each column written in the page's language and still sorted as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import streamlit as st

from apps.dashboard.components.downloads import Shown
from apps.dashboard.components.numbers import NO_VALUE

ROW_PIXELS, MOST_PIXELS = 35, 420
# Writing every figure out takes 0.4 ms a row; in a longer table the browser does it, in its own language's notation.
MOST_STYLED_ROWS = 100


class Style(Protocol):
    """How the figures of one indicator are written."""

    def value(self, value: float | None) -> str:
        """A figure with its unit."""


def table(
    shown: Shown,
    words: Mapping[int, Callable[[float | None], str]] | None = None,
    rows: Mapping[int, Sequence[Style]] | None = None,
) -> None:
    """Draw the table; `words` says per column number how its figures are written, `rows` says it for each row."""
    import pandas

    frame = pandas.DataFrame(list(shown.rows), columns=[*shown.columns])
    height = min(MOST_PIXELS, 38 + ROW_PIXELS * len(frame))
    if len(frame) > MOST_STYLED_ROWS and not rows:
        localized = {
            shown.columns[place]: st.column_config.NumberColumn(format="localized") for place in words or {}
        }
        st.dataframe(
            frame,
            hide_index=True,
            width="stretch",
            height=height,
            placeholder=NO_VALUE,
            column_config=localized,
        )
        return
    styled = frame.style.format(
        {shown.columns[place]: write for place, write in (words or {}).items()}, na_rep="–"
    )
    for column, styles in (rows or {}).items():
        for style in dict.fromkeys(styles):
            same = [place for place, other in enumerate(styles) if other == style]
            styled = styled.format(style.value, subset=(same, [shown.columns[column]]), na_rep=NO_VALUE)
    st.dataframe(
        styled,
        hide_index=True,
        width="stretch",
        height=height,
        placeholder="–",
    )
