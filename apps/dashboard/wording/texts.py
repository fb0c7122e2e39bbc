"""The text catalogue: every sentence on a page by key, in Dutch and English, kept in `texts/*.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base.errors import Language

TEXTS_DIR = Path(__file__).parent / "texts"
LANGUAGES: tuple[Language, ...] = ("nl", "en")


@lru_cache
def catalogue() -> dict[str, dict[Language, str]]:
    """All texts by key `<file>.<key>`."""
    found: dict[str, dict[Language, str]] = {}
    for path in sorted(TEXTS_DIR.glob("*.yml")):
        entries = yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
        found |= {f"{path.stem}.{key}": texts for key, texts in entries.items()}
    return found


def text(key: str, language: Language, **values: Any) -> str:
    """One text in one language with its places filled in.

    Raises:
        KeyError: If the key or a value for one of its places is missing.
    """
    template = catalogue()[key][language].strip()
    return template.format(**values) if values else template


def has_text(key: str) -> bool:
    """Whether the catalogue holds the key, for texts about codes that a source chooses (age bands, reasons)."""
    return key in catalogue()


def word(kind: str, code: str, language: Language) -> str:
    """The word for a code that a source chose, such as a unit; a code without a word is shown as it is."""
    key = f"words.{kind}_{code}"
    return text(key, language) if has_text(key) else code.replace("_", " ")


def plural(key: str, count: int, language: Language, **values: Any) -> str:
    """The text for one or for several: `<key>.one` or `<key>.many`, with `count` as a place."""
    return text(f"{key}.{'one' if count == 1 else 'many'}", language, count=count, **values)


def listing(names: list[str], language: Language) -> str:
    """Names as an enumeration in a sentence: a, b en c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {'en' if language == 'nl' else 'and'} {names[-1]}"
