"""Share a page: its whole address to copy, and as a QR code for a phone. The box stands above; it is filled when the page is done.

Only then the address holds what was chosen on the page.
"""

from __future__ import annotations

from html import escape

import segno
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from apps.dashboard.components import address
from apps.dashboard.components.site_address import site
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language


def box(language: Language) -> DeltaGenerator:
    """The button of the header, still without what it opens."""
    return st.popover(text("common.share", language), width="content")


def fill(place: DeltaGenerator, page: str, language: Language) -> None:
    """Put the address of the page, as it is now, in the box."""
    whole = site() + address.path_of(page)
    code = segno.make(whole, error="l").svg_data_uri(scale=4, border=2)
    alt = escape(text("common.share_qr", language))
    with place:
        st.markdown(text("common.share_how", language))
        st.code(whole, language=None, wrap_lines=True)
        st.html(f'<img class="dw-qr" src="{code}" alt="{alt}" width="180" height="180">')
