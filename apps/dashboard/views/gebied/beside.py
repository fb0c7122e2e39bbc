"""Beside the figures: a small map of the wijken, and one figure through the years."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components.address import page_link
from apps.dashboard.profile import area_beside, plans_here
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.plans_here import Here
from apps.dashboard.wording.texts import text


def show(page: AreaPage, plans: list[Here]) -> None:
    """Draw what there is, with the plans of the area as flags; a level without wijken or years leaves its panel out."""
    found = area_beside.wijken_map(page)
    if found:
        drawn, moment = found
        st.html(drawn)
        page_link(
            page.context, "verkennen", text("gebied.map_go", page.context.language), ":material/map:",
            indicator=moment.indicator_id, level="wijk",
        )  # fmt: skip
    language = page.context.language
    flags, told = plans_here.flags(plans, language), plans_here.events(plans, language)
    if line := area_beside.year_line_of(page, flags, told):
        st.html(line)
