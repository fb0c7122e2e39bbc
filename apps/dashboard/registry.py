"""The pages of the dashboard, read from `pages.yml`: adding a page touches no other code."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from apps.dashboard.data.themes import all_themes
from apps.dashboard.wording.context import Context
from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.dimensions import Text
from datawerkplaats.catalogue.themes import Theme

PAGES_FILE = Path(__file__).parent / "pages.yml"


@dataclass(frozen=True)
class PageEntry:
    """One page: its id (also its address), its module, and its name in the menu."""

    id: str
    module: str
    title: dict[Language, str]
    icon: str
    section: dict[Language, str]
    needs: str = ""  # what a theme has to declare, or the page is not in its menu
    hidden: bool = False  # in no menu: for who makes the pages, by its address

    def name(self, language: Language, theme: Theme) -> str:
        """Its name in the menu, for a theme."""
        care = words_of_care(theme)
        return self.title[language].replace("{care}", care.nl if language == "nl" else care.en)

    def is_for(self, theme: Theme) -> bool:
        """Whether it stands in the menu of a theme."""
        return not self.hidden and (not self.needs or bool(getattr(theme, self.needs)))

    def render(self) -> Callable[[Context], None]:
        """The page's function; its module is imported only when the page is opened."""
        render: Callable[[Context], None] = importlib.import_module(self.module).render
        return render


def words_of_care(theme: Theme) -> Text:
    """Where people of a theme are referred to; of another theme where it says nothing."""
    return next((one.care for one in (theme, *all_themes().values()) if one.care), theme.title)


@lru_cache
def pages() -> tuple[PageEntry, ...]:
    """All pages in the order of the menu."""
    sections = yaml.safe_load(PAGES_FILE.read_text(encoding="utf-8"))
    return tuple(
        PageEntry(**entry, section=section["title"]) for section in sections for entry in section["pages"]
    )
