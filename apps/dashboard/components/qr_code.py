"""The QR code of an address of ours."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import segno
import streamlit as st

# Looking for the pattern that is easiest to read takes eight times as long as one of them; a camera reads them all.
_MASK = 0


def show(address: str, alt: str, size: int, *, error: str = "m") -> None:
    """Draw it; nothing for an address that is longer than such a code can hold."""
    picture = _picture(address, error)
    if not picture:
        return
    st.html(f'<img class="dw-qr" src="{picture}" alt="{escape(alt)}" width="{size}" height="{size}">')


@lru_cache(maxsize=512)
def _picture(address: str, error: str) -> str:
    """The code as an address within a page; empty where it does not fit. Kept, since every run asks for it again."""
    try:
        return str(segno.make(address, error=error, mask=_MASK).svg_data_uri(scale=6, border=2))
    except segno.DataOverflowError:
        return ""
