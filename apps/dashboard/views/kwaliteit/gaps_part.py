"""The part of the page on what is not known: what matters and has no figures, and who may have them."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import downloads, markup, tables
from apps.dashboard.data.gaps import gaps
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import plural, text


def show(context: Context) -> None:
    """How many there are, and all of them with the reason; nothing where no list was published."""
    language, rows = context.language, gaps(context.release)
    if not rows:
        return
    st.subheader(text("kwaliteit.gaps_title", language), anchor=False)
    st.html(markup.note(plural("kwaliteit.gaps_told", len(rows), language)))
    names = ("gap", "about", "class", "gap_reason")
    lines = tuple(
        (
            context.title_of(row),
            context.title_of(row, "population"),
            text(f"shared.one_{row['mart']}", language),
            context.title_of(row, "gap_reason"),
        )
        for row in rows
    )
    shown = downloads.Shown(tuple(text(f"kwaliteit.column_{name}", language) for name in names), lines)
    with st.expander(text("kwaliteit.gaps_all", language), icon=":material/list:"):
        tables.table(shown)
        downloads.panel(context, "zonder_cijfers", text("kwaliteit.gaps_title", language), shown, [])
