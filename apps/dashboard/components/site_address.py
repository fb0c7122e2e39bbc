"""The address under which readers reach these pages, for links that are taken along: on paper, in a report, as a QR code."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from datawerkplaats.base.settings import get_settings


def site() -> str:
    """Scheme and host without a slash at the end: the setting, else what the browser shows; empty where neither is known."""
    fixed = get_settings().public_url
    if fixed:
        return fixed.rstrip("/")
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
