"""The pages of the dashboard, read from `pages.yml`: adding a page touches no other code."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from apps.dashboard.wording.context import Context
from datawerkplaats.base.errors import Language

PAGES_FILE = Path(__file__).parent / "pages.yml"


@dataclass(frozen=True)
class PageEntry:
    """One page: its id (also its address), its module, and its name in the menu."""

    id: str
    module: str
    title: dict[Language, str]
    icon: str
    section: dict[Language, str]

    def render(self) -> Callable[[Context], None]:
        """The page's function; its module is imported only when the page is opened."""
        render: Callable[[Context], None] = importlib.import_module(self.module).render
        return render


@lru_cache
def pages() -> tuple[PageEntry, ...]:
    """All pages in the order of the menu."""
    sections = yaml.safe_load(PAGES_FILE.read_text(encoding="utf-8"))
    return tuple(
        PageEntry(**entry, section=section["title"]) for section in sections for entry in section["pages"]
    )
