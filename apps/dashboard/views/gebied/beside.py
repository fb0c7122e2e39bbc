"""Beside the figures: a small map of the wijken, the ways to them and to similar areas, and one figure through the years."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components.address import page_link
from apps.dashboard.profile import area_beside, plans_here
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.plans_here import Here
from apps.dashboard.wording.texts import text


def show(page: AreaPage, plans: list[Here]) -> None:
    """Draw what there is, with the plans of the area as flags; a level without wijken or years leaves its panel out."""
    context, language = page.context, page.context.language
    found = area_beside.wijken_map(page)
    if found:
        st.html(found[0])
    if indicator := found[1].indicator_id if found else area_beside.first_of_wijken(page):
        name = str(page.area["gemeente_name"] or page.area["name"])
        page_link(
            context, "verkennen", text("gebied.map_go", language, gemeente=name), ":material/map:",
            indicator=indicator, level="wijk", scope=str(page.area["gemeente_code"] or page.area["code"]),
        )  # fmt: skip
    page_link(
        context, "buren", text("gebied.similar_go", language), ":material/compare:",
        level=page.level, area=str(page.area["code"]),
    )  # fmt: skip
    flags, told = plans_here.flags(plans, language), plans_here.events(plans, language)
    if line := area_beside.year_line_of(page, flags, told):
        st.html(line)
