"""Woordenlijst: what the words and signs on the pages mean."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.headline import opening
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.glossary import GROUPS, entries
from apps.dashboard.wording.texts import plural, text

MOST_CHARACTERS = 80


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("woordenlijst.title", language), anchor=False)
    opening(text("woordenlijst.intro", language))
    asked = st.text_input(
        text("woordenlijst.search", language), key="glossary_search", max_chars=MOST_CHARACTERS,
        placeholder=text("woordenlijst.search_hint", language),
    )  # fmt: skip
    found = [entry for entry in entries(context.theme) if entry.matches(asked or "", language)]
    told = (
        plural("woordenlijst.found", len(found), language)
        if found
        else text("woordenlijst.nothing", language)
    )
    st.html(markup.note(told))
    for group in GROUPS:
        members = [entry for entry in found if entry.group == group]
        if members:
            st.subheader(text(f"woordenlijst.group_{group}", language), anchor=False)
            st.html(markup.definitions([(entry.term[language], entry.text[language]) for entry in members]))
