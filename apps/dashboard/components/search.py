"""What the search box finds: gemeenten, wijken and figures, by name or by what people call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIGURE = "figure:"  # before the id of an indicator, which else could be the code of an area
_POSTCODE = re.compile(r"^\d{4}( ?[a-z]{2})?$")
MOST_CHARACTERS = 60


@dataclass(frozen=True)
class Entry:
    """One thing that can be found: its key, the line in the list, and all names it goes by."""

    key: str
    label: str
    names: tuple[str, ...]


def plain(words: str) -> str:
    """Words as they are compared: no capitals, no accents, no double spaces."""
    parts = unicodedata.normalize("NFKD", words[:MOST_CHARACTERS]).lower()
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).split())


def is_postcode(words: str) -> bool:
    """Whether somebody typed a Dutch postcode, of four digits or with its letters."""
    return bool(_POSTCODE.match(plain(words)))


def find(entries: Iterable[Entry], words: str) -> Entry | None:
    """The first that has exactly this name, else one whose name begins with it, else one that has it somewhere."""
    wanted = plain(words)
    if not wanted:
        return None
    found = list(entries)
    tests = (
        lambda name: name == wanted,
        lambda name: name.startswith(wanted),
        lambda name: wanted in name,
    )
    for test in tests:
        for entry in found:
            if any(test(plain(name)) for name in entry.names):
                return entry
    return None


def figure_entries(
    titles: Mapping[str, str], synonyms: Mapping[str, Sequence[str]], words: Mapping[str, str]
) -> list[Entry]:
    """The figures by title, each with what people call it.

    Args:
        titles: Title by indicator.
        synonyms: Indicators by what people type, the one that is meant first.
        words: Per indicator what stands behind its title, to tell alike titles apart.
    """
    called: dict[str, list[str]] = {}
    for word, indicators in synonyms.items():
        for place, indicator in enumerate(indicators):
            # Only the first is what is meant; the others are found in the list, but never before it.
            called.setdefault(indicator, []).append(word if place == 0 else f"({word})")
    found = []
    for indicator, title in sorted(titles.items(), key=lambda item: item[1]):
        more = [word.strip("()") for word in called.get(indicator, [])]
        behind = " · ".join(part for part in (words.get(indicator, ""), ", ".join(more)) if part)
        label = f"{title} · {behind}" if behind else title
        names = (title, *(word for word in called.get(indicator, []) if not word.startswith("(")))
        found.append(Entry(f"{FIGURE}{indicator}", label, names))
    # What is meant by a word comes before a title that happens to hold it.
    return sorted(found, key=lambda entry: len(entry.names) == 1)
