"""Share a page: its whole address to copy, and as a QR code for a phone. The box stands above; it is filled when the page is done.

Only then the address holds what was chosen on the page, and only for who opens it: a code takes longer than a chart.
"""

from __future__ import annotations

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from apps.dashboard.components import address, qr_code
from apps.dashboard.components.site_address import site
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language


def box(language: Language) -> PopoverContainer:
    """The button of the header, still without what it opens."""
    return st.popover(text("common.share", language), width="content", key="share", on_change="rerun")


def fill(place: PopoverContainer, page: str, language: Language) -> None:
    """Put the address of the page, as it is now, in the box, where somebody has opened it."""
    if not place.open:
        return
    whole = site() + address.path_of(page)
    if len(whole) > address.MOST_CHARACTERS:  # not choices that anybody made
        whole = whole.split("?", maxsplit=1)[0]
    with place:
        st.markdown(text("common.share_how", language))
        st.code(whole, language=None, wrap_lines=True)
        qr_code.show(whole, text("common.share_qr", language), 180, error="l")
