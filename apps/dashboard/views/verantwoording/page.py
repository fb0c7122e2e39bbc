"""What a public body owes its readers: how accessible the pages are, what is kept of visitors, and whom to ask."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import page_link
from apps.dashboard.components.frame import report_address
from apps.dashboard.components.headline import opening
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text

# Heading and the lines below it, in the order of the page.
PARTS = {
    "access": ("status", "checked", "not_checked", "known", "way_on"),
    "privacy": ("figures", "visitors", "writing", "cookies"),
}


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("verantwoording.title", language), anchor=False)
    opening(text("verantwoording.intro", language))
    for part, lines in PARTS.items():
        st.subheader(text(f"verantwoording.{part}_title", language), anchor=False)
        st.html(
            markup.definitions(
                [
                    (
                        text(f"verantwoording.{part}_{line}_name", language),
                        text(f"verantwoording.{part}_{line}", language),
                    )
                    for line in lines
                ]
            )
        )
    st.subheader(text("verantwoording.contact_title", language), anchor=False)
    told = regions.owed(context.region, language)
    if told:
        st.html(markup.definitions(told))
    page_link(context, "loket", text("loket.to_desk", language))
    address = report_address("verantwoording", language, context.release, context.region)
    if address:
        st.link_button(text("common.report_error", language), address, icon=":material/mail:")
    else:
        st.html(markup.note(text("verantwoording.no_contact", language)))
