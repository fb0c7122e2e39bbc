"""Mijn gebied: one sentence that says what stands out, the main figures by life phase, the wijken, and the rest folded."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import area_choice, area_header, helpline
from apps.dashboard.components.address import AREA, Address, chosen_area, link, page_link
from apps.dashboard.components.headline import headline, plain
from apps.dashboard.data import cube, history
from apps.dashboard.data.release import Row
from apps.dashboard.profile import area_html, plans_here
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.plans_here import Here
from apps.dashboard.profile.standout import Standing
from apps.dashboard.views.gebied import beside, helping, one_a4
from apps.dashboard.wording import area_history
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace.people import NOBODY


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    address = Address("gebied", language)
    area, level = _area(context, address)
    if area is None:
        st.title(context.region_name, anchor=False)
        st.info(text("shared.no_figures", language))
        return
    names = area_choice.larger_areas(context, area, level)
    left, right = st.columns([2.9, 1], gap="medium")
    # Beside the figures, so that on a phone it comes below them.
    comparator = area_choice.comparator(address, names, text("gebied.compare", language), right)
    page = AreaPage(context, context.theme, level, area, comparator, names[comparator])
    plans = plans_here.here(context, level, area)
    with left:
        _top(page)
        _tiles(page)
        helping.show(page)
        _doing(page, plans)
    with right:
        one_a4.show(page)
        beside.show(page, plans)
    address.settle()
    _rest(page)


def _area(context: Context, address: Address) -> tuple[Row | None, str]:
    """The chosen area, else the largest gemeente of the region; an unknown one is told."""
    gemeenten = {row["code"]: row for row in cube.regions(context.release, "gemeente")}
    code = chosen_area()
    found = area_header.known(context, code) if code else None
    if found:
        ended = history.replaced(context.release, code) if found[0]["code"] != code else None
        if ended:
            told = area_history.notice(ended, str(found[0]["name"]), context.language)
            address.notices.append(told)
        return found
    if code:
        address.notices.append(text("gebied.unknown_area", context.language, code=code))
    return area_choice.first_gemeente(gemeenten.values()), "gemeente"


def _top(page: AreaPage) -> None:
    """The name, the sentence, what it rests on and why it stands there."""
    st.title(plain(str(page.area["name"])), anchor=False)
    headline(area_html.lead(page), "lead")
    st.html(area_html.below_lead(page))


def _tiles(page: AreaPage) -> None:
    """Six to eight figures, each a way to its map."""
    code = str(page.area["code"])

    def to_map(item: Standing) -> str:
        chosen = {"indicator": item.line.indicator, "level": page.level, "area": code, AREA: code}
        return link(page.context, "verkennen", chosen).lstrip("/")

    st.html(area_html.tiles(page, to_map))


def _doing(page: AreaPage, plans: list[Here]) -> None:
    """What is done here and what is seen of it; nothing where nothing is registered."""
    if not plans:
        return
    context = page.context
    st.subheader(text("doen.here_title", context.language), anchor=False)
    st.html(plans_here.as_html(context, plans))
    page_link(context, "doen", text("doen.here_go", context.language), ":material/checklist:")


def _rest(page: AreaPage) -> None:
    """Every other figure by domain, folded, and the ways on."""
    context = page.context
    language = context.language
    rows = page.indicator_texts.rows
    shown = [item.line.indicator for item in page.tiles()] + [line.indicator for line in page.all_lines]
    helpline.show(context, [rows[indicator] for indicator in dict.fromkeys(shown)])
    st.subheader(text("gebied.rest_title", language), anchor=False)
    st.html(area_html.rest(page))
    code, gemeente = str(page.area["code"]), str(page.area["gemeente_code"] or page.area["code"])
    with st.container(horizontal=True):
        chosen = {"gemeente": gemeente, **({"wijk": code} if page.level == "wijk" else {})}
        page_link(
            context, "profiel", text("gebied.rest_open", language, area=page.area["name"]),
            ":material/list_alt:", compare=page.comparator, **chosen,
        )  # fmt: skip
        page_link(
            context, "rapport", text("gebied.report", language), ":material/description:",
            level=page.level, area=code, compare=page.comparator,
        )  # fmt: skip
        if context.subject != NOBODY:
            page_link(
                context, "volgen", text("volgen.follow_area", language), ":material/notifications:", volg=code
            )
