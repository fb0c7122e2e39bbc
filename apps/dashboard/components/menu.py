"""The menu: a list of links in sections, which a keyboard, a screen reader and a phone can use alike.

Streamlit's own menu puts the pages of a section in a list that is none for a screen reader, is named in English only, and does
not say which page is open. Its links work without any script too; with the script a page is opened without a reload.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path

from apps.dashboard.components.address import carried_query
from apps.dashboard.registry import PageEntry, pages
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.themes import Theme, load_theme

SCRIPT = Path(__file__).parent / "menu.js"


@lru_cache(maxsize=1_024)
def menu(current: str, language: Language, area: str = "", theme: str = "", region: str = "") -> str:
    """The menu with one page marked as the current one, and its script; its links keep area, theme and region."""
    items = []
    about = load_theme(get_settings().catalogue_dir, theme)
    of_theme = [entry for entry in pages() if entry.is_for(about)]
    for number, (section, found) in enumerate(groupby(of_theme, key=lambda entry: entry.section[language])):
        entries = list(found)
        links = "".join(_link(entry, current, language, area, about, region) for entry in entries)
        alone = not section or len(entries) == 1
        items.append(links if alone else _section(f"dw-section-{number}", section, links))
    name, button = text("common.menu", language), text("common.menu_button", language)
    return (
        f'<nav class="dw-menu" aria-label="{escape(name)}">'
        f'<button type="button" class="dw-menu-all" aria-expanded="false" aria-controls="dw-pages">'
        f"{_icon('menu')}{escape(button)}</button>"
        f'<ul id="dw-pages">{"".join(items)}</ul></nav><script>{_script()}</script>'
    )


def _section(identity: str, title: str, links: str) -> str:
    marked = " dw-menu-here" if "aria-current" in links else ""
    return (
        f'<li class="dw-menu-section{marked}"><p aria-hidden="true">{escape(title)}</p>'
        f'<button type="button" aria-expanded="false" aria-controls="{identity}">'
        f"{escape(title)}{_icon('expand_more')}</button>"
        f'<ul id="{identity}" aria-label="{escape(title)}">{links}</ul></li>'
    )


def _link(entry: PageEntry, current: str, language: Language, area: str, theme: Theme, region: str) -> str:
    path = "./" if entry.id == pages()[0].id else entry.id
    mark = ' aria-current="page"' if entry.id == current else ""
    icon = _icon(entry.icon.removeprefix(":material/").removesuffix(":"))
    query = escape(carried_query(language, area, theme.theme_id, region))
    title = escape(entry.name(language, theme))
    return f'<li><a href="{path}{query}" target="_self"{mark}>{icon}{title}</a></li>'


def _icon(name: str) -> str:
    """A sign of the font that Streamlit serves; nobody is read its name."""
    return f'<span class="dw-icon" aria-hidden="true" translate="no">{escape(name)}</span>'


@lru_cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")
