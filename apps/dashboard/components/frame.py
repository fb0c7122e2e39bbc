"""What surrounds every page: brand, language switch, banner of a fictional region, footer, and the page for problems."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from apps.dashboard.components import address, area_header, markup, share
from apps.dashboard.components.menu import menu
from apps.dashboard.components.region_choice import region_for_links
from apps.dashboard.components.theme_choice import current_theme
from apps.dashboard.data.regions import all_regions, offered
from apps.dashboard.data.release import Release
from apps.dashboard.data.themes import all_themes
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import LANGUAGES, text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.catalogue.regions import Region

_NAMES = {"nl": "nl", "en": "en"}
_LANGUAGE_KEY = "language_switch"
_THEME_KEY = "theme_switch"
_REGION_KEY = "region_switch"


def header(
    page: str, language: Language, release: Release | None, context: Context | None = None
) -> PopoverContainer:
    """The menu, brand with the region, the search box, share and print, the language and, for a made-up region, the banner.

    Returns:
        The box behind *share*, to be filled when the page is done.
    """
    region = context.region_name if context else ""
    theme = current_theme()
    product = all_themes()[theme].product
    declared = context.region if context else None
    name = regions.brand(product.nl if language == "nl" else product.en, region, declared)
    ground = " dw-styled" if regions.has_own_ground(declared) else ""
    style = f"<style>{told}</style>" if (told := regions.style(declared)) else ""
    brand = f'{style}<p class="dw-brand{ground}">{name}</p>'
    shown = menu(page, language, address.chosen_area(), theme, region_for_links())
    with st.container(horizontal=True, key="dw-header", vertical_alignment="center"):
        whole = shown + brand + markup.page_language(language)
        st.html(whole, unsafe_allow_javascript=True, width="content")
        if context:
            area_header.show(context)
        if release:
            _switch_region(release, language)
        _switch_theme(theme, language)
        box = share.box(language)
        st.html(_print(language), width="content")
        st.session_state[_LANGUAGE_KEY] = language
        st.segmented_control(
            text("common.language", language),
            LANGUAGES,
            format_func=_NAMES.__getitem__,
            key=_LANGUAGE_KEY,
            label_visibility="collapsed",
            width="content",
            on_change=lambda: address.choose_language(st.session_state[_LANGUAGE_KEY]),
        )
    if context:
        area_header.say()
    if release and release.is_fictional:
        sentence = text("common.fictional_text", language, region=region)
        st.html(markup.fictional_banner(text("common.fictional_title", language), sentence))
    return box


def _switch_region(release: Release, language: Language) -> None:
    """The choice of the region; none where this publication or installation is for one."""
    known = offered(release)
    if not known:
        return
    declared = all_regions()
    st.session_state[_REGION_KEY] = release.region
    st.selectbox(
        text("common.region", language),
        ["", *known],
        format_func=lambda key: declared[key].name if key else text("common.whole_country", language),
        key=_REGION_KEY,
        label_visibility="collapsed",
        width=200,
        on_change=lambda: address.choose_region(st.session_state[_REGION_KEY]),
    )


def _switch_theme(theme: str, language: Language) -> None:
    """The choice of the theme; none where there is but one."""
    known = all_themes()
    if len(known) < 2:
        return
    st.session_state[_THEME_KEY] = theme
    st.selectbox(
        text("common.theme", language),
        list(known),
        format_func=lambda key: known[key].title.nl if language == "nl" else known[key].title.en,
        key=_THEME_KEY,
        label_visibility="collapsed",
        width=210,
        on_change=lambda: address.choose_theme(st.session_state[_THEME_KEY]),
    )


def _print(language: Language) -> str:
    """A button that the menu's script listens to: the printer."""
    printed = escape(text("common.print", language))
    return f'<p class="dw-print"><button type="button" data-dw="print">{printed}</button></p>'


def report_address(page: str, language: Language, release: Release, region: Region | None) -> str:
    """The mailto address for an error in a figure, with page, choices and publication filled in; empty without a contact."""
    contact = regions.contact(region)
    if not contact:
        return ""
    chosen = "; ".join(f"{name}: {value}" for name, value in address.choices(page))
    about = text(
        "common.report_body", language, page=page, area=address.chosen_area(), choices=chosen, id=release.id
    )
    subject = text("common.report_error", language)
    return f"mailto:{contact}?subject={quote(subject)}&body={quote(about)}"


def footer(language: Language, release: Release, page: str = "", region: Region | None = None) -> None:
    """Which publication this is, of when, how its data came in, and what the region tells of partners and help."""
    mode = text(f"common.mode_{release.mode}", language)
    sentence = text(
        "common.footer", language, id=release.id, date=format_date(release.published_at, language), mode=mode
    )
    mail = report_address(page, language, release, region)
    report = f' <a href="{escape(mail)}">{escape(text("common.report_error", language))}</a>' if mail else ""
    area = address.chosen_area()
    query = escape(address.carried_query(language, area, release.theme, region_for_links()))
    ways = {"loket": "common.to_desk", "verantwoording": "common.owed"}
    owed = " ".join(
        f'<a href="{path}{query}" target="_self">{escape(text(key, language))}</a>'
        for path, key in ways.items()
    )
    beside = [*regions.own_help(region, language), regions.partners(region, language)]
    told = "".join(f"<br>{escape(words)}" for words in beside if words)
    st.html(f'<p class="dw-footer">{escape(sentence)}{report} {owed}{told}</p>')


def problem(error: DataProblem | None, language: Language) -> None:
    """A problem as a sentence with a way on; without a `DataProblem` it is one that nobody foresaw."""
    st.subheader(text("common.problem_title", language), anchor=False)
    if error is None:
        st.warning(text("common.problem_unexpected", language))
    elif error.code == "no_publication":
        st.warning(text("common.problem_no_publication", language))
    else:
        is_declared = error.code == "catalogue_field"
        st.warning(text("common.problem_declared" if is_declared else "common.problem_publication", language))
        st.caption(error.sentence(language))
    st.button(text("common.start_again", language), on_click=address.forget_everything)
