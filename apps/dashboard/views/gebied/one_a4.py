"""Mijn gebied to take along: one A4 as PDF or as an image."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components.address import AREA, link
from apps.dashboard.components.site_address import site
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.wording.texts import text

_MIME = {"pdf": "application/pdf", "png": "image/png"}


def show(page: AreaPage) -> None:
    """Two buttons; the file is made when one is pressed."""
    context, code = page.context, str(page.area["code"])
    address = site() + link(context, "gebied", {AREA: code})
    with st.container(horizontal=True, key="gebied_a4"):
        for kind, mime in _MIME.items():
            st.download_button(
                text(f"een_a4.{kind}", context.language),
                partial(_made, page, kind, address),
                f"{code}-{context.language}_{context.release.id}.{kind}",
                mime,
                key=f"gebied_a4_{kind}",
                on_click="ignore",
                icon=":material/picture_as_pdf:" if kind == "pdf" else ":material/image:",
            )


def _made(page: AreaPage, kind: str, address: str) -> bytes:
    from apps.dashboard.report.one_pager import as_one_page  # what writes it is imported only now

    return as_one_page(page, "png" if kind == "png" else "pdf", address)
