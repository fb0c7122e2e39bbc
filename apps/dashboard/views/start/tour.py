"""In three minutes: five steps through the pages, each a question with the page that answers it."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import page_link
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text

# Step and page, in the order of a conversation at the table.
STEPS = ("verkennen", "profiel", "buren", "verbanden", "kwaliteit")


def show(context: Context) -> None:
    """Draw the steps; each leads to a page, and every page leads back through the menu."""
    language = context.language
    with st.expander(text("start.tour_title", language), icon=":material/signpost:"):
        st.markdown(text("start.tour_intro", language))
        for number, step in enumerate(STEPS, 1):
            page = context.links.get(step)
            if page is None:
                continue
            st.markdown(f"**{number}. {text(f'start.tour_{step}', language)}**")
            st.html(markup.note(text(f"start.tour_{step}_text", language)))
            page_link(context, step, text("start.tour_open", language, title=page.title))
        page_link(context, "woordenlijst", text("start.tour_words", language))
