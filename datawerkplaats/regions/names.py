"""Whether two names are one area: codes are used again after a boundary change, so the code alone proves nothing."""

from __future__ import annotations

import difflib
import re
import unicodedata

_SIMILAR = 0.8
_NUMBERED = re.compile(r"^wijk \d+ ?")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def plain_name(name: str) -> str:
    """The name without accents, marks, capitals and a leading 'Wijk 03'."""
    letters = unicodedata.normalize("NFKD", name.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NUMBERED.sub("", _NO_WORD.sub(" ", bare).strip() + " ").strip()


def same_area(name: str, other: str) -> bool:
    """Whether the names tell of one area: equal, cut off, in another order, or nearly the same spelling.

    In doubt the answer is no: an area without a figure on the map is better than the figure of another area.
    """
    if name == other:
        return True
    first, second = sorted((plain_name(name), plain_name(other)), key=len)
    if first == second:
        return True
    if not first:
        return False
    if set(first.split()) == set(second.split()) or (len(first) > 12 and second.startswith(first)):
        return True
    return difflib.SequenceMatcher(None, first, second).ratio() >= _SIMILAR
