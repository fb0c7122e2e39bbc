"""What every page gets: the publication, the language, the pages it can lead to, and the name of the region."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apps.dashboard.data.release import Release
from apps.dashboard.data.themes import theme_of
from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.dimensions import Text
from datawerkplaats.catalogue.regions import Region
from datawerkplaats.catalogue.themes import Theme
from datawerkplaats.workplace.people import NOBODY, Subject


@dataclass(frozen=True)
class Context:
    """One run of a page."""

    release: Release
    language: Language
    links: dict[str, Any]
    region_name: str
    subject: Subject = NOBODY  # who is at the page
    region: Region | None = None  # the file of the region, where there is one
    # What has been drawn and need not be drawn twice in this run.
    drawn_once: set[str] = field(default_factory=set, compare=False)

    @cached_property
    def theme(self) -> Theme:
        """The theme that the pages are about."""
        return theme_of(self.release)

    @property
    def in_region(self) -> str:
        """The region as in a sentence."""
        return self.region.named(self.language) if self.region else self.region_name

    @property
    def product(self) -> str:
        """What the workplace is called with this theme."""
        return self.of_theme(self.theme.product)

    def of_theme(self, words: Text) -> str:
        """A text of the theme in the page's language."""
        return words.nl if self.language == "nl" else words.en

    def title_of(self, row: dict[str, Any], field: str = "title") -> str:
        """A text of the data in the page's language, or the other one where it is absent."""
        other = "en" if self.language == "nl" else "nl"
        return str(row.get(f"{field}_{self.language}") or row.get(f"{field}_{other}") or "")
