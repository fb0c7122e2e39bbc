"""The theme that all pages are about: of the address, or else of earlier in this visit. `address` writes a choice of it."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components.in_address import tell, told
from apps.dashboard.components.region_choice import asked_region
from apps.dashboard.data.regions import all_regions
from apps.dashboard.data.themes import all_themes

THEME = "thema"
REMEMBERED_THEME = "remembered_theme"


def first_theme() -> str:
    """The id of the theme that pages open with: the region's own, or else the first."""
    region = all_regions().get(asked_region())
    own = region.theme if region else None
    return own or next(iter(all_themes()), "")


def current_theme() -> str:
    """The id of the theme in the address, else the one chosen before in this visit, else the first; then the address says it.

    A link to a figure that names no theme opens in one that has the figure.
    """
    known = all_themes()
    first = first_theme()
    asked = told(THEME)
    remembered = str(st.session_state.get(REMEMBERED_THEME, ""))
    theme = next((key for key in (asked, remembered) if key in known), first) or ""
    figure = told("indicator") or ""
    if asked not in known and known and figure not in known[theme].places:
        theme = next((key for key, one in known.items() if figure in one.places), theme)
    st.session_state[REMEMBERED_THEME] = theme
    if asked != theme and (asked is not None or theme != first):
        tell(THEME, theme)
    return theme


def theme_for_links() -> str:
    """The theme as a link carries it; empty for the one that pages open with."""
    theme = str(st.session_state.get(REMEMBERED_THEME, ""))
    return "" if theme == first_theme() else theme
