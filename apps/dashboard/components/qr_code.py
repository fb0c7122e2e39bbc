"""The QR code of an address of ours."""

from __future__ import annotations

from html import escape

import segno
import streamlit as st


def show(address: str, alt: str, size: int, *, error: str = "m") -> None:
    """Draw it; nothing for an address that is longer than such a code can hold."""
    try:
        picture = segno.make(address, error=error).svg_data_uri(scale=6, border=2)
    except segno.DataOverflowError:
        return
    st.html(f'<img class="dw-qr" src="{picture}" alt="{escape(alt)}" width="{size}" height="{size}">')
