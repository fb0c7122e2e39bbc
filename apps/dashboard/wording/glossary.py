"""The glossary as data: every term of the pages with its meaning in both languages, from `glossary.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from datawerkplaats.base.errors import Language

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


@lru_cache
def entries() -> tuple[Entry, ...]:
    """All terms in the order of the groups, and within a group in that of the file."""
    raw = yaml.safe_load(GLOSSARY_FILE.read_text(encoding="utf-8"))
    found = [Entry(key, entry["group"], entry["term"], entry["text"]) for key, entry in raw.items()]
    return tuple(sorted(found, key=lambda entry: GROUPS.index(entry.group)))
