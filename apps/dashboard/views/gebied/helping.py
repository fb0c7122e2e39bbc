"""What is known to help here: the approaches for what stands out unfavourably, and an honest sentence where nothing is known."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import approach, markup
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.helping import helping
from apps.dashboard.wording.texts import listing, text

_OPEN = 3


def show(page: AreaPage) -> None:
    """Draw it; a publication from before the list was kept shows nothing."""
    found = helping(page)
    if found is None:
        return
    language = page.context.language
    st.subheader(text("helpt.title_area", language), anchor=False)
    if not found.known and not found.without:
        st.html(markup.note(text("helpt.nothing_unfavourable", language)))
        return
    if found.known:
        st.html(markup.note(text("helpt.intro", language)) + approach.cards(found.known, language, _OPEN))
    if found.without:
        told = text("helpt.none_known", language, figures=listing(list(found.without), language))
        st.html(markup.note(told))
