"""The glossary as data: every term of the pages with its meaning in both languages, from `glossary.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from apps.dashboard.wording.texts import LANGUAGES
from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.themes import Theme

GLOSSARY_FILE = Path(__file__).parent / "glossary.yml"
GROUPS = ("figures", "comparing", "association", "people", "handling")


@dataclass(frozen=True)
class Entry:
    """One term."""

    id: str
    group: str
    term: dict[Language, str]
    text: dict[Language, str]

    def matches(self, asked: str, language: Language) -> bool:
        """Whether the words asked for occur in the term or its meaning; nothing asked matches everything."""
        told = f"{self.term[language]} {self.text[language]}".casefold()
        return all(part in told for part in asked.casefold().split())


def entries(theme: Theme) -> tuple[Entry, ...]:
    """All terms in the order of the groups, within a group in that of the file; those of the theme last."""
    found = []
    for key, entry in _general().items():
        about = {language: _about(entry["text"][language], theme, language) for language in LANGUAGES}
        found.append(Entry(key, entry["group"], entry["term"], about))
    for key, own in theme.glossary.items():
        term: dict[Language, str] = {"nl": own.term.nl, "en": own.term.en}
        found.append(Entry(key, own.group, term, {"nl": own.text.nl, "en": own.text.en}))
    return tuple(sorted(found, key=lambda entry: GROUPS.index(entry.group)))


def _about(words: str, theme: Theme, language: Language) -> str:
    return words.replace("{subject}", theme.subject.nl if language == "nl" else theme.subject.en)


@lru_cache
def _general() -> dict[str, Any]:
    return dict(yaml.safe_load(GLOSSARY_FILE.read_text(encoding="utf-8")))
