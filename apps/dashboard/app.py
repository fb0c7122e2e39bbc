"""The dashboard: `streamlit run apps/dashboard/app.py`. It routes to the pages and turns every failure into a sentence."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from apps.dashboard.components import address, frame, markup, share
from apps.dashboard.components.theme_choice import current_theme
from apps.dashboard.data import queries
from apps.dashboard.data.regions import region_of
from apps.dashboard.data.themes import all_themes
from apps.dashboard.registry import PageEntry, pages
from apps.dashboard.serving import agenda, at_the_door, identity, memory, releases, withdrawals
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.workplace.people import Subject

# A file of our own: named icons would be fetched from elsewhere for the browser's tab.
ICON = Path(__file__).parent / "icon.svg"
LOG = logging.getLogger(__name__)


def _show(entry: PageEntry, language: Language, links: dict[str, Any]) -> None:
    st.html(markup.style())
    if st.context.is_embedded:
        st.html(markup.embedded(), unsafe_allow_javascript=True)
    who: Subject | DataProblem
    try:
        who = identity.subject()
    except DataProblem as error:
        who = error
    try:
        release = releases.shown()
    except DataProblem as error:
        frame.header(entry.id, language, None)
        if not releases.gone(error, language):
            frame.problem(error, language)
        return
    declared, box = None, None
    try:
        declared = region_of(release)
        region = queries.region_name(release) or text("verkennen.country", language)
        context = Context(release, language, links, region, region=declared)
        box = frame.header(entry.id, language, release, context)
        subject = at_the_door.let_in(entry.id, who, language)
        if subject is None:
            return
        releases.banner(release, language)
        context = replace(context, subject=subject)
        entry.render()(context)
        agenda.offer(context, entry.id, entry.name(language, context.theme))
        at_the_door.who_is_here(subject, language)
    except DataProblem as error:
        frame.problem(error, language)
    except Exception:
        LOG.exception("page %s failed", entry.id)
        frame.problem(None, language)
    frame.footer(language, release, entry.id, declared)
    if box is not None:
        share.fill(box, entry.id, language)
    memory.settle(entry.id)


def main() -> None:
    """Build the menu from the registry and run the page that was asked for."""
    st.set_page_config(page_title="Datawerkplaats", page_icon=str(ICON), layout="wide")
    withdrawals.watch(get_settings().publish_dir)
    language = address.current_language()
    try:
        theme = all_themes()[current_theme()]
    except DataProblem as error:  # every page needs the themes, and somebody may be editing one
        st.html(markup.style())
        frame.problem(error, language)
        return
    links: dict[str, Any] = {}
    menu: dict[str, list[Any]] = {}
    for number, entry in enumerate(pages()):
        links[entry.id] = st.Page(
            partial(_show, entry, language, links),
            title=entry.name(language, theme),
            icon=entry.icon,
            url_path=entry.id if number else None,
            default=number == 0,
        )
        menu.setdefault(entry.section[language], []).append(links[entry.id])
    # The first page stands at the root; its own name leads there too, as that of every other page does.
    first = pages()[0]
    shown = partial(_show, first, language, links)
    menu[first.section[language]].append(st.Page(shown, title=first.name(language, theme), url_path=first.id))
    chosen = st.navigation(menu, position="hidden")  # the header draws a menu of its own
    st.set_page_config(
        page_title=f"{chosen.title} · {theme.product.nl if language == 'nl' else theme.product.en}"
    )
    chosen.run()


main()
